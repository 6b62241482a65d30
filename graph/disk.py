"""Disk errors: no room left, a quota used up, a disk that only reads, no right to write, a folder that is gone.

SQLite tells most of them alike, as `disk I/O error` or `unable to open database file`: then a file is made beside to
find out which one it is.
"""

import errno
import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

from graph.errors import NoRoomError, StoreUnavailableError
from graph.messages import Message, message

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says where nothing more can be written: the disk is full, or a quota or limit is used up."""
_WORDS = {
    **dict.fromkeys(NO_ROOM, "no_room"),
    errno.EROFS: "reads_only",
    errno.EACCES: "forbidden",
    errno.EPERM: "forbidden",
    errno.ENOENT: "gone",
    errno.ENOTDIR: "gone",
    errno.EIO: "broken",
}
_OF_THE_DISK = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY})
_TRIED_BYTES = 65_536
"""How much is written to find out whether there is room: more than SQLite needs to go on."""


class DiskFault(NamedTuple):
    """Why a disk takes nothing: the kind of error that it makes, and the reason in words."""

    kind: type[StoreUnavailableError]
    reason: Message


def disk_fault(error: OSError) -> DiskFault:
    """Return why the system refuses to write; in its own words where that is none of the usual reasons."""
    word = _WORDS.get(error.errno or 0)
    if error.errno == errno.ENOENT and error.filename is None:  # so the standard library tells of temporary files
        return DiskFault(NoRoomError, message("disk.no_temporary"))
    reason = message(f"disk.{word}") if word else message("disk.other", error=error.strerror or str(error))
    return DiskFault(NoRoomError if error.errno in NO_ROOM else StoreUnavailableError, reason)


def unwritable(path: Path, error: OSError) -> StoreUnavailableError:
    """Return the error that a file cannot be written, and why."""
    fault = disk_fault(error)
    return fault.kind(message("file.unwritable_at", file=str(path), error=fault.reason))


def is_of_disk(error: sqlite3.Error) -> bool:
    """Say whether SQLite failed for what the disk did, and not for what the file holds."""
    return _primary(error) in _OF_THE_DISK


def database_fault(path: Path, error: sqlite3.Error) -> DiskFault | None:
    """Return why the disk takes nothing of a database; None where SQLite failed otherwise."""
    if not is_of_disk(error):
        return None
    if _primary(error) == sqlite3.SQLITE_FULL:
        return disk_fault(OSError(errno.ENOSPC, ""))
    found = write_error(path.parent)
    if found is None and _primary(error) == sqlite3.SQLITE_READONLY:
        found = PermissionError(errno.EACCES, "")
    return None if found is None else disk_fault(found)


def write_error(folder: Path) -> OSError | None:
    """Return why nothing can be written in a folder, by writing a little; None where it can. Nothing of it stays."""
    try:
        with TemporaryFile(dir=folder, buffering=0) as file:
            left = _TRIED_BYTES
            while left:  # as much as there is room for is written without a word
                left -= file.write(bytes(left))
    except OSError as error:
        return error
    return None


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk, where the system can: until then a power loss may take new ones back.

    Raises:
        OSError: the disk refuses it.
    """
    _sync(folder)


def sync_file(file: Path) -> None:
    """Have what was written to a file on the disk, where the system can. Raises OSError where the disk refuses it."""
    _sync(file)


def _sync(path: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def place_error(path: Path) -> OSError | None:
    """Return why a file, or a folder, cannot be written at its place; None where it can, or could be made."""
    standing = next(one for one in (path, *path.absolute().parents) if one.exists())
    if standing.is_dir():
        return write_error(standing)
    if not os.access(standing, os.W_OK):
        return PermissionError(errno.EACCES, "", str(standing))
    return write_error(standing.parent)


def _primary(error: sqlite3.Error) -> int:
    code = 0
    with suppress(AttributeError):  # raised by the module itself
        code = error.sqlite_errorcode
    return code & 0xFF
