"""Cells of the native format as people fill them in: read by their column's type, and what is bent is counted."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from graph.errors import InvalidValueError
from graph.messages import Message, message
from graph.model import NodeId, Value
from graph.properties import Choice, Date, Integer, NameList, Number, PropertyType, Text
from ingest.formats.native.vocabulary import choice_called, relation_called
from ingest.readers import JsonTable, NumberText, Table
from ingest.readers.table import shown

_INVISIBLE = re.compile(
    r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]|(?<![^\x00-\u2fff])[\u200c\u200d]"
)
"""Characters that show nothing; the joiners only where the writing before them needs none."""
_DECIMAL_COMMA = re.compile(r"-?[0-9]+,[0-9]+")
_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}(?:,[0-9]{3})+")
_DAY = re.compile(r"([12][0-9]{3})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?")
_LONGEST_NAME = 2000


def visible(text: str) -> str:
    """Return the text without characters that show nothing, and without white space around it."""
    return _INVISIBLE.sub("", text).strip()


class Bends:
    """What was taken otherwise than it stands in a table: for each way and column how often, and where first."""

    def __init__(self, table: Table) -> None:
        """Count nothing yet."""
        self._place = f"{table.file}, {table.sheet}" if table.sheet else table.file
        self._counts: Counter[tuple[str, str]] = Counter()
        self._first: dict[tuple[str, str], tuple[int, str]] = {}

    def add(self, way: str, heading: str, row: int, text: str) -> None:
        """Count a cell."""
        self._counts[way, heading] += 1
        self._first.setdefault((way, heading), (row, shown(text, 60)))

    def notes(self) -> Iterator[Message]:
        """Yield a note for each way and column."""
        for (way, heading), count in self._counts.items():
            row, value = self._first[way, heading]
            key = "native_bent.once" if count == 1 else "native_bent.often"
            how = message(f"native_bent.{way}")
            yield message(key, place=self._place, column=heading, row=row, value=value, cells=count, how=how)


@dataclass
class CellReader:
    """How the cells of one column are read: the column's name in the format, what the table calls it, and where it is.

    `is_reference` is a column that names another node. A `strict` reader takes cells only as the format has them, but
    for names, if it `takes_names`.
    """

    name: str
    heading: str
    index: int
    parse: Callable[[str], Value]
    type: PropertyType | None
    table: Table
    bends: Bends
    is_required: bool = False
    is_reference: bool = False
    is_relation: bool = False
    strict: bool = False
    takes_names: bool = True

    @property
    def is_own_id(self) -> bool:
        """Whether the column names the row's own node."""
        return self.name == "id"

    def read(self, row: int, text: str) -> Value:
        """Return the value of a cell that is not empty. Raises InvalidValueError."""
        if isinstance(text, NumberText):
            text = self._as_shown(row, text)
        elif not text.isprintable():
            text = self._visible(row, text)
        try:
            return self.parse(text)
        except InvalidValueError:
            if self.strict and not (self.is_reference and self.takes_names):
                raise
            for way, other in self._readings(text):
                try:
                    value = self.parse(other) if way != "name" else other
                except InvalidValueError:
                    continue
                if way not in _VOCABULARY:
                    self.bends.add(way, self.heading, row, text)
                return value
            raise

    def _as_shown(self, row: int, text: NumberText) -> str:
        """Return what a cell that is no text shows, where that is what people mean: in ids, codes and texts."""
        is_id, in_json = self.is_own_id or self.is_reference, isinstance(self.table, JsonTable)
        if is_id and self.strict:
            key = "native.number_in_json" if in_json else "native.number_in_cell"
            raise InvalidValueError(message(key, column=self.heading, number=text))
        sees = str(text) if in_json else text.shown
        if is_id or self.name == "code":
            if sees is None:
                raise InvalidValueError(message("native.shown_unknown", column=self.heading, number=text))
            if is_id:
                self.bends.add("number_as_id", self.heading, row, sees)
            return sees
        return sees if sees is not None and isinstance(self.type, Text | NameList) else str(text)

    def _visible(self, row: int, text: str) -> str:
        """Return a name or a reference without characters that show nothing; the id of a row must have none."""
        if not (self.is_own_id or self.is_reference or self.name in {"name", "name_zh", "aliases", "code"}):
            return text
        bare = visible(text)
        if bare == text:
            return text
        if self.is_own_id:
            found = _INVISIBLE.search(text)
            sign = f"U+{ord(found[0]):04X}" if found else ""
            raise InvalidValueError(message("native.invisible_in_id", column=self.heading, sign=sign, meant=bare))
        if not self.strict:
            self.bends.add("invisible", self.heading, row, bare)
            return bare
        return text

    def _readings(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield other ways to read a cell, each with its name, the likeliest first."""
        if isinstance(self.type, Choice):
            if word := choice_called(self.type, text):
                yield "word", word
        elif self.is_relation:
            if word := relation_called(text):
                yield "relation", word
        elif isinstance(self.type, Date):
            if day := _DAY.fullmatch(unicodedata.normalize("NFKC", text)):
                yield "date", f"{day[1]}-{int(day[2]):02}-{int(day[3]):02}"
        elif isinstance(self.type, Number | Integer):
            yield from self._numbers(text)
        elif self.is_reference and len(text) <= _LONGEST_NAME and text.isprintable():
            yield "name", NodeId(unicodedata.normalize("NFC", text))

    def _numbers(self, text: str) -> Iterator[tuple[str, str]]:
        plain = unicodedata.normalize("NFKC", text).strip()
        if plain != text:
            yield "full_width", plain
        if plain.endswith("%") and isinstance(self.type, Number) and self.type.high <= 1:
            share = plain[:-1].strip()
            if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", share):
                yield "percent", f"{float(share) / 100:.12g}"
        if _DECIMAL_COMMA.fullmatch(plain) and self.has_decimal_commas:
            yield "decimal_comma", plain.replace(",", ".")

    @cached_property
    def has_decimal_commas(self) -> bool:
        """Whether every number of the column that is no whole one has a comma, which parts no thousands."""
        texts = {cells[self.index] for _, cells in self.table.records(lambda _: None) if cells[self.index]}
        commas = {text for text in texts if _DECIMAL_COMMA.fullmatch(text)}
        if any("." in text for text in texts):
            return False
        return any(not _THOUSANDS.fullmatch(text) for text in commas)


_VOCABULARY = frozenset({"word", "relation", "name"})
"""Readings that are no bending: the words of both languages are the format's, and names are told of once resolved."""
