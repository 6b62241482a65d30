"""Dormant links and unresolved references of a snapshot: what waits for a node that nobody states yet, or any more."""

from collections.abc import Collection

from graph.model import LinkKey, NodeId
from graph.snapshot.snapshot import Snapshot


def dormant_at(snapshot: Snapshot, ids: Collection[str]) -> set[LinkKey]:
    """Return the keys of the dormant links that have one of the ids as an end."""
    found: set[LinkKey] = set()
    for text in snapshot.text_list("dormant") if ids else ():
        start, relation, end = text.split(" ")
        if start in ids or end in ids:
            found.add((NodeId(start), relation, NodeId(end)))
    return found


def referring_to(snapshot: Snapshot, ids: Collection[str]) -> set[NodeId]:
    """Return the nodes that refer to one of the ids, which no node of the snapshot has."""
    pairs = (text.split(" ") for text in (snapshot.text_list("unresolved") if ids else ()))
    return {NodeId(referrer) for referrer, other in pairs if other in ids}


def dangling(snapshot: Snapshot) -> set[NodeId]:
    """Return the nodes that refer to some id which no node has."""
    return {NodeId(text.partition(" ")[0]) for text in snapshot.text_list("unresolved")}
