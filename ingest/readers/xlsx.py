"""XLSX reader: workbooks are checked as containers first, then read sheet by sheet."""

# openpyxl, not calamine, though that is faster: calamine fills the rectangle between a sheet's first and last cell, so
# that a 5 kB workbook with one cell in XFD1048576 aborts the process, and it reads an error cell as an empty one. What
# openpyxl leaves open (entities in XML, zip bombs, claimed dimensions) is closed here and in containers.py.

import warnings
from collections.abc import Collection, Iterator
from datetime import datetime, time
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from graph.errors import InputError, Problem
from graph.messages import message
from ingest.readers.sheet_cells import DisorderError, SheetCell, cells_by_row
from ingest.readers.table import MAX_COLUMNS, NumberText, OnProblem, Table, checked_header, raise_problem, shown
from ingest.readers.xlsx_check import BROKEN, checked_bytes

MAX_RECORDS = 200_000
MAX_SHEETS = 100
MAX_CELLS = 20_000_000
_LAST_ROW = 1_048_576
_BATCH = 1000


class SheetTable(Table):
    """A sheet of a workbook. Each `records()` reads it again, holding a thousand rows at a time."""

    def __init__(self, workbook: Workbook, file: str, sheet: str) -> None:
        """Read the header. Raises InputError."""
        self._sheet: Any = workbook[sheet]
        super().__init__(file, sheet, sheet, [])
        first = next(self._rows(), None)
        if first is None:
            raise InputError(self.problem(message("xlsx.empty_sheet")))
        self.header = checked_header([text_of(cell.value) for cell in first], file, sheet)

    def records(self, on_problem: OnProblem = raise_problem) -> Iterator[tuple[int, list[str]]]:
        """Yield (row, cells); a formula's cell holds the value that was last computed."""
        width = len(self.header)
        met = 0
        for row, raw in enumerate(islice(self._rows(), 1, None), 2):
            cells = [text_of(cell.value) for cell in raw]
            if not any(cells):
                continue
            met += 1
            if met > MAX_RECORDS:
                raise InputError(self.problem(message("xlsx.many_records", most=MAX_RECORDS), row))
            problems = [
                self.problem(message("xlsx.error_cell", text=text), row, column, text)
                for column, (text, cell) in enumerate(zip(cells, raw, strict=True))
                if cell.data_type == "e"
            ]
            if len(cells) > width and not problems and (surplus := self.surplus(row, cells)) is not None:
                problems.append(surplus)
            for problem in problems:
                on_problem(problem)
            if not problems:
                yield row, cells[:width] + [""] * (width - len(cells))

    def _rows(self) -> Iterator[list[SheetCell]]:
        """Yield the cells of each row from row 1 on, up to the last that is filled, whatever the sheet claims."""
        try:
            rows = cells_by_row(self._sheet, _LAST_ROW + 1)
            cells = count = 0
            while batch := _quietly(rows):
                cells, count = cells + sum(map(len, batch)), count + len(batch)
                if count > _LAST_ROW:
                    raise InputError(self.problem(message("xlsx.beyond_last", last=_LAST_ROW)))
                if cells > MAX_CELLS:
                    reason = message("xlsx.wide", most=MAX_CELLS)
                    raise InputError(self.problem(reason))
                yield from batch
        except DisorderError as error:
            raise InputError(self.problem(message("xlsx.disorder"), error.row)) from None
        except BROKEN as error:
            raise InputError(self.problem(message("xlsx.damaged_sheet", fault=shown(str(error), 100)))) from None


def read_workbook(
    path: Path, on_problem: OnProblem = raise_problem, *, ignore: Collection[str] = ()
) -> list[SheetTable]:
    """Return the workbook's sheets in their order, without those named in `ignore`; charts are none.

    A sheet without a usable header is told to `on_problem` and left out.

    Raises:
        InputError: it is no workbook, or claims more than the limits allow.
    """
    file = path.name
    workbook = _opened(path)
    names = [sheet.title for sheet in workbook.worksheets]
    if len(names) > MAX_SHEETS:
        raise InputError(Problem(message("xlsx.many_sheets", sheets=len(names), most=MAX_SHEETS), file))
    tables = []
    for name in names:
        if name not in ignore:
            try:
                tables.append(SheetTable(workbook, file, name))
            except InputError as error:
                on_problem(error.problem)
    return tables


def sheet_rows(path: Path, sheet: str, last: int) -> Iterator[tuple[int, list[str]]]:
    """Yield (row, cells) of a sheet as they stand, up to the row `last`: the header, empty rows and wrong ones too.

    Each has its cells up to the last that is filled.

    Raises:
        InputError: it is no workbook, or has no such sheet.
    """
    workbook = _opened(path)
    if sheet not in [worksheet.title for worksheet in workbook.worksheets]:
        raise InputError(Problem(message("xlsx.no_sheet"), path.name, sheet))
    try:
        worksheet: Any = workbook[sheet]
        rows = cells_by_row(worksheet, last)
        met = 0
        while batch := _quietly(rows):
            for met, raw in enumerate(batch, met + 1):  # noqa: B020 - goes on where the last batch ended
                cells = [text_of(cell.value) for cell in raw[:MAX_COLUMNS]]
                yield met, cells[: max((n for n, cell in enumerate(cells, 1) if cell), default=0)]
    except BROKEN as error:
        raise InputError(
            Problem(message("xlsx.unreadable_sheet", fault=shown(str(error), 100)), path.name, sheet)
        ) from None


def _opened(path: Path) -> Workbook:
    data = checked_bytes(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except BROKEN as error:
        raise InputError(Problem(message("xlsx.unloadable", fault=shown(str(error), 100)), path.name)) from None


def text_of(value: object) -> str:
    """Return a cell's value as text: NumberText for all that is neither text nor empty.

    >>> text_of(3.0), text_of(0.5), text_of(datetime(2026, 3, 1)), text_of(True)
    ('3', '0.5', '2026-03-01', 'TRUE')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return NumberText(str(value).upper())
    if isinstance(value, datetime):
        return NumberText(value.date() if value.time() == time() else value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return NumberText(int(value))
    return NumberText(value)


def _quietly(rows: Iterator[list[SheetCell]]) -> list[list[SheetCell]]:
    # openpyxl warns of what it does not keep, such as drop-downs; nothing of that is a cell's value.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return list(islice(rows, _BATCH))
