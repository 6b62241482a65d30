"""Draft files: copies of a store beside its place until they are whole; what a killed process left is removed."""

import glob
import re
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

if sys.platform != "win32":
    import fcntl

_PARTS = ("", "-wal", "-shm", "-journal", "-lock")
"""What stands of a draft: the file, what SQLite puts beside it, and the lock, which is removed last."""


@contextmanager
def draft_beside(target: Path) -> Iterator[Path]:
    """Give a name beside the target for a file of SQLite, which is gone at the end unless it was moved.

    Raises:
        OSError: nothing can be made there.
    """
    remove_orphans(target)
    draft = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    with _made_lock(_part(draft, "-lock")):
        try:
            yield draft
        finally:
            _remove(draft)


def remove_orphans(target: Path) -> None:
    """Remove the drafts beside the target that belong to no process any more; what cannot be removed stays."""
    form = re.compile(rf"(\.{re.escape(target.name)}\.[0-9a-f]{{32}})({'|'.join(_PARTS)})")
    with suppress(OSError):
        found = [form.fullmatch(path.name) for path in target.parent.glob(f".{glob.escape(target.name)}.*")]
        for name in {match[1] for match in found if match}:
            with suppress(OSError):
                _remove_if_orphan(target.with_name(name))


def _remove_if_orphan(draft: Path) -> None:
    lock = _part(draft, "-lock")
    if not lock.exists():  # its process had not come so far, or was removing it
        _remove(draft)
        return
    with lock.open("r+b") as file:
        if not _taken(file):
            return
        if sys.platform != "win32":
            _remove(draft)
    _remove(draft)  # there, an open file cannot be removed, be it ours or another's


@contextmanager
def _made_lock(path: Path) -> Iterator[None]:
    """Hold the lock of a draft; one that somebody took for an orphan's before it was held is made again."""
    while True:
        with path.open("wb") as file:
            if _taken(file) and path.exists():
                yield
                return


def _taken(file: BinaryIO) -> bool:
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _remove(draft: Path) -> None:
    for part in _PARTS:
        with suppress(PermissionError):  # it is open, on a system that then keeps it
            _part(draft, part).unlink(missing_ok=True)


def _part(draft: Path, part: str) -> Path:
    return draft.with_name(draft.name + part)
