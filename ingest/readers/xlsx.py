"""XLSX reader: workbooks are checked as containers first, then read sheet by sheet."""

# openpyxl, not calamine, though that is faster: calamine fills the rectangle between a sheet's first and last cell, so
# that a 5 kB workbook with one cell in XFD1048576 aborts the process, and it reads an error cell as an empty one. What
# openpyxl leaves open (entities in XML, zip bombs, claimed dimensions) is closed here and in container_check.py.

import re
import warnings
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import IO, Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from graph.errors import InputError, Problem
from graph.messages import message
from ingest.readers.cell_text import text_of
from ingest.readers.container_check import BROKEN, checked_bytes
from ingest.readers.merged_cells import MOST_RANGES, MergedRange
from ingest.readers.number_format import shown_number
from ingest.readers.sheet_table import LAST_ROW, Sheet, SheetCell
from ingest.readers.table import NumberText, shown
from ingest.readers.xlsx_cells import DisorderError, cells_by_row

_BATCH = 1000
_BLOCK = 1 << 20
_BROKEN = (*BROKEN, InvalidFileException)
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')


def xlsx_sheets(path: Path) -> list[Sheet]:
    """Return the workbook's sheets in their order; charts are none.

    Raises:
        InputError: it is no workbook, or claims more than the limits allow.
    """
    data = checked_bytes(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except _BROKEN as error:
        raise InputError(Problem(message("xlsx.unloadable", fault=shown(str(error), 100)), path.name)) from None
    formats = _number_formats(workbook)
    return [_XlsxSheet(workbook, path.name, sheet.title, formats) for sheet in workbook.worksheets]


class _XlsxSheet(Sheet):
    """A sheet of an XLSX workbook, of which a thousand rows are held at a time."""

    def __init__(self, workbook: Workbook, file: str, name: str, formats: dict[int, str]) -> None:
        self._sheet: Any = workbook[name]
        self._file, self._formats = file, formats
        self.name = name
        self.is_hidden = self._sheet.sheet_state != "visible"

    def rows(self) -> Iterator[list[SheetCell]]:
        try:
            rows = cells_by_row(self._sheet, LAST_ROW + 1)
            while batch := _quietly(rows):
                yield from batch
        except DisorderError as error:
            said = message("xlsx.disorder") if error.row else message("xlsx.no_first_row")
            raise InputError(Problem(said, self._file, self.name, error.row or None)) from None
        except _BROKEN as error:
            reason = message("xlsx.damaged_sheet", fault=shown(str(error), 100))
            raise InputError(Problem(reason, self._file, self.name)) from None

    def text(self, cell: SheetCell) -> str:
        if cell.data_type == "n" and cell.style in self._formats and isinstance(cell.value, int | float):
            return NumberText(text_of(cell.value), shown_number(cell.value, self._formats[cell.style]))
        return text_of(cell.value)

    def merged_ranges(self) -> list[MergedRange]:
        with self._sheet._get_source() as part:
            return _merged_ranges(part)


def _merged_ranges(part: IO[bytes]) -> list[MergedRange]:
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


def _number_formats(workbook: Workbook) -> dict[int, str]:
    """Return the number format of each style that is not the general one."""
    book: Any = workbook
    custom = dict(enumerate(book._number_formats, BUILTIN_FORMATS_MAX_SIZE))
    codes = {at: (BUILTIN_FORMATS | custom).get(style.numFmtId) for at, style in enumerate(book._cell_styles)}
    return {at: code for at, code in codes.items() if code is not None and code != "General"}


def _quietly(rows: Iterator[list[SheetCell]]) -> list[list[SheetCell]]:
    # openpyxl warns of what it does not keep, such as drop-downs; nothing of that is a cell's value.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return list(islice(rows, _BATCH))
