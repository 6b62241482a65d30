"""Current snapshot: one that everybody shares, replaced as the store moves on."""

import threading
from collections.abc import Callable

from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from queries.gaps import find_gaps
from queries.search import search


class CurrentGraph:
    """Current snapshot, shared: a holder keeps one revision from start to end; the next asks anew."""

    def __init__(self, store: Store, load: Callable[[Snapshot | None], Snapshot]) -> None:
        """Open nothing yet; `load` returns the store's present revision, given the last that was known."""
        self.store = store
        self._load = load
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
                known = self._snapshot = prepared(self._load(known))
            return known


def prepared(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot when all that answers share is worked out, so that no request waits for it."""
    find_gaps(snapshot, limit=1)
    search(snapshot, "a", limit=1)
    return snapshot
