"""Rows of an answer that takes disciplines or courses one by one: those in focus, or of the scope's institution."""

import numpy as np

from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import Snapshot
from queries.semantics.discipline_tree import descendants, disciplines_run
from queries.semantics.focus import FocusMode, own_curriculum
from queries.semantics.masks import Mask, reached
from queries.semantics.scope import Scope


def discipline_rows(snapshot: Snapshot, scope: Scope, mode: FocusMode) -> Ints:
    """Return the disciplines that are listed, in id order: of standards only what the scope names, and those below."""
    own, run = own_curriculum(snapshot, mode), _run(snapshot, scope)
    counts = run if run is not None else None if own is None else own.disciplines | _named(snapshot, scope)
    return _kept(snapshot.of_kind("Discipline"), counts)


def course_rows(snapshot: Snapshot, scope: Scope, mode: FocusMode) -> Ints:
    """Return the courses that are listed, in id order: of those that only standards offer, what the scope names."""
    own, run = own_curriculum(snapshot, mode), _run(snapshot, scope)
    if run is not None:
        return _kept(snapshot.of_kind("Course"), reached(snapshot, "OFFERS", run))
    return _kept(snapshot.of_kind("Course"), None if own is None else own.courses | _named(snapshot, scope))


def _run(snapshot: Snapshot, scope: Scope) -> Mask | None:
    return None if scope.institution is None else disciplines_run(snapshot, scope.institution)


def _named(snapshot: Snapshot, scope: Scope) -> Mask:
    """Return the discipline that the scope names, with all below it and what these offer, and the course."""
    named = np.zeros(len(snapshot), bool)
    if scope.discipline is not None:
        named = descendants(snapshot, snapshot.require(scope.discipline, "Discipline"))
        named |= reached(snapshot, "OFFERS", named)
    if scope.course is not None:
        named[snapshot.require(scope.course, "Course")] = True
    return named


def _kept(nodes: Ints, mask: Mask | None) -> Ints:
    return nodes if mask is None else nodes[mask[nodes]]
