"""A message: a key of the catalogue with the parameters that fill it in, worded where it is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, Union

from graph.messages.catalogue import Language, text
from graph.messages.template_match import reworded

Param: TypeAlias = Union[str, int, float, bool, "Message", Sequence[Union[str, "Message"]], None]
"""What fills a place: a value, a list of values, or another message, worded in the same language."""
_OF_LIBRARIES = frozenset({"error", "fault", "strerror", "why"})
"""The places that the words of libraries fill."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be said, and of what: data until a face words it for its reader."""

    code: str
    params: Mapping[str, Param] = field(default_factory=dict)

    def text(self, language: Language = "en") -> str:
        """Return the message in a language; a list is joined by commas as the language writes them."""
        return text(
            self.code, language, **{name: _filled(name, value, language) for name, value in self.params.items()}
        )

    def __str__(self) -> str:
        """Return the message in English."""
        return self.text()

    def __hash__(self) -> int:
        """Return a hash by key and parameters, so that equal messages can be counted."""
        return hash((self.code, frozenset(self.params.items())))

    def as_params(self) -> dict[str, object]:
        """Return the parameters as JSON holds them: a message within is an object of `code` and `params`."""
        return {name: _plain(value) for name, value in self.params.items()}


def message(code: str, /, **params: Param) -> Message:
    """Return the message of a key, filled in with these parameters."""
    return Message(code, {name: _fixed(value) for name, value in params.items()})


def restored(code: str, params: Mapping[str, Any]) -> Message:
    """Return the message that `code` and `as_params()` were taken from."""
    return message(code, **{name: _restored(value) for name, value in params.items()})


def writable(text: str) -> str:
    r"""Return the text with U+FFFD for each half of a character: no output carries those that come in with bytes.

    >>> writable("a\udcff"), writable("焊")
    ('a�', '焊')
    """
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _fixed(value: Any) -> Any:  # noqa: ANN401 - what a caller gives
    if isinstance(value, str):
        return writable(value)
    return tuple(map(_fixed, value)) if isinstance(value, Sequence) else value


def _restored(value: Any) -> Any:  # noqa: ANN401 - as JSON gives it
    if isinstance(value, dict):
        return restored(value["code"], value["params"])
    return [_restored(one) for one in value] if isinstance(value, list) else value


def _filled(name: str, value: Param, language: Language) -> object:
    """Return what fills a place: what a library says is said in the language, too."""
    return reworded(value, language) if name in _OF_LIBRARIES and isinstance(value, str) else _worded(value, language)


def _worded(value: Param, language: Language) -> object:
    if isinstance(value, Message):
        return value.text(language)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ("、" if language == "zh" else ", ").join(str(_worded(one, language)) for one in value)
    return value


def _plain(value: Param) -> object:
    if isinstance(value, Message):
        return {"code": value.code, "params": value.as_params()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return value
