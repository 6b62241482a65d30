"""ODS reader (OpenDocument spreadsheets): the workbook is checked as a container, then its content read in one stream.

Source: OASIS OpenDocument 1.3 part 3, chapter 9 (tables) and 19 (attributes).
"""

# A reader of our own: odfpy holds a tree of the whole document, pandas and ezodf stand on it or on lxml, and calamine
# gives neither what a cell shows nor a formula without a value. Of the document only what is filled is kept; rows and
# cells that it says are repeated are counted before anybody goes through them.

import zipfile
from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import message
from ingest.readers.container_check import BROKEN, bytes_of, check_sizes, refuse, what_else
from ingest.readers.file_kinds import ZIP
from ingest.readers.ods_content import ContentError, OdsContent
from ingest.readers.sheet_table import Sheet
from ingest.readers.table import shown

CONTENT, MANIFEST = "content.xml", "META-INF/manifest.xml"
_ENCRYPTED = (b"encryption-data", b"encrypted-package")
_BLOCK = 1 << 16


def ods_sheets(path: Path) -> list[Sheet]:
    """Return the workbook's sheets in their order.

    Raises:
        InputError: it is no workbook, is protected, or holds more than the limits allow.
    """
    data = bytes_of(path)
    if not data.startswith(ZIP):
        refuse(path, what_else(data))
    try:
        with zipfile.ZipFile(path) as archive:
            if CONTENT not in archive.namelist():
                refuse(path, message("ods.no_spreadsheet"))
            check_sizes(path, archive.infolist())
            _check_encryption(path, archive)
            content = OdsContent(path.name)
            with archive.open(CONTENT) as part:
                while block := part.read(_BLOCK):
                    content.feed(block)
                content.close()
    except ContentError as error:
        raise InputError(Problem(error.message, path.name, error.sheet)) from None
    except BROKEN as error:
        refuse(path, message("xlsx.damaged", fault=shown(str(error), 100)))
    if not content.is_spreadsheet:
        refuse(path, message("ods.no_spreadsheet"))
    return list(content.sheets)


def _check_encryption(path: Path, archive: zipfile.ZipFile) -> None:
    if MANIFEST not in archive.namelist():
        return
    with archive.open(MANIFEST) as part:
        manifest = part.read(1 << 20)
    if any(word in manifest for word in _ENCRYPTED):
        refuse(path, message("xlsx.password"))
