"""The store protocol, kept by every store: stores keep statements; what they mean, snapshots and queries say."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from graph.changes import Asserted, Change, ChangeSet, Difference
from graph.messages import Message
from graph.model import IngestRun, LinkKey, LinkValues, NodeDetail, NodeId, NodeValues, Revision, Source
from graph.stores.content_hash import Content

if TYPE_CHECKING:
    from graph.stores.link_columns import LinkColumns

NodeRow = tuple[str, NodeId, str, str]
"""`(source, id, kind, values)`: one source's statement of a node; `values` is canonical JSON."""
LinkRow = tuple[str, NodeId, str, NodeId, float | None, int | None, int | None, int | None, str | None]
"""`(source, from_id, relation, to_id, weight, level, term, openings, note)`: one source's statement of a link."""

EMPTY = Revision(number=0, token="")
"""The revision of a store that holds nothing yet, or does not exist yet."""


class ServiceClaim(NamedTuple):
    """Which state file goes with a store, known to the service by a URL: the file's own name, where it is, and when.

    `at` is when the service last said so, in Unix time; 0 where it has ended.
    """

    state: str
    place: str
    store_url: str
    at: float


class Receipt(NamedTuple):
    """What `apply` did: the revision that it made (the old one where nothing changed)."""

    revision: Revision
    difference: Difference
    atomic: bool


class StoreReader(Protocol):
    """Read transaction: a store at one revision, from the first row to the last; every answer in a stated order.

    A store that cannot show a state that others have changed meanwhile raises ConflictError instead of mixing two; one
    in which statements are not what was written, StoreDamagedError before it yields the first.
    """

    @property
    def revision(self) -> Revision:
        """Which state is read."""
        ...

    def content(self) -> Content | None:
        """Return what is kept of the content, by which it is checked; None in a store of an earlier format."""
        ...

    def content_hashes(self) -> dict[int, str]:
        """Return the content hash that is kept with each revision; none in a store of an earlier format."""
        ...

    def sources(self) -> list[Source]:
        """Return every source that has ever been applied, the first speaker first."""
        ...

    def nodes(self, source: str | None = None) -> Iterator[NodeRow]:
        """Yield the node statements, of one source or of all, by (id, source)."""
        ...

    def links(self, source: str | None = None) -> Iterator[LinkRow]:
        """Yield link statements, of one source or all, dormant ones too, by (from_id, relation, to_id, source)."""
        ...

    def link_columns(self) -> "LinkColumns":
        """Return the link statements, dormant ones too, as columns in any order, all of them checked."""
        ...

    def has_links(self, count: int) -> bool:
        """Say whether there are at least so many links, or statements of these; no more of them are looked at."""
        ...

    def node_stream(self, source: str | None = None) -> Iterator[NodeRow]:
        """Yield what `nodes` does in any order, holding few at a time: StoreDamagedError comes after the last."""
        ...

    def link_stream(self, source: str | None = None) -> Iterator[LinkRow]:
        """Yield what `links` does in any order, holding few at a time: StoreDamagedError comes after the last."""
        ...

    def links_of(self, relation: str) -> Iterator[LinkRow]:
        """Yield the statements of a relation's links, dormant ones too, by (from_id, to_id, source)."""
        ...

    def nodes_named(self, ids: Collection[NodeId], *, expected: bool = True) -> list[NodeRow]:
        """Return the statements of these nodes, by (id, source); `expected` says that each should have some."""
        ...

    def links_named(self, keys: Collection[LinkKey], *, expected: bool = True) -> list[LinkRow]:
        """Return the statements of these links, by (from_id, relation, to_id, source); `expected` as above."""
        ...

    def asserted(self, ids: Collection[NodeId]) -> Asserted:
        """Return the kind of each of the ids that some source asserts, and which sources do."""
        ...

    def kinds_of(self, source: str) -> frozenset[str]:
        """Return the kinds of which the source asserts at least one node."""
        ...

    def withheld(self, source: str | None = None) -> Mapping[str, int]:
        """Return how many statements of assessments this view leaves out, of one source or of all, by cohort."""
        ...


