"""Splicing of node columns: what a patch takes out, changes and puts in, in every array that has one entry a node."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

import numpy as np

from graph.model import LinkKey, NodeId, Value
from graph.snapshot.arrays import Arrays, Ints, TextColumn
from graph.snapshot.columns import REFERENCES, encode_columns, put_text, unresolved
from graph.snapshot.patch import LinkAfter, NodeAfter, Patch
from graph.snapshot.snapshot import KIND_CODES, Snapshot
from graph.snapshot.splice import Renumbering, renumber, splice, splice_texts


class PatchedNodes:
    """The nodes of a patch against the snapshot: which go, change and come, and where each stands; links by relation.

    Old places are positions among the n nodes of the snapshot, new ones among those that there are afterwards.
    """

    def __init__(self, snapshot: Snapshot, patch: Patch) -> None:
        ids, self.nodes = snapshot.ids, patch.nodes
        at = {node_id: bisect_left(ids, node_id) for node_id in sorted(patch.nodes)}
        known = {node_id for node_id in at if snapshot.position(node_id) is not None}
        self.gone = [at[node_id] for node_id in at if node_id in known and patch.nodes[node_id] is None]
        self.changed = {at[i]: after for i, after in patch.nodes.items() if i in known and after is not None}
        self.new = {i: patch.nodes[i] for i in at if i not in known}
        self.places_before_new = [at[node_id] for node_id in self.new]
        self.where: Renumbering = renumber(len(snapshot), self.gone, self.places_before_new)
        self.moves = bool(self.gone or self.new)
        self._position, self._find = cache(snapshot.position), cache(snapshot.find)
        self._place_of_new: dict[NodeId, int] = dict(zip(self.new, self.where.new.tolist(), strict=True))
        self.by_relation: defaultdict[str, list[tuple[LinkKey, LinkAfter | None]]] = defaultdict(list)
        for key, after in patch.links.items():
            self.by_relation[key[1]].append((key, after))

    def __contains__(self, node_id: object) -> bool:
        """Say whether the node is there afterwards."""
        return self.exact_place(str(node_id)) >= 0

    def exact_place(self, node_id: str) -> int:
        """Return where the node itself stands afterwards; -1 where it is not there."""
        if node_id in self._place_of_new:
            return int(self._place_of_new[NodeId(node_id)])
        node = self._position(node_id)
        return -1 if node is None else int(self.where.place[node])

    def place(self, node_id: str) -> int:
        """Return where the node, or its class's representative, stands afterwards; -1 where it is not there."""
        if node_id in self._place_of_new:
            return int(self._place_of_new[NodeId(node_id)])
        node = self._find(node_id)
        return -1 if node is None else int(self.where.place[node])


def put_nodes(snapshot: Snapshot, arrays: Arrays, edits: PatchedNodes) -> None:
    """Put every array of nodes right: what goes, what comes, and what is said anew."""
    where = edits.where
    nodes: list[tuple[NodeId, NodeAfter]] = []
    nodes += [(NodeId(snapshot.ids[i]), after) for i, after in sorted(edits.changed.items())]
    nodes += [(node_id, after) for node_id, after in edits.new.items() if after is not None]
    values = [dict(after.values) for _, after in nodes]
    named = {str(node[name]) for node in values for name in REFERENCES & node.keys()}
    places_of = {node_id: edits.exact_place(node_id) for node_id in named}
    encoded = encode_columns([node_id for node_id, _ in nodes], values, places_of)
    # `nodes` and every array of `encoded` hold the changed nodes, by old place, then the new ones, by id.
    n_changed = len(edits.changed)
    changed = np.array(sorted(edits.changed), np.int64)
    kinds = [KIND_CODES[after.kind] for _, after in nodes[n_changed:]]
    arrays["kind"] = splice(snapshot.kind, where, np.array(kinds, np.int8))
    voices = arrays["voices"].copy()
    voices[changed] = [after.voices for _, after in nodes[:n_changed]]
    arrays["voices"] = splice(voices, where, np.array([after.voices for _, after in nodes[n_changed:]], np.int16))
    arrays["class_of"] = splice(where.place[snapshot.class_of], where, where.new)
    arrays["classes.members"] = where.place[arrays["classes.members"]]
    _put_unresolved(snapshot, arrays, edits, zip((node_id for node_id, _ in nodes), values, strict=True))
    for name in _node_columns({**arrays, **encoded}):
        if name.startswith("text."):
            _put_texts(snapshot, arrays, encoded, name, edits)
        else:
            _put_values(arrays, encoded, name, changed, where)


def _node_columns(names: Mapping[str, object]) -> list[str]:
    return [
        name
        for name in names
        if name.startswith(("text.", "number.", "word.", "reference."))
        and not name.endswith(".starts")
        and name not in {"text.dormant", "text.unresolved"}
    ]


def _put_values(arrays: Arrays, encoded: Arrays, name: str, changed: Ints, where: Renumbering) -> None:
    """Splice a column of numbers, words or references; `changed` are the old places of the nodes that change."""
    absent = np.nan if name.startswith("number.") else -1
    new = encoded.get(name)
    dtype = arrays[name].dtype if name in arrays else encoded[name].dtype
    known = arrays[name].copy() if name in arrays else np.full(len(where.alive), absent, dtype)
    if new is None:
        new = np.full(len(changed) + len(where.new), absent, dtype)
    if name.startswith("reference."):
        known = np.where(known >= 0, where.place[known], -1).astype(dtype)
    known[changed] = new[: len(changed)]
    arrays[name] = splice(known, where, new[len(changed) :])


def _put_texts(snapshot: Snapshot, arrays: Arrays, encoded: Arrays, name: str, edits: PatchedNodes) -> None:
    """Splice a column of texts: its bytes, and the offsets of each text."""
    new: TextColumn | None = None
    if name in encoded:
        new = TextColumn(encoded[name], encoded[f"{name}.starts"])
    known = arrays.get(name, np.zeros(0, np.uint8))
    starts = arrays.get(f"{name}.starts", np.zeros(len(snapshot) + 1, np.int64))
    changes = [(i, True, "" if new is None else new[at]) for at, i in enumerate(sorted(edits.changed))]
    first = len(edits.changed)
    old = edits.places_before_new
    comes = [(i, False, "" if new is None else new[first + at]) for at, i in enumerate(old)]
    goes: list[tuple[int, bool, str | None]] = [(i, True, None) for i in edits.gone]
    # What comes at a place comes before what stands there.
    ordered = sorted([*comes, *changes, *goes], key=lambda edit: edit[:2])
    arrays[name], arrays[f"{name}.starts"] = splice_texts(known, starts, ordered)


def _put_unresolved(
    snapshot: Snapshot, arrays: Arrays, edits: PatchedNodes, stated: Iterable[tuple[NodeId, Mapping[str, Value]]]
) -> None:
    """Put right which nodes refer to what is not there: `stated` is what nodes that change and come say."""
    spoken = {snapshot.ids[i] for i in (*edits.changed, *edits.gone)}
    known = list(snapshot.text_list("unresolved"))
    found = {text for text in known if text.partition(" ")[0] not in spoken}
    found.update(unresolved(stated, edits))
    for name in REFERENCES if edits.gone else ():
        for i in np.flatnonzero(np.isin(snapshot.reference(name), edits.gone)).tolist():
            if snapshot.ids[i] not in spoken:
                found.add(f"{snapshot.ids[i]} {snapshot.ids[snapshot.reference(name)[i]]}")
    if (now := sorted(found)) != known:
        put_text(arrays, "unresolved", now)
