"""Restricted view of a store: what readers are given, without the assessments that tell of a few.

Whatever asks a store can ask this instead; nothing comes from it that `graph.disclosure` does not show, of any
revision. It reads only.
"""

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, NoReturn, cast

from graph.changes import Asserted, Change, ChangeSet
from graph.disclosure import KIND, Disclosure, counted
from graph.errors import StoreUnavailableError
from graph.messages import Message, message
from graph.model import Conflict, IngestRun, LinkKey, NodeDetail, NodeId, NodeValues, Revision, Source, Value, canonical
from graph.stores.base import EMPTY, LinkRow, NodeRow, Receipt, ServiceClaim, Store, StoreReader
from graph.stores.content_hash import Content
from graph.stores.restricted_reports import restricted_report

if TYPE_CHECKING:
    from graph.stores.link_columns import LinkColumns


class RestrictedReader:
    """One reading, without what is not shown."""

    def __init__(self, reading: StoreReader, disclosure: Disclosure) -> None:
        """Read through `reading`; `disclosure` has read the log up to its revision."""
        self._reading, self._disclosure = reading, disclosure

    @property
    def revision(self) -> Revision:
        """See StoreReader."""
        return self._reading.revision

    def content(self) -> Content | None:
        """Return nothing to check by: rows are checked as they are read, before some of them are left out."""
        return None

    def content_hashes(self) -> dict[int, str]:
        """See StoreReader."""
        return self._reading.content_hashes()

    def sources(self) -> list[Source]:
        """See StoreReader."""
        return self._reading.sources()

    def nodes(self, source: str | None = None) -> Iterator[NodeRow]:
        """See StoreReader."""
        return self._shown(self._reading.nodes(source))

    def node_stream(self, source: str | None = None) -> Iterator[NodeRow]:
        """See StoreReader."""
        return self._shown(self._reading.node_stream(source))

    def _shown(self, rows: Iterator[NodeRow]) -> Iterator[NodeRow]:
        return (row for row in rows if self._disclosure.shows(row[1], row[2:]))

    def links(self, source: str | None = None) -> Iterator[LinkRow]:
        """See StoreReader."""
        return self._reading.links(source)

    def link_columns(self) -> "LinkColumns":
        """See StoreReader."""
        return self._reading.link_columns()

    def has_links(self, count: int) -> bool:
        """See StoreReader."""
        return self._reading.has_links(count)

    def link_stream(self, source: str | None = None) -> Iterator[LinkRow]:
        """See StoreReader."""
        return self._reading.link_stream(source)

    def links_of(self, relation: str) -> Iterator[LinkRow]:
        """See StoreReader."""
        return self._reading.links_of(relation)

    def nodes_named(self, ids: Collection[NodeId], *, expected: bool = True) -> list[NodeRow]:
        """See StoreReader."""
        return list(self._shown(iter(self._reading.nodes_named(ids, expected=expected))))

    def links_named(self, keys: Collection[LinkKey], *, expected: bool = True) -> list[LinkRow]:
        """See StoreReader."""
        return self._reading.links_named(keys, expected=expected)

    def asserted(self, ids: Collection[NodeId]) -> Asserted:
        """See StoreReader."""
        found = dict(self._reading.asserted(ids))
        for node_id, (kind, _) in list(found.items()):
            if kind == KIND:
                del found[node_id]
                if speaking := self._disclosure.standing(node_id).keys():
                    found[node_id] = (kind, frozenset(speaking))
        return found

    def kinds_of(self, source: str) -> frozenset[str]:
        """See StoreReader."""
        return self._reading.kinds_of(source)

    def withheld(self, source: str | None = None) -> Mapping[str, int]:
        """See StoreReader."""
        return counted(self._disclosure.withheld(), source)


