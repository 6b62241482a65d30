"""Current snapshot: one that everybody shares, replaced as the store moves on."""

import threading
import time
from collections.abc import Callable

from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from queries.gaps import find_gaps
from queries.search import search

FRESH_S = 1.0
"""How long a snapshot is taken to be the present one before the store is asked again."""


class CurrentGraph:
    """Current snapshot, shared: a holder keeps one revision from start to end; the next asks anew."""

    def __init__(self, store: Store, load: Callable[[], Snapshot]) -> None:
        """Open nothing yet; `load` returns the store's present revision."""
        self.store = store
        self._load = load
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._checked_at = 0.0

    def snapshot(self) -> Snapshot:
        """Return the snapshot of the store's revision, at most FRESH_S behind.

        Raises:
            StoreUnavailableError: the store cannot be read.
        """
        known = self._snapshot
        if known is not None and time.monotonic() - self._checked_at < FRESH_S:
            return known
        with self._lock:
            known = self._snapshot
            if known is None or time.monotonic() - self._checked_at >= FRESH_S:
                if known is None or self.store.revision() != known.revision:
                    known = prepared(self._load())
                self._snapshot, self._checked_at = known, time.monotonic()
            return known


def prepared(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot when all that answers share is worked out, so that no request waits for it."""
    find_gaps(snapshot, limit=1)
    search(snapshot, "a", limit=1)
    return snapshot
