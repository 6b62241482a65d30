"""Past view of a store: what it stated at an earlier revision, by taking back the log of what came after.

Whatever asks a store can ask this instead. It reads only, and costs what changed since beside what it is asked for.
"""

import heapq
import json
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from graph.cancellation import cancellable_rows
from graph.changes import Asserted, Change
from graph.errors import NotFoundError, OvertakenError
from graph.messages import message
from graph.model import IngestRun, LinkKey, NodeDetail, NodeId, Revision, Source
from graph.stores.base import LinkRow, NodeRow, Store, StoreReader
from graph.stores.content_hash import Content
from graph.stores.link_columns import columns_of
from graph.stores.restricted_view import RestrictedStore

if TYPE_CHECKING:
    from graph.stores.link_columns import LinkColumns

_MOST_KEPT = 50_000
"""So many changes of a log are kept for the next reading; more are read anew each time."""

Standing = Mapping[tuple[str, Any], Any]


class PastReader:
    """One reading of an earlier revision, over a reading of a later one."""

    def __init__(
        self, reading: StoreReader, log: Iterable[Change], revision: Revision, store: Store | None = None
    ) -> None:
        """Take back the log: all that changed after the revision, up to that of the reading, which is of `store`."""
        self._reading, self._revision, self._store = reading, revision, store
        self._log = sorted(log, key=lambda change: change.revision)
        self._sources: dict[str, Source | None] = {}
        self._nodes: dict[tuple[str, NodeId], Any] = {}
        self._links: dict[tuple[str, LinkKey], Any] = {}
        for change in cancellable_rows(self._log):
            if change.subject is None:
                self._sources.setdefault(change.source, change.before)  # type: ignore[arg-type] # of a source, a source
            elif isinstance(change.subject, tuple):
                self._links.setdefault((change.source, change.subject), change.before)
            else:
                self._nodes.setdefault((change.source, change.subject), change.before)

    @property
    def revision(self) -> Revision:
        """See StoreReader."""
        return self._revision

    def content(self) -> Content | None:
        """See StoreReader."""
        content = self._reading.content()
        return None if content is None else content.before(self._log)

    def content_hashes(self) -> dict[int, str]:
        """See StoreReader."""
        last = self._revision.number
        return {number: kept for number, kept in self._reading.content_hashes().items() if number <= last}

    def sources(self) -> list[Source]:
        """See StoreReader."""
        now = {source.name: source for source in self._reading.sources()}
        then = [source for source in (now | self._sources).values() if source is not None]
        return sorted(then, key=lambda source: source.precedence)

    def nodes(self, source: str | None = None) -> Iterator[NodeRow]:
        """See StoreReader."""
        return _merged(self._reading.nodes(source), self._nodes, source, _of_node, _node_place)

    def node_stream(self, source: str | None = None) -> Iterator[NodeRow]:
        """See StoreReader."""
        return _merged(self._reading.node_stream(source), self._nodes, source, _of_node)

    def links(self, source: str | None = None) -> Iterator[LinkRow]:
        """See StoreReader."""
        return _merged(self._reading.links(source), self._links, source, _of_link, _link_place)

    def link_stream(self, source: str | None = None) -> Iterator[LinkRow]:
        """See StoreReader."""
        return _merged(self._reading.link_stream(source), self._links, source, _of_link)

    def link_columns(self) -> "LinkColumns":
        """See StoreReader."""
        return columns_of(list(self.links())) if self._links else self._reading.link_columns()

    def has_links(self, count: int) -> bool:
        """See StoreReader; of how many there are now."""
        return self._reading.has_links(count)

    def links_of(self, relation: str) -> Iterator[LinkRow]:
        """See StoreReader."""
        changed = {at: before for at, before in self._links.items() if at[1][1] == relation}
        return _merged(self._reading.links_of(relation), changed, None, _of_link, _link_place)

    def nodes_named(self, ids: Collection[NodeId], *, expected: bool = True) -> list[NodeRow]:
        """See StoreReader."""
        asked = set(ids)
        changed = {at: before for at, before in self._nodes.items() if at[1] in asked}
        settled = asked - {node_id for _, node_id in changed} if expected else set()
        rows = [*self._named(settled, expected=True), *self._named(asked - settled, expected=False)]
        return sorted(_merged(iter(rows), changed, None, _of_node), key=_node_place)

    def _named(self, ids: Collection[NodeId], *, expected: bool) -> list[NodeRow]:
        return self._reading.nodes_named(ids, expected=expected) if ids else []

    def links_named(self, keys: Collection[LinkKey], *, expected: bool = True) -> list[LinkRow]:
        """See StoreReader."""
        asked = set(keys)
        changed = {at: before for at, before in self._links.items() if at[1] in asked}
        settled = asked - {key for _, key in changed} if expected else set()
        named = self._reading.links_named
        rows = [*(named(settled) if settled else ()), *named(asked - settled, expected=False)]
        return sorted(_merged(iter(rows), changed, None, _of_link), key=_link_place)

    def asserted(self, ids: Collection[NodeId]) -> Asserted:
        """See StoreReader."""
        found: dict[NodeId, tuple[str, frozenset[str]]] = {}
        for source, node_id, kind, _ in self.nodes_named(ids, expected=False):
            known = found.get(node_id, (kind, frozenset()))
            found[node_id] = (known[0], known[1] | {source})
        return found

    def kinds_of(self, source: str) -> frozenset[str]:
        """See StoreReader."""
        return frozenset(row[2] for row in self.node_stream(source))

    def withheld(self, source: str | None = None) -> Mapping[str, int]:
        """See StoreReader."""
        if not isinstance(self._store, RestrictedStore):
            return self._reading.withheld(source)
        hidden = self._store.hidden_at(self._revision.number).items()
        rows = (json.loads(values[1]) for (name, _), values in hidden if source in {None, name})
        return Counter(str(row.get("cohort_id")) for row in rows)


