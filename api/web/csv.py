"""CSV export of tables that Excel opens, in which no text is taken for a formula."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from fastapi.responses import Response, StreamingResponse

from api.answers.downloads import XLSX
from api.answers.tables import BYTE_ORDER_MARK, as_digits, csv_lines
from ingest.formats.native.rows import escape

_ROWS_TOGETHER = 50


def sheet(name: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> StreamingResponse:
    """Return the table as a file of this name."""
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
