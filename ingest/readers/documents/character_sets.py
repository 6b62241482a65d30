"""Text encodings of documents: UTF-8 and UTF-16, of China GB18030, and of old Western files Windows-1252, noted."""

import codecs
from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import message
from ingest.readers.csv_dialect import is_chinese
from ingest.readers.documents.passage import MAX_FILE_BYTES
from ingest.readers.table import noted
from ingest.readers.tolerance import OnNote

_MOST_BEYOND_ASCII = 0.25
"""A larger share of bytes beyond ASCII has no text in a Western language."""


def text_bytes(path: Path) -> bytes:
    """Return what a text file holds.

    Raises:
        InputError: it cannot be read, or is large.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InputError(Problem(message("file.large", megabytes=MAX_FILE_BYTES // 1_000_000), path.name))
        return path.read_bytes()
    except OSError as error:
        raise InputError(Problem(message("file.unreadable", error=error.strerror or str(error)), path.name)) from None


def decoded(path: Path, data: bytes, on_note: OnNote, declared: str | None = None) -> str:
    """Return the text; `declared` is the encoding that it says it is in, which is tried first.

    UTF-16 is known by its byte order mark, GB18030 by its characters. What is none of that is taken for Windows-1252,
    and noted.

    Raises:
        InputError: it is no text.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    for encoding in filter(None, ("utf-8-sig", declared)):
        try:
            return data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    if is_chinese(path):
        return data.decode("gb18030", "replace")
    beyond = sum(byte > 127 for byte in data)
    if b"\0" in data or beyond > _MOST_BEYOND_ASCII * len(data):
        raise InputError(Problem(message("document.no_text"), path.name))
    on_note(noted(message("document.windows_text"), path.name))
    return data.decode("cp1252", "replace")