class PastStore(RestrictedStore):
    """A store as it was at an earlier revision; where readers see less of the store, they see less of this."""

    def __init__(self, store: Store, revision: Revision) -> None:
        """Open nothing yet."""
        super().__init__(store)
        self._at = revision
        self._keeping = threading.Lock()
        self._log: list[Change] = []
        self._log_until = revision.number

    @property
    def whole(self) -> Store:
        """The store as it is now."""
        return self._store

    def revision(self) -> Revision:
        """See Store."""
        return self._at

    @contextmanager
    def reading(self) -> Iterator[PastReader]:  # type: ignore[override] # both read as a StoreReader does
        """See Store. Raises OvertakenError where the store was restored to before that revision."""
        with self._store.reading() as reading:
            if reading.revision.number < self._at.number:
                raise OvertakenError(message("revision.moved_on"))
            yield PastReader(reading, self._since(reading.revision.number), self._at, self._store)

    def _since(self, last: int) -> list[Change]:
        """Return what changed after the revision, up to the last one; what was read before is not read again."""
        with self._keeping:
            if last < self._log_until:
                return [change for change in self._log if change.revision <= last]
            log = [*self._log, *self._store.changes(self._log_until, last)]
            if len(log) <= _MOST_KEPT:
                self._log, self._log_until = log, last
            return log

    def changes(self, since: int, until: int, *, kind: str | None = None, most: int | None = None) -> Iterator[Change]:
        """See Store."""
        return self._store.changes(since, min(until, self._at.number), kind=kind, most=most)

    def nodes(self, ids: Sequence[NodeId], *, at: int | None = None) -> list[NodeDetail]:
        """See Store."""
        return self._store.nodes(ids, at=self._at.number if at is None else at)

    def runs(self) -> list[IngestRun]:
        """See Store."""
        return [run for run in self._store.runs() if run.revision <= self._at.number]

    def content_hashes(self) -> dict[int, str]:
        """See Store."""
        hashes = self._store.content_hashes()
        return {number: kept for number, kept in hashes.items() if number <= self._at.number}


def stable_token(store_id: str, number: int, content: str | None) -> str:
    """Return the token of a revision that stays while what it holds does; it tells nothing of what that is.

    The random name of the store is its key: of a hash of what readers are not shown, they could try out what fits.
    """
    return blake2b(f"{number} {content}".encode(), digest_size=8, key=store_id.encode()[:64]).hexdigest()


def past_of(store: Store, number: int) -> PastStore:
    """Return the store as it was at a revision.

    Raises:
        NotFoundError: there is no such revision.
    """
    last = store.revision().number
    if not 0 <= number <= last:
        raise NotFoundError(message("thing.revision"), str(number), [str(last)])
    token = stable_token(store.store_id, number, store.content_hashes().get(number))
    return PastStore(store, Revision(number=number, token=token))


def _merged(
    rows: Iterator[Any],
    changed: Standing,
    source: str | None,
    subject: Callable[[Any], Any],
    place: Callable[[Any], Any] | None = None,
) -> Iterator[Any]:
    """Yield the rows that stand as they stood, and those that were changed as they were; in order where it is told."""
    if not changed:
        return rows
    stays = (row for row in rows if (row[0], subject(row)) not in changed)
    back = _taken_back(changed, source)
    if place is None:
        return iter((*stays, *back))
    return heapq.merge(stays, sorted(back, key=place), key=place)


def _taken_back(changed: Standing, source: str | None) -> list[Any]:
    return [
        (name, *(key if isinstance(key, tuple) else (key,)), *before)
        for (name, key), before in changed.items()
        if before is not None and source in {None, name}
    ]


def _of_node(row: NodeRow) -> NodeId:
    return row[1]


def _of_link(row: LinkRow) -> LinkKey:
    return row[1:4]


def _node_place(row: NodeRow) -> tuple[NodeId, str]:
    return row[1], row[0]


def _link_place(row: LinkRow) -> tuple[LinkKey, str]:
    return row[1:4], row[0]
