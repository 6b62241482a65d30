"""Overlay: a snapshot with some nodes and links changed, made from the snapshot alone, where that can be exact.

What was merged cannot always be taken apart again: where classes of SAME_AS or dormant links have a part in it, only
the store knows, and `NotLocalError` says so.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from graph.model import LinkKey
from graph.schema import RELATIONS
from graph.snapshot.locality import check_local
from graph.snapshot.node_splice import PatchedNodes, put_nodes
from graph.snapshot.patch import LinkAfter, Patch
from graph.snapshot.snapshot import Snapshot
from graph.snapshot.splice import STATED, RelationArrays


def apply_patch(snapshot: Snapshot, patch: Patch) -> Snapshot:
    """Return what compiling the store would give if it said what the patch says; the revision stays.

    The cost is that of the change, and of copying the arrays that it touches: all of them where nodes come or go.

    Raises:
        NotLocalError: it takes the store to say.
    """
    check_local(snapshot, patch)
    edits = PatchedNodes(snapshot, patch)
    arrays, about = dict(snapshot.arrays), dict(snapshot.about)
    if patch.nodes:
        put_nodes(snapshot, arrays, edits)
    touched = edits.by_relation
    names = [name for name in RELATIONS if name in touched or (edits.moves and f"{name}.order" in arrays)]
    unstated = dict(about["unstated_weights"])
    for relation in names:
        known = RelationArrays(snapshot, relation)
        unstated[relation] = unstated.get(relation, 0) + _alter_relation(
            snapshot, known, touched[relation], edits, about
        )
        for name in [name for name in arrays if name.startswith(f"{relation}.")]:
            del arrays[name]
        arrays.update(known.arrays())
    about["unstated_weights"] = dict(sorted(unstated.items()))
    return snapshot.altered(arrays, about, RELATIONS.keys() - set(names))


def _alter_relation(
    snapshot: Snapshot,
    relation_arrays: RelationArrays,
    changes: list[tuple[LinkKey, LinkAfter | None]],
    edits: PatchedNodes,
    about: dict[str, Any],
) -> int:
    """Alter one relation; return by how many more links state no weight. What goes with a node becomes dormant."""
    before = 0
    removed = [(snapshot.find(key[0]) or 0, snapshot.find(key[2]) or 0) for key, after in changes if after is None]
    if removed:
        at, _ = relation_arrays.find(removed)
        before -= int(relation_arrays.values["unstated"][at].sum())
        stays = np.ones(len(relation_arrays.rows), bool)
        stays[at] = False
        relation_arrays.keep(stays)
    if edits.moves:
        lost, unstated = relation_arrays.move(edits.where)
        before -= unstated
        about["dormant"] += lost
    stated = sorted(((edits.place(k[0]), edits.place(k[2])), after) for k, after in changes if after is not None)
    if stated:
        pairs = [pair for pair, _ in stated]
        at, is_there = relation_arrays.find(pairs)
        before -= int(relation_arrays.values["unstated"][at[is_there]].sum())
        before += sum(after.values[0] is None for _, after in stated)
        relation_arrays.put(pairs, _encode_links([after for _, after in stated]))
    return before


def _encode_links(links: list[LinkAfter]) -> dict[str, list[float]]:
    columns: dict[str, list[float]] = {
        "weight": [1.0 if link.values[0] is None else link.values[0] for link in links],
        "unstated": [link.values[0] is None for link in links],
        "voices": [link.voices for link in links],
    }
    for place, name in enumerate(STATED, 1):
        values: Iterator[Any] = (link.values[place] for link in links)
        columns[name] = [-1 if value is None else value for value in values]
    return columns
