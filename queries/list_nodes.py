"""The nodes of each kind that a scope is about, as a list or a count of them shows them."""

from collections.abc import Callable, Mapping

import numpy as np

from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import Snapshot
from queries.semantics.focus import focus_responsibilities, own_curriculum, teaching_disciplines
from queries.semantics.focus_note import competencies_in_focus, nodes_in_focus
from queries.semantics.masks import Mask, reached
from queries.semantics.resolved_scope import ResolvedScope

InScope = Callable[[Snapshot, ResolvedScope], Mask | None]
"""The nodes of a kind that a scope is about; None for all that there are."""


def nodes_in_scope(snapshot: Snapshot, kind: str, scope: ResolvedScope) -> Ints:
    """Return the nodes of the kind that the scope is about, ascending; of a class, the representative alone.

    Disciplines, courses, units, tasks, roles and competencies are those of the scope itself. Where it narrows, the
    others are those that a link joins to one of them: an enterprise hosts a task or employs a role.
    """
    nodes = snapshot.of_kind(kind)
    mask = _IN_SCOPE[kind](snapshot, scope)
    return nodes if mask is None else nodes[mask[nodes]]


def focused_first(snapshot: Snapshot) -> Mask:
    """Return the nodes that are in focus where nothing narrows, of disciplines those that teach: they are first."""
    return snapshot.derived(_focused)


def _focused(snapshot: Snapshot) -> Mask:
    found, own = nodes_in_focus(snapshot).copy(), own_curriculum(snapshot, "ours")
    for kind, mask in own.by_kind() if own is not None else ():
        nodes = snapshot.of_kind(kind)
        found[nodes] &= mask[nodes]
    disciplines = snapshot.of_kind("Discipline")
    found[disciplines] &= teaching_disciplines(snapshot)[disciplines]
    return found


def _competencies(snapshot: Snapshot, scope: ResolvedScope) -> Mask | None:
    return None if scope.mode == "all" and not _narrows(scope) else competencies_in_focus(snapshot, scope)


def _narrows(scope: ResolvedScope) -> bool:
    """Say whether more than the focus narrows: then what is only joined to the scope is narrowed as well."""
    return not scope.note.asked.is_everywhere


def _disciplines(snapshot: Snapshot, scope: ResolvedScope) -> Mask | None:
    if scope.disciplines is None and scope.note.asked.course is not None and scope.courses is not None:
        return _reaching(snapshot, "OFFERS", scope.courses)
    return scope.disciplines


def _joined(join: Callable[[Snapshot, ResolvedScope], Mask]) -> InScope:
    """Return `join` where the scope narrows by more than its focus."""
    return lambda snapshot, scope: join(snapshot, scope) if _narrows(scope) else None


def _reaching(snapshot: Snapshot, relation: str, ends: Mask | None) -> Mask:
    """Return what leads by the relation to one of the ends; None stands for any."""
    links, found = snapshot.out(relation), np.zeros(len(snapshot), bool)
    found[links.rows if ends is None else links.rows[ends[links.indices]]] = True
    return found


def _reached(snapshot: Snapshot, relation: str, start: Mask | None) -> Mask:
    return reached(snapshot, relation, np.ones(len(snapshot), bool) if start is None else start)


def _own_roles(snapshot: Snapshot, scope: ResolvedScope) -> Mask | None:
    """Return the roles that the scope names by itself: none where every role stands for targets not recorded."""
    return np.zeros(len(snapshot), bool) if scope.note.targets_unrecorded else scope.roles


def _institutions(snapshot: Snapshot, scope: ResolvedScope) -> Mask:
    return _reaching(snapshot, "RUNS", _disciplines(snapshot, scope))


def _responsibilities(snapshot: Snapshot, scope: ResolvedScope) -> Mask:
    return _reached(snapshot, "HAS_RESPONSIBILITY", scope.roles)


def _focused_responsibilities(snapshot: Snapshot, scope: ResolvedScope) -> Mask | None:
    """Return what roles in scope have; and what no role has but a task prepares for, where only the focus narrows."""
    if _narrows(scope):
        return _responsibilities(snapshot, scope)
    return None if scope.roles is None else focus_responsibilities(snapshot, scope.roles)


def _enterprises(snapshot: Snapshot, scope: ResolvedScope) -> Mask:
    hosts = _reaching(snapshot, "HOSTS", scope.tasks)
    employers: Mask = hosts | _reaching(snapshot, "EMPLOYS", _own_roles(snapshot, scope))
    return employers


def _instructors(snapshot: Snapshot, scope: ResolvedScope) -> Mask:
    taught = None if scope.courses is None or scope.tasks is None else scope.courses | scope.tasks
    return _reaching(snapshot, "GUIDES", taught)


def _certificates(snapshot: Snapshot, scope: ResolvedScope) -> Mask:
    found = _reached(snapshot, "ALIGNS_WITH", scope.aiming)
    accepted: Mask = found | _reaching(snapshot, "ACCEPTED_BY", _own_roles(snapshot, scope))
    return accepted


def _focused_certificates(snapshot: Snapshot, scope: ResolvedScope) -> Mask | None:
    """Return the certificates of the scope; where only the focus narrows, all but those of standards alone."""
    if _narrows(scope):
        return _certificates(snapshot, scope)
    own = own_curriculum(snapshot, scope.mode)
    return None if own is None else own.certificates


def _signals(snapshot: Snapshot, scope: ResolvedScope) -> Mask:
    ends = competencies_in_focus(snapshot, scope) if scope.mode == "ours" else np.ones(len(snapshot), bool)
    roles = _own_roles(snapshot, scope)
    return _reaching(snapshot, "CALLS_FOR", ends if roles is None else ends | roles)


def _referring(snapshot: Snapshot, name: str, ends: Mask | None) -> Mask:
    """Return what refers by the property to one of the ends; None stands for any."""
    at = snapshot.reference(name)
    found: Mask = at >= 0
    return found if ends is None else found & ends[snapshot.class_of[at]]


def _cohorts(snapshot: Snapshot, scope: ResolvedScope) -> Mask:
    return _referring(snapshot, "discipline_id", _disciplines(snapshot, scope))


def _assessments(snapshot: Snapshot, scope: ResolvedScope) -> Mask:
    return _referring(snapshot, "cohort_id", _cohorts(snapshot, scope))


_IN_SCOPE: Mapping[str, InScope] = {
    "Institution": _joined(_institutions),
    "Discipline": _disciplines,
    "Course": lambda _, scope: scope.courses,
    "KnowledgeUnit": lambda _, scope: scope.units,
    "Competency": _competencies,
    "TrainingTask": lambda _, scope: scope.tasks,
    "JobResponsibility": _focused_responsibilities,
    "Role": lambda _, scope: scope.roles,
    "Enterprise": _joined(_enterprises),
    "Instructor": _joined(_instructors),
    "Certificate": _focused_certificates,
    "Signal": _joined(_signals),
    "Cohort": _joined(_cohorts),
    "Assessment": _joined(_assessments),
}
