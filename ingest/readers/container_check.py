"""Workbook container check (zip bombs, entities), before anything of a file is unpacked or believed."""

import zipfile
import zlib
from pathlib import Path
from typing import IO, NoReturn
from xml.parsers import expat

from graph.errors import InputError, Problem
from graph.messages import Message, message
from ingest.readers.file_kinds import OLE, ZIP
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
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What reading a damaged workbook can end in: libraries take its parts as they come, and add errors of their own."""

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
    data = bytes_of(path)
    if not data.startswith(ZIP):
        refuse(path, what_else(data))
    try:
        with zipfile.ZipFile(path) as archive:
            _check_parts(path, archive)
            _check_xml(path, archive)
    except BROKEN as error:
        refuse(path, message("xlsx.damaged", fault=shown(str(error), 100)))
    return data


def bytes_of(path: Path) -> bytes:
    """Return what a workbook's file holds. Raises InputError where it is too large, or cannot be read."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            refuse(path, message("xlsx.large", megabytes=MAX_FILE_BYTES // 1_000_000))
        return path.read_bytes()
    except OSError as error:
        refuse(path, message("file.unreadable", error=error.strerror or str(error)))


def refuse(path: Path, reason: Message) -> NoReturn:
    """Refuse the file. Raises InputError."""
    raise InputError(Problem(reason, path.name)) from None


def what_else(data: bytes) -> Message:
    """Return what to say of bytes that are no packed workbook."""
    if not data:
        return message("file.empty")
    if data.startswith(OLE):
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
        refuse(path, message("xlsx.something_else", what=message(other)))
    check_sizes(path, parts)


def check_sizes(path: Path, parts: list[zipfile.ZipInfo]) -> None:
    """Refuse a workbook that is protected, or unpacks to too much. Raises InputError."""
    if any(part.flag_bits & 1 for part in parts):
        refuse(path, message("xlsx.password"))
    if len(parts) > MAX_PARTS:
        refuse(path, message("xlsx.many_parts", parts=len(parts), most=MAX_PARTS))
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED_BYTES:
        allowed = MAX_UNPACKED_BYTES // 1_000_000
        refuse(path, message("xlsx.unpacks_to", megabytes=unpacked // 1_000_000, most=allowed))
    for part in parts:
        if part.file_size > max(_FREE_BYTES, MAX_RATIO * part.compress_size):
            ratio = part.file_size // max(part.compress_size, 1)
            refuse(path, message("xlsx.ratio", part=part.filename, times=ratio, most=MAX_RATIO))


def _check_xml(path: Path, archive: zipfile.ZipFile) -> None:
    for part in archive.infolist():
        with archive.open(part) as file:
            seen = _Prologue(file)
        if seen.has_doctype:
            refuse(path, message("xlsx.doctype", part=part.filename))
        if seen.fault and part.filename.lower().endswith((".xml", ".rels")):
            refuse(path, message("xlsx.damaged_part", part=part.filename, fault=seen.fault))
        if seen.texts > MAX_SHARED_STRINGS:
            refuse(path, message("xlsx.many_texts", most=MAX_SHARED_STRINGS))


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
