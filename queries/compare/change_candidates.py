"""Change candidates: nodes and links that may differ between two snapshots."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.cancellation import cancellable_rows, check_cancelled
from graph.model import LinkKey, NodeId
from graph.schema import RELATIONS
from graph.snapshot.arrays import Ints
from graph.snapshot.columns import REFERENCES
from graph.snapshot.patch import Patch
from graph.snapshot.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class ChangeCandidates:
    """Nodes and links that may differ between two snapshots; all others do not."""

    nodes: frozenset[NodeId]
    links: frozenset[LinkKey]


def candidates_of_patch(before: Snapshot, after: Snapshot, patch: Patch | None) -> ChangeCandidates:
    """Return what the patch may have changed, with what follows nodes that come or go.

    Without a patch, or where it concerns classes of SAME_AS, both are compared whole.
    """
    if patch is None or _concerns_classes(before, patch):
        return find_candidates(before, after)
    nodes, links = set(patch.nodes), set(patch.links)
    for node_id in cancellable_rows(patch.nodes):
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


def find_candidates(before: Snapshot, after: Snapshot) -> ChangeCandidates:
    """Return what differs, found by comparing both whole."""
    ids_before, ids_after = list(before.ids), list(after.ids)
    at = {node_id: i for i, node_id in enumerate(ids_after)}
    same = [(i, at[node_id]) for i, node_id in enumerate(cancellable_rows(ids_before)) if node_id in at]
    nodes = {NodeId(node_id) for node_id in set(ids_before) ^ at.keys()}
    pairs = np.array(same, np.int64).reshape(-1, 2)
    nodes.update(NodeId(ids_before[i]) for i in pairs[_differ(before, after, pairs), 0].tolist())
    place = np.full(len(before), -1, np.int64)
    place[pairs[:, 0]] = pairs[:, 1]
    gone = np.flatnonzero(place < 0)
    place[gone] = len(after) + np.arange(len(gone))
    named = [*ids_after, *(ids_before[i] for i in gone.tolist())]
    links: set[LinkKey] = set()
    for relation in RELATIONS:
        for a, b in cancellable_rows(_differing_links(before, after, relation, place, len(named))):
            links.add((NodeId(named[a]), relation, NodeId(named[b])))
    return ChangeCandidates(frozenset(nodes), frozenset(links))


def _differ(before: Snapshot, after: Snapshot, pairs: Ints) -> npt.NDArray[np.bool_]:
    """Return which of the pairs of nodes are stated otherwise."""
    differs: npt.NDArray[np.bool_] = np.not_equal(before.kind[pairs[:, 0]], after.kind[pairs[:, 1]])
    for name in sorted(before.arrays.keys() | after.arrays.keys()):
        check_cancelled()
        sort, _, what = name.partition(".")
        if sort == "number":
            a, b = before.number(what)[pairs[:, 0]], after.number(what)[pairs[:, 1]]
            differs |= (a != b) & ~(np.isnan(a) & np.isnan(b))
        elif sort == "word":
            differs |= before.word_codes(what)[pairs[:, 0]] != after.word_codes(what)[pairs[:, 1]]
        elif sort == "text" and "." not in what and what not in {"dormant", "unresolved", "folded", "id"}:
            texts, others = list(before.text(what)), list(after.text(what))
            differs |= np.array([texts[i] != others[j] for i, j in pairs.tolist()], bool)
        elif sort == "reference":
            a, b = before.reference(what)[pairs[:, 0]].tolist(), after.reference(what)[pairs[:, 1]].tolist()
            named = (
                (before.ids[i] if i >= 0 else "", after.ids[j] if j >= 0 else "") for i, j in zip(a, b, strict=True)
            )
            differs |= np.array([one != other for one, other in named], bool)
    return differs


def _differing_links(
    before: Snapshot, after: Snapshot, relation: str, place: Ints, n: int
) -> Iterator[tuple[int, int]]:
    """Yield the ends of links that differ; `place` tells where nodes of `before` stand among all n."""
    old, new = before.out(relation), after.out(relation)
    old_keys = place[old.rows] * n + place[old.indices]
    new_keys = new.rows.astype(np.int64) * n + new.indices
    order = np.argsort(old_keys)
    differ = [np.setxor1d(old_keys, new_keys, assume_unique=True)]
    shared, at_old, at_new = np.intersect1d(old_keys[order], new_keys, assume_unique=True, return_indices=True)
    for before_values, after_values in zip(
        _stated_values(before, relation), _stated_values(after, relation), strict=True
    ):
        differ.append(shared[before_values[order][at_old] != after_values[at_new]])
    for key in np.unique(np.concatenate(differ)).tolist():
        yield key // n, key % n


def _stated_values(snapshot: Snapshot, relation: str) -> Iterator[npt.NDArray[np.float64]]:
    out = snapshot.out(relation)
    unstated = snapshot.arrays.get(f"{relation}.unstated", np.zeros(len(out.indices), bool))
    yield np.where(unstated, -1.0, out.weight)
    for name in ("level", "term", "openings"):
        values = snapshot.link_values(relation, name)
        yield np.full(len(out.indices), -1.0) if values is None else values.astype(np.float64)
