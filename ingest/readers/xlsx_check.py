"""XLSX container check (zip bombs, entities), before anything of a file is unpacked or believed."""

import zipfile
import zlib
from pathlib import Path
from typing import IO, NoReturn
from xml.parsers import expat

from openpyxl.utils.exceptions import InvalidFileException

from graph.errors import InputError, Problem
from graph.messages import Message, message
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
    "mimetype": "xlsx.is_opendocument",
    "xl/workbook.bin": "xlsx.is_binary",
    "word/document.xml": "xlsx.is_word",
    "ppt/presentation.xml": "xlsx.is_presentation",
}


def checked_bytes(path: Path) -> bytes:
    """Return the file's bytes.

    Raises:
        InputError: it is no XLSX workbook, is protected, unpacks to too much, or its XML declares a document type.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            _refuse(path, message("xlsx.large", megabytes=MAX_FILE_BYTES // 1_000_000))
        data = path.read_bytes()
    except OSError as error:
        _refuse(path, message("file.unreadable", error=error.strerror or str(error)))
    if not data.startswith(_ZIP):
        _refuse(path, _what_else(data))
    try:
        with zipfile.ZipFile(path) as archive:
            _check_parts(path, archive)
            _check_xml(path, archive)
    except BROKEN as error:
        _refuse(path, message("xlsx.damaged", fault=shown(str(error), 100)))
    return data


def _refuse(path: Path, reason: Message) -> NoReturn:
    raise InputError(Problem(reason, path.name)) from None


def _what_else(data: bytes) -> Message:
    if not data:
        return message("file.empty")
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            return message("xlsx.password")
        return message("xlsx.old")
    if b"\0" not in data[:1000]:
        return message("xlsx.is_text")
    return message("xlsx.no_workbook")


def _check_parts(path: Path, archive: zipfile.ZipFile) -> None:
    # zipfile never unpacks more of a part than the size that the directory states, so these sizes can be relied on.
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if not any(name.endswith("workbook.xml") for name in names):
        other = next((what for name, what in _ELSE.items() if name in names), "xlsx.is_zip")
        _refuse(path, message("xlsx.something_else", what=message(other)))
    if any(part.flag_bits & 1 for part in parts):
        _refuse(path, message("xlsx.password"))
    if len(parts) > MAX_PARTS:
        _refuse(path, message("xlsx.many_parts", parts=len(parts), most=MAX_PARTS))
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED_BYTES:
        allowed = MAX_UNPACKED_BYTES // 1_000_000
        _refuse(path, message("xlsx.unpacks_to", megabytes=unpacked // 1_000_000, most=allowed))
    for part in parts:
        if part.file_size > max(_FREE_BYTES, MAX_RATIO * part.compress_size):
            ratio = part.file_size // max(part.compress_size, 1)
            _refuse(path, message("xlsx.ratio", part=part.filename, times=ratio, most=MAX_RATIO))


def _check_xml(path: Path, archive: zipfile.ZipFile) -> None:
    for part in archive.infolist():
        with archive.open(part) as file:
            seen = _Prologue(file)
        if seen.has_doctype:
            _refuse(path, message("xlsx.doctype", part=part.filename))
        if seen.fault and part.filename.lower().endswith((".xml", ".rels")):
            _refuse(path, message("xlsx.damaged_part", part=part.filename, fault=seen.fault))
        if seen.texts > MAX_SHARED_STRINGS:
            _refuse(path, message("xlsx.many_texts", most=MAX_SHARED_STRINGS))


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
