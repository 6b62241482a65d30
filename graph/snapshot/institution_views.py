"""Views of a snapshot by institution: of its own statements and shared ones; a few are kept and brought forward."""

import threading
from collections import OrderedDict
from typing import NamedTuple

from graph.errors import OvertakenError
from graph.messages import message
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.past import bring_view_forward, snapshot_at
from graph.snapshot.patch import NotLocalError
from graph.snapshot.snapshot import CONTENT, INSTITUTION, Snapshot
from graph.stores.base import Store
from graph.stores.institution_view import InstitutionStore, is_of
from graph.stores.restricted_view import RestrictedStore

_KEPT = 8
"""How many views of one store are kept, those last asked for."""


class _View(NamedTuple):
    """A view, and the content hash of the whole store that it was made of; None where that is not known."""

    snapshot: Snapshot
    content: str | None


class InstitutionViews:
    """The views of the snapshots of one store; they may be asked for from several threads."""

    def __init__(self, store: Store, kept: int = _KEPT) -> None:
        """Read nothing yet."""
        self._store, self._most, self._lock = store, kept, threading.Lock()
        self._known: OrderedDict[tuple[str, int, str], _View] = OrderedDict()

    def __call__(self, snapshot: Snapshot, institution: str) -> Snapshot:
        """Return the snapshot without what other institutions' sources state: itself where there are none.

        Raises:
            NotFoundError: there is no such institution; near ids are named.
            OvertakenError: the store is at another revision, and cannot show what it was.
        """
        ids = ids_of(snapshot, institution)
        key = (ids[0], snapshot.revision.number, snapshot.revision.token)
        with self._lock:
            if key not in self._known:
                self._known[key] = _View(self._view(snapshot, ids), snapshot.about.get(CONTENT))
                while len(self._known) > self._most:
                    self._known.popitem(last=False)
            self._known.move_to_end(key)
            return self._known[key].snapshot

    def _view(self, snapshot: Snapshot, ids: list[str]) -> Snapshot:
        with self._store.reading() as reading:
            if reading.revision == snapshot.revision and all(is_of(source, ids) for source in reading.sources()):
                return snapshot
        store = InstitutionStore(self._store, ids)
        return self._brought_forward(store, snapshot, ids) or self._compiled(store, snapshot, ids)

    def _brought_forward(self, store: InstitutionStore, snapshot: Snapshot, ids: list[str]) -> Snapshot | None:
        """Return the view from one of an earlier revision; None where there is none, or what changed does not tell it.

        Of what readers are given there is none: what is shown to them may change where nothing that they see does.
        """
        earlier = [
            known for key, known in self._known.items() if key[0] == ids[0] and key[1] < snapshot.revision.number
        ]
        earlier = [known for known in earlier if known.snapshot.about.get(INSTITUTION) == ids]
        if not earlier or isinstance(self._store, RestrictedStore):
            return None
        latest = max(earlier, key=lambda known: known.snapshot.revision.number)
        try:
            return bring_view_forward(self._store, store, latest.snapshot, latest.content, snapshot.revision)
        except (NotLocalError, OvertakenError):
            return None

    def _compiled(self, store: InstitutionStore, snapshot: Snapshot, ids: list[str]) -> Snapshot:
        view = compile_snapshot(store)
        if view.revision.number < snapshot.revision.number:
            raise OvertakenError(message("revision.moved_on"))
        if view.revision != snapshot.revision:
            view, _ = snapshot_at(store, snapshot.revision.number, view)
        return view.altered(dict(view.arrays), {**view.about, INSTITUTION: ids}, ())


def with_views(snapshot: Snapshot, store: Store) -> Snapshot:
    """Return the store's snapshot, of which views by institution can be had."""
    snapshot.views = InstitutionViews(store)
    return snapshot


def ids_of(snapshot: Snapshot, institution: str) -> list[str]:
    """Return every id that the institution answers under, that of its class first.

    Raises:
        NotFoundError: there is no such institution.
    """
    return [snapshot.ids[i] for i in snapshot.members(snapshot.require(institution, "Institution"))]


def part_of(store: Store, snapshot: Snapshot, institution: str | None) -> tuple[Store, Snapshot]:
    """Return the store and its snapshot as an institution's answers are made from them; None leaves them whole.

    Raises:
        NotFoundError: there is no such institution.
    """
    if institution is None or snapshot.is_seen_by(institution):
        return store, snapshot
    return InstitutionStore(store, ids_of(snapshot, institution)), snapshot.seen_by(institution)
