"""Compiler from statements to a snapshot: merge by source, leave out what is dormant, join classes, build arrays."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np

from graph.cancellation import cancellable_rows
from graph.errors import ConflictError
from graph.model import LinkKey, LinkValues, NodeId, Source, Value, merge_link
from graph.schema import RELATIONS
from graph.snapshot.arrays import Arrays, Ints
from graph.snapshot.columns import encode_columns, put_text, unresolved
from graph.snapshot.same_as import SameAsClasses, find_classes
from graph.snapshot.snapshot import CONTENT, KIND_CODES, Snapshot
from graph.stores.base import LinkRow, NodeRow, Store

_ATTEMPTS = 5


def compile_snapshot(store: Store) -> Snapshot:
    """Return the store's present revision, compiled. The reading is closed before anything is built."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return _compile_once(store)
        except ConflictError:  # the store moved on, and cannot show what it was
            continue
    return _compile_once(store)


def _compile_once(store: Store) -> Snapshot:
    with store.reading() as reading:
        revision, sources, content = reading.revision, reading.sources(), reading.content()
        nodes, links = list(reading.nodes()), list(reading.links())
    about: dict[str, Any] = {"store_id": store.store_id, "revision": revision.number, "token": revision.token}
    if content is not None:
        about[CONTENT] = content.hash
    return compile_rows(nodes, links, {source.name: source for source in sources}, about)


def compile_rows(
    nodes: list[NodeRow], links: list[LinkRow], sources: dict[str, Source], about: dict[str, Any]
) -> Snapshot:
    """Return the snapshot of statements in the order in which a reading yields them.

    `about` holds `store_id`, `revision` and `token`, and of a whole store its content hash.
    """
    ids, kinds, values, voices = _merge_nodes(nodes, sources)
    position: dict[str, int] = {node_id: i for i, node_id in enumerate(ids)}
    live, dormant, unstated = _merge_links(links, position, kinds, sources)
    equal = live.pop("SAME_AS", [])
    same = _find_classes(ids, kinds, equal, voices)
    apart = set(same.close)
    for a, b, stated, _ in equal:
        if (min(a, b), max(a, b)) in apart:
            live["CLOSE_TO"].append((a, b, (stated[0], None, None, None, None), 0))
    class_of = np.arange(len(ids), dtype=np.int32)
    for members in same.classes:
        class_of[members] = members[0]
        for i in members[1:]:
            for name, value in values[i].items():
                values[members[0]].setdefault(name, value)
    arrays: Arrays = {"kind": np.array([KIND_CODES[kind] for kind in kinds], np.int8), "class_of": class_of}
    arrays["classes.members"] = np.array([i for members in same.classes for i in members], np.int32)
    arrays["classes.starts"] = np.cumsum([0, *(len(members) for members in same.classes)], dtype=np.int32)
    arrays["voices"] = np.fromiter(Counter(row[1] for row in nodes).values(), np.int16, len(ids))
    arrays.update(encode_columns(ids, values, position))
    put_text(arrays, "dormant", sorted(map(" ".join, dormant)))
    put_text(arrays, "unresolved", unresolved(zip(ids, values, strict=True), position))
    for relation, rows in sorted(live.items()):
        if rows:
            arrays.update(_matrix(relation, rows, class_of))
    counts = {
        "dormant": len(dormant),
        "close_same_as": len(same.close),
        "unstated_weights": dict(sorted(unstated.items())),
    }
    return Snapshot(arrays, {**about, **counts})


def _merge_nodes(
    rows: Iterable[NodeRow], sources: dict[str, Source]
) -> tuple[list[NodeId], list[str], list[dict[str, Value]], list[tuple[int, str]]]:
    """Return ids, kinds, merged properties and the precedence of the first speaker, of every node in id order."""
    ids, kinds, merged, voices = [], [], [], []
    for node_id, group in groupby(cancellable_rows(rows), key=lambda row: row[1]):
        spoken = sorted((sources[row[0]].precedence, row[2], row[3]) for row in group)
        values: dict[str, Value] = json.loads(spoken[0][2])
        for _, _, text in spoken[1:]:
            for name, value in json.loads(text).items():
                values.setdefault(name, value)
        ids.append(node_id)
        kinds.append(spoken[0][1])
        merged.append(values)
        voices.append(spoken[0][0])
    return ids, kinds, merged, voices


LiveLink = tuple[int, int, LinkValues, int]
"""Both ends, the merged values, and how many sources state it."""


