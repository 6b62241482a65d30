"""Cache of snapshot files: one for each revision, of which the latest are kept.

What cannot be read as it was written is named in the log, removed, and compiled again.
"""

import logging
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy.typing as npt

from graph.draft_files import remove_orphans
from graph.errors import ConflictError, OvertakenError, StoreDamagedError, StoreUnavailableError
from graph.messages import message
from graph.model import Revision
from graph.snapshot.array_file import DamagedFileError
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.past import bring_forward
from graph.snapshot.patch import NotLocalError, OtherHistoryError
from graph.snapshot.saved_arrays import Compile
from graph.snapshot.snapshot import Snapshot
from graph.snapshot.snapshot_file import FORMAT, open_snapshot, save_snapshot, verify_arrays
from graph.stores.base import Store

SUFFIX = ".snapshot"
DERIVED_SUFFIX = ".derived"
"""Of what was derived from a snapshot; it goes with it."""
VECTORS_SUFFIX = ".vectors"
"""Of what names mean as vectors: it is of no one revision, and stays."""
KEPT = 2
"""How many snapshots of one store stay in the cache: the present one, and the one that cursors may still speak of."""

_DEAD_AFTER_S = 3600.0
_STAY = (DERIVED_SUFFIX, VECTORS_SUFFIX)
_log = logging.getLogger(__name__)


def load_snapshot(store: Store, cache: Path | None, *, whole: bool = False) -> Snapshot:
    """Return the store's present revision: opened from the cache, else patched or compiled, and saved there.

    With `whole`, all of the file is read and verified now; without, each array at its first use.

    Raises:
        OvertakenError: later, at the first use of an array that is damaged: the store has moved on meanwhile.
    """
    _upgrade(store)
    return (
        find_snapshot(store, cache, whole=whole)
        or patch_snapshot(store, cache)
        or _saved(compile_snapshot(store), cache)
    )


def load_compiled(store: Store, cache: Path | None, *, whole: bool = False) -> Snapshot:
    """Return the same, compiled where it is not in the cache: for who has tried to patch it already."""
    _upgrade(store)
    return find_snapshot(store, cache, whole=whole) or _saved(compile_snapshot(store), cache)


def patch_snapshot(store: Store, cache: Path | None, known: Snapshot | None = None) -> Snapshot | None:
    """Return the store's present revision, from an earlier one and what changed since, and save it.

    The earlier one is `known`, else the latest in the cache that the store has gone through. None where it takes more
    than that; the log says why.
    """
    if not store.exists():
        return None
    for base in _earlier(store, cache, known):
        try:
            return _saved(bring_forward(store, base), cache)
        except OtherHistoryError as reason:
            _log.info("the graph is not patched from revision %d: %s", base.revision.number, reason)
        except (NotLocalError, ConflictError) as reason:
            _log.info("the graph is compiled anew: %s", reason)
            return None
    return None


def _earlier(store: Store, cache: Path | None, known: Snapshot | None) -> Iterator[Snapshot]:
    """Yield what a patch may begin with, the latest first."""
    if known is not None:
        yield known
    store_id = store.store_id
    for file in _latest_first((cache / store_id).glob(f"*-{FORMAT}{SUFFIX}") if cache is not None else ()):
        if (found := _opened(file)) is not None and (known is None or found.revision != known.revision):
            yield found


def _latest_first(files: Iterable[Path]) -> list[Path]:
    """Return the files by the time of writing; what is removed meanwhile is left out."""
    times: list[tuple[int, Path]] = []
    for file in files:
        with suppress(OSError):
            times.append((file.stat().st_mtime_ns, file))
    return [file for _, file in sorted(times, reverse=True)]


def _opened(file: Path) -> Snapshot | None:
    """Return what is saved in a file, read and verified whole; None where it cannot be used, as who needs it tells."""
    try:
        return open_snapshot(file)
    except (OSError, DamagedFileError):
        return None


def _upgrade(store: Store) -> None:
    """Bring a store of an earlier format up to date, where it can be written; else it is read as it is."""
    try:
        store.upgrade()
    except StoreDamagedError:
        raise
    except (ConflictError, StoreUnavailableError) as error:
        _log.info("the store stays in its earlier format: %s", error)


def find_snapshot(store: Store, cache: Path | None, *, whole: bool = False) -> Snapshot | None:
    """Return the store's present revision if it stands in the cache, as `load_snapshot` does; else None."""
    if cache is None or not store.exists():
        return None
    wanted = _SnapshotKey(cache, store.store_id, store.revision())
    try:
        return wanted.open(None if whole else _compile_instead(wanted, store))
    except (FileNotFoundError, PermissionError, ConflictError):  # none, somebody else's, or no more the present one
        return None
    except (OSError, DamagedFileError) as damage:
        _discard(wanted, damage)
        return None


