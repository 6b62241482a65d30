"""Restricted snapshot: the present graph as readers are given it, made from the whole one."""

import json

from graph.disclosure import Disclosure, counted
from graph.model import NodeId, Source, Value
from graph.schema import RELATIONS
from graph.snapshot.overlay import apply_patch
from graph.snapshot.patch import NodeAfter, Patch
from graph.snapshot.snapshot import Snapshot
from graph.stores.restricted_view import RestrictedStore

WITHHELD = "withheld"
"""What `Snapshot.about` calls the number of statements that are left out, by cohort; a whole snapshot has none."""


def restrict(snapshot: Snapshot, store: RestrictedStore) -> Snapshot:
    """Return the store's snapshot without what readers are not shown: itself where that is nothing.

    Raises:
        StoreUnavailableError: the log cannot be read.
    """
    disclosure = store.disclosure(snapshot.revision)
    withheld = disclosure.withheld()
    if not withheld:
        return snapshot
    with store.reading() as reading:
        sources = {source.name: source for source in reading.sources()}
    nodes = {row.row: _node(disclosure, row.row, sources) for row in withheld if snapshot.position(row.row) is not None}
    patched = apply_patch(snapshot, Patch(nodes, {}))
    return patched.altered(dict(patched.arrays), {**patched.about, WITHHELD: dict(counted(withheld))}, RELATIONS)


def _node(disclosure: Disclosure, node_id: NodeId, sources: dict[str, Source]) -> NodeAfter | None:
    """Return the row as those make it whose statements are shown; None where there are none."""
    stated = disclosure.standing(node_id)
    merged: dict[str, Value] = {}
    for name in sorted(stated, key=lambda name: sources[name].precedence, reverse=True):
        merged |= json.loads(stated[name][1])
    return NodeAfter(next(iter(stated.values()))[0], merged, len(stated)) if stated else None