class Store(Protocol):
    """Keeps a graph durably. One store may be used from several threads, and by several processes."""

    @property
    def url(self) -> str:
        """Where it is, as it may be shown: without a password."""
        ...

    @property
    def store_id(self) -> str:
        """The random name that the store got when it was made; empty while it does not exist."""
        ...

    def exists(self) -> bool:
        """Say whether the store has been made already. Reading one that does not exist finds nothing."""
        ...

    def revision(self) -> Revision:
        """Return the present revision; its number grows by one with every applied ChangeSet that changes something."""
        ...

    def reading(self) -> AbstractContextManager[StoreReader]:
        """Open a reading: one revision, however long it takes. Close it before building anything from it."""
        ...

    def apply(
        self,
        changes: ChangeSet,
        *,
        expected_revision: int | None = None,
        report: Mapping[str, object] | None = None,
        applied_at: datetime | None = None,
    ) -> Receipt:
        """Make true what the ChangeSet says, log it, and keep `report` as its run: all of it or nothing.

        A store that does not exist is made. Where nothing would change, nothing is written and the revision stays.
        The run is dated now, or with `applied_at`: when a job that is copied was applied first.

        Raises:
            ConflictError: the store is at another revision than expected, or another writer does not finish.
            SchemaError: an id would get a second kind.
            StoreUnavailableError: the store cannot be reached or written.
        """
        ...

    def building(self) -> AbstractContextManager["Store"]:
        """Give an empty store to be filled, which takes the place of this one at the end: all of it, or nothing.

        This one must be empty. A server's fills itself, so that what ends before its time stands as far as it came.

        Raises:
            ConflictError: this one was written to meanwhile.
        """
        ...

    def resume(self) -> Revision | None:
        """Finish a job that was cut off while it was written in stages; return its revision, None where there is none.

        Raises:
            ConflictError: the job is still at work.
        """
        ...

    def abort(self) -> bool:
        """Take back what such a job has written; False where there is none.

        Raises:
            ConflictError: the job is still at work.
        """
        ...

    def changes(self, since: int, until: int, *, kind: str | None = None, most: int | None = None) -> Iterator[Change]:
        """Yield what the revisions after `since`, up to and with `until`, changed: by revision, source, subject.

        With `kind`, nothing but what they changed of nodes of that kind. Where there are more than `most`, it suffices
        to yield more than that, any of them: who asks wants to know only that there are.
        """
        ...

    def nodes(self, ids: Sequence[NodeId], *, at: int | None = None) -> list[NodeDetail]:
        """Return every property of each node, who states it, and conflicts; as asked, unknown ids left out.

        `at` is the revision to read; None reads the present one.

        Raises:
            ConflictError: that revision has passed, and the store cannot show what was.
        """
        ...

    def runs(self) -> list[IngestRun]:
        """Return the applied jobs, the latest first."""
        ...

    def content_hashes(self) -> dict[int, str]:
        """Return the content hash that is kept with each revision; none in a store of an earlier format.

        See `graph/stores/content_hash.py`; before the first revision nothing is stated.
        """
        ...

    def upgrade(self) -> bool:
        """Bring a store of an earlier format up to the present one; False where there is nothing to do.

        Raises:
            ConflictError: another writer does not finish.
            StoreUnavailableError: the store cannot be written, or is damaged.
        """
        ...

    def check(self) -> str:
        """Read all that the store holds, of the past too, and return the content hash of the present revision.

        It is empty where the store's format is an earlier one, which keeps none.

        Raises:
            StoreDamagedError: something is not as it was written.
        """
        ...

    def needs_keys(self) -> bool:
        """Say whether the store has been served with access keys: it is then never open again without one.

        The mark is no part of the graph, of its revisions or of its content; a store that does not exist has none.
        """
        ...

    def note_keys(self, *, needed: bool) -> None:
        """Set or remove that mark; a store that does not exist stays so.

        Raises:
            ConflictError: another writer does not finish.
            StoreUnavailableError: the store cannot be reached or written.
        """
        ...

    def claim(self) -> ServiceClaim | None:
        """Return which state file a service has last said to go with the store; a mark as that of keys."""
        ...

    def note_claim(self, claim: ServiceClaim) -> None:
        """Set that mark; a store that does not exist stays so. Raises as `note_keys` does."""
        ...

    def health(self) -> Message:
        """Return one line that says that the store can be read. Raises StoreUnavailableError."""
        ...

    def warnings(self) -> list[Message]:
        """Return what whoever runs the store should see to, while it can be read: a job half-written, nodes of others.

        Raises:
            StoreUnavailableError: it cannot be reached.
        """
        ...

    def close(self) -> None:
        """Let go of connections; the store can be opened again."""
        ...


def asserted_by(
    reading: StoreReader, source: str
) -> tuple[Iterable[tuple[NodeId, NodeValues]], Iterable[tuple[LinkKey, LinkValues]]]:
    """Return what one source states, as `graph.changes.difference` takes it."""
    nodes = ((node_id, (kind, values)) for _, node_id, kind, values in reading.nodes(source))
    links = (((a, relation, b), (w, le, t, o, n)) for _, a, relation, b, w, le, t, o, n in reading.links(source))
    return nodes, links
