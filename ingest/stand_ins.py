"""Nodes that are known by name only: they give way to the node of the graph that is called so, where one is meant."""

import json
import unicodedata
from collections import defaultdict

from graph.messages import message
from graph.model import NodeId, fold
from graph.stores.base import StoreReader
from ingest.draft import Draft

_NAMES = ("name", "name_zh")


def settle_stand_ins(draft: Draft, reading: StoreReader) -> None:
    """Put nodes of the graph in the place of the draft's stand-ins of their kind and name, and note how many.

    Of several that are called so, the one with the longest id is meant, as a class and its only member share a name;
    where several are as long, the stand-in stays.
    """
    if not draft.stand_ins:
        return
    called = _called(draft, reading)
    found: dict[NodeId, NodeId] = {}
    for node_id, stand_in in draft.stand_ins.items():
        near = called.get((stand_in.kind, _key(stand_in.name)), set())
        fitting = sorted((one for one in near if one.startswith(stand_in.prefixes)), key=len, reverse=True)
        if fitting and (len(fitting) == 1 or len(fitting[0]) > len(fitting[1])):
            found[node_id] = fitting[0]
    if found:
        draft.give_way(found)
        draft.note(message("ingest.known_by_name", n=len(found), total=len(draft.stand_ins)))


def _called(draft: Draft, reading: StoreReader) -> dict[tuple[str, str], set[NodeId]]:
    """Return the nodes of other sources by kind and name, of those that may take a stand-in's place."""
    prefixes = tuple({prefix for one in draft.stand_ins.values() for prefix in one.prefixes})
    kinds = {one.kind for one in draft.stand_ins.values()}
    called: defaultdict[tuple[str, str], set[NodeId]] = defaultdict(set)
    for source, node_id, kind, values in reading.node_stream():
        if kind in kinds and source != draft.source.name and node_id.startswith(prefixes):
            stated = json.loads(values)
            for name in _NAMES:
                if isinstance(text := stated.get(name), str):
                    called[kind, _key(text)].add(node_id)
    return called


def _key(text: str) -> str:
    return "".join(fold(unicodedata.normalize("NFKC", text)).split())
