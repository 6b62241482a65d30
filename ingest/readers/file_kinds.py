"""File types: what a file that is not of the expected format looks like, by its first bytes (magic numbers)."""

import re
import zipfile
from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import Message, message

ZIP, OLE = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
"""How packed workbooks (.xlsx, .ods) begin, and old ones (.xls)."""
_MAGIC = {
    b"%PDF-": "file.is_pdf",
    b"\x1f\x8b": "file.is_gzip",
    OLE: "file.is_old_workbook",
    b"SQLite format 3\0": "file.is_sqlite",
    b"PAR1": "file.is_parquet",
    b"7z\xbc\xaf\x27\x1c": "file.is_7z",
    b"Rar!\x1a\x07": "file.is_rar",
    b"\x89PNG\r\n": "file.is_picture",
    b"\xff\xd8\xff": "file.is_picture",
}
_PARTS = {
    "xl/workbook.xml": "file.is_workbook",
    "xl/workbook.bin": "file.is_old_workbook",
    "word/document.xml": "file.is_word",
    "ppt/presentation.xml": "file.is_presentation",
    "mimetype": "file.is_opendocument",
}
_HTML = re.compile(rb"\s*(<!--.*?-->\s*)*<(!doctype html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_XML = re.compile(rb"\s*<\?xml\b")


def refuse_other_kinds(path: Path, *, text: bool = False) -> None:
    """Refuse a file that its first bytes show to be of another format.

    Only where `text` is set, formats that are text themselves (HTML, XML) are refused, too.

    Raises:
        InputError: it is; the message says which one it looks like, and what to do with it.
        OSError: it cannot be read.
    """
    looks = _kind_of(path, text=text)
    if looks is not None:
        raise InputError(Problem(looks, path.name))


def _kind_of(path: Path, *, text: bool) -> Message | None:
    with path.open("rb") as file:
        head = file.read(1000)
    if head.startswith(ZIP):
        return message(_kind_of_zip(path))
    found = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)
    head = head.removeprefix(b"\xef\xbb\xbf")
    if found is None and text:
        found = "file.is_html" if _HTML.match(head) else "file.is_xml" if _XML.match(head) else None
    return None if found is None else message(found)


def _kind_of_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = frozenset(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return "file.is_zip"
    return next((kind for part, kind in _PARTS.items() if part in names), "file.is_zip")
