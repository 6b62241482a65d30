"""Property types: what each expects, and text parsed strictly into a value."""

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import reduce

from graph.errors import InvalidValueError
from graph.messages import Message, message, text
from graph.model import Value, parse_id


@dataclass(frozen=True, slots=True)
class Text:
    """Text of at most `longest` characters, without control characters; several lines where `lines`.

    `reads` is the key of what is expected.
    """

    longest: int = 20_000
    lines: bool = False
    reads: str = "expected.text"

    @property
    def expected(self) -> Message:
        """What is expected, for messages and templates."""
        return message(self.reads)

    def parse(self, text: str) -> Value:
        """Return the text, each line end as a line feed. Raises InvalidValueError."""
        if text.isprintable() and len(text) <= self.longest:
            return text
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if len(text) > self.longest:
            raise InvalidValueError(message("value.too_long", characters=len(text), longest=self.longest))
        if _CONTROL.search(text):
            raise InvalidValueError(message("value.control_character"))
        return text if self.lines else " ".join(text.split("\n"))


def printable(text: str) -> str:
    r"""Return the text without control characters, each line end as a line feed: what `Text(lines=True)` takes.

    >>> printable("a\x0bb\r\nc")
    'ab\nc'
    """
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]

    @property
    def expected(self) -> Message:
        """What is expected, for messages and templates."""
        return message("expected.choice", words=self.words, called=[_called(word) for word in self.words])

    def parse(self, text: str) -> Value:
        """Return the word. Raises InvalidValueError naming the nearest one."""
        if text in self.words:
            return text
        near = get_close_matches(text.lower(), self.words, 1, 0.5)
        if near:
            raise InvalidValueError(message("value.no_choice", expected=self.expected, near=near[0]))
        raise InvalidValueError(message("value.is_not", expected=self.expected))


def _called(word: str) -> str:
    """Return the Chinese word for one of a choice; the word itself where the catalogue has none, as for relations."""
    with suppress(KeyError):
        return text(f"word.{word}", "zh")
    return word


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number from `low` to `high`, in ASCII digits."""

    low: int
    high: int = 1_000_000_000

    @property
    def expected(self) -> Message:
        """What is expected, for messages and templates."""
        if self.high < 1_000_000_000:
            return message("expected.whole_to", low=self.low, high=self.high)
        return message("expected.whole", low=self.low)

    def parse(self, text: str) -> Value:
        """Return the number. Raises InvalidValueError."""
        if len(text) <= 12 and _WHOLE.fullmatch(text) and self.low <= int(text) <= self.high:
            return int(text)
        raise InvalidValueError(message("value.is_not", expected=self.expected))


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal number, at least `low` (above it where `above`) and at most `high`; a whole one comes back as int."""

    low: float
    high: float
    above: bool = False

    @property
    def expected(self) -> Message:
        """What is expected, for messages and templates."""
        return message("expected.number_above" if self.above else "expected.number", low=self.low, high=self.high)

    def parse(self, text: str) -> Value:
        """Return the number. Raises InvalidValueError."""
        if len(text) <= 40 and _NUMBER.fullmatch(text):
            number = float(text)
            if self.low <= number <= self.high and not (self.above and number == self.low):
                return int(number) if number.is_integer() else number
        raise InvalidValueError(message("value.is_not", expected=self.expected))


_WHOLE = re.compile(r"-?[0-9]+")
_NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class Date:
    """A calendar day, ISO 8601: 2026-03-01."""

    @property
    def expected(self) -> Message:
        """What is expected, for messages and templates."""
        return message("expected.day")

    def parse(self, text: str) -> Value:
        """Return the day as its ISO text. Raises InvalidValueError."""
        try:
            if len(text) == 10:
                return date.fromisoformat(text).isoformat()
        except ValueError:
            pass
        raise InvalidValueError(message("value.is_not", expected=self.expected))


@dataclass(frozen=True, slots=True)
class NameList:
    """Several names, separated by `|`; empty ones and repeats are dropped."""

    @property
    def expected(self) -> Message:
        """What is expected, for messages and templates."""
        return message("expected.names")

    def parse(self, text: str) -> Value:
        """Return the names in their order. Raises InvalidValueError."""
        line = Text(longest=200_000)
        return list(dict.fromkeys(name for part in str(line.parse(text)).split("|") if (name := part.strip())))


@dataclass(frozen=True, slots=True)
class Reference:
    """The id of a node of one of the kinds, kept as a property and checked."""

    kinds: tuple[str, ...]

    def __init__(self, *kinds: str) -> None:
        """Name the kinds that it may be of."""
        object.__setattr__(self, "kinds", kinds)

    @property
    def expected(self) -> Message:
        """What is expected, for messages and templates."""
        return message("expected.reference", kind=self.named)

    @property
    def named(self) -> Message | str:
        """The kinds as a message names them."""
        first, *rest = self.kinds
        return reduce(lambda before, last: message("expected.or_kind", before=before, last=last), rest, first)  # type: ignore[arg-type, return-value]

    def parse(self, text: str) -> Value:
        """Return the id. Raises InvalidValueError."""
        return parse_id(text)


@dataclass(frozen=True, slots=True)
class JsonObject:
    """A JSON object of at most `longest` characters: what a format keeps whole, not for people to fill in."""

    longest: int = 1_000_000

    @property
    def expected(self) -> Message:
        """What is expected, for messages and templates."""
        return message("expected.json_object")

    def parse(self, text: str) -> Value:
        """Return the object's canonical text: keys sorted, no spaces, control characters escaped.

        Raises:
            InvalidValueError: it is none, or too long.
        """
        try:
            value = json.loads(text, parse_constant=_no_number)
            written = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
            written.encode()
        except (ValueError, RecursionError):
            value, written = None, ""
        if not isinstance(value, dict):
            raise InvalidValueError(message("value.is_not", expected=self.expected))
        written = _CONTROL.sub(lambda character: f"\\u{ord(character[0]):04x}", written)
        if len(written) > self.longest:
            raise InvalidValueError(message("value.too_long", characters=len(written), longest=self.longest))
        return written


def _no_number(text: str) -> object:
    raise ValueError(f"{text} is no number")


PropertyType = Text | Choice | Integer | Number | Date | NameList | Reference | JsonObject
