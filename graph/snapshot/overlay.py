"""Patches: a snapshot with some nodes and links changed, made from the snapshot alone, where that can be exact.

What was merged cannot always be taken apart again: where classes of SAME_AS or dormant links have a part in it, only
the store knows, and `NotLocalError` says so.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from graph.model import LinkKey, LinkValues, NodeId, Value
from graph.schema import RELATIONS
from graph.snapshot.arrays import Arrays, Ints, TextColumn
from graph.snapshot.columns import REFERENCES, encode_columns
from graph.snapshot.snapshot import KIND_CODES, Snapshot
from graph.snapshot.splice import STATED, RelationArrays, Renumbering, renumber, splice, splice_texts


class NotLocalError(Exception):
    """The snapshot alone does not tell what the change does; compile it from the store's statements."""


class NodeAfter(NamedTuple):
    """A node as it is to be: all that its sources state together, and how many they are."""

    kind: str
    values: Mapping[str, Value]
    voices: int


class LinkAfter(NamedTuple):
    """A link as it is to be: all that its sources state together, and how many they are."""

    values: LinkValues
    voices: int


@dataclass(frozen=True, slots=True)
class Patch:
    """What is to become of nodes and links; None for what goes. The links of a node that goes become dormant."""

    nodes: Mapping[NodeId, NodeAfter | None]
    links: Mapping[LinkKey, LinkAfter | None]


def apply_patch(snapshot: Snapshot, patch: Patch) -> Snapshot:
    """Return what compiling the store would give if it said what the patch says; the revision stays.

    The cost is that of the change, and of copying the arrays that it touches: all of them where nodes come or go.

    Raises:
        NotLocalError: it takes the store to say.
    """
    _check(snapshot, patch)
    edits = _Edits(snapshot, patch)
    arrays, about = dict(snapshot.arrays), dict(snapshot.about)
    if patch.nodes:
        _put_nodes(snapshot, arrays, edits)
    touched = edits.by_relation
    names = [name for name in RELATIONS if name in touched or (edits.moves and f"{name}.order" in arrays)]
    unstated = dict(about["unstated_weights"])
    for relation in names:
        known = RelationArrays(snapshot, relation)
        unstated[relation] = unstated.get(relation, 0) + _alter(snapshot, known, touched[relation], edits, about)
        for name in [name for name in arrays if name.startswith(f"{relation}.")]:
            del arrays[name]
        arrays.update(known.arrays())
    about["unstated_weights"] = dict(sorted(unstated.items()))
    return snapshot.altered(arrays, about, RELATIONS.keys() - set(names))


class _Edits:
    """The patch against the snapshot: places of nodes before and after, and the links by relation."""

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
        self._snapshot = snapshot
        self._place_of_new: dict[NodeId, int] = dict(zip(self.new, self.where.new.tolist(), strict=True))
        self.by_relation: defaultdict[str, list[tuple[LinkKey, LinkAfter | None]]] = defaultdict(list)
        for key, after in patch.links.items():
            self.by_relation[key[1]].append((key, after))

    def exact_place(self, node_id: str) -> int:
        """Return where the node itself stands afterwards; -1 where it is not there."""
        if node_id in self._place_of_new:
            return int(self._place_of_new[NodeId(node_id)])
        node = self._snapshot.position(node_id)
        return -1 if node is None else int(self.where.place[node])

    def place(self, node_id: str) -> int:
        """Return where the node, or its class's representative, stands afterwards; -1 where it is not there."""
        if node_id in self._place_of_new:
            return int(self._place_of_new[NodeId(node_id)])
        node = self._snapshot.find(node_id)
        return -1 if node is None else int(self.where.place[node])


def _check(snapshot: Snapshot, patch: Patch) -> None:
    """Raise NotLocalError unless the snapshot alone tells what the patch does."""
    awaited, is_close = snapshot.text_list("awaited"), bool(snapshot.about["close_same_as"])
    for node_id, node in patch.nodes.items():
        i = snapshot.position(node_id)
        if i is None:
            at = bisect_left(awaited, node_id)
            if node is None or (at < len(awaited) and awaited[at] == node_id):
                raise NotLocalError(node_id)
        elif len(snapshot.members(i)) > 1 or (node is not None and node.kind != snapshot.kind_of(i)):
            raise NotLocalError(node_id)
        elif node is None:
            _check_neighbours(snapshot, i, is_close=is_close)
    seen: set[tuple[int | str, str, int | str]] = set()
    for key, link in patch.links.items():
        if key[1] == "SAME_AS" or (key[1] == "CLOSE_TO" and is_close):
            raise NotLocalError(*key)
        seen.add(_check_link(snapshot, patch, key, link))
    if len(seen) < len(patch.links):
        raise NotLocalError(*patch.links)


