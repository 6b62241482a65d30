"""Nodes of a programme: its disciplines, and the courses, units and tasks that these bring to their learners."""

import numpy as np

from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import Snapshot
from queries.semantics.discipline_tree import descendants
from queries.semantics.masks import reached


def programme_nodes(snapshot: Snapshot, discipline: int) -> Ints:
    """Return the discipline, all below it, their courses and tasks, and the units of these courses, in id order."""
    own = descendants(snapshot, discipline)
    courses = reached(snapshot, "OFFERS", own)
    tasks = reached(snapshot, "SCHEDULES", own | courses)
    found: Ints = np.flatnonzero(own | courses | tasks | reached(snapshot, "COVERS", courses))
    return found
