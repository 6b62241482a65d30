"""Snapshot file: one snapshot as an array file, written atomically and verified as it is read."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy.typing as npt
from xxhash import xxh3_64_intdigest

from graph.disk import sync_folder
from graph.draft_files import draft_beside
from graph.messages import message
from graph.schema import KINDS, RELATIONS
from graph.snapshot.array_file import ArrayFile, DamagedFileError, write_arrays
from graph.snapshot.arrays import Arrays
from graph.snapshot.saved_arrays import Compile, SavedArrays
from graph.snapshot.snapshot import WORDS, Snapshot

FORMAT = 6
"""Raised when the layout of the saved arrays changes: files of another format are left alone and written anew."""

_CODES = xxh3_64_intdigest(repr((tuple(KINDS), tuple(RELATIONS), WORDS)).encode())
"""What the numbers in the arrays stand for, as a checksum: another schema counts kinds and words otherwise."""


def save_snapshot(snapshot: Snapshot, file: Path) -> None:
    """Write the snapshot: it appears whole, and on the disk, or not at all."""
    _save(file, {**snapshot.about, "codes": _CODES}, snapshot.arrays)


def save_derived(snapshot: Snapshot, code: str, arrays: Arrays, file: Path) -> None:
    """Write arrays that were derived from the snapshot, as one is written; `code` tells by what they were derived."""
    _save(file, {**snapshot.about, "codes": _CODES, "code": code}, arrays)


def open_derived(snapshot: Snapshot, code: str, file: Path) -> Arrays | None:
    """Return what was so written, read and verified whole; None where it is of another snapshot, or of other code.

    Raises:
        OSError: there is none, or it cannot be read.
        DamagedFileError: it does not hold what was saved.
    """
    with ArrayFile(file) as saved:
        if saved.version != FORMAT or saved.about != {**snapshot.about, "codes": _CODES, "code": code}:
            return None
        return {name: saved.read(name) for name in saved.names}


def _save(file: Path, about: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with draft_beside(file) as draft:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            write_arrays(out, FORMAT, about, arrays)
            out.flush()
            os.fsync(out.fileno())
        try:
            draft.replace(file)
        except PermissionError:
            if not file.is_file():  # else Windows, where somebody reads the same
                raise
        sync_folder(file.parent)


def open_snapshot(file: Path, compile_anew: Compile | None = None) -> Snapshot:
    """Return the snapshot that was saved in the file, read and verified whole.

    With `compile_anew` each array is read and verified at its first use, and what that returns stands in for a damage.

    Raises:
        OSError: there is none, or it cannot be read.
        DamagedFileError: it does not hold what was saved, or was saved in another format.
    """
    saved = _opened(file)
    if compile_anew is not None:
        return Snapshot(SavedArrays(saved, compile_anew), saved.about)
    with saved:
        return Snapshot({name: saved.read(name) for name in saved.names}, saved.about)


def verify_arrays(file: Path) -> None:
    """Read and verify all of a file that was saved here. Raises as `open_snapshot` does."""
    saved = ArrayFile(file)
    with saved:
        if saved.version != FORMAT or saved.about.get("codes") != _CODES:
            raise DamagedFileError(message("snapshot.version"))
        for name in saved.names:
            saved.read(name)


def _opened(file: Path) -> ArrayFile:
    saved = ArrayFile(file)
    if saved.version == FORMAT and saved.about.pop("codes", None) == _CODES:
        return saved
    saved.close()
    raise DamagedFileError(message("snapshot.version"))
