"""XLS reader (Excel 5 to 2003): through xlrd, each sheet kept as its filled cells."""

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlrd
from xlrd.compdoc import CompDocError
from xlrd.xldate import xldate_as_datetime

from graph.errors import InputError, Problem
from graph.messages import message
from ingest.readers.cell_text import text_of
from ingest.readers.container_check import BROKEN, bytes_of, refuse, what_else
from ingest.readers.file_kinds import OLE
from ingest.readers.merged_cells import MOST_RANGES, MergedRange
from ingest.readers.number_format import shown_number
from ingest.readers.sheet_table import ERROR, MAX_CELLS, UNCOMPUTED, Sheet, SheetCell
from ingest.readers.table import MAX_COLUMNS, NumberText, letters, shown
from ingest.readers.xls_formulas import Formula, formulas

_BROKEN = (*BROKEN, xlrd.XLRDError, CompDocError, struct.error, AssertionError)
_STREAM = b"\x09\x08"
"""How a workbook begins that is not wrapped in a compound document."""
_EMPTY = SheetCell("", "n")
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")


def xls_sheets(path: Path) -> list[Sheet]:
    """Return the workbook's sheets in their order; charts are none.

    Raises:
        InputError: it is no workbook, is protected, or holds more than the limits allow.
    """
    data = bytes_of(path)
    if not data.startswith((OLE, _STREAM)):
        refuse(path, what_else(data))
    if _ENCRYPTED_PACKAGE in data:
        refuse(path, message("xlsx.password"))
    try:
        with Path(os.devnull).open("w", encoding="utf-8") as log:
            book = xlrd.open_workbook(
                file_contents=data, logfile=log, on_demand=True, formatting_info=True, ragged_rows=True
            )
            try:
                return _Workbook(path.name, book).sheets()
            finally:
                book.release_resources()
    except _BROKEN as error:
        if "encrypted" in str(error):
            refuse(path, message("xlsx.password"))
        if "find workbook" in str(error):
            refuse(path, message("xlsx.no_workbook"))
        refuse(path, message("xlsx.damaged", fault=shown(str(error) or type(error).__name__, 100)))


class XlsSheet(Sheet):
    """A sheet of an XLS workbook; its rows have their cells up to the last that is filled."""

    def __init__(self, name: str, cells: list[list[SheetCell]], merged: list[MergedRange], *, is_hidden: bool) -> None:
        """Keep what was read."""
        self.name = name
        self.is_hidden = is_hidden
        self._cells, self._merged = cells, merged

    def rows(self) -> Iterator[list[SheetCell]]:
        """Yield the cells of each row."""
        yield from self._cells

    def text(self, cell: SheetCell) -> str:
        """Return the text that was made of the value."""
        return cell.value if isinstance(cell.value, str) else ""

    def merged_ranges(self) -> list[MergedRange]:
        """Return them by their first rows."""
        return self._merged


class _Workbook:
    """xlrd's workbook, gone through once, one sheet in memory at a time."""

    def __init__(self, file: str, book: Any) -> None:  # noqa: ANN401 - xlrd has no types
        self._file, self._book = file, book
        self._kept = 0
        self._computes = any(one.has_value for at in range(book.nsheets) for one in self._formulas(at))

    def sheets(self) -> list[Sheet]:
        return [self._sheet(at) for at in range(self._book.nsheets)]

    def _sheet(self, at: int) -> Sheet:
        found = self._book.sheet_by_index(at)
        uncomputed = set() if self._computes else {(one.row, one.column) for one in self._formulas(at)}
        rows = [self._row(found, row, uncomputed) for row in range(found.nrows)]
        while rows and not rows[-1]:
            rows.pop()
        merged = sorted(_merged(*one) for one in found.merged_cells[:MOST_RANGES])
        self._book.unload_sheet(at)
        return XlsSheet(found.name, rows, merged, is_hidden=found.visibility != 0)

    def _row(self, found: Any, row: int, uncomputed: set[tuple[int, int]]) -> list[SheetCell]:  # noqa: ANN401
        cells = [self._cell(found, row, at) for at in range(min(found.row_len(row), MAX_COLUMNS))]
        for at in range(len(cells)):
            if (row, at) in uncomputed:
                cells[at] = SheetCell("", UNCOMPUTED)
        while cells and cells[-1] is _EMPTY:
            cells.pop()
        self._kept += len(cells)
        if self._kept > MAX_CELLS:
            raise InputError(Problem(message("xlsx.wide", most=MAX_CELLS), self._file, found.name))
        return cells

    def _cell(self, found: Any, row: int, at: int) -> SheetCell:  # noqa: ANN401
        kind, value = found.cell_type(row, at), found.cell_value(row, at)
        if kind == xlrd.XL_CELL_TEXT:
            return SheetCell(value.strip(), "s") if value.strip() else _EMPTY
        if kind == xlrd.XL_CELL_NUMBER:
            return SheetCell(self._number(value, found.cell_xf_index(row, at)), "n")
        if kind == xlrd.XL_CELL_DATE:
            return SheetCell(self._date(value), "n")
        if kind == xlrd.XL_CELL_BOOLEAN:
            return SheetCell(text_of(bool(value)), "n")
        if kind == xlrd.XL_CELL_ERROR:
            return SheetCell(xlrd.error_text_from_code.get(value, "#"), ERROR)
        return _EMPTY

    def _number(self, value: float, style: int) -> str:
        text = text_of(value)
        form = self._book.format_map.get(self._book.xf_list[style].format_key)
        return NumberText(text, shown_number(value, form.format_str)) if form is not None else text

    def _date(self, value: float) -> str:
        try:
            moment = xldate_as_datetime(value, self._book.datemode)
        except (ValueError, OverflowError, xlrd.XLDateError):
            return NumberText(text_of(value))
        return NumberText(moment.time()) if 0 <= value < 1 else text_of(moment)

    def _formulas(self, at: int) -> Iterator[Formula]:
        return formulas(self._book.mem, self._book._sh_abs_posn[at])


def _merged(first_row: int, end_row: int, first_column: int, end_column: int) -> MergedRange:
    """Return a range as xlrd has it, from 0 and without its ends."""
    name = f"{letters(first_column)}{first_row + 1}:{letters(end_column - 1)}{end_row}"
    return MergedRange(first_row + 1, end_row, first_column + 1, end_column, name)
