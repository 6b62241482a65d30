"""Current snapshot: one that everybody shares, replaced as the store moves on."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from api.service.compiler import only_one
from api.service.kept_names import with_names
from graph.snapshot.derived_files import find_derived, keep_derived
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from queries.gaps import find_gaps
from queries.search import search
from queries.semantics.derived_arrays import code_checksum, pack, unpack


class CurrentGraph:
    """Current snapshot, shared: a holder keeps one revision from start to end; the next asks anew."""

    def __init__(self, store: Store, load: Callable[[Snapshot | None], Snapshot], cache: Path | None = None) -> None:
        """Open nothing yet; `load` returns the store's present revision, given the last that was known."""
        self.store = store
        self._load, self._cache = load, cache
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None

    def snapshot(self) -> Snapshot:
        """Return the snapshot of the store's revision, as it is now.

        Raises:
            StoreUnavailableError: the store cannot be read.
        """
        with self._lock:
            known = self._snapshot
            if known is None or self.store.revision() != known.revision:
                loaded = self._load(known)
                if known is not None:
                    loaded.follow(known)
                known = self._snapshot = prepared(loaded, self._cache)
            return known


def prepared(snapshot: Snapshot, cache: Path | None = None) -> Snapshot:
    """Return the snapshot when all that answers share is worked out, so that no request waits for it.

    One process works it out, and keeps it in the cache folder for the others.
    """
    if cache is not None and not _taken_over(snapshot, cache):
        try:
            with closing(only_one(cache, "deriving")):
                if not _taken_over(snapshot, cache):
                    keep_derived(snapshot, cache, code_checksum(), pack(snapshot))
        except (OSError, sqlite3.Error):  # nobody can lock anything there, nor keep it
            pack(snapshot)
    find_gaps(snapshot, limit=1)
    search(with_names(snapshot, cache), "a", limit=1)
    return snapshot


def _taken_over(snapshot: Snapshot, cache: Path) -> bool:
    """Take over what another process has worked out; say whether there was anything."""
    known = find_derived(snapshot, cache, code_checksum())
    if known is not None:
        unpack(snapshot, known)
    return known is not None
