"""File uploads: their names made harmless, and zip files unpacked within limits."""

import errno
import os
import shutil
import unicodedata
import zipfile
import zlib
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from graph.disk import disk_fault
from graph.errors import InputError, Problem, StoreUnavailableError
from graph.messages import message

MOST_FILES = 2000
MOST_RATIO = 200
"""How many times its size a packed file may unpack to: tables reach 20, a bomb 1,000."""
UNPACKED = "unpacked"
"""The folder, beside those of the uploads, that a zip is unpacked into."""
_FREE_BYTES = 1_000_000
_BLOCK = 1 << 20
_DAMAGED = (zipfile.BadZipFile, OSError, RuntimeError, EOFError, ValueError, zlib.error, LZMAError)
"""What reading a broken zip raises; an OSError is the zip's own fault only where the machine is not at fault."""
_OF_THE_MACHINE = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EACCES, errno.EMFILE, errno.ENFILE}
)


def safe_name(name: str | None) -> str:
    r"""Return an uploaded file's name without any folder.

    Raises:
        InputError: it is none that a file can have everywhere.

    >>> safe_name(r"C:\data\links.csv")
    'links.csv'
    """
    plain = unicodedata.normalize("NFC", (name or "").replace("\\", "/")).rpartition("/")[2].strip()
    if not plain or plain.startswith(".") or len(plain.encode()) > 200 or not plain.isprintable() or ":" in plain:
        raise InputError(message("upload.no_name", name=(name or "")[:100]))
    return plain


def save(file: BinaryIO, folder: Path, name: str) -> None:
    """Write an upload into the folder.

    Raises:
        InputError: a file of that name was uploaded already.
        StoreUnavailableError: there is no room for it, or no right to write there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / name).open("xb") as out:
            shutil.copyfileobj(file, out, _BLOCK)
    except FileExistsError:
        raise InputError(message("upload.same_name", name=name)) from None
    except OSError as error:
        raise _unkept(error) from error


def copy(source: Path, target: Path) -> None:
    """Make the folder `target` hold the files of a folder too, without taking their room again where that can be.

    Raises:
        StoreUnavailableError: there is no room for them, or no right to write there.
    """
    try:
        shutil.copytree(source, target, copy_function=_linked)
    except shutil.Error as error:  # of one file or several, each told in its own words
        raise _unkept(_first_of(error)) from error
    except OSError as error:
        raise _unkept(error) from error


def _first_of(error: shutil.Error) -> Exception:
    """Return an error of the machine where `copytree` tells of one by its text alone."""
    said = str(error.args[0]) if error.args else ""
    found = next((number for number in sorted(_OF_THE_MACHINE) if f"[Errno {number}]" in said), None)
    return error if found is None else OSError(found, os.strerror(found))


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, target)


def _unkept(error: Exception) -> StoreUnavailableError:
    if isinstance(error, OSError) and error.errno:  # without the path: where files are kept is nobody's business
        fault = disk_fault(error)
        return fault.kind(message("upload.cannot_keep", reason=fault.reason))
    return StoreUnavailableError(message("upload.cannot_keep", reason=_reason(error)))


def _reason(error: Exception) -> str:
    """Return what went wrong, without the path at which it did: where files are kept is nobody's business."""
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)


def input_path(folder: Path, most_bytes: int, *, only_folder: bool) -> Path:
    """Return what a format is to read: one file as it is, a .zip unpacked, several files as their folder.

    Raises:
        InputError: the zip is damaged, holds a name that leads elsewhere, or unpacks to too much.
        StoreUnavailableError: there is no room to unpack it.
    """
    files = sorted(folder.iterdir())
    if len(files) == 1 and files[0].suffix.lower() == ".zip":
        return _unpacked(files[0], folder.parent / UNPACKED, most_bytes)
    return files[0] if len(files) == 1 and not only_folder else folder


def _unpacked(file: Path, into: Path, most_bytes: int) -> Path:
    """Unpack a zip, and return its folder; where all is in one folder, that one."""
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir()
    try:
        with zipfile.ZipFile(file) as archive:
            parts = [part for part in archive.infolist() if not part.is_dir() and not _is_litter(part.filename)]
            _check(file, parts, most_bytes)
            for part in parts:
                _unpack(archive, part, into)
    except _DAMAGED as error:
        if isinstance(error, OSError) and error.errno in _OF_THE_MACHINE:
            raise _unkept(error) from error
        raise InputError(Problem(message("upload.damaged", error=_reason(error)), file.name)) from None
    while len(below := list(into.iterdir())) == 1 and below[0].is_dir():
        into = below[0]
    return into


def _check(file: Path, parts: list[zipfile.ZipInfo], most_bytes: int) -> None:
    if not parts or len(parts) > MOST_FILES:
        raise InputError(Problem(message("upload.number", parts=len(parts), most_files=MOST_FILES), file.name))
    if sum(part.file_size for part in parts) > most_bytes:
        raise InputError(Problem(message("upload.unpacked", most_bytes=most_bytes), file.name))
    for part in parts:
        way = PurePosixPath(part.filename)
        is_link = (part.external_attr >> 16) & 0o170000 == 0o120000
        if way.is_absolute() or ".." in way.parts or "\\" in part.filename or ":" in part.filename or is_link:
            raise InputError(Problem(message("upload.leads_elsewhere", filename=part.filename), file.name))
        if part.file_size > max(_FREE_BYTES, MOST_RATIO * part.compress_size):
            raise InputError(Problem(message("upload.ratio", filename=part.filename, most_ratio=MOST_RATIO), file.name))


def _unpack(archive: zipfile.ZipFile, part: zipfile.ZipInfo, into: Path) -> None:
    """Write one file of the zip; zipfile itself stops at the size that was declared, and checked."""
    way = into / PurePosixPath(part.filename)
    way.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(part) as packed, way.open("xb") as out:
        shutil.copyfileobj(packed, out, _BLOCK)


def _is_litter(name: str) -> bool:
    """Say whether a system, or a program that packs files or shows them, put the file there."""
    from ingest.readers import is_junk  # noqa: PLC0415 - readers of files are loaded where files are read

    return any(is_junk(part) for part in PurePosixPath(name).parts)
