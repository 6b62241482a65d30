"""Impact analysis: the competencies and roles whose answers a change of nodes and links can reach.

A competency is judged by what lies around it, so a change is followed to the competencies it lies around: in the graph
before, and in the graph after. What is left out is judged as before; a test holds that against judging all anew.
"""

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from graph.cancellation import cancellable_rows
from graph.model import LinkKey, NodeId
from graph.snapshot.snapshot import KIND_CODES, Snapshot
from queries.compare.change_candidates import ChangeCandidates
from queries.semantics.focus import focus_mode
from queries.semantics.scope import EVERYTHING, Scope

_END_THAT_COUNTS = {
    "DEVELOPS": 2,
    "PRACTISES": 2,
    "REQUIRES": 2,
    "HAS_RESPONSIBILITY": 0,
    "APPLIES": 0,
    "PREPARES_FOR": 0,
    "COVERS": 2,
    "HOSTS": 2,
    "EMPLOYS": 2,
    "OFFERS": 2,
    "SCHEDULES": 2,
    "TARGETS": 2,
    "AIMS_AT": 2,
}
"""Which end of a link (its place in the key) leads to all competencies that the link has a part in judging."""
_SHARED = frozenset(
    {
        *("DEVELOPS", "REQUIRES", "HAS_RESPONSIBILITY", "EMPLOYS", "COVERS", "OFFERS", "PREREQUISITE_OF"),
        *("TARGETS", "SCHEDULES"),
    }
)
"""The relations that change what hours and demand there are in all, or whose."""
_TEACHING = frozenset({"OFFERS", "SCHEDULES"})
"""The relations by which a discipline teaches, so that the roles that it targets come into focus."""


def competencies_reached(
    before: Snapshot, after: Snapshot, touched: ChangeCandidates, scope: Scope = EVERYTHING
) -> set[NodeId] | None:
    """Return the ids of competencies that may be judged otherwise, in the focus of the scope; None where it may be any.

    It may be any where a class of SAME_AS changes, where the first employer is recorded or the last one goes, and where
    the first role comes into focus or the last one leaves it.
    """
    if any(key[1] == "SAME_AS" for key in touched.links) or _classes(before) != _classes(after):
        return None
    if bool(len(before.out("EMPLOYS").indices)) != bool(len(after.out("EMPLOYS").indices)):
        return None
    if focus_mode(before, scope) != focus_mode(after, scope):
        return None
    competencies: set[NodeId] = set()
    if touched.nodes or any(key[1] in _SHARED for key in touched.links):
        competencies.update(NodeId(snapshot.ids[c]) for snapshot in (before, after) for c in _levelled(snapshot))
    starts = set(touched.nodes)
    starts.update(key[_END_THAT_COUNTS[key[1]]] for key in touched.links if key[1] in _END_THAT_COUNTS)  # type: ignore[misc]
    for snapshot in (before, after):
        seen: set[int] = set()
        for node_id in cancellable_rows(starts):
            node = snapshot.find(node_id)
            if node is not None:
                seen.update(_around(snapshot, node))
        for role in _roles_coming_or_going(snapshot, touched):
            seen.update(_of_role(snapshot, role))
        competencies.update(NodeId(snapshot.ids[c]) for c in seen)
    return competencies


def _roles_coming_or_going(snapshot: Snapshot, touched: ChangeCandidates) -> set[int]:
    """Return the roles targeted by a discipline that may begin or cease to teach, or by one above it."""
    parent = snapshot.reference("parent_id")
    found: set[int] = set()
    for node_id in {*touched.nodes, *(key[0] for key in touched.links if key[1] in _TEACHING)}:
        node = snapshot.find(node_id)
        while node is not None and node >= 0 and node not in found and snapshot.kind_of(node) == "Discipline":
            found.add(node)
            node = int(parent[node])
    return {role for discipline in found for role in snapshot.out("TARGETS").row(discipline)}


def _levelled(snapshot: Snapshot) -> list[int]:
    """Return the competencies that some unit develops to a stated level.

    Of these, hours and demand are compared by their shares of the whole, so that every change of either may count.
    """
    levels = snapshot.link_values("DEVELOPS", "level")
    return [] if levels is None else np.unique(snapshot.out("DEVELOPS").indices[levels >= 0]).tolist()


