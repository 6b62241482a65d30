"""XLSX container check (zip bombs, entities), before anything of a file is unpacked or believed."""

import zipfile
import zlib
from pathlib import Path
from typing import IO, NoReturn
from xml.parsers import expat

from openpyxl.utils.exceptions import InvalidFileException

from graph.errors import InputError, Problem
from ingest.readers.table import shown

MAX_FILE_BYTES = 50_000_000
MAX_UNPACKED_BYTES = 300_000_000
MAX_RATIO = 200
MAX_PARTS = 2000
MAX_SHARED_STRINGS = 2_000_000

BROKEN = (
    ArithmeticError,
    AttributeError,
    EOFError,
    InvalidFileException,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What reading a damaged workbook can end in: openpyxl takes a workbook's parts as they come."""

_ZIP, _OLE = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
_FREE_BYTES = 1_000_000
_BLOCK = 1 << 16
_ELSE = {
    "mimetype": "an OpenDocument file",
    "xl/workbook.bin": "a binary workbook (.xlsb)",
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a presentation",
}


def checked_bytes(path: Path) -> bytes:
    """Return the file's bytes.

    Raises:
        InputError: it is no XLSX workbook, is protected, unpacks to too much, or its XML declares a document type.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            _refuse(path, f"the workbook has more than {MAX_FILE_BYTES // 1_000_000} MB; use CSV")
        data = path.read_bytes()
    except OSError as error:
        _refuse(path, f"cannot be read: {error.strerror or error}")
    if not data.startswith(_ZIP):
        _refuse(path, _what_else(data))
    try:
        with zipfile.ZipFile(path) as archive:
            _check_parts(path, archive)
            _check_xml(path, archive)
    except BROKEN as error:
        _refuse(path, f"the workbook is damaged ({shown(str(error), 100)}); open it and save it again as .xlsx")
    return data


def _refuse(path: Path, reason: str) -> NoReturn:
    raise InputError(Problem(reason, path.name)) from None


def _what_else(data: bytes) -> str:
    if not data:
        return "the file is empty"
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            return "the workbook is protected by a password; remove the password and save it again"
        return "this is an old workbook (.xls) under another name; open it and save it as .xlsx"
    if b"\0" not in data[:1000]:
        return "this is a text file under another name, no workbook; name it .csv if it is one, or save it as .xlsx"
    return "this is no workbook; open it in a spreadsheet program and save it as .xlsx"


def _check_parts(path: Path, archive: zipfile.ZipFile) -> None:
    # zipfile never unpacks more of a part than the size that the directory states, so these sizes can be relied on.
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if not any(name.endswith("workbook.xml") for name in names):
        other = next((what for name, what in _ELSE.items() if name in names), "a zip archive that is no workbook")
        _refuse(path, f"this is {other}; save it as .xlsx")
    if any(part.flag_bits & 1 for part in parts):
        _refuse(path, "the workbook is protected by a password; remove the password and save it again")
    if len(parts) > MAX_PARTS:
        _refuse(path, f"the workbook has {len(parts)} parts, {MAX_PARTS} are allowed")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED_BYTES:
        allowed = MAX_UNPACKED_BYTES // 1_000_000
        _refuse(path, f"the workbook unpacks to {unpacked // 1_000_000} MB, {allowed} are allowed; use CSV")
    for part in parts:
        if part.file_size > max(_FREE_BYTES, MAX_RATIO * part.compress_size):
            ratio = part.file_size // max(part.compress_size, 1)
            _refuse(path, f"{part.filename} in it unpacks to {ratio} times its size, {MAX_RATIO} are allowed; use CSV")


def _check_xml(path: Path, archive: zipfile.ZipFile) -> None:
    for part in archive.infolist():
        with archive.open(part) as file:
            seen = _Prologue(file)
        if seen.has_doctype:
            _refuse(path, f"{part.filename} in it declares a document type, which no workbook needs")
        if seen.fault and part.filename.lower().endswith((".xml", ".rels")):
            _refuse(path, f"{part.filename} in it is damaged ({seen.fault}); save it again as .xlsx")
        if seen.texts > MAX_SHARED_STRINGS:
            _refuse(path, f"the workbook has more than {MAX_SHARED_STRINGS:,} different texts; use CSV")


class _Prologue:
    """A part up to its first element, or to its end where it is the table of shared texts.

    No entity can be expanded in a part without a document type, and that must stand before the first element.
    """

    def __init__(self, part: IO[bytes]) -> None:
        self.has_doctype = False
        self.fault = ""
        self.texts = 0
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._root
        self._parser = parser
        try:
            while block := part.read(_BLOCK):
                parser.Parse(block)
        except _Stop:
            pass
        except expat.ExpatError as error:
            self.fault = str(error)

    def _doctype(self, *_: object) -> None:
        self.has_doctype = True
        raise _Stop

    def _root(self, name: str, _: object) -> None:
        if name.rpartition(" ")[2] != "sst":
            raise _Stop
        self._parser.StartElementHandler = self._text

    def _text(self, name: str, _: object) -> None:
        self.texts += name.endswith("si")
        if self.texts > MAX_SHARED_STRINGS:
            raise _Stop


class _Stop(Exception):  # noqa: N818 - a signal, no error
    """Enough was seen of a part."""
