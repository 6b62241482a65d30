"""Tables that pages offer as files: CSV as spreadsheets open it."""

import csv
import io
from collections.abc import Iterable, Iterator

from fastapi.responses import StreamingResponse

from ingest.formats.native_rows import escape


def csv_file(name: str, rows: Iterable[list[str]]) -> StreamingResponse:
    """Return the table as a file of this name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_lines(rows), media_type="text/csv; charset=utf-8", headers=headers)


def _lines(rows: Iterable[list[str]]) -> Iterator[str]:
    """Yield the lines; a byte order mark tells Excel that it is UTF-8, and no text is taken for a formula."""
    yield "\ufeff"
    for row in rows:
        written = io.StringIO()
        csv.writer(written).writerow([escape(cell) for cell in row])
        yield written.getvalue()
