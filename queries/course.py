"""Course: what it covers and develops, for which roles of its programmes, and what of its aims it does not teach."""

from typing import Annotated

import numpy as np
from pydantic import Field

from graph.model import Frozen
from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import Snapshot
from queries.programme_parts import AimNotTaught, aims_not_taught
from queries.semantics.answers import Completeness, Count, NodeName, Share, completeness, named
from queries.semantics.chain_arrays import chain_arrays
from queries.semantics.chain_stages import chain_stages
from queries.semantics.chain_status import STATUSES, ChainStatus
from queries.semantics.course_units import as_asked
from queries.semantics.masks import Mask
from queries.semantics.requirements import RequirementPairs, counted_needs
from queries.semantics.resolved_scope import ResolvedScope, resolve
from queries.semantics.scope import EVERYTHING, Scope, ScopeNote
from queries.semantics.tolerance import settled
from queries.semantics.windows import Part, Windows, part_of


class CourseUnit(Frozen):
    """A unit that the course covers, its hours if they are stated, and how many competencies it develops."""

    unit: NodeName
    hours: Annotated[float, Field(ge=0)] | None
    competencies: Count


class DevelopedCompetency(Frozen):
    """A competency that a unit of the course develops: how it stands in the course's scope, and who in scope needs it.

    `roles` counts the roles of its programmes that require it; 0 where none does.
    """

    competency: NodeName
    status: ChainStatus
    roles: Count


class ServedRole(Frozen):
    """A role of the course's programmes of which it develops something.

    `taught` is the share of what the role requires, by weight, that this course develops; `competencies` how many.
    """

    role: NodeName
    taught: Share
    competencies: Count


class Course(Frozen):
    """What a course brings, in its own scope: its units and training, and the roles that its programmes target.

    `programmes` are the disciplines that offer it, in id order. `units` are in id order; `developed` are those that
    most roles need first, then by id; `needed` of them are required by a role in scope. `roles` are by share, largest
    first, then by id. `aims` is how many competencies the course itself aims at.
    """

    course: NodeName
    programmes: list[NodeName]
    units: Part[CourseUnit]
    tasks: Part[NodeName]
    developed: Part[DevelopedCompetency]
    needed: Count
    roles: Part[ServedRole]
    aims: Count
    aims_not_taught: Part[AimNotTaught]
    completeness: Completeness
    scope: ScopeNote
    revision: int


def describe_course(
    snapshot: Snapshot, course_id: str, scope: Scope = EVERYTHING, *, windows: Windows | None = None
) -> Course:
    """Return what the course brings; a window may be named for each list, by its field.

    Raises:
        NotFoundError: there is no such course, or the scope names something that is not there.
        InputError: the scope's employer does not employ its role.
    """
    snapshot = as_asked(snapshot, scope)
    node, part = snapshot.require(course_id, "Course"), windows or Windows()
    resolved = resolve(snapshot, scope.model_copy(update={"course": course_id}), focused=True)
    developed = _developed(snapshot, resolved)
    needs = counted_needs(snapshot, resolved.counted, resolved.min_weight)
    counts = _needing(snapshot, resolved, needs)
    order = developed[np.lexsort((developed, -counts[developed]))]
    chains = chain_arrays(snapshot, resolved)

    def tell_competency(c: int) -> DevelopedCompetency:
        at = int(chains.competencies.searchsorted(c))
        status = STATUSES[chains.status[at]]
        return DevelopedCompetency(competency=named(snapshot, c), status=status, roles=int(counts[c]))

    hours, develops = snapshot.number("hours"), snapshot.out("DEVELOPS")

    def tell_unit(unit: int) -> CourseUnit:
        stated = None if np.isnan(hours[unit]) else float(hours[unit])
        return CourseUnit(unit=named(snapshot, unit), hours=stated, competencies=len(develops.row(unit)))

    untaught, aims = aims_not_taught(snapshot, resolved, part.of("aims_not_taught"))
    tasks = snapshot.out("SCHEDULES").row(node)
    return Course(
        course=named(snapshot, node),
        programmes=[named(snapshot, discipline) for discipline in snapshot.into("OFFERS").row(node)],
        units=part_of(snapshot.out("COVERS").row(node), part.of("units"), tell_unit),
        tasks=part_of(tasks, part.of("tasks"), lambda task: named(snapshot, task)),
        developed=part_of(order, part.of("developed"), tell_competency),
        needed=int(np.count_nonzero(counts[developed])),
        roles=_served_roles(snapshot, resolved, needs, developed, part),
        aims=aims,
        aims_not_taught=untaught,
        completeness=completeness(snapshot),
        scope=resolved.note,
        revision=snapshot.revision.number,
    )


def _developed(snapshot: Snapshot, scope: ResolvedScope) -> Ints:
    """Return the competencies that the units in scope develop, in id order."""
    competencies = snapshot.of_kind("Competency")
    taught = chain_stages(snapshot, scope).units.rows.any
    found: Ints = competencies[taught[competencies]]
    return found


def _in_scope(scope: ResolvedScope, needs: RequirementPairs) -> Mask:
    return np.ones(len(needs.role), bool) if scope.roles is None else scope.roles[needs.role]


def _needing(snapshot: Snapshot, scope: ResolvedScope, needs: RequirementPairs) -> Ints:
    """Return of each node how many roles in scope require it."""
    found: Ints = np.bincount(needs.competency[_in_scope(scope, needs)], minlength=len(snapshot))
    return found


def _served_roles(
    snapshot: Snapshot, scope: ResolvedScope, needs: RequirementPairs, developed: Ints, windows: Windows
) -> Part[ServedRole]:
    """Return the roles in scope of which something is developed, by share, largest first, then by id."""
    n, is_developed = len(snapshot), np.zeros(len(snapshot), bool)
    is_developed[developed] = True
    taught = _in_scope(scope, needs) & is_developed[needs.competency]
    total = np.bincount(needs.role, needs.weight, minlength=n)
    part = np.bincount(needs.role[taught], needs.weight[taught], minlength=n)
    counts = np.bincount(needs.role[taught], minlength=n)
    roles = np.flatnonzero(counts)
    shares = settled((part[roles] / total[roles]).astype(np.float64))
    order = np.lexsort((roles, -shares))

    def tell(at: int) -> ServedRole:
        role = int(roles[at])
        return ServedRole(
            role=named(snapshot, role), taught=min(float(shares[at]), 1.0), competencies=int(counts[role])
        )

    return part_of(order, windows.of("roles"), tell)
