"""Property types: what each expects, and text parsed strictly into a value."""

import json
import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from graph.model import Value, parse_id


@dataclass(frozen=True, slots=True)
class Text:
    """Text of at most `longest` characters, without control characters; several lines where `lines`."""

    longest: int = 20_000
    lines: bool = False
    reads: str = "text"

    def parse(self, text: str) -> Value:
        """Return the text, each line end as a line feed. Raises ValueError."""
        if text.isprintable() and len(text) <= self.longest:
            return text
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if len(text) > self.longest:
            raise ValueError(f"has {len(text)} characters, {self.longest} are allowed")
        if _CONTROL.search(text):
            raise ValueError("holds a control character; remove it")
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
    def reads(self) -> str:
        """What is expected, for messages and templates."""
        return "one of " + ", ".join(self.words)

    def parse(self, text: str) -> Value:
        """Return the word. Raises ValueError naming the nearest one."""
        if text in self.words:
            return text
        near = get_close_matches(text.lower(), self.words, 1, 0.5)
        raise ValueError(f"is {self.reads}" + (f"; did you mean {near[0]}?" if near else ""))


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number from `low` to `high`, in ASCII digits."""

    low: int
    high: int = 1_000_000_000

    @property
    def reads(self) -> str:
        """What is expected, for messages and templates."""
        return f"a whole number from {self.low}" + (f" to {self.high}" if self.high < 1_000_000_000 else "")

    def parse(self, text: str) -> Value:
        """Return the number. Raises ValueError."""
        if len(text) <= 12 and _WHOLE.fullmatch(text) and self.low <= int(text) <= self.high:
            return int(text)
        raise ValueError(f"is {self.reads}")


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal number, at least `low` (above it where `above`) and at most `high`; a whole one comes back as int."""

    low: float
    high: float
    above: bool = False

    @property
    def reads(self) -> str:
        """What is expected, for messages and templates."""
        start = f"above {self.low:g}" if self.above else f"from {self.low:g}"
        return f"a number {start} to {self.high:,.10g}"

    def parse(self, text: str) -> Value:
        """Return the number. Raises ValueError."""
        if len(text) <= 40 and _NUMBER.fullmatch(text):
            number = float(text)
            if self.low <= number <= self.high and not (self.above and number == self.low):
                return int(number) if number.is_integer() else number
        raise ValueError(f"is {self.reads}")


_WHOLE = re.compile(r"-?[0-9]+")
_NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class Date:
    """A calendar day, ISO 8601: 2026-03-01."""

    reads: str = "a date as 2026-03-01"

    def parse(self, text: str) -> Value:
        """Return the day as its ISO text. Raises ValueError."""
        try:
            if len(text) == 10:
                return date.fromisoformat(text).isoformat()
        except ValueError:
            pass
        raise ValueError(f"is {self.reads}")


@dataclass(frozen=True, slots=True)
class NameList:
    """Several names, separated by `|`; empty ones and repeats are dropped."""

    reads: str = "names separated by |"

    def parse(self, text: str) -> Value:
        """Return the names in their order. Raises ValueError."""
        line = Text(longest=200_000)
        return list(dict.fromkeys(name for part in str(line.parse(text)).split("|") if (name := part.strip())))


@dataclass(frozen=True, slots=True)
class Reference:
    """The id of a node of `kind`, kept as a property and checked."""

    kind: str

    @property
    def reads(self) -> str:
        """What is expected, for messages and templates."""
        return f"the id of a {self.kind}"

    def parse(self, text: str) -> Value:
        """Return the id. Raises ValueError."""
        return parse_id(text)


@dataclass(frozen=True, slots=True)
class JsonObject:
    """A JSON object of at most `longest` characters: what a format keeps whole, not for people to fill in."""

    longest: int = 1_000_000
    reads: str = "a JSON object"

    def parse(self, text: str) -> Value:
        """Return the object's canonical text: keys sorted, no spaces, control characters escaped. Raises ValueError."""
        try:
            found = json.loads(text, parse_constant=_no_number)
            written = json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
            written.encode()
        except (ValueError, RecursionError):
            found, written = None, ""
        if not isinstance(found, dict):
            raise ValueError(f"is {self.reads}")
        written = _CONTROL.sub(lambda character: f"\\u{ord(character[0]):04x}", written)
        if len(written) > self.longest:
            raise ValueError(f"has {len(written)} characters, {self.longest} are allowed")
        return written


def _no_number(text: str) -> object:
    raise ValueError(f"{text} is no number")


PropertyType = Text | Choice | Integer | Number | Date | NameList | Reference | JsonObject
