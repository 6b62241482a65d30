"""Pinned revisions: earlier states of the graph that questions name by `revision`, kept in a bounded cache.

A state is made once however many ask for it at a time: who comes meanwhile waits. Making one takes a place among the
dear questions; one that is kept costs nothing.
"""

import asyncio
from collections import OrderedDict
from typing import NamedTuple

from graph.errors import NotFoundError
from graph.messages import Language, message
from graph.model import Revision
from graph.schema import RELATIONS
from graph.snapshot.institution_views import InstitutionViews
from graph.snapshot.past import snapshot_at
from graph.snapshot.restriction import content_at
from graph.snapshot.snapshot import CONTENT, Snapshot
from graph.stores import Store
from graph.stores.past_view import PastStore

_DERIVED_SHARE = 2
"""What is worked out from a snapshot while it answers takes about as much memory as the snapshot itself."""
MOST_PINNED = 64
"""How many states are kept at most, beside the limit in bytes."""
_VIEWS_KEPT = 2
"""How many views by institution are kept of one state."""


class PinnedState(NamedTuple):
    """An earlier state: the graph in each language, and the store as it was."""

    snapshots: dict[Language, Snapshot]
    store: Store


class PinKey(NamedTuple):
    """Which state: of whose view of the store, and by the token of its revision."""

    is_whole: bool
    number: int
    token: str


class Pins:
    """The states of one process that were asked for last. All is called from its event loop, but `make`."""

    def __init__(self, most_bytes: int) -> None:
        """Keep nothing yet; one state is kept however large it is."""
        self._most_bytes = most_bytes
        self._kept: OrderedDict[PinKey, PinnedState] = OrderedDict()
        self._sizes: dict[PinKey, int] = {}
        self._making: dict[PinKey, asyncio.Lock] = {}

    def __len__(self) -> int:
        """Return how many are kept."""
        return len(self._kept)

    @property
    def bytes(self) -> int:
        """How much memory those that are kept take, about."""
        return sum(self._sizes.values())

    def find(self, key: PinKey) -> PinnedState | None:
        """Return the state, where it is kept."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def lock(self, key: PinKey) -> asyncio.Lock:
        """Return what one holds who makes the state; the others wait for it."""
        self._making = {known: lock for known, lock in self._making.items() if lock.locked() or known == key}
        return self._making.setdefault(key, asyncio.Lock())

    def keep(self, key: PinKey, state: PinnedState) -> None:
        """Keep a state; those that were not asked for the longest go."""
        self._kept[key] = state
        self._sizes[key] = _DERIVED_SHARE * sum(array.nbytes for array in state.snapshots["en"].arrays.values())
        while len(self._kept) > 1 and (self.bytes > self._most_bytes or len(self._kept) > MOST_PINNED):
            oldest, _ = self._kept.popitem(last=False)
            del self._sizes[oldest]


def make_state(store: Store, present: Snapshot, number: int, token: str) -> PinnedState:
    """Return the store's state at a revision, from its present snapshot.

    Raises:
        NotFoundError: there is no such revision.
        OvertakenError: the store cannot show what it was.
    """
    then = present if number == present.revision.number else snapshot_at(store, number, present)[0]
    past = PastStore(store, Revision(number=number, token=token))
    pinned = _as_shown(then, past).with_token(token)
    pinned.views = InstitutionViews(past, kept=_VIEWS_KEPT)
    return PinnedState({"en": pinned.in_language("en"), "zh": pinned.in_language("zh")}, past)


def _as_shown(then: Snapshot, past: PastStore) -> Snapshot:
    """Return the snapshot with the content hash of what it shows."""
    if then.content is not None:
        return then
    with past.reading() as reading:
        content = content_at(past, reading)
    return then if content is None else then.altered(dict(then.arrays), {**then.about, CONTENT: content}, RELATIONS)


def no_such_revision(number: int, last: int) -> NotFoundError:
    """Return the error that says that there is no such revision."""
    return NotFoundError(message("thing.revision"), str(number), [str(last)])
