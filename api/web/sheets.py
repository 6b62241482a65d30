"""Tables as spreadsheets: CSV that Excel opens, in which no text is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from fastapi.responses import StreamingResponse

from ingest.formats.native_rows import escape


def sheet(name: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> StreamingResponse:
    """Return the table as a file of this name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingResponse(_lines(heads, rows), media_type="text/csv; charset=utf-8", headers=headers)


def as_cell(number: float | None) -> str:
    """Return a number as a cell holds it; an empty cell where there is none.

    >>> as_cell(0.125), as_cell(12345678.0), as_cell(None)
    ('0.125', '12345678', '')
    """
    return "" if number is None else f"{number:.12g}"


def _lines(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines; a byte order mark tells Excel that it is UTF-8."""
    yield "\ufeff" + _line(heads)
    for row in rows:
        yield _line(row)


def _line(cells: Sequence[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([escape(cell) for cell in cells])
    return written.getvalue()
