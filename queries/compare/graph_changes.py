"""What differs between two snapshots of a graph: nodes and links that came, went or are stated otherwise."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from graph.model import Frozen, LinkKey, NodeId, Value
from graph.schema import RELATIONS
from graph.snapshot.arrays import Ints
from graph.snapshot.columns import REFERENCES, values_of
from graph.snapshot.overlay import LinkAfter, Patch
from graph.snapshot.scenario import link_of
from graph.snapshot.snapshot import Snapshot

Change = Literal["added", "changed", "removed"]


@dataclass(frozen=True, slots=True)
class ChangeCandidates:
    """Nodes and links that may differ between two snapshots; all others do not."""

    nodes: frozenset[NodeId]
    links: frozenset[LinkKey]


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


def touched_by(before: Snapshot, after: Snapshot, patch: Patch | None) -> ChangeCandidates:
    """Return what the patch may have changed, with what follows nodes that come or go.

    Without a patch, or where it concerns classes of SAME_AS, both are compared whole.
    """
    if patch is None or _concerns_classes(before, patch):
        return differing(before, after)
    nodes, links = set(patch.nodes), set(patch.links)
    for node_id in patch.nodes:
        for snapshot, other in ((before, after), (after, before)):
            if other.position(node_id) is None:
                links.update(_links_of(snapshot, node_id))
                nodes.update(_referring_to(snapshot, node_id))
    return ChangeCandidates(frozenset(nodes), frozenset(links))


def _concerns_classes(snapshot: Snapshot, patch: Patch) -> bool:
    ends = {end for key in patch.links for end in (key[0], key[2])}
    return any(
        node is not None and len(snapshot.members(node)) > 1
        for node in (snapshot.position(node_id) for node_id in ends | patch.nodes.keys())
    )


def _referring_to(snapshot: Snapshot, node_id: NodeId) -> Iterator[NodeId]:
    node = snapshot.position(node_id)
    for name in REFERENCES if node is not None else ():
        for i in np.flatnonzero(snapshot.reference(name) == node).tolist():
            yield NodeId(snapshot.ids[i])


def _links_of(snapshot: Snapshot, node_id: NodeId) -> Iterator[LinkKey]:
    node = snapshot.find(node_id)
    if node is None:
        return
    own = NodeId(snapshot.ids[node])
    for relation in RELATIONS:
        for other in snapshot.out(relation).row(node):
            yield own, relation, NodeId(snapshot.ids[other])
        for other in snapshot.into(relation).row(node):
            yield NodeId(snapshot.ids[other]), relation, own


def differing(before: Snapshot, after: Snapshot) -> ChangeCandidates:
    """Return what differs, found by comparing both whole."""
    ids_before, ids_after = list(before.ids), list(after.ids)
    at = {node_id: i for i, node_id in enumerate(ids_after)}
    same = [(i, at[node_id]) for i, node_id in enumerate(ids_before) if node_id in at]
    nodes = {NodeId(node_id) for node_id in set(ids_before) ^ at.keys()}
    pairs = np.array(same, np.int64).reshape(-1, 2)
    nodes.update(NodeId(ids_before[i]) for i in pairs[_unlike(before, after, pairs), 0].tolist())
    place = np.full(len(before), -1, np.int64)
    place[pairs[:, 0]] = pairs[:, 1]
    gone = np.flatnonzero(place < 0)
    place[gone] = len(after) + np.arange(len(gone))
    named = [*ids_after, *(ids_before[i] for i in gone.tolist())]
    links: set[LinkKey] = set()
    for relation in RELATIONS:
        for a, b in _unlike_links(before, after, relation, place, len(named)):
            links.add((NodeId(named[a]), relation, NodeId(named[b])))
    return ChangeCandidates(frozenset(nodes), frozenset(links))


def _unlike(before: Snapshot, after: Snapshot, pairs: Ints) -> npt.NDArray[np.bool_]:
    """Return which of the pairs of nodes are stated otherwise."""
    found: npt.NDArray[np.bool_] = np.not_equal(before.kind[pairs[:, 0]], after.kind[pairs[:, 1]])
    for name in sorted(before.arrays.keys() | after.arrays.keys()):
        sort, _, what = name.partition(".")
        if sort == "number":
            a, b = before.number(what)[pairs[:, 0]], after.number(what)[pairs[:, 1]]
            found |= (a != b) & ~(np.isnan(a) & np.isnan(b))
        elif sort == "word":
            found |= before.word_codes(what)[pairs[:, 0]] != after.word_codes(what)[pairs[:, 1]]
        elif sort == "text" and "." not in what and what not in {"awaited", "folded", "id"}:
            texts, others = list(before.text(what)), list(after.text(what))
            found |= np.array([texts[i] != others[j] for i, j in pairs.tolist()], bool)
        elif sort == "reference":
            a, b = before.reference(what)[pairs[:, 0]].tolist(), after.reference(what)[pairs[:, 1]].tolist()
            named = (
                (before.ids[i] if i >= 0 else "", after.ids[j] if j >= 0 else "") for i, j in zip(a, b, strict=True)
            )
            found |= np.array([one != other for one, other in named], bool)
    return found


def _unlike_links(before: Snapshot, after: Snapshot, relation: str, place: Ints, n: int) -> Iterator[tuple[int, int]]:
    """Yield the ends of links that differ; `place` tells where nodes of `before` stand among all n."""
    old, new = before.out(relation), after.out(relation)
    old_keys = place[old.rows] * n + place[old.indices]
    new_keys = new.rows.astype(np.int64) * n + new.indices
    order = np.argsort(old_keys)
    differ = [np.setxor1d(old_keys, new_keys, assume_unique=True)]
    shared, at_old, at_new = np.intersect1d(old_keys[order], new_keys, assume_unique=True, return_indices=True)
    for told, said in zip(_stated(before, relation), _stated(after, relation), strict=True):
        differ.append(shared[told[order][at_old] != said[at_new]])
    for key in np.unique(np.concatenate(differ)).tolist():
        yield key // n, key % n


def _stated(snapshot: Snapshot, relation: str) -> Iterator[npt.NDArray[np.float64]]:
    out = snapshot.out(relation)
    unstated = snapshot.arrays.get(f"{relation}.unstated", np.zeros(len(out.indices), bool))
    yield np.where(unstated, -1.0, out.weight)
    for name in ("level", "term", "openings"):
        found = snapshot.link_values(relation, name)
        yield np.full(len(out.indices), -1.0) if found is None else found.astype(np.float64)


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
    found = list(changes)
    return Tally(added=found.count("added"), changed=found.count("changed"), removed=found.count("removed"))


def _node_changes(before: Snapshot, after: Snapshot, nodes: Iterable[NodeId]) -> Iterator[NodeChange]:
    for node_id in nodes:
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
    for key in links:
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
