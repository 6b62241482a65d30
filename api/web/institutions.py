"""Institutions that run disciplines."""

from graph.snapshot.snapshot import Snapshot
from queries.semantics.answers import NodeName, named


def running_institutions(snapshot: Snapshot, disciplines: list[int]) -> list[NodeName]:
    """Return the institutions that run one of the disciplines, or one above them, in id order."""
    parent, runs, seen, found = snapshot.reference("parent_id"), snapshot.into("RUNS"), set[int](), set[int]()
    fresh = list(disciplines)
    while fresh:
        at = fresh.pop()
        if at >= 0 and at not in seen:
            seen.add(at)
            found.update(runs.row(at))
            fresh.append(int(parent[at]))
    return [named(snapshot, institution) for institution in sorted(found)]
