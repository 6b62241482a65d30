"""Merged cells of a sheet: the value of a range stands in its first cell, and counts for all of them."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import IO, NamedTuple

from openpyxl.utils import range_boundaries

MOST_RANGES = 100_000
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
_BLOCK = 1 << 20


class MergedRange(NamedTuple):
    """Rows and columns, from 1, the last ones included; `name` is what a spreadsheet calls it."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int
    name: str


def merged_ranges(part: IO[bytes]) -> list[MergedRange]:
    """Return the merged ranges of a sheet by its XML, by their first rows; they stand after its cells there."""
    found = []
    for name in islice(_names(part), MOST_RANGES):
        left, top, right, bottom = (number or 1 for number in range_boundaries(name))
        found.append(MergedRange(top, bottom, left, right, name))
    return sorted(found)


def _names(part: IO[bytes]) -> Iterator[str]:
    rest = b""
    while block := part.read(_BLOCK):
        text = rest + block
        end = text.rfind(b">") + 1
        for match in _MERGED.finditer(text, 0, end):
            yield match[1].decode()
        rest = text[end:] if len(text) - end < _BLOCK else b""


class MergedCells:
    """The ranges as a reader goes down the rows of a sheet."""

    def __init__(self, ranges: list[MergedRange], after: int) -> None:
        """Take the ranges that begin below the row `after`."""
        self._coming = [one for one in reversed(ranges) if one.first_row > after]
        self._open: list[tuple[MergedRange, str]] = []

    def fill(self, row: int, cells: list[str]) -> None:
        """Write the value of each range that the row crosses into its cells there; rows are given ascending."""
        while self._coming and self._coming[-1].first_row <= row:
            one = self._coming.pop()
            if one.first_row == row and one.first_column <= len(cells) and (value := cells[one.first_column - 1]):
                self._open.append((one, value))
        self._open = [(one, value) for one, value in self._open if one.last_row >= row]
        for one, value in self._open:
            for column in range(one.first_column - 1, min(one.last_column, len(cells))):
                cells[column] = cells[column] or value
