"""Export rows of the live graph: merged over sources, without what is dormant, each with who states it."""

import json
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from graph.model import LinkValues, NodeId, Source, Value, merge_link
from graph.schema import RELATIONS
from graph.stores.base import StoreReader


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
    left out, since whoever asks is not shown them.
    """

    nodes: list[LiveNode]
    links: list[LiveLink]
    sources: list[Source]
    revision: int
    withheld: int = 0


def live_graph(reading: StoreReader, source_name: str | None = None) -> LiveGraph:
    """Return the live graph; of a source that is named, what it states of it, and the ends of its links.

    Values are merged over all sources, whichever are asked for.
    """
    by_name = {source.name: source for source in reading.sources()}  # the first speaker first
    rank = {name: place for place, name in enumerate(by_name)}
    nodes: dict[NodeId, LiveNode] = {}
    for node_id, group in groupby(reading.nodes(), key=itemgetter(1)):
        stated = sorted(group, key=lambda row: rank[row[0]])
        values: dict[str, Value] = {}
        for row in reversed(stated):
            values |= json.loads(row[3])
        nodes[node_id] = LiveNode(node_id, stated[0][2], dict(sorted(values.items())), [row[0] for row in stated])
    links: list[LiveLink] = []
    for (from_id, relation, to_id), rows in groupby(reading.links(), key=itemgetter(1, 2, 3)):
        spoken = sorted(rows, key=lambda row: rank[row[0]])
        names = [row[0] for row in spoken]
        if (source_name is None or source_name in names) and _joins(nodes, from_id, relation, to_id):
            links.append(LiveLink(from_id, relation, to_id, merge_link([row[4:] for row in spoken]), names))
    if source_name is not None:
        ends = {node_id for link in links for node_id in (link.from_id, link.to_id)}
        nodes = {n.id: n for n in nodes.values() if source_name in n.sources or n.id in ends}
    speaking = {name for some in (nodes.values(), links) for one in some for name in one.sources}
    sources = [source for name, source in by_name.items() if name in speaking]
    withheld = sum(reading.withheld(source_name).values())
    return LiveGraph(list(nodes.values()), links, sources, reading.revision.number, withheld)


def _joins(nodes: dict[NodeId, LiveNode], from_id: NodeId, relation: str, to_id: NodeId) -> bool:
    a, b = nodes.get(from_id), nodes.get(to_id)
    return a is not None and b is not None and RELATIONS[relation].joins(a.kind, b.kind)
