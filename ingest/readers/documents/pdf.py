"""PDF files with a text layer: the lines of each page. One that was scanned has none, and is said to be one."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from graph.cancellation import check_cancelled
from graph.errors import InputError, Problem
from graph.messages import Message, message
from ingest.readers.documents.passage import MAX_CHARACTERS, MAX_FILE_BYTES, MAX_PASSAGES, Passage
from ingest.readers.table import shown
from ingest.readers.tolerance import OnNote

if TYPE_CHECKING:
    from pypdf import PdfReader

MAX_PAGES = 5000
_HEAD_BYTES = 1024
_PAGE_NUMBER = re.compile(r"[-–—·.\s]*(?:第\s*)?\d{1,4}(?:\s*页)?[-–—·.\s]*")


def read_pages(path: Path, _: OnNote) -> list[Passage]:
    """Return the lines of all pages that hold text; a line that is nothing but the page's number is left out.

    Raises:
        InputError: it is no PDF, is protected, is damaged, holds no text, or more than the limits allow.
    """
    from pypdf.errors import PyPdfError  # noqa: PLC0415 - loads for 0.2 s, and most files are none

    reader = _opened(path)
    try:
        pages = len(reader.pages)
        if pages > MAX_PAGES:
            raise _refused(path, message("document.many_pages", pages=pages, most=MAX_PAGES))
        lines = list(_lines(path, reader))
    except (PyPdfError, RecursionError, MemoryError, *_BROKEN) as error:
        raise _refused(path, message("document.damaged", fault=shown(str(error), 100))) from None
    if not lines:
        raise _refused(path, message("document.scanned", pages=pages))
    return lines


_BROKEN = (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError, NotImplementedError)
"""What reading a damaged PDF can end in: its parts are taken as they come."""


def _refused(path: Path, reason: Message) -> InputError:
    return InputError(Problem(reason, path.name))


def _opened(path: Path) -> "PdfReader":
    from pypdf import PdfReader  # noqa: PLC0415 - see above
    from pypdf.errors import PyPdfError  # noqa: PLC0415 - see above

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise _refused(path, message("file.large", megabytes=MAX_FILE_BYTES // 1_000_000))
        with path.open("rb") as file:
            if b"%PDF-" not in file.read(_HEAD_BYTES):
                raise _refused(path, message("document.no_pdf"))
        reader = PdfReader(path, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise _refused(path, message("document.password"))
    except OSError as error:
        raise _refused(path, message("file.unreadable", error=error.strerror or str(error))) from None
    except (PyPdfError, RecursionError, *_BROKEN) as error:
        raise _refused(path, message("document.damaged", fault=shown(str(error), 100))) from None
    return reader


def _lines(path: Path, reader: "PdfReader") -> Iterator[Passage]:
    characters = count = 0
    for number, page in enumerate(reader.pages, 1):
        check_cancelled()
        part = f"page:{number}"
        for row, line in enumerate(page.extract_text().splitlines(), 1):
            characters, count = characters + len(line), count + 1
            if characters > MAX_CHARACTERS or count > MAX_PASSAGES:
                raise _refused(path, message("document.long"))
            text = line.strip()
            if text and not _PAGE_NUMBER.fullmatch(text):
                yield Passage(row, text, part)