def _classes(snapshot: Snapshot) -> list[str]:
    return [snapshot.ids[i] for i in snapshot.arrays["classes.members"].tolist()]


def _around(snapshot: Snapshot, node: int) -> Iterator[int]:
    """Yield the competencies that are judged by the node, some more than once."""
    follow = _FOLLOW.get(snapshot.kind_of(node))
    return iter(()) if follow is None else follow(snapshot, node)


def _of(relation: str) -> Callable[[Snapshot, int], Iterator[int]]:
    def follow(snapshot: Snapshot, node: int) -> Iterator[int]:
        yield from snapshot.out(relation).row(node)

    return follow


def _through(*relations: str) -> Callable[[Snapshot, int], Iterator[int]]:
    def follow(snapshot: Snapshot, node: int) -> Iterator[int]:
        for relation in relations:
            for other in snapshot.out(relation).row(node):
                yield from _around(snapshot, other)

    return follow


def _of_role(snapshot: Snapshot, role: int) -> Iterator[int]:
    yield from snapshot.out("REQUIRES").row(role)
    for duty in snapshot.out("HAS_RESPONSIBILITY").row(role):
        yield from snapshot.out("REQUIRES").row(duty)


def _of_duty(snapshot: Snapshot, duty: int) -> Iterator[int]:
    yield from snapshot.out("REQUIRES").row(duty)
    for role in snapshot.into("HAS_RESPONSIBILITY").row(duty):
        yield from _of_role(snapshot, role)


def _of_assessment(snapshot: Snapshot, assessment: int) -> Iterator[int]:
    competency, task = (int(snapshot.reference(name)[assessment]) for name in ("competency_id", "task_id"))
    if competency >= 0:
        yield int(snapshot.class_of[competency])
    if task >= 0:
        yield from snapshot.out("PRACTISES").row(task)


def _of_cohort(snapshot: Snapshot, cohort: int) -> Iterator[int]:
    for assessment in np.flatnonzero(snapshot.reference("cohort_id") == cohort).tolist():
        yield from _of_assessment(snapshot, assessment)


_FOLLOW: dict[str, Callable[[Snapshot, int], Iterator[int]]] = {
    "Competency": lambda _, node: iter((node,)),
    "KnowledgeUnit": _of("DEVELOPS"),
    "TrainingTask": _of("PRACTISES"),
    "Role": _of_role,
    "JobResponsibility": _of_duty,
    "Course": _through("COVERS", "SCHEDULES", "AIMS_AT"),
    "Institution": _through("RUNS"),
    "Discipline": _through("OFFERS", "SCHEDULES", "AIMS_AT"),
    "Enterprise": _through("HOSTS", "EMPLOYS"),
    "Assessment": _of_assessment,
    "Cohort": _of_cohort,
}


def roles_reached(
    before: Snapshot, after: Snapshot, touched: ChangeCandidates, supplied: Iterable[NodeId]
) -> set[NodeId]:
    """Return the ids of roles that may be covered otherwise; `supplied` are competencies whose supply changed."""
    roles: set[NodeId] = set()
    for snapshot in (before, after):
        seen: set[int] = set()
        for node_id in cancellable_rows(supplied):
            competency = snapshot.find(node_id)
            if competency is not None:
                for node in snapshot.into("REQUIRES").row(competency):
                    seen.update(_roles_at(snapshot, node))
        for node_id in cancellable_rows(_demanding(touched.links, touched.nodes)):
            node_there = snapshot.find(node_id)
            if node_there is not None:
                seen.update(_roles_at(snapshot, node_there))
        roles.update(NodeId(snapshot.ids[r]) for r in seen)
    return roles


def _demanding(links: Iterable[LinkKey], nodes: Iterable[NodeId]) -> Iterator[NodeId]:
    yield from nodes
    for key in links:
        if key[1] in {"REQUIRES", "HAS_RESPONSIBILITY"}:
            yield key[0]


def _roles_at(snapshot: Snapshot, node: int) -> list[int]:
    kind = snapshot.kind_codes[node]
    if kind == KIND_CODES["Role"]:
        return [node]
    return snapshot.into("HAS_RESPONSIBILITY").row(node) if kind == KIND_CODES["JobResponsibility"] else []