class RestrictedStore:
    """A store as readers see it."""

    def __init__(self, store: Store) -> None:
        """Open nothing yet."""
        self._store = store
        self._lock = threading.Lock()
        self._disclosure, self._read = Disclosure(), EMPTY

    @property
    def url(self) -> str:
        """See Store."""
        return self._store.url

    @property
    def store_id(self) -> str:
        """See Store."""
        return self._store.store_id

    def exists(self) -> bool:
        """See Store."""
        return self._store.exists()

    def revision(self) -> Revision:
        """See Store."""
        return self._store.revision()

    @contextmanager
    def reading(self) -> Iterator[RestrictedReader]:
        """See Store."""
        with self._store.reading() as reading:
            yield RestrictedReader(reading, self.disclosure(reading.revision))

    def changes(self, since: int, until: int, *, kind: str | None = None, most: int | None = None) -> Iterator[Change]:
        """See Store. What is not shown does not count."""
        shown = self.disclosure(self._store.revision())
        for change in self._store.changes(since, until, kind=kind):
            if change.kind != KIND:
                yield change
                continue
            before, after = (self._told(shown, change, stated) for stated in (change.before, change.after))
            if before != after:
                yield change._replace(before=before, after=after)

    def _told(self, shown: Disclosure, change: Change, stated: object) -> NodeValues | None:
        """Return one side of the change of an assessment; None where it is not shown."""
        values = cast(NodeValues | None, stated)
        return values if values is not None and shown.shows(NodeId(str(change.subject)), values) else None

    def nodes(self, ids: Sequence[NodeId], *, at: int | None = None) -> list[NodeDetail]:
        """See Store."""
        shown = self.disclosure(self._store.revision())
        details = (_restricted_detail(detail, shown) for detail in self._store.nodes(ids, at=at))
        return [detail for detail in details if detail is not None]

    def runs(self) -> list[IngestRun]:
        """See Store."""
        return [run.model_copy(update={"report": restricted_report(run.report)}) for run in self._store.runs()]

    def content_hashes(self) -> dict[int, str]:
        """See Store."""
        return self._store.content_hashes()

    def upgrade(self) -> bool:
        """See Store."""
        return self._store.upgrade()

    def check(self) -> str:
        """See Store."""
        return self._store.check()

    def needs_keys(self) -> bool:
        """See Store."""
        return self._store.needs_keys()

    def claim(self) -> ServiceClaim | None:
        """See Store."""
        return self._store.claim()

    def health(self) -> Message:
        """See Store."""
        return self._store.health()

    def warnings(self) -> list[Message]:
        """See Store."""
        return self._store.warnings()

    def close(self) -> None:
        """See Store."""
        self._store.close()

    def disclosure(self, revision: Revision) -> Disclosure:
        """Return what may be shown, of a log that is read up to that revision of the store at least."""
        with self._lock:
            if self._is_of_another_log(revision):
                self._disclosure, self._read = Disclosure(), EMPTY
            if revision.number > self._read.number:
                self._disclosure.read(self._store.changes(self._read.number, revision.number, kind=KIND))
                self._read = revision
            return self._disclosure

    def hidden_at(self, number: int) -> dict[tuple[str, NodeId], NodeValues]:
        """Return what stood at a revision and is not shown, by source and row."""
        standing: dict[tuple[str, NodeId], NodeValues] = {}
        shown = self.disclosure(self._store.revision())
        for change in self._store.changes(0, number, kind=KIND):
            place = (change.source, NodeId(str(change.subject)))
            standing.pop(place, None)
            if change.after is not None:
                standing[place] = cast(NodeValues, change.after)
        return {place: values for place, values in standing.items() if not shown.shows(place[1], values)}

    def hides_from(self, last: int) -> int | None:
        """Return the first revision, up to the last, that states something that is not shown; None where none does."""
        shown = self.disclosure(self._store.revision())
        stated = ((change, cast(NodeValues | None, change.after)) for change in self._store.changes(0, last, kind=KIND))
        hidden = (
            change.revision
            for change, values in stated
            if values is not None and not shown.shows(NodeId(str(change.subject)), values)
        )
        return min(hidden, default=None)

    def _is_of_another_log(self, revision: Revision) -> bool:
        """Say whether the store was restored to an earlier state, and perhaps went on from there."""
        if revision.number == self._read.number:
            return revision.token != self._read.token
        return revision.number < self._read.number and self._store.revision().number < self._read.number

    def apply(
        self,
        changes: ChangeSet,
        *,
        expected_revision: int | None = None,
        report: Mapping[str, object] | None = None,
        applied_at: datetime | None = None,
    ) -> Receipt:
        """Write nothing. Raises StoreUnavailableError."""
        self._refuse()

    def building(self) -> NoReturn:
        """Write nothing. Raises StoreUnavailableError."""
        self._refuse()

    def resume(self) -> Revision | None:
        """Write nothing. Raises StoreUnavailableError."""
        self._refuse()

    def abort(self) -> bool:
        """Write nothing. Raises StoreUnavailableError."""
        self._refuse()

    def note_keys(self, *, needed: bool) -> None:
        """Write nothing. Raises StoreUnavailableError."""
        self._refuse()

    def note_claim(self, claim: ServiceClaim) -> None:
        """Write nothing. Raises StoreUnavailableError."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise StoreUnavailableError(message("store.reads_only_view", store=self.url))


def _restricted_detail(detail: NodeDetail, shown: Disclosure) -> NodeDetail | None:
    """Return the node as those of its statements make it that may be shown; None where none may."""
    if detail.kind != KIND:
        return detail
    told = [one for one in detail.statements if shown.shows(detail.id, (one.kind, canonical(one.values)))]
    if len(told) == len(detail.statements):
        return detail
    merged: dict[str, Value] = {}
    for one in reversed(told):
        merged |= one.values
    speaking = {one.source for one in told}
    conflicts = (
        Conflict(property=one.property, values=[said for said in one.values if said[0] in speaking])
        for one in detail.conflicts
    )
    disputed = [one for one in conflicts if any(value != one.values[0][1] for _, value in one.values)]
    values = dict(sorted(merged.items()))
    return detail.model_copy(update={"values": values, "statements": told, "conflicts": disputed}) if told else None
