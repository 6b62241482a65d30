"""Export rows of the live graph: merged over sources, without what is dormant, each with who states it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from graph.model import LinkValues, NodeId, Source, Value, merge_link
from graph.schema import RELATIONS
from graph.stamp import GraphStamp
from graph.stores.base import LinkRow, NodeRow, StoreReader
from graph.stores.spool import Rows, Spool, SpooledRows


class LiveNode(NamedTuple):
    """A node with its merged properties, and the names of the sources that state it, the first speaker first."""

    id: NodeId
    kind: str
    values: dict[str, Value]
    sources: list[str]


class LiveLink(NamedTuple):
    """A link between two live nodes with its merged values, and who states it, the first speaker first."""

    from_id: NodeId
    relation: str
    to_id: NodeId
    values: LinkValues
    sources: list[str]


class LiveGraph(NamedTuple):
    """Nodes by id, links by (from_id, relation, to_id), and the sources that state any of them, first speaker first.

    Classes of SAME_AS are not merged: their links are links like others. `withheld` assessments of small groups are
    left out, since whoever asks is not shown them. Nodes and links stand in a spool, and are made as they are read.
    `stamp` is what files that are written of it are cited by.
    """

    nodes: Rows[LiveNode]
    links: Rows[LiveLink]
    sources: list[Source]
    revision: int
    withheld: int = 0
    stamp: GraphStamp | None = None

    def nodes_of(self, kind: str) -> Iterator[LiveNode]:
        """Yield the nodes of a kind, by id."""
        if isinstance(self.nodes, SpooledRows):
            return self.nodes.where("kind = ?", kind)
        return (node for node in self.nodes if node.kind == kind)

    def links_of(self, relation: str) -> Iterator[LiveLink]:
        """Yield the links of a relation, by (from_id, to_id)."""
        if isinstance(self.links, SpooledRows):
            return self.links.where("relation = ?", relation)
        return (link for link in self.links if link.relation == relation)


_KEEP_JOINED = """
DELETE FROM link WHERE NOT EXISTS (SELECT 1 FROM joined WHERE joined.relation = link.relation
AND from_kind = (SELECT kind FROM node WHERE id = link.from_id)
AND to_kind = (SELECT kind FROM node WHERE id = link.to_id))
"""
_KEEP_OWN_LINKS = """
DELETE FROM link WHERE NOT EXISTS (
    SELECT 1 FROM link AS own WHERE own.from_id = link.from_id AND own.relation = link.relation
    AND own.to_id = link.to_id AND own.source = ?
)
"""
_KEEP_OWN_NODES = """
DELETE FROM node WHERE id NOT IN (
    SELECT id FROM node WHERE source = ? UNION SELECT from_id FROM link UNION SELECT to_id FROM link
)
"""


def live_graph(reading: StoreReader, source_name: str | None = None) -> LiveGraph:
    """Return the live graph; of a source that is named, what it states of it, and the ends of its links.

    Values are merged over all sources, whichever are asked for. The reading may end before the graph is read.
    """
    spool = Spool(reading.node_stream(), reading.link_stream())
    spool.change("CREATE TABLE joined (relation, from_kind, to_kind, PRIMARY KEY (relation, from_kind, to_kind))")
    ends = ((relation.name, *pair) for relation in RELATIONS.values() for pair in sorted(relation.ends))
    spool.fill("INSERT INTO joined VALUES (?, ?, ?)", ends)
    spool.change(_KEEP_JOINED)
    if source_name is not None:
        spool.change(_KEEP_OWN_LINKS, (source_name,))
        spool.change(_KEEP_OWN_NODES, (source_name,))
    by_name = {source.name: source for source in reading.sources()}  # the first speaker first
    rank = {name: place for place, name in enumerate(by_name)}
    speaking = {name for (name,) in spool.rows("SELECT source FROM node UNION SELECT source FROM link")}
    nodes: SpooledRows[LiveNode] = SpooledRows(
        spool, _NODES[0], _NODES[1], lambda rows: (_node(some, rank) for _, some in groupby(rows, key=itemgetter(1)))
    )
    links: SpooledRows[LiveLink] = SpooledRows(
        spool, _LINKS[0], _LINKS[1], lambda rows: (_link(s, rank) for _, s in groupby(rows, key=itemgetter(1, 2, 3)))
    )
    sources = [source for name, source in by_name.items() if name in speaking]
    withheld = sum(reading.withheld(source_name).values())
    return LiveGraph(nodes, links, sources, reading.revision.number, withheld)


_NODES = (
    "SELECT count(DISTINCT id) FROM node",
    'SELECT source, id, kind, "values" FROM node {where} ORDER BY id, source',
)
_LINKS = (
    "SELECT count(*) FROM (SELECT DISTINCT from_id, relation, to_id FROM link)",
    """SELECT source, from_id, relation, to_id, weight, level, term, openings, note FROM link {where}
    ORDER BY from_id, relation, to_id, source""",
)


def _node(rows: Iterable[NodeRow], rank: Mapping[str, int]) -> LiveNode:
    """Return the node that sources state; what the first speaker says holds."""
    stated = sorted(rows, key=lambda row: rank[row[0]])
    values: dict[str, Value] = {}
    for row in reversed(stated):
        values |= json.loads(row[3])
    return LiveNode(stated[0][1], stated[0][2], dict(sorted(values.items())), [row[0] for row in stated])


def _link(rows: Iterable[LinkRow], rank: Mapping[str, int]) -> LiveLink:
    stated = sorted(rows, key=lambda row: rank[row[0]])
    _, from_id, relation, to_id, *_ = stated[0]
    return LiveLink(from_id, relation, to_id, merge_link([row[4:] for row in stated]), [row[0] for row in stated])
