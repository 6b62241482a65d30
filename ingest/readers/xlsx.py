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
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE

from graph.errors import InputError, Problem
from graph.messages import message
from ingest.readers.merged_cells import MergedCells, MergedRange, merged_ranges
from ingest.readers.number_format import shown_number
from ingest.readers.sheet_cells import UNCOMPUTED, DisorderError, SheetCell, cells_by_row
from ingest.readers.table import (
    MAX_COLUMNS,
    NumberText,
    OnProblem,
    Table,
    checked_header,
    noted,
    raise_problem,
    shown,
)
from ingest.readers.tolerance import HEADER_ROWS, Tolerance, first_row
from ingest.readers.xlsx_check import BROKEN, checked_bytes

MAX_RECORDS = 200_000
MAX_SHEETS = 100
MAX_CELLS = 20_000_000
_LAST_ROW = 1_048_576
_BATCH = 1000
_MOST_NAMED = 5
_EMPTY = "xlsx.empty_sheet"


class SheetTable(Table):
    """A sheet of a workbook. Each `records()` reads it again, holding a thousand rows at a time."""

    def __init__(self, workbook: Workbook, file: str, sheet: str, tolerance: Tolerance | None = None) -> None:
        """Read the header. Raises InputError."""
        self._sheet: Any = workbook[sheet]
        self._formats = _number_formats(workbook)
        super().__init__(file, sheet, sheet, [])
        rows = islice(self._rows(), HEADER_ROWS if tolerance else 1)
        first = [[text_of(cell.value) for cell in row] for row in rows]
        if not first or (tolerance and not any(map(any, first))):
            raise InputError(self.problem(message(_EMPTY)))
        find_header, loose = (tolerance.find_header, tolerance.loose_header) if tolerance else (first_row, False)
        at = find_header(first)
        self.header_row = at + 1
        self.header = checked_header(first[at], file, sheet, at + 1, loose=loose)
        self._merged: list[MergedRange] = []
        if tolerance is not None:
            self._tell(tolerance)

    def _tell(self, tolerance: Tolerance) -> None:
        if self.header_row > 1:
            note = message("table.header_below", row=self.header_row)
            tolerance.on_note(noted(note, self.file, self.sheet))
        with self._sheet._get_source() as part:
            self._merged = [one for one in merged_ranges(part) if one.first_row > self.header_row]
        if self._merged:
            names = [one.name for one in self._merged]
            key = "xlsx.merged" if len(names) <= _MOST_NAMED else "xlsx.many_merged"
            note = message(key, names=names[:_MOST_NAMED], more=len(names) - _MOST_NAMED)
            tolerance.on_note(noted(note, self.file, self.sheet))

    def records(self, on_problem: OnProblem = raise_problem) -> Iterator[tuple[int, list[str]]]:
        """Yield (row, cells); a formula's cell holds the value that was last computed."""
        width = len(self.header)
        merged = MergedCells(self._merged, self.header_row)
        met = 0
        for row, raw in enumerate(islice(self._rows(), self.header_row, None), self.header_row + 1):
            cells = [self._text(cell) for cell in raw]
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
        reasons = {"e": "xlsx.error_cell", UNCOMPUTED: "xlsx.uncomputed"}
        return [
            self.problem(message(reasons[cell.data_type], text=text), row, column, text)
            for column, (text, cell) in enumerate(zip(cells, raw, strict=True))
            if cell.data_type in reasons
        ]

    def _text(self, cell: SheetCell) -> str:
        if cell.data_type == "n" and cell.style in self._formats and isinstance(cell.value, int | float):
            return NumberText(text_of(cell.value), shown_number(cell.value, self._formats[cell.style]))
        return text_of(cell.value)

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
    path: Path,
    on_problem: OnProblem = raise_problem,
    *,
    ignore: Collection[str] = (),
    tolerance: Tolerance | None = None,
) -> list[SheetTable]:
    """Return the workbook's sheets in their order, without those named in `ignore`; charts are none.

    A sheet without a usable header is told to `on_problem` and left out. With a `tolerance`, sheets that are hidden or
    empty are left out, lines may stand above the header, and merged cells hold their value in every cell.

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
        if name in ignore:
            continue
        if tolerance and workbook[name].sheet_state != "visible":
            tolerance.on_note(noted(message("xlsx.hidden_sheet"), file, name))
            continue
        try:
            tables.append(SheetTable(workbook, file, name, tolerance))
        except InputError as error:
            if tolerance and error.problem.message.code == _EMPTY:
                tolerance.on_note(noted(message("xlsx.ignored_sheet"), file, name))
            else:
                on_problem(error.problem)
    return tables


def _number_formats(workbook: Workbook) -> dict[int, str]:
    """Return the number format of each style that is not the general one."""
    book: Any = workbook
    custom = dict(enumerate(book._number_formats, BUILTIN_FORMATS_MAX_SIZE))
    codes = {at: (BUILTIN_FORMATS | custom).get(style.numFmtId) for at, style in enumerate(book._cell_styles)}
    return {at: code for at, code in codes.items() if code is not None and code != "General"}


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
        return NumberText(text := str(value).upper(), text)
    if isinstance(value, datetime):
        return NumberText(value.date() if value.time() == time() else value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return _number(int(value))
    return _number(value) if isinstance(value, int | float) else NumberText(value)


def _number(value: float) -> NumberText:
    return NumberText(value, shown_number(value, "General"))


def _quietly(rows: Iterator[list[SheetCell]]) -> list[list[SheetCell]]:
    # openpyxl warns of what it does not keep, such as drop-downs; nothing of that is a cell's value.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return list(islice(rows, _BATCH))
