"""The tree of disciplines, by parent_id: what lies below one, and what an institution runs."""

import numpy as np

from graph.snapshot.snapshot import Snapshot
from queries.semantics.masks import Mask, only


def disciplines_run(snapshot: Snapshot, institution: str) -> Mask:
    """Return the disciplines that the institution RUNS, with all below; none where the graph does not hold it."""
    node, run = snapshot.find(institution), np.zeros(len(snapshot), bool)
    if node is not None:
        run[snapshot.out("RUNS").row(node)] = True
    return _with_those_below(snapshot, run)


def descendants(snapshot: Snapshot, discipline: int) -> Mask:
    """Return the discipline and all below it, by parent_id; a circle of parents ends where it began."""
    return _with_those_below(snapshot, only(snapshot, discipline))


def _with_those_below(snapshot: Snapshot, below: Mask) -> Mask:
    parent = snapshot.reference("parent_id")
    while True:
        more = below | ((parent >= 0) & below[parent])
        if (more == below).all():
            return below
        below = more