def _check_neighbours(snapshot: Snapshot, i: int, *, is_close: bool) -> None:
    """Refuse to count what becomes dormant where neighbours are classes, which hold several links as one."""
    for relation in RELATIONS:
        for adjacency in (snapshot.out(relation), snapshot.into(relation)):
            row = adjacency.row(i)
            if (row and relation == "CLOSE_TO" and is_close) or any(len(snapshot.members(other)) > 1 for other in row):
                raise NotLocalError(snapshot.ids[i])


def _check_link(
    snapshot: Snapshot, patch: Patch, key: LinkKey, link: LinkAfter | None
) -> tuple[int | str, str, int | str]:
    ends: list[int | str] = []
    in_class = False
    for node_id in (key[0], key[2]):
        i = snapshot.find(node_id)
        ends.append(node_id if i is None else i)
        in_class = in_class or (i is not None and len(snapshot.members(i)) > 1)
        is_there = i is not None if node_id not in patch.nodes else patch.nodes[node_id] is not None
        if link is not None and not is_there:
            raise NotLocalError(*key)
    a, b = ends
    stands = isinstance(a, int) and isinstance(b, int) and snapshot.has_link(a, key[1], b)
    if (link is None and not stands) or (in_class and (stands or link is None or a == b)):
        raise NotLocalError(*key)
    return a, key[1], b


def _alter(
    snapshot: Snapshot,
    relation_arrays: RelationArrays,
    changes: list[tuple[LinkKey, LinkAfter | None]],
    edits: _Edits,
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
        relation_arrays.put(pairs, _told([after for _, after in stated]))
    return before


def _told(links: list[LinkAfter]) -> dict[str, list[float]]:
    columns: dict[str, list[float]] = {
        "weight": [1.0 if link.values[0] is None else link.values[0] for link in links],
        "unstated": [link.values[0] is None for link in links],
        "voices": [link.voices for link in links],
    }
    for place, name in enumerate(STATED, 1):
        values: Iterator[Any] = (link.values[place] for link in links)
        columns[name] = [-1 if value is None else value for value in values]
    return columns


def _put_nodes(snapshot: Snapshot, arrays: Arrays, edits: _Edits) -> None:
    """Put every array of nodes right: what goes, what comes, and what is said anew."""
    where = edits.where
    nodes: list[tuple[NodeId, NodeAfter]] = []
    nodes += [(NodeId(snapshot.ids[i]), after) for i, after in sorted(edits.changed.items())]
    nodes += [(node_id, after) for node_id, after in edits.new.items() if after is not None]
    values = [dict(after.values) for _, after in nodes]
    named = {str(node[name]) for node in values for name in REFERENCES & node.keys()}
    places_of = {node_id: edits.exact_place(node_id) for node_id in named}
    encoded = encode_columns([node_id for node_id, _ in nodes], values, places_of)
    n_changed = len(edits.changed)
    changed, kinds = (
        np.array(sorted(edits.changed), np.int64),
        [KIND_CODES[after.kind] for _, after in nodes[n_changed:]],
    )
    arrays["kind"] = splice(snapshot.kind, where, np.array(kinds, np.int8))
    voices = arrays["voices"].copy()
    voices[changed] = [after.voices for _, after in nodes[:n_changed]]
    arrays["voices"] = splice(voices, where, np.array([after.voices for _, after in nodes[n_changed:]], np.int16))
    arrays["class_of"] = splice(where.place[snapshot.class_of], where, where.new)
    arrays["classes.members"] = where.place[arrays["classes.members"]]
    if edits.gone:
        _await(snapshot, arrays, edits)
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
        and name != "text.awaited"
    ]


def _put_values(arrays: Arrays, encoded: Arrays, name: str, changed: Ints, where: Renumbering) -> None:
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


def _put_texts(snapshot: Snapshot, arrays: Arrays, encoded: Arrays, name: str, edits: _Edits) -> None:
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


def _await(snapshot: Snapshot, arrays: Arrays, edits: _Edits) -> None:
    """Keep in mind the ids that go: links and references may still name them."""
    awaited = sorted({*snapshot.text_list("awaited"), *(snapshot.ids[i] for i in edits.gone)})
    arrays["text.awaited"], arrays["text.awaited.starts"] = TextColumn.pack(awaited)
