"""Arrays of a saved snapshot, each read and verified at its first use in a process."""

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy.typing as npt

from graph.snapshot.array_file import ArrayFile, DamagedFileError

Compile = Callable[[Exception], Mapping[str, npt.NDArray[Any]]]
"""Return the same arrays, compiled anew, since the file cannot be read for this reason."""


class SavedArrays(Mapping[str, npt.NDArray[Any]]):
    """The arrays of a file by name. The file stays open until all are read; a damage replaces all of them."""

    def __init__(self, file: ArrayFile, compile_anew: Compile) -> None:
        """Read nothing yet."""
        self._file, self._compile_anew = file, compile_anew
        self._names = frozenset(file.names)
        self._read: dict[str, npt.NDArray[Any]] = {}
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        known = self._read.get(name)
        if known is not None:
            return known
        if name not in self._names:
            raise KeyError(name)
        with self._lock:
            if name not in self._read:
                self._take(name)
            return self._read[name]

    def _take(self, name: str) -> None:
        try:
            self._read[name] = self._file.read(name)
        except (OSError, DamagedFileError) as damage:
            self._read = dict(self._compile_anew(damage))
        if self._read.keys() == self._names:
            self._file.close()

    def __iter__(self) -> Iterator[str]:
        return iter(self._file.names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names
