"""Merged cells of a sheet: the value of a range stands in its first cell, and counts for all of them."""

from typing import NamedTuple

from ingest.readers.table import MAX_COLUMNS

MOST_RANGES = 100_000


class MergedRange(NamedTuple):
    """Rows and columns, from 1, the last ones included; `name` is what a spreadsheet calls it."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int
    name: str


class MergedCells:
    """The ranges as a reader goes down the rows of a sheet."""

    def __init__(self, ranges: list[MergedRange], after: int) -> None:
        """Take the ranges that begin below the row `after`."""
        self._coming = [one for one in reversed(ranges) if one.first_row > after]
        self._open: dict[int, tuple[MergedRange, str]] = {}

    def fill(self, row: int, cells: list[str]) -> None:
        """Write the value of each range that the row crosses into its cells there; rows are given ascending."""
        while self._coming and self._coming[-1].first_row <= row:
            one = self._coming.pop()
            # Ranges do not overlap: of a column there is one at a time, whatever a file claims.
            if one.first_row == row and one.first_column <= min(len(cells), MAX_COLUMNS):
                self._open.pop(one.first_column, None)
                if value := cells[one.first_column - 1]:
                    self._open[one.first_column] = (one, value)
        for at, (one, value) in list(self._open.items()):
            if one.last_row < row:
                del self._open[at]
                continue
            for column in range(one.first_column - 1, min(one.last_column, len(cells))):
                cells[column] = cells[column] or value
