"""Graph diff: the nodes and links that came, went or are stated otherwise between two snapshots."""

from collections.abc import Iterable, Iterator
from typing import Literal

from pydantic import Field

from graph.cancellation import cancellable_rows
from graph.model import Frozen, LinkKey, NodeId, Value
from graph.snapshot.columns import values_of
from graph.snapshot.patch import LinkAfter
from graph.snapshot.scenario import link_of
from graph.snapshot.snapshot import Snapshot
from queries.compare.change_candidates import ChangeCandidates

Change = Literal["added", "changed", "removed"]


class PropertyChange(Frozen):
    """A property of a node; None where it is not stated."""

    property: str
    before: Value | None
    after: Value | None


class NodeChange(Frozen):
    """A node that came, went, or of which `properties`, by name, are stated otherwise."""

    id: NodeId
    name: str
    kind: str
    change: Change
    properties: list[PropertyChange]


class LinkValues(Frozen):
    """What is stated of a link; None is "not stated"."""

    weight: float | None
    level: int | None
    term: int | None
    openings: int | None


class LinkChange(Frozen):
    """A link that came (`before` is None), went (`after` is None), or is stated otherwise."""

    from_id: NodeId
    from_name: str
    relation: str
    to_id: NodeId
    to_name: str
    change: Change
    before: LinkValues | None
    after: LinkValues | None


class Tally(Frozen):
    """How many came, are stated otherwise, and went."""

    added: int = Field(ge=0)
    changed: int = Field(ge=0)
    removed: int = Field(ge=0)


class GraphChanges(Frozen):
    """What changed in the live graph; the lists are cut short, the tallies count all.

    `nodes` by kind of change (added, changed, removed), then id; `links` likewise, then by their ends and relation.
    Descriptions, web addresses and notes are not compared.
    """

    nodes: list[NodeChange]
    links: list[LinkChange]
    node_tally: Tally
    link_tally: Tally


def tell_changes(before: Snapshot, after: Snapshot, touched: ChangeCandidates, *, limit: int) -> GraphChanges:
    """Return what did change of what was touched, at most `limit` nodes and links each."""
    nodes = list(_node_changes(before, after, touched.nodes))
    links = list(_link_changes(before, after, touched.links))
    nodes.sort(key=lambda change: (change.change, change.id))
    links.sort(key=lambda change: (change.change, change.from_id, change.relation, change.to_id))
    return GraphChanges(
        nodes=nodes[:limit],
        links=links[:limit],
        node_tally=_tally(change.change for change in nodes),
        link_tally=_tally(change.change for change in links),
    )


def _tally(changes: Iterable[Change]) -> Tally:
    kinds = list(changes)
    return Tally(added=kinds.count("added"), changed=kinds.count("changed"), removed=kinds.count("removed"))


def _node_changes(before: Snapshot, after: Snapshot, nodes: Iterable[NodeId]) -> Iterator[NodeChange]:
    for node_id in cancellable_rows(nodes):
        i, j = before.position(node_id), after.position(node_id)
        old = {} if i is None else values_of(before, i)
        new = {} if j is None else values_of(after, j)
        snapshot, at = (before, i) if j is None else (after, j)
        if at is None or (i is not None and j is not None and old == new):
            continue
        properties = [
            PropertyChange(property=name, before=old.get(name), after=new.get(name))
            for name in sorted(old.keys() | new.keys())
            if i is not None and j is not None and old.get(name) != new.get(name)
        ]
        change: Change = "added" if i is None else "removed" if j is None else "changed"
        name, kind = snapshot.name(at), snapshot.kind_of(at)
        yield NodeChange(id=node_id, name=name, kind=kind, change=change, properties=properties)


def _link_changes(before: Snapshot, after: Snapshot, links: Iterable[LinkKey]) -> Iterator[LinkChange]:
    for key in cancellable_rows(links):
        old, new = _told(link_of(before, key)), _told(link_of(after, key))
        if old == new:
            continue
        snapshot = before if new is None else after
        change: Change = "added" if old is None else "removed" if new is None else "changed"
        yield LinkChange(
            from_id=key[0],
            from_name=_name(snapshot, key[0]),
            relation=key[1],
            to_id=key[2],
            to_name=_name(snapshot, key[2]),
            change=change,
            before=old,
            after=new,
        )


def _told(link: LinkAfter | None) -> LinkValues | None:
    if link is None:
        return None
    weight, level, term, openings, _ = link.values
    return LinkValues(weight=weight, level=level, term=term, openings=openings)


def _name(snapshot: Snapshot, node_id: NodeId) -> str:
    node = snapshot.find(node_id)
    return node_id if node is None else snapshot.name(node)
