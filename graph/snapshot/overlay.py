"""Overlay: a snapshot with some nodes and links changed, every array spliced, never compiled anew.

What was merged cannot always be taken apart again: where classes of SAME_AS or dormant links have a part in it, only
the store knows, and `NotLocalError` says so. Who has asked the store says what it told by a `SettledPatch`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from graph.model import LinkKey, NodeId
from graph.schema import RELATIONS
from graph.snapshot.arrays import Arrays
from graph.snapshot.columns import in_order, put_text
from graph.snapshot.locality import check_local
from graph.snapshot.node_splice import PatchedNodes, put_nodes
from graph.snapshot.patch import LinkAfter, Patch, SettledPatch
from graph.snapshot.snapshot import CONTENT, Snapshot
from graph.snapshot.splice import STATED, RelationArrays


def apply_patch(snapshot: Snapshot, patch: Patch) -> Snapshot:
    """Return what compiling the store would give if it said what the patch says; the revision stays.

    The cost is that of the change, and of copying the arrays that it touches: all of them where nodes come or go.

    Raises:
        NotLocalError: it takes the store to say.
    """
    check_local(snapshot, patch)
    return _spliced(snapshot, patch, None)


def apply_settled(snapshot: Snapshot, settled: SettledPatch) -> Snapshot:
    """Return the same of a patch whose consequences the store has told."""
    return _spliced(snapshot, settled.patch, settled)


def _spliced(snapshot: Snapshot, patch: Patch, settled: SettledPatch | None) -> Snapshot:
    edits = PatchedNodes(snapshot, patch)
    arrays, about = dict(snapshot.arrays), {name: said for name, said in snapshot.about.items() if name != CONTENT}
    if patch.nodes:
        put_nodes(snapshot, arrays, edits)
    touched = edits.by_relation
    names = [name for name in RELATIONS if name in touched or (edits.moves and f"{name}.order" in arrays)]
    asleep: set[LinkKey] = set()
    counted: Counter[str] = Counter()
    for relation in names:
        known = RelationArrays(snapshot, relation)
        counted[relation], lost = _alter_relation(snapshot, known, touched[relation], edits)
        asleep.update((NodeId(snapshot.ids[a]), relation, NodeId(snapshot.ids[b])) for a, b in lost)
        for name in [name for name in arrays if name.startswith(f"{relation}.")]:
            del arrays[name]
        arrays.update(known.arrays())
    told = settled or SettledPatch(patch, frozenset(asleep), frozenset(), counted)
    about["dormant"] = _put_dormant(snapshot, arrays, told)
    about["unstated_weights"] = _added(about["unstated_weights"], told.unstated)
    return snapshot.altered(in_order(arrays), about, RELATIONS.keys() - set(names))


def _alter_relation(
    snapshot: Snapshot,
    relation_arrays: RelationArrays,
    changes: list[tuple[LinkKey, LinkAfter | None]],
    edits: PatchedNodes,
) -> tuple[int, list[tuple[int, int]]]:
    """Alter one relation; return by how many more links state no weight, and which links went with a node."""
    before, lost = 0, list[tuple[int, int]]()
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
    stated = sorted(((edits.place(k[0]), edits.place(k[2])), after) for k, after in changes if after is not None)
    if stated:
        pairs = [pair for pair, _ in stated]
        at, is_there = relation_arrays.find(pairs)
        before -= int(relation_arrays.values["unstated"][at[is_there]].sum())
        before += sum(after.values[0] is None for _, after in stated)
        relation_arrays.put(pairs, _encode_links([after for _, after in stated]))
    return before, lost


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


def _put_dormant(snapshot: Snapshot, arrays: Arrays, told: SettledPatch) -> int:
    """Put right which links are dormant; return how many."""
    if not told.asleep and not told.woken:
        return int(snapshot.about["dormant"])
    dormant = set(snapshot.text_list("dormant")) - set(map(" ".join, told.woken)) | set(map(" ".join, told.asleep))
    put_text(arrays, "dormant", sorted(dormant))
    return len(dormant)


def _added(counts: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    """Return the sums that are not 0, by name."""
    return dict(sorted((Counter(counts) + Counter(more)).items()))
