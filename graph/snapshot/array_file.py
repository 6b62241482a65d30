"""Array file: many arrays in one file, with a checksum (XXH3, 64 bits) of its head and one of each array.

The head says what the file is about and which arrays follow, end to end, of one dimension each; the first begins at a
multiple of 64 bytes. Arrays are read into memory, not mapped, so that what was verified cannot be changed or cut off
afterwards by whoever writes into the file; those that many processes share for their size may be mapped.
"""

import json
import os
import stat
import struct
import threading
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Self

import numpy as np
import numpy.typing as npt
from xxhash import xxh3_64_intdigest

from graph.messages import message

MAGIC = b"rolepath"
_START = struct.Struct("<8sIQ")
"""Magic number, format, length of the head in bytes; behind it the checksum of these and of the head."""
_SUM = struct.Struct("<Q")
_BEFORE_HEAD = _START.size + _SUM.size
_ALIGNED = 64


class DamagedFileError(Exception):
    """The file does not hold what was written into it; the message says what is wrong, in a few words."""


class _Entry(NamedTuple):
    """Where an array stands, in bytes from the beginning of the file, and what it is."""

    offset: int
    dtype: np.dtype[Any]
    size: int
    checksum: int


def write_arrays(
    file: BinaryIO, version: int, about: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]
) -> None:
    """Write the arrays, in their order, and what they are about, which has to be JSON."""
    whole = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    listed = [[name, array.dtype.str, array.size, xxh3_64_intdigest(array.data)] for name, array in whole.items()]
    head = json.dumps({"about": dict(about), "arrays": listed}, ensure_ascii=False).encode()
    head += b" " * (-(_BEFORE_HEAD + len(head)) % _ALIGNED)  # blanks behind a JSON text say nothing
    start = _START.pack(MAGIC, version, len(head))
    file.write(start + _SUM.pack(xxh3_64_intdigest(start + head)) + head)
    file.writelines(array.data for array in whole.values())


class ArrayFile:
    """An array file that is open for reading; its head is verified at once, each array when it is read."""

    def __init__(self, path: Path) -> None:
        """Open the file, and read its head.

        Raises:
            OSError: there is none, or it cannot be read.
            DamagedFileError: it is no array file, the head is damaged, or the file is longer or shorter than it says.
        """
        if not stat.S_ISREG(path.lstat().st_mode):  # who opens a named pipe waits for somebody who writes into it
            raise DamagedFileError(message("snapshot.no_file"))
        self._lock = threading.Lock()
        self._file = path.open("rb", buffering=0)
        weakref.finalize(self, self._file.close)
        try:
            self.version, head = self._head(os.fstat(self._file.fileno()).st_size)
        except BaseException:
            self._file.close()
            raise
        self.about: dict[str, Any] = head["about"]

    def _head(self, file_size: int) -> tuple[int, dict[str, Any]]:
        begin = self._bytes(0, _BEFORE_HEAD)
        if len(begin) < _BEFORE_HEAD or not begin.startswith(MAGIC):
            raise DamagedFileError(message("snapshot.beginning"))
        _, version, length = _START.unpack_from(begin)
        text = self._bytes(_BEFORE_HEAD, min(length, file_size))
        if (xxh3_64_intdigest(begin[: _START.size] + text),) != _SUM.unpack_from(begin, _START.size):
            raise DamagedFileError(message("snapshot.checksum", part="head"))
        head: dict[str, Any] = json.loads(text)
        self._entries: dict[str, _Entry] = {}
        offset = _BEFORE_HEAD + length
        for name, dtype, size, checksum in head["arrays"]:
            entry = _Entry(offset, np.dtype(dtype), size, checksum)
            self._entries[name] = entry
            offset += size * entry.dtype.itemsize
        if offset != file_size:
            raise DamagedFileError(message("snapshot.size", size=file_size, expected=offset))
        return version, head

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the arrays, in their order in the file."""
        return tuple(self._entries)

    def read(self, name: str) -> npt.NDArray[Any]:
        """Return one array, read-only, in memory of its own.

        Raises:
            OSError: the file cannot be read.
            DamagedFileError: the array's checksum is wrong, or the file has become shorter.
        """
        entry = self._entries[name]
        array = np.empty(entry.size, entry.dtype)
        if (
            self._fill(entry.offset, array.view(np.uint8).data) != array.nbytes
            or xxh3_64_intdigest(array.data) != entry.checksum
        ):
            raise DamagedFileError(message("snapshot.checksum", part=name))
        array.flags.writeable = False
        return array

    def mapped(self, name: str) -> npt.NDArray[Any]:
        """Return one array, read-only and verified now, in memory that processes share; it stays when this is closed.

        Raises: as `read` does.
        """
        entry = self._entries[name]
        if not entry.size:
            return self.read(name)
        with self._lock:
            array = np.memmap(self._file, entry.dtype, "r", entry.offset, (entry.size,))
        if xxh3_64_intdigest(array.data) != entry.checksum:
            raise DamagedFileError(message("snapshot.checksum", part=name))
        return array

    def _bytes(self, offset: int, size: int) -> bytes:
        data = bytearray(size)
        return bytes(data[: self._fill(offset, memoryview(data))])

    def _fill(self, offset: int, target: memoryview) -> int:
        """Fill the target with what stands from the offset on; return how many bytes there were."""
        done = 0
        with self._lock:
            self._file.seek(offset)
            while count := self._file.readinto(target[done:]):  # a system reads some 2 GB at a time
                done += count
        return done

    def close(self) -> None:
        """Close the file; what was read stays."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
