"""Node description: its links in both directions."""

from typing import Annotated, Literal

from pydantic import Field

from graph.model import Frozen, NodeId
from graph.schema import RELATIONS
from graph.snapshot.snapshot import Snapshot
from queries.semantics.answers import NodeName, named


class LinkedNode(Frozen):
    """A neighbour, and the weight of the link to it (1 where none is stated)."""

    id: NodeId
    name: str
    weight: Annotated[float, Field(ge=0, le=1)]


class RelationLinks(Frozen):
    """The links of one relation in one direction; `nodes` by weight and id, cut short; `total` counts them all."""

    relation: str
    direction: Literal["out", "into"]
    total: int
    nodes: list[LinkedNode]


class NodeDescription(Frozen):
    """A node as it stands in the graph: its class, and its live links by relation, in the order of the schema."""

    id: NodeId
    ids: list[NodeId]
    name: str
    kind: str
    links: list[RelationLinks]
    revision: int


def describe_node(snapshot: Snapshot, node_id: str, *, limit: int = 50) -> NodeDescription:
    """Return the node that answers under this id, with at most `limit` neighbours of each relation and direction.

    Raises:
        NotFoundError: there is no such node.
    """
    node = snapshot.require(node_id)
    links = []
    for relation in RELATIONS:
        for direction, adjacency in (("out", snapshot.out(relation)), ("into", snapshot.into(relation))):
            pairs = sorted(adjacency.pairs(node), key=lambda pair: (-pair[1], pair[0]))
            if pairs:
                nodes = [_linked(named(snapshot, other), weight) for other, weight in pairs[:limit]]
                links.append(RelationLinks(relation=relation, direction=direction, total=len(pairs), nodes=nodes))  # type: ignore[arg-type]
    return NodeDescription(
        id=NodeId(snapshot.ids[node]),
        ids=[NodeId(snapshot.ids[i]) for i in snapshot.members(node)],
        name=snapshot.name(node),
        kind=snapshot.kind_of(node),
        links=links,
        revision=snapshot.revision.number,
    )


def _linked(name: NodeName, weight: float) -> LinkedNode:
    return LinkedNode(id=name.id, name=name.name, weight=weight)
