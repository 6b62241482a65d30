"""Compiler from statements to a snapshot: merge by source, leave out what is dormant, join classes, build arrays."""

import json
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import Any

import numpy as np

from graph.cancellation import cancellable_rows
from graph.errors import ConflictError
from graph.model import NodeId, Source, Value
from graph.snapshot.arrays import Arrays
from graph.snapshot.columns import encode_columns, put_text, unresolved
from graph.snapshot.link_arrays import link_arrays
from graph.snapshot.link_merge import NO_LINKS, LinkMerge, MergedLinks
from graph.snapshot.same_as import SameAsClasses, find_classes
from graph.snapshot.snapshot import CONTENT, KIND_CODES, Snapshot
from graph.stores.base import LinkRow, NodeRow, Store
from graph.stores.link_columns import LinkColumns, columns_of

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
        nodes, links = list(reading.nodes()), reading.link_columns()
    about: dict[str, Any] = {"store_id": store.store_id, "revision": revision.number, "token": revision.token}
    if content is not None:
        about[CONTENT] = content.hash
    return compile_columns(nodes, links, {source.name: source for source in sources}, about)


def compile_rows(
    nodes: list[NodeRow], links: list[LinkRow], sources: dict[str, Source], about: dict[str, Any]
) -> Snapshot:
    """Return the snapshot of statements, nodes in the order in which a reading yields them.

    `about` holds `store_id`, `revision` and `token`, and of a whole store its content hash.
    """
    return compile_columns(nodes, columns_of(links), sources, about)


def compile_columns(
    nodes: list[NodeRow], links: LinkColumns, sources: dict[str, Source], about: dict[str, Any]
) -> Snapshot:
    """Return the snapshot of statements; see `compile_rows`."""
    ids, kinds, values, voices = _merge_nodes(nodes, sources)
    position: dict[str, int] = {node_id: i for i, node_id in enumerate(ids)}
    codes = np.array([KIND_CODES[kind] for kind in kinds], np.int8)
    merge = LinkMerge(links, position, codes, sources)
    live, dormant = dict(merge.live()), merge.dormant()
    unstated = {relation: int(np.isnan(merged.weight).sum()) for relation, merged in live.items()}
    equal = live.pop("SAME_AS", NO_LINKS)
    same = _find_classes(ids, kinds, equal, voices)
    if same.close:
        live["CLOSE_TO"] = live.get("CLOSE_TO", NO_LINKS).and_more(_merely_close(equal, same))
    class_of = np.arange(len(ids), dtype=np.int32)
    for members in same.classes:
        class_of[members] = members[0]
        for i in members[1:]:
            for name, value in values[i].items():
                values[members[0]].setdefault(name, value)
    arrays: Arrays = {"kind": codes, "class_of": class_of}
    arrays["classes.members"] = np.array([i for members in same.classes for i in members], np.int32)
    arrays["classes.starts"] = np.cumsum([0, *(len(members) for members in same.classes)], dtype=np.int32)
    arrays["voices"] = np.fromiter(Counter(row[1] for row in nodes).values(), np.int16, len(ids))
    arrays.update(encode_columns(ids, values, position))
    put_text(arrays, "dormant", dormant)
    put_text(arrays, "unresolved", unresolved(zip(ids, values, strict=True), position))
    for relation, merged in sorted(live.items()):
        arrays.update(link_arrays(relation, merged, class_of))
    unstated = {relation: count for relation, count in sorted(unstated.items()) if count}
    counts = {"dormant": len(dormant), "close_same_as": len(same.close), "unstated_weights": unstated}
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


def _find_classes(
    ids: list[NodeId], kinds: list[str], links: MergedLinks, voices: list[tuple[int, str]]
) -> SameAsClasses:
    """Return the classes, the member of the best-ranked source first: it names the class."""
    weighted = [
        (a, b, 1.0 if np.isnan(weight) else weight)
        for (a, b), weight in zip(links.pairs(), links.weight.tolist(), strict=True)
        if kinds[a] == kinds[b]
    ]
    order = {i: (voices[i], str(ids[i])) for a, b, _ in weighted for i in (a, b)}
    return find_classes(ids, weighted, order)


def _merely_close(links: MergedLinks, same: SameAsClasses) -> MergedLinks:
    """Return the links that did not merge, as what they are then."""
    apart = set(same.close)
    return links.weighed_alone([i for i, (a, b) in enumerate(links.pairs()) if (min(a, b), max(a, b)) in apart])
