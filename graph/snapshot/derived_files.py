"""Cache of derived arrays: what was worked out of a snapshot once, in a file beside it, for all processes."""

import logging
from contextlib import suppress
from pathlib import Path

from graph.snapshot.array_file import DamagedFileError
from graph.snapshot.arrays import Arrays
from graph.snapshot.files import DERIVED_SUFFIX, file_of
from graph.snapshot.restriction import WITHHELD
from graph.snapshot.snapshot import Snapshot
from graph.snapshot.snapshot_file import open_derived, save_derived

_log = logging.getLogger(__name__)


def find_derived(snapshot: Snapshot, cache: Path, code: str, part: str = "") -> Arrays | None:
    """Return what was kept of the snapshot, verified whole; None where nothing was, or by other `code`.

    `part` names what has a file of its own. A file that is damaged is named in the log, and removed.
    """
    file = _derived_file(snapshot, cache, part)
    try:
        return open_derived(snapshot, code, file)
    except (FileNotFoundError, PermissionError):
        return None
    except (OSError, DamagedFileError) as damage:
        with suppress(OSError):
            file.unlink()
            _log.warning("what was derived from a compiled graph, %s, cannot be used: %s", file, damage)
        return None


def keep_derived(snapshot: Snapshot, cache: Path, code: str, arrays: Arrays, part: str = "") -> None:
    """Keep arrays that were derived from the snapshot by `code`, if the snapshot itself is kept."""
    if file_of(snapshot, cache).exists():
        with suppress(OSError):  # a cache that cannot be written is no reason not to answer
            save_derived(snapshot, code, arrays, _derived_file(snapshot, cache, part))


def _derived_file(snapshot: Snapshot, cache: Path, part: str) -> Path:
    """Return the file's name; what readers are given has one of its own."""
    of_readers = ".restricted" if WITHHELD in snapshot.about else ""
    file = file_of(snapshot, cache)
    return file.with_name(f"{file.stem}{of_readers}{part}{DERIVED_SUFFIX}")
