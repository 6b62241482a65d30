"""Support matrix as a file that can be filled in and read again: a workbook, or a table of CSV."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from graph.errors import InputError
from graph.messages import Language, message, text
from graph.model import NodeId
from graph.support_levels import LEVELS
from ingest.draft import DownloadBase
from ingest.formats.native.download import with_base
from ingest.formats.native.example_rows import HELP_SHEET
from ingest.formats.native.rows import escape
from ingest.readers.table import MAX_COLUMNS

_IDS, _LABELS = 2, 3
"""How many columns of a row say what it is called, and how many there are before its cells."""
_HELP = ("what", "levels", "weights", "empty", "by_units", "rest")
_BYTE_ORDER_MARK = "\ufeff"


class MatrixTable(NamedTuple):
    """What a matrix shows: rows as (id, name, term), columns as (id, name), cells by their positions.

    `of` is what the rows are: "courses" or "units".
    """

    of: str
    rows: Sequence[tuple[str, str, int | None]]
    columns: Sequence[tuple[str, str]]
    cells: Mapping[tuple[int, int], str]


def matrix_workbook(table: MatrixTable, language: Language, base: DownloadBase) -> bytes:
    """Return the workbook, with a sheet that explains it; its cells are noted in the `base`, which is hidden in it.

    Raises:
        InputError: it has more columns than are read again.
    """
    _check(table)
    workbook = Workbook(write_only=True)
    workbook.properties.creator = "Rolepath"
    sheet: Any = workbook.create_sheet(text("support.sheet_name", language))
    sheet.freeze_panes = f"{get_column_letter(_LABELS + 1)}3"
    for number in range(1, _LABELS + len(table.columns) + 1):
        width = (24, 30, 8)[number - 1] if number <= _LABELS else 6
        sheet.column_dimensions[get_column_letter(number)].width = width
    _add_drop_down(sheet, table)
    lines = _lines(table, language)
    for _ in range(2):
        sheet.append([_text(sheet, cell, head=True, upright=at >= _LABELS) for at, cell in enumerate(next(lines))])
    for line in lines:
        sheet.append([_text(sheet, cell) if at < _IDS else _cell(sheet, cell) for at, cell in enumerate(line)])
    _add_help(workbook, language)
    for (row, column), cell in table.cells.items():
        base.cells[NodeId(table.rows[row][0]), NodeId(table.columns[column][0])] = cell
    return with_base(workbook, base)


def matrix_csv(table: MatrixTable, language: Language) -> str:
    """Return the same as CSV, with a byte order mark. Raises InputError as `matrix_workbook` does."""
    _check(table)
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(
        [escape(str(cell)) for cell in line] for line in _lines(table, language)
    )
    return _BYTE_ORDER_MARK + out.getvalue()


def _check(table: MatrixTable) -> None:
    most = MAX_COLUMNS - _LABELS
    if len(table.columns) > most:
        raise InputError(message("support.wide", columns=len(table.columns), most=most))


def _lines(table: MatrixTable, language: Language) -> Iterator[list[str]]:
    """Yield the names of the columns, their ids, then each row."""
    heads = [text(f"support.head_{name}_{table.of}", language) for name in ("id", "name")]
    yield [*heads, text("support.head_term", language), *(name for _, name in table.columns)]
    yield ["", "", "", *(node_id for node_id, _ in table.columns)]
    for at, (node_id, name, term) in enumerate(table.rows):
        cells = [table.cells.get((at, column), "") for column in range(len(table.columns))]
        yield [node_id, name, "" if term is None else str(term), *cells]


def _add_drop_down(sheet: Any, table: MatrixTable) -> None:  # noqa: ANN401 - openpyxl gives its class no public name
    if not table.rows or not table.columns:
        return
    choice = DataValidation(type="list", formula1=f'"{",".join(LEVELS)}"', allow_blank=True, showErrorMessage=False)
    last = get_column_letter(_LABELS + len(table.columns))
    choice.add(f"{get_column_letter(_LABELS + 1)}3:{last}{len(table.rows) + 2}")
    sheet.data_validations.append(choice)


def _cell(sheet: Any, cell: str) -> object:  # noqa: ANN401
    """Return a cell: a weight as a number, the rest as text."""
    try:
        return float(cell)
    except ValueError:
        return _text(sheet, cell) if cell else None


def _text(sheet: Any, value: str, *, head: bool = False, upright: bool = False) -> object:  # noqa: ANN401
    if not value:
        return None
    made = WriteOnlyCell(sheet, value)
    made.data_type = "s"  # openpyxl takes "=..." for a formula unless told that it is text
    made.number_format = "@"
    if head:
        made.font = Font(bold=True)
    if upright:
        made.alignment = Alignment(textRotation=90, vertical="bottom")
    return made


def _add_help(workbook: Workbook, language: Language) -> None:
    sheet: Any = workbook.create_sheet(HELP_SHEET)
    sheet.column_dimensions["A"].width = 110
    for line in _HELP:
        sheet.append([_text(sheet, text(f"support.help_{line}", language))])
