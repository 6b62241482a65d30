"""Draft files: what is written beside its place until it is whole; what a killed process left is removed."""

import glob
import os
import re
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO

from graph.disk import sync_folder

if sys.platform != "win32":
    import fcntl

_PARTS = ("", "-wal", "-shm", "-journal", "-lock")
"""What stands of a draft: the file, what SQLite puts beside it, and the lock, which is removed last."""
_FORM = re.compile(rf"(\.(.+)\.[0-9a-f]{{32}})({'|'.join(_PARTS)})")


@contextmanager
def draft_beside(target: Path) -> Iterator[Path]:
    """Give a name beside the target for a file, which is gone at the end unless it was moved.

    Raises:
        OSError: nothing can be made there.
    """
    remove_orphans_beside(target)
    draft = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    with _made_lock(_part(draft, "-lock")):
        try:
            yield draft
        finally:
            _remove(draft)


def move_draft(draft: Path, target: Path) -> None:
    """Put a draft in the place of the target, on the disk too: what was told done outlasts a power loss.

    Raises:
        OSError: the disk refuses it.
    """
    draft.replace(target)
    sync_folder(target.parent)


def remove_orphans_beside(target: Path) -> list[str]:
    """Remove the drafts beside a target, as `remove_orphans` does; its own also where their lock is gone."""
    return remove_orphans(target.parent, glob.escape(target.name))


def remove_orphans(folder: Path, ours: str = "") -> list[str]:
    """Remove the drafts in a folder that belong to no process any more, and return their names; what cannot go, stays.

    A draft is known by the lock beside it, so that nothing goes that another program named alike; those of targets that
    the pattern `ours` names, also without one.
    """
    removed: list[str] = []
    with suppress(OSError):
        found = {match[1]: match[2] for path in folder.iterdir() if (match := _FORM.fullmatch(path.name))}
        for name, target in sorted(found.items()):
            with suppress(OSError):
                if _remove_if_orphan(folder / name, is_ours=fnmatchcase(target, ours)):
                    removed.append(name)
    return removed


def _remove_if_orphan(draft: Path, *, is_ours: bool) -> bool:
    lock = _part(draft, "-lock")
    if not (is_ours or lock.exists()):
        return False
    with lock.open("ab") as file:  # made where a power loss took it
        if not _holds(file, lock):
            return False
        if sys.platform != "win32":
            _remove(draft)  # while the lock is held: once it is let go, its owner may make the draft again
    if sys.platform == "win32":
        _remove(draft)  # there, an open file cannot be removed, be it ours or another's
    return True


@contextmanager
def _made_lock(path: Path) -> Iterator[None]:
    """Hold the lock of a draft; one that somebody took for an orphan's before it was held is made again."""
    while True:
        with path.open("wb") as file:
            if _holds(file, path):
                yield
                return


def _holds(file: BinaryIO, path: Path) -> bool:
    """Take the lock, and say whether it is the one that stands at the path: it may have gone, or be another by now."""
    try:
        return _taken(file) and os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


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
