"""Reader of the Neo4j store: the graph at one revision."""

from collections.abc import Collection, Iterator, Mapping
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from graph.cancellation import cancellable_rows
from graph.changes import Asserted
from graph.errors import OvertakenError
from graph.messages import message
from graph.model import LinkKey, NodeId, Revision, Source
from graph.stores.base import EMPTY, LinkRow, NodeRow
from graph.stores.content_hash import (
    Content,
    check_kept,
    check_sums,
    from_text,
    of_source,
)
from graph.stores.digest_sums import link_sums, node_sums, summed
from graph.stores.neo4j import cypher
from graph.stores.neo4j.codec import StatedNode, link_rows, node_rows, read_node
from graph.stores.neo4j.write import Run

if TYPE_CHECKING:
    from graph.stores.link_columns import LinkColumns

PAGE_NODES = 1000
"""How many nodes, or nodes with their links, are read at once where not all are held."""
HASHED = 3
"""The format from which a store keeps content hashes."""


class Neo4jReader:
    """One revision. Neo4j shows what others commit in the meantime; a reading says so instead of mixing two states."""

    def __init__(self, run: Run, meta: dict[str, Any] | None, *, is_bracketed: bool = False) -> None:
        """Read through `run`; `meta` is the state at the beginning, None where there is no store.

        A bracketed reading looks at the state again after each answer. So that no part of a commit goes unnoticed,
        what a text saw a part of must be whole for the next one (Neo4jConnection.reads). Who holds the lock needs none.
        """
        self._run = run
        self._state = state_of(meta) if is_bracketed else None
        self.revision = revision_of(meta)
        self._is_hashed = meta is not None and meta["format"] >= HASHED
        self._content: Content | None = None

    def content(self) -> Content | None:
        """See StoreReader."""
        if self._content is None and self._is_hashed:
            sums = {name: (nodes, links) for name, nodes, links in self._run(cypher.SUMS)}
            content = Content(
                {source.name: source for source in self.sources()},
                {name: from_text(nodes) for name, (nodes, _) in sums.items()},
                {name: from_text(links) for name, (_, links) in sums.items()},
            )
            kept = self.content_hashes()
            self._check()
            check_kept(content, kept, self.revision.number)
            self._content = content
        return self._content

    def content_hashes(self) -> dict[int, str]:
        """See StoreReader."""
        return dict(map(tuple, self._run(cypher.HASHES))) if self._is_hashed else {}

    def sources(self) -> list[Source]:
        """See Reading."""
        sources = list(read_sources(self._run))
        self._check()
        return sorted(sources, key=lambda source: source.precedence)

    def nodes(self, source: str | None = None) -> Iterator[NodeRow]:
        """See Reading."""
        records = self._run(cypher.NODES) if source is None else self._run(cypher.NODES_OF, source=source)
        rows = [row for node_id, asserted in records for row in node_rows(node_id, asserted)]
        self._check()
        rows = sorted((row for row in cancellable_rows(rows) if source in {None, row[0]}), key=itemgetter(1, 0))
        if (content := self.content()) is not None:
            check_sums(of_source(content.nodes, source), node_sums(rows), "nodes")
        return iter(rows)

    def links(self, source: str | None = None) -> Iterator[LinkRow]:
        """See Reading."""
        rows = sorted(self._link_rows(source), key=itemgetter(1, 2, 3, 0))
        if (content := self.content()) is not None:
            check_sums(of_source(content.links, source), link_sums(rows), "links")
        return iter(rows)

    def _link_rows(self, source: str | None) -> list[LinkRow]:
        records = self._run(cypher.LINKS) if source is None else self._run(cypher.LINKS_OF, source=source)
        rows = [row for a, links in records for link in links for row in link_rows(a, *link)]
        self._check()
        return [row for row in cancellable_rows(rows) if source in {None, row[0]}]

    def link_columns(self) -> "LinkColumns":
        """See StoreReader."""
        from graph.stores.link_columns import columns_of  # noqa: PLC0415 - with NumPy: few commands need it

        rows = self._link_rows(None)
        if (content := self.content()) is not None:
            check_sums(content.links, link_sums(rows), "links")
        return columns_of(rows)

    def has_links(self, count: int) -> bool:
        """See StoreReader."""
        ((found,),) = self._run(cypher.COUNT_LINKS, most=count)
        self._check()
        return int(found) >= count

    def node_stream(self, source: str | None = None) -> Iterator[NodeRow]:
        """See StoreReader."""
        rows = (row for node_id, asserted in self._pages(cypher.NODE_PAGE) for row in node_rows(node_id, asserted))
        found: dict[str, int] = {}
        yield from summed((row for row in rows if source in {None, row[0]}), node_sums, found)
        if (content := self.content()) is not None:
            check_sums(of_source(content.nodes, source), found, "nodes")

    def link_stream(self, source: str | None = None) -> Iterator[LinkRow]:
        """See StoreReader."""
        listed = ((a, link) for a, links in self._pages(cypher.LINK_PAGE) for link in links)
        rows = (row for a, link in listed for row in link_rows(a, *link))
        found: dict[str, int] = {}
        yield from summed((row for row in rows if source in {None, row[0]}), link_sums, found)
        if (content := self.content()) is not None:
            check_sums(of_source(content.links, source), found, "links")

    def _pages(self, text: str) -> Iterator[Any]:
        """Yield the records of a text that gives those after an id, page by page; all are of this revision."""
        after = ""
        while page := list(self._run(text, after=after, most=PAGE_NODES)):
            self._check()
            yield from cancellable_rows(page)
            after = page[-1][0]

    def links_of(self, relation: str) -> Iterator[LinkRow]:
        """See Reading."""
        rows = [row for link in self._run(cypher.LINKS_OF_RELATION[relation]) for row in link_rows(*link)]
        self._check()
        return iter(sorted(rows, key=itemgetter(1, 2, 3, 0)))

    def nodes_named(self, ids: Collection[NodeId], *, expected: bool = True) -> list[NodeRow]:
        """See StoreReader."""
        rows = [
            row for node_id, text in self._run(cypher.NODES_NAMED, ids=list(ids)) for row in node_rows(node_id, text)
        ]
        self._check()
        return sorted(rows, key=itemgetter(1, 0))

    def links_named(self, keys: Collection[LinkKey], *, expected: bool = True) -> list[LinkRow]:
        """See Reading."""
        ends: dict[str, list[list[NodeId]]] = {}
        for a, relation, b in set(keys):
            ends.setdefault(relation, []).append([a, b])
        rows = [
            row
            for relation, pairs in ends.items()
            for link in self._run(cypher.LINKS_NAMED[relation], keys=pairs)
            for row in link_rows(*link)
        ]
        self._check()
        return sorted(rows, key=itemgetter(1, 2, 3, 0))

    def asserted(self, ids: Collection[NodeId]) -> Asserted:
        """See Reading."""
        assertions: dict[NodeId, tuple[str, frozenset[str]]] = {}
        for node_id, asserted in self._run(cypher.NODES_NAMED, ids=list(ids)):
            stated = read_node(asserted)
            assertions[node_id] = (next(iter(stated.values()))[0], frozenset(stated))
        self._check()
        return assertions

    def stated(self, ids: Collection[NodeId]) -> dict[NodeId, StatedNode]:
        """Return what each source states of each of these nodes; those that none asserts are left out."""
        found = {node_id: read_node(text) for node_id, text in self._run(cypher.NODES_NAMED, ids=list(ids))}
        self._check()
        return found

    def kinds_of(self, source: str) -> frozenset[str]:
        """See Reading."""
        return frozenset(kind for _, _, kind, _ in self.nodes(source))

    def withheld(self, source: str | None = None) -> Mapping[str, int]:
        """See Reading."""
        return {}

    def _check(self) -> None:
        """Raise OvertakenError where the store has moved on since the reading began."""
        if self._state is not None and state_of(read_meta(self._run)) != self._state:
            raise OvertakenError(message("store.changed_while_read"))


def read_sources(run: Run) -> Iterator[Source]:
    """Yield every source, in any order."""
    names = ("name", "version", "licence", "url", "rank", "institution_id")
    return (Source.model_validate(dict(zip(names, record, strict=True))) for record in run(cypher.SOURCES))


def read_meta(run: Run) -> dict[str, Any] | None:
    """Return the properties of the store's one meta node; None where there is no store."""
    for (meta,) in run(cypher.META):
        return dict(meta)
    return None


def state_of(meta: dict[str, Any] | None) -> tuple[Any, ...]:
    """Return what changes whenever statements do: by a commit, a part of a staged job, or its being taken back."""
    return () if meta is None else (meta["revision"], meta["token"], meta.get("applying"), meta.get("aborted", 0))


def revision_of(meta: dict[str, Any] | None) -> Revision:
    """Return the revision that the meta node says."""
    return EMPTY if meta is None else Revision(number=meta["revision"], token=meta["token"])
