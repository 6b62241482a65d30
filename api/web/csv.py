"""Tables of pages as CSV that Excel opens, and as workbooks; no text in them is taken for a formula."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from fastapi import Request
from fastapi.responses import Response, StreamingResponse

from api.answers.downloads import XLSX
from api.answers.tables import BYTE_ORDER_MARK, as_digits, csv_lines
from graph.errors import InputError, Problem
from graph.messages import message
from ingest.formats.native.rows import escape

_ROWS_TOGETHER = 50
MOST_ROWS, LONGEST_CELL = 1_048_575, 32_767
"""What a sheet and a cell of a workbook hold. Source: the limits that Excel states."""
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,12})?")


def spreadsheet(request: Request, name: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """Return the table as a file of this name: a workbook where the address ends in .xlsx, else CSV."""
    if request.url.path.endswith(".xlsx"):
        return workbook(name, workbook_of(heads, rows))
    return sheet(name, heads, rows)


def workbook_of(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return the table as a workbook, in which what is a number in CSV is one.

    Raises:
        InputError: it has more rows than a sheet holds.
    """
    from openpyxl import Workbook  # noqa: PLC0415 - few ask for a workbook

    from ingest.formats.native.workbook_dates import undated  # noqa: PLC0415

    book = Workbook(write_only=True)
    table: Any = book.create_sheet("table")
    table.freeze_panes = "A2"
    for at, row in enumerate(chain([heads], rows)):
        if at > MOST_ROWS:
            raise InputError(Problem(message("native.many_records", records=at, most=MOST_ROWS)))
        table.append([_workbook_cell(table, cell) for cell in row])
    return undated(book)


def _workbook_cell(table: Any, cell: str) -> object:  # noqa: ANN401 - openpyxl gives its class no public name
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415

    if _NUMBER.fullmatch(cell):
        return float(cell)
    made = WriteOnlyCell(table, ILLEGAL_CHARACTERS_RE.sub("\ufffd", cell[:LONGEST_CELL]))
    made.data_type = "s"  # openpyxl takes "=..." for a formula unless told that it is text
    return made


def sheet(name: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> StreamingResponse:
    """Return the table as a CSV file of this name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingResponse(lines_of(heads, rows), media_type="text/csv; charset=utf-8", headers=headers)


def workbook(name: str, made: bytes) -> Response:
    """Return a workbook as a file of this name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return Response(made, media_type=XLSX.media_type, headers=headers)


def as_cell(number: float | None) -> str:
    """Return a number as a cell holds it; an empty cell where there is none.

    >>> as_cell(0.125), as_cell(12345678.0), as_cell(1 / 3), as_cell(None)
    ('0.125', '12345678', '0.333333', '')
    """
    return "" if number is None else as_digits(number)


def lines_of(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the head at once, then the rows as they come, several together: each piece is handed over by a thread."""
    yield BYTE_ORDER_MARK + "".join(csv_lines([[escape(head) for head in heads]]))
    lines = csv_lines([escape(cell) for cell in cells] for cells in rows)
    while piece := "".join(islice(lines, _ROWS_TOGETHER)):
        yield piece
