"""Dates of workbooks: openpyxl dates a file and each of its parts by the clock; here one content is one file."""

import re
from io import BytesIO
from pathlib import Path
from shutil import copyfileobj
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook

_CORE = "docProps/core.xml"
_MOMENT = re.compile(rb"(W3CDTF\">)[^<]*")
_DATES = re.compile(rb"<dcterms:(created|modified)\b[^>]*>[^<]*</dcterms:\1>")
_PACKED_AT = (1980, 1, 1, 0, 0, 0)
"""The time that parts of a workbook have: the earliest that a zip can tell."""


def undated(workbook: Workbook) -> bytes:
    """Return the workbook as a file without a date, which may be. Source: ECMA-376, part 2, core properties."""
    saved, written = BytesIO(), BytesIO()
    workbook.save(saved)
    write_dated(saved, written, None)
    return written.getvalue()


def write_dated(saved: BytesIO, into: Path | BytesIO, moment: str | None) -> None:
    """Write a saved workbook, dated at the moment (ISO 8601), or without a date for None."""
    with ZipFile(saved) as parts, ZipFile(into, "w", ZIP_DEFLATED) as copy:
        for part in parts.infolist():
            about = ZipInfo(part.filename, _PACKED_AT)
            about.compress_type, about.file_size = ZIP_DEFLATED, part.file_size
            with parts.open(part) as read, copy.open(about, "w") as written:
                if part.filename == _CORE:
                    written.write(_redated(read.read(), moment))
                else:  # a sheet is larger than all else in memory: it is copied piece by piece
                    copyfileobj(read, written)


def _redated(core: bytes, moment: str | None) -> bytes:
    return _DATES.sub(b"", core) if moment is None else _MOMENT.sub(rb"\g<1>" + moment.encode(), core)
