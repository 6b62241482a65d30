"""The graph as it is now: one snapshot that everybody shares, looked after as the store moves on."""

import threading
import time
from pathlib import Path

from graph.compiling import load_snapshot
from graph.snapshot import Snapshot
from graph.stores import Store

FRESH_S = 1.0
"""How long a snapshot is taken to be the present one before the store is asked again."""


class CurrentGraph:
    """Hands out the present snapshot. A holder keeps one revision from start to end; the next asks anew."""

    def __init__(self, store: Store, cache: Path | None) -> None:
        """Open nothing yet."""
        self.store = store
        self._cache = cache
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
                    known = load_snapshot(self.store, self._cache)
                self._snapshot, self._checked_at = known, time.monotonic()
            return known
