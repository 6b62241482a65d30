"""The stated outcomes (AIMS_AT) that a scope leaves."""

from graph.snapshot.snapshot import KIND_CODES, Snapshot
from queries.semantics.course_units import units_of
from queries.semantics.masks import Mask
from queries.semantics.scope import Scope
from queries.semantics.tolerance import lowest


def aiming_in(snapshot: Snapshot, scope: Scope, disciplines: Mask | None, courses: Mask | None) -> Mask | None:
    """Return the disciplines and courses whose aims count; where the scope names a course, that course alone."""
    if scope.course is not None or courses is None:
        return courses
    return courses | (snapshot.kind == KIND_CODES["Discipline"] if disciplines is None else disciplines)


def are_units_unrecorded(snapshot: Snapshot, units: Mask | None, aiming: Mask | None, min_weight: float) -> bool:
    """Say whether a discipline or course in scope aims at something, and no unit is in scope."""
    aims = snapshot.out("AIMS_AT")
    if not len(aims.indices):
        return False
    known = snapshot.derived(units_of)
    counts = aims.weight >= lowest(min_weight)
    if aiming is not None:
        counts &= aiming[aims.rows]
    return not (len(known) if units is None else units[known].any()) and bool(counts.any())
