"""Sheet of a workbook as a table, whatever the file format: header found, merged cells filled, faults of cells told."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from graph.errors import InputError, Problem
from graph.messages import message
from ingest.readers.merged_cells import MergedCells, MergedRange
from ingest.readers.table import OnProblem, Table, checked_header, noted, raise_problem
from ingest.readers.tolerance import HEADER_ROWS, Tolerance, first_row

MAX_RECORDS = 200_000
MAX_CELLS = 20_000_000
LAST_ROW = 1_048_576
EMPTY_SHEET = "xlsx.empty_sheet"
"""The code of the problem of a sheet that holds nothing."""
ERROR, UNCOMPUTED = "e", "f"
"""The signs of a cell that shows an error, and of a formula of which no value is stored."""
_FAULTS = {ERROR: "xlsx.error_cell", UNCOMPUTED: "xlsx.uncomputed"}
_MOST_NAMED = 5


class SheetCell(NamedTuple):
    """A cell: its value, the sign for what it is (as openpyxl has them, or `UNCOMPUTED`), the number of its style."""

    value: object
    data_type: str
    style: int = 0


class Sheet(ABC):
    """A sheet as a file holds it."""

    name: str
    is_hidden: bool

    @abstractmethod
    def rows(self) -> Iterator[list[SheetCell]]:
        """Yield the cells of each row from row 1 on, empty ones between too, up to the last that is filled.

        Raises:
            InputError: what follows cannot be read.
        """

    @abstractmethod
    def text(self, cell: SheetCell) -> str:
        """Return the value of a cell: NumberText for all that is neither text nor empty."""

    @abstractmethod
    def merged_ranges(self) -> list[MergedRange]:
        """Return the merged ranges, by their first rows."""


class SheetTable(Table):
    """A sheet of a workbook. Each `records()` goes through it again."""

    def __init__(self, sheet: Sheet, file: str, tolerance: Tolerance | None = None) -> None:
        """Read the header. Raises InputError."""
        self._source = sheet
        super().__init__(file, sheet.name, sheet.name, [])
        rows = islice(self._rows(), HEADER_ROWS if tolerance else 1)
        first = [[sheet.text(cell) for cell in row] for row in rows]
        if not first or (tolerance and not any(map(any, first))):
            raise InputError(self.problem(message(EMPTY_SHEET)))
        find_header, loose = (tolerance.find_header, tolerance.loose_header) if tolerance else (first_row, False)
        at = find_header(first)
        self.header_row = at + 1
        self.header = checked_header(first[at], file, sheet.name, at + 1, loose=loose)
        self._merged: list[MergedRange] = []
        if tolerance is not None:
            self._tell(tolerance)

    def _tell(self, tolerance: Tolerance) -> None:
        if self.header_row > 1:
            note = message("table.header_below", row=self.header_row)
            tolerance.on_note(noted(note, self.file, self.sheet))
        self._merged = [one for one in self._source.merged_ranges() if one.first_row > self.header_row]
        if self._merged:
            names = [one.name for one in self._merged]
            key = "xlsx.merged" if len(names) <= _MOST_NAMED else "xlsx.many_merged"
            note = message(key, names=names[:_MOST_NAMED], more=len(names) - _MOST_NAMED)
            tolerance.on_note(noted(note, self.file, self.sheet))

    def records(self, on_problem: OnProblem = raise_problem) -> Iterator[tuple[int, list[str]]]:
        """Yield (row, cells); a formula's cell holds the value that was last computed."""
        width, text = len(self.header), self._source.text
        merged = MergedCells(self._merged, self.header_row)
        met = 0
        for row, raw in enumerate(islice(self._rows(), self.header_row, None), self.header_row + 1):
            cells = [text(cell) for cell in raw]
            problems = self._faults(row, cells, raw)
            if not problems and not any(cells):
                continue
            met += 1
            if met > MAX_RECORDS:
                raise InputError(self.problem(message("xlsx.many_records", most=MAX_RECORDS), row))
            if self._merged:
                cells += [""] * (width - len(cells))
                merged.fill(row, cells)
            if len(cells) > width and not problems and (surplus := self.surplus(row, cells)) is not None:
                problems.append(surplus)
            for problem in problems:
                on_problem(problem)
            if not problems:
                yield row, cells[:width] + [""] * (width - len(cells))

    def _faults(self, row: int, cells: list[str], raw: list[SheetCell]) -> list[Problem]:
        """Return the cells that show an error, or a formula of which no value is stored."""
        return [
            self.problem(message(_FAULTS[cell.data_type], text=text), row, column, text)
            for column, (text, cell) in enumerate(zip(cells, raw, strict=True))
            if cell.data_type in _FAULTS
        ]

    def _rows(self) -> Iterator[list[SheetCell]]:
        """Yield the rows, as many as a sheet may have. Raises InputError."""
        cells = 0
        for count, row in enumerate(self._source.rows(), 1):
            cells += len(row)
            if count > LAST_ROW:
                raise InputError(self.problem(message("xlsx.beyond_last", last=LAST_ROW)))
            if cells > MAX_CELLS:
                raise InputError(self.problem(message("xlsx.wide", most=MAX_CELLS)))
            yield row