class _SnapshotKey(NamedTuple):
    """A snapshot that may stand in the cache."""

    cache: Path
    store_id: str
    revision: Revision

    @property
    def file(self) -> Path:
        number, token = self.revision.number, self.revision.token
        return self.cache / self.store_id / f"{number:08d}-{token}-{FORMAT}{SUFFIX}"

    def open(self, compile_anew: Compile | None = None) -> Snapshot:
        """Return it, as `open_snapshot` does; one that holds another revision than its name says is damaged."""
        found = open_snapshot(self.file, compile_anew)
        if (found.store_id, found.revision) != (self.store_id, self.revision):
            raise DamagedFileError(message("snapshot.revision"))
        return found


def damaged_snapshots(store: Store, cache: Path) -> dict[Path, str]:
    """Return what is wrong with each saved snapshot of the store that cannot be read, all of it verified.

    They are removed, as by whoever comes upon one; the present one is compiled anew by who needs it next.
    """
    damaged: dict[Path, str] = {}
    folder = cache / store.store_id
    for file in sorted((*folder.glob(f"*-{FORMAT}{SUFFIX}"), *folder.glob(f"*-{FORMAT}*{DERIVED_SUFFIX}"))):
        try:
            verify_arrays(file)
        except (FileNotFoundError, PermissionError):
            continue
        except (OSError, DamagedFileError) as damage:
            damaged[file] = str(damage)
            _remove(file)
    return damaged


def _compile_instead(wanted: _SnapshotKey, store: Store) -> Compile:
    """Return what gives the arrays of the revision when the file turns out to be damaged."""

    def compile_anew(damage: Exception) -> Mapping[str, npt.NDArray[Any]]:
        _discard(wanted, damage)
        found = load_snapshot(store, wanted.cache, whole=True)
        if found.revision != wanted.revision:
            raise OvertakenError(message("revision.moved_on"))
        return found.arrays

    return compile_anew


def _saved(snapshot: Snapshot, cache: Path | None) -> Snapshot:
    if cache is not None and snapshot.store_id:
        file = file_of(snapshot, cache)
        with suppress(OSError):  # a cache that cannot be written is no reason not to answer
            save_snapshot(snapshot, file)
            _tidy(file)
    return snapshot


def file_of(snapshot: Snapshot, cache: Path) -> Path:
    """Return where the snapshot is kept in the cache, if it is."""
    return _SnapshotKey(cache, snapshot.store_id, snapshot.revision).file


def _discard(wanted: _SnapshotKey, damage: Exception) -> None:
    """Say what is wrong with the file, and remove it, unless somebody else has: of all that come upon it, one does."""
    try:
        wanted.open()
    except FileNotFoundError:
        return
    except (OSError, DamagedFileError):
        if _remove(wanted.file):
            _log.warning("the compiled graph %s cannot be used, and is compiled anew: %s", wanted.file, damage)


def _remove(path: Path) -> bool:
    """Remove the file or folder; return False if it is gone already."""
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:  # whoever reads it finds the damage again
        _log.info("%s cannot be removed: %s", path, error)
    return True


def _tidy(latest: Path) -> None:
    """Remove what was saved before the KEPT latest; by time, since a restored store goes back to smaller revisions.

    Earlier versions kept a folder for each snapshot, and drafts without a lock: these go too.
    """
    files: list[Path] = []
    for entry in latest.parent.iterdir():
        is_file = entry.suffix == SUFFIX and entry.is_file()
        if is_file and entry != latest:
            files.append(entry)
        elif not (is_file or entry.suffix in _STAY or entry.name.startswith(".")):
            _remove(entry)
    files.sort(key=lambda file: file.stat().st_mtime_ns)
    for old in files[: len(files) - KEPT + 1]:
        _remove(old)
    for derived in latest.parent.glob(f"*{DERIVED_SUFFIX}"):
        if not derived.with_name(f"{derived.name.partition('.')[0]}{SUFFIX}").exists():
            _remove(derived)
    remove_orphans(latest.parent, "*")
    for draft in latest.parent.glob(".draft-*"):
        if latest.stat().st_mtime - draft.stat().st_mtime > _DEAD_AFTER_S:  # its writer was killed; by the disk's clock
            _remove(draft)
