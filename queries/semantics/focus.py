"""Focus of a whole graph: the roles that somebody teaches for or hires for, and what is not of published standards."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from graph.schema import STANDARD
from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import KIND_CODES, WORD_CODES, Snapshot
from queries.semantics.masks import Mask
from queries.semantics.scope import Scope

FocusMode = Literal["ours", "all"]
STANDING_STANDARD = WORD_CODES[STANDARD]
"""What `word_codes("standing")` holds for a published description that nobody teaches as such."""


@dataclass(frozen=True, slots=True)
class Curriculum:
    """What belongs to programmes, or to nobody: masks over the n nodes that leave out what standards alone describe."""

    disciplines: Mask
    courses: Mask
    units: Mask
    tasks: Mask
    certificates: Mask

    def by_kind(self) -> tuple[tuple[str, Mask], ...]:
        """Return each mask with the kind of nodes that it is of."""
        kinds = ("Discipline", "Course", "KnowledgeUnit", "TrainingTask", "Certificate")
        masks = (self.disciplines, self.courses, self.units, self.tasks, self.certificates)
        return tuple(zip(kinds, masks, strict=True))


def focus_mode(snapshot: Snapshot, scope: Scope) -> FocusMode:
    """Return what the scope's focus comes to; `auto` is decided on the whole graph, whatever else the scope says."""
    if scope.focus == "auto":
        return "ours" if snapshot.derived(_any_focus) else "all"
    return scope.focus


def focus_roles(snapshot: Snapshot) -> Mask:
    """Return the roles of the whole graph that a teaching discipline TARGETS or an enterprise EMPLOYS."""
    return snapshot.derived(_focus_roles)


def whole_roles(snapshot: Snapshot, mode: FocusMode) -> Mask | None:
    """Return the roles that count where nothing names or narrows them; None for all that there are."""
    if mode == "all":
        return None
    roles = focus_roles(snapshot)
    return None if roles[snapshot.of_kind("Role")].all() else roles


def focus_responsibilities(snapshot: Snapshot, roles: Mask) -> Mask:
    """Return the responsibilities of these roles, and those of no role that a task PREPARES_FOR."""
    held, prepared = snapshot.out("HAS_RESPONSIBILITY"), snapshot.into("PREPARES_FOR").degree > 0
    found: Mask = prepared & (snapshot.into("HAS_RESPONSIBILITY").degree == 0)
    found[held.indices[roles[held.rows]]] = True
    return found


def _any_focus(snapshot: Snapshot) -> bool:
    return bool(focus_roles(snapshot).any())


def _focus_roles(snapshot: Snapshot) -> Mask:
    targets, roles = snapshot.out("TARGETS"), np.zeros(len(snapshot), bool)
    roles[targets.indices[teaching_disciplines(snapshot)[targets.rows]]] = True
    roles[snapshot.out("EMPLOYS").indices] = True
    return roles


def teaching_disciplines(snapshot: Snapshot) -> Mask:
    """Return the programmes that OFFER a course or SCHEDULE a task, by themselves or by a discipline below them."""
    return snapshot.derived(_teaching_disciplines)


def _teaching_disciplines(snapshot: Snapshot) -> Mask:
    return sending_disciplines(snapshot) & ~_standards(snapshot)


def sending_disciplines(snapshot: Snapshot) -> Mask:
    """Return what teaching_disciplines returns, and the standards that OFFER or SCHEDULE anything."""
    return snapshot.derived(_sending_disciplines)


def _sending_disciplines(snapshot: Snapshot) -> Mask:
    disciplines, parent = snapshot.of_kind("Discipline"), snapshot.reference("parent_id")
    teaches = np.zeros(len(snapshot), bool)
    for relation in ("OFFERS", "SCHEDULES"):
        teaches[disciplines] |= snapshot.out(relation).degree[disciplines] > 0
    # what a discipline teaches, those above it teach: from each that was found to its parent, until none is new
    found: Ints = np.flatnonzero(teaches)
    while len(found):
        above = np.unique(parent[found])
        found = above[(above >= 0) & ~teaches[above]]
        teaches[found] = True
    return teaches


def _standards(snapshot: Snapshot) -> Mask:
    is_standard: Mask = np.equal(snapshot.word_codes("standing"), STANDING_STANDARD)
    return is_standard


def own_curriculum(snapshot: Snapshot, mode: FocusMode) -> Curriculum | None:
    """Return what is not of standards alone; None where nothing is left out: no discipline is one, or all counts."""
    return snapshot.derived(_own_curriculum) if mode == "ours" else None


def _own_curriculum(snapshot: Snapshot) -> Curriculum | None:
    standards = _standards(snapshot)
    if not standards.any():
        return None
    disciplines = ~standards & (snapshot.kind == KIND_CODES["Discipline"])
    courses = _reached_or_free(snapshot, "Course", "OFFERS", disciplines)
    return Curriculum(
        disciplines,
        courses,
        _reached_or_free(snapshot, "KnowledgeUnit", "COVERS", courses),
        _reached_or_free(snapshot, "TrainingTask", "SCHEDULES", disciplines | courses),
        _reached_or_free(snapshot, "Certificate", "ALIGNS_WITH", disciplines | courses) | _accepted(snapshot),
    )


def _accepted(snapshot: Snapshot) -> Mask:
    """Return the certificates that a role in focus accepts."""
    links, found = snapshot.out("ACCEPTED_BY"), np.zeros(len(snapshot), bool)
    found[links.rows[focus_roles(snapshot)[links.indices]]] = True
    return found


def _reached_or_free(snapshot: Snapshot, kind: str, relation: str, start: Mask) -> Mask:
    """Return the nodes of the kind that the relation leads to from a marked node, or from none at all."""
    links = snapshot.out(relation)
    found: Mask = (snapshot.kind == KIND_CODES[kind]) & (snapshot.into(relation).degree == 0)
    found[links.indices[start[links.rows]]] = True
    return found
