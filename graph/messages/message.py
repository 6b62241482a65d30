"""A message: a key of the catalogue with the parameters that fill it in, worded where it is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias, Union

from graph.messages.catalogue import Language, text

Param: TypeAlias = Union[str, int, float, bool, "Message", Sequence[str], None]
"""What fills a place: a value, a list of values, or another message, worded in the same language."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be said, and of what: data until a face words it for its reader."""

    code: str
    params: Mapping[str, Param] = field(default_factory=lambda: MappingProxyType({}))

    def text(self, language: Language = "en") -> str:
        """Return the message in a language; a list is joined by commas as the language writes them."""
        return text(self.code, language, **{name: _worded(value, language) for name, value in self.params.items()})

    def __str__(self) -> str:
        """Return the message in English."""
        return self.text()

    def as_params(self) -> dict[str, object]:
        """Return the parameters as JSON holds them: a message within is an object of `code` and `params`."""
        return {name: _plain(value) for name, value in self.params.items()}


def message(code: str, /, **params: Param) -> Message:
    """Return the message of a key, filled in with these parameters."""
    return Message(code, params)


def _worded(value: Param, language: Language) -> object:
    if isinstance(value, Message):
        return value.text(language)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ("、" if language == "zh" else ", ").join(value)
    return value


def _plain(value: Param) -> object:
    if isinstance(value, Message):
        return {"code": value.code, "params": value.as_params()}
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