def _merge_links(
    rows: Iterable[LinkRow], position: dict[str, int], kinds: list[str], sources: dict[str, Source]
) -> tuple[defaultdict[str, list[LiveLink]], list[LinkKey], Counter[str]]:
    """Return the live links by relation, the dormant ones, and how many weights nobody states, by relation.

    Dormant, too, is a link whose end came, or came back, as a kind that the relation cannot join.
    """
    joins = {(name, *ends) for name, relation in RELATIONS.items() for ends in relation.ends}
    live: defaultdict[str, list[LiveLink]] = defaultdict(list)
    unstated: Counter[str] = Counter()
    dormant: list[LinkKey] = []
    for (from_id, relation, to_id), group in groupby(cancellable_rows(rows), key=itemgetter(1, 2, 3)):
        stated = list(group)
        a, b = position.get(from_id), position.get(to_id)
        if a is None or b is None or (relation, kinds[a], kinds[b]) not in joins:
            dormant.append((from_id, relation, to_id))
            continue
        stated.sort(key=lambda row: sources[row[0]].precedence)
        values = merge_link([row[4:] for row in stated])
        live[relation].append((a, b, values, len(stated)))
        unstated[relation] += values[0] is None
    return live, dormant, unstated


def _find_classes(
    ids: list[NodeId], kinds: list[str], links: list[LiveLink], voices: list[tuple[int, str]]
) -> SameAsClasses:
    """Return the classes, the member of the best-ranked source first: it names the class."""
    weighted = [(a, b, 1.0 if values[0] is None else values[0]) for a, b, values, _ in links if kinds[a] == kinds[b]]
    order = {i: (voices[i], str(ids[i])) for a, b, _ in weighted for i in (a, b)}
    return find_classes(ids, weighted, order)


def _matrix(relation: str, links: list[LiveLink], class_of: Ints) -> Arrays:
    """Return one relation's arrays in both directions; of links that a class joins, the larger values stand."""
    n = len(class_of)
    rows = class_of[np.fromiter((link[0] for link in links), np.int32, len(links))]
    columns = class_of[np.fromiter((link[1] for link in links), np.int32, len(links))]
    stated: Arrays = {
        "weight": np.fromiter((1.0 if v[0] is None else v[0] for _, _, v, _ in links), np.float64, len(links)),
        "level": np.fromiter((-1 if v[1] is None else v[1] for _, _, v, _ in links), np.int32, len(links)),
        "term": np.fromiter((-1 if v[2] is None else v[2] for _, _, v, _ in links), np.int32, len(links)),
        "openings": np.fromiter((-1 if v[3] is None else v[3] for _, _, v, _ in links), np.int32, len(links)),
        "unstated": np.fromiter((v[0] is None for _, _, v, _ in links), bool, len(links)),
        "voices": np.fromiter((voices for *_, voices in links), np.int16, len(links)),
    }
    # Links in row-major order, m of them; `starts` are the first of each run of one pair, of which the maximum stands.
    order = np.lexsort((columns, rows))
    rows, columns = rows[order], columns[order]
    first = np.ones(len(links), bool)
    first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    starts = np.flatnonzero(first)
    merged = {name: np.maximum.reduceat(array[order], starts) for name, array in stated.items()}
    rows, columns = rows[starts], columns[starts]
    apart = rows != columns  # a link within a class says nothing any more
    if not apart.any():
        return {}
    rows, columns = rows[apart], columns[apart]
    weight = merged["weight"][apart]
    # `back` is the permutation of the links from the order of `out` to that of `into`: column-major.
    back = np.lexsort((rows, columns))
    arrays = {
        f"{relation}.out.indptr": _indptr(rows, n),
        f"{relation}.out.indices": columns,
        f"{relation}.out.weight": weight,
        f"{relation}.into.indptr": _indptr(columns, n),
        f"{relation}.into.indices": rows[back],
        f"{relation}.into.weight": weight[back],
        f"{relation}.order": back,
        f"{relation}.unstated": merged["unstated"][apart],
        f"{relation}.voices": merged["voices"][apart],
    }
    for name in ("level", "term", "openings"):
        values = merged[name][apart]
        if (values >= 0).any():
            arrays[f"{relation}.{name}"] = values
    return arrays


def _indptr(rows: Ints, n: int) -> Ints:
    """Return the n + 1 offsets of CSR rows, of the row of each link."""
    starts = np.zeros(n + 1, np.int32)
    np.cumsum(np.bincount(rows, minlength=n), out=starts[1:])
    return starts
