"""Rotation: a training plan for a whole cohort, as placements by host and term within the seats that there are."""

import math
from collections.abc import Sequence
from typing import Annotated

import numpy as np
from pydantic import Field

from graph.errors import InputError, Problem
from graph.messages import message
from graph.model import Frozen
from graph.snapshot.snapshot import Snapshot
from queries.parameters.plan import NO_WISH, PlanWish
from queries.plan import plan_training
from queries.planning.problem import LearnerHoldings, find_goals, hold, narrow, prerequisites
from queries.planning.steps import Hours
from queries.planning.term_assignment import SeatLimits, spread
from queries.rotation_placements import HostPlacements, LearnerGroup, Learners, RotationBuilder, UnplacedLearners
from queries.semantics.answers import Completeness, NodeName, Share, named
from queries.semantics.course_units import of_institution
from queries.semantics.discipline_tree import descendants
from queries.semantics.resolved_scope import ResolvedScope, resolve
from queries.semantics.scope import Scope, ScopeNote


class Rotation(Frozen):
    """A cohort's plan, placed; learners of a group move together.

    `hosts` by id, None last; `groups` by number; `unplaced` in the plan's order. `wanted` counts a placement for each
    learner and task, `placed` those that there is room for; no schedule within these terms places more, in any task, by
    any term. `coverage` is the learners' mean, `coverage_planned` that of a learner who does the whole plan. `optimal`
    says that the plan is proven best. `seats_not_stated` counts planned tasks with room for any number, since none is
    stated; `undated` those that may begin in term 1, since no term is.
    """

    cohort: NodeName
    size: Learners
    discipline: NodeName
    role: NodeName
    terms: Annotated[int, Field(ge=1)]
    hosts: list[HostPlacements]
    groups: list[LearnerGroup]
    unplaced: list[UnplacedLearners]
    placed: Annotated[int, Field(ge=0)]
    wanted: Annotated[int, Field(ge=0)]
    coverage: Share | None
    coverage_planned: Share | None
    hours: Hours
    optimal: bool
    seats_not_stated: Annotated[int, Field(ge=0)]
    undated: Annotated[int, Field(ge=0)]
    completeness: Completeness
    scope: ScopeNote
    revision: int


def rotate(
    snapshot: Snapshot,
    cohort_id: str,
    role_id: str | None = None,
    *,
    institution: str | None = None,
    terms: int | None = None,
    wish: PlanWish = NO_WISH,
) -> Rotation:
    """Return the placements of a cohort for the plan of one role, in the scope of its discipline, and an institution.

    The role is, unless named, what the discipline TARGETS most (of equals the smallest id; where it targets none, the
    nearest discipline above it that does). `terms`: the programme's last term; unless given, the last one in which
    a course or task of the discipline is due. A task may be done from the first term in which it is due to the last,
    but not before the term of a unit that must be learnt before it. All its seats are taken to be this cohort's.

    Raises:
        NotFoundError: the cohort, role or institution is not there.
        InputError: no role is targeted and none named, or the wish names something that cannot be held.
    """
    snapshot = of_institution(snapshot, Scope(institution=institution))
    cohort = snapshot.require(cohort_id, "Cohort")
    discipline = _discipline(snapshot, cohort, cohort_id)
    role = _target(snapshot, discipline, cohort_id) if role_id is None else snapshot.require(role_id, "Role")
    scope = Scope(institution=institution, discipline=snapshot.ids[discipline], role=snapshot.ids[role])
    plan = plan_training(snapshot, snapshot.ids[role], scope, wish)
    resolved = narrow(snapshot, resolve(snapshot, scope), wish.modes, wish.region)
    held = hold(snapshot, wish.have)
    goals = find_goals(snapshot, resolved, held, role)
    tasks = [snapshot.require(step.task.id) for step in plan.steps]
    size, last = int(snapshot.number("size")[cohort]), terms or _last_term(snapshot, resolved, discipline)
    seatings = _seatings(snapshot, resolved, tasks, held)
    turns = spread(seatings, size, last)
    builder = RotationBuilder(snapshot, plan, tasks, turns, size)
    cohort_groups = builder.groups(goals)
    return Rotation(
        cohort=named(snapshot, cohort),
        size=size,
        discipline=named(snapshot, discipline),
        role=plan.role,
        terms=last,
        hosts=builder.hosts(resolved),
        groups=cohort_groups,
        unplaced=builder.unplaced(seatings, last),
        placed=sum(turn.learners for turn in turns),
        wanted=size * len(tasks),
        coverage=_mean(cohort_groups, size),
        coverage_planned=plan.coverage_after,
        hours=plan.hours,
        optimal=plan.optimal,
        seats_not_stated=sum(seating.seats is None for seating in seatings.values()),
        undated=sum(step.term is None for step in plan.steps),
        completeness=plan.completeness,
        scope=plan.scope,
        revision=snapshot.revision.number,
    )


def _discipline(snapshot: Snapshot, cohort: int, cohort_id: str) -> int:
    discipline = int(snapshot.reference("discipline_id")[cohort])
    if discipline < 0:
        reason = message("rotation.no_discipline", cohort_id=cohort_id)
        raise InputError(Problem(reason, column="discipline_id", value=cohort_id))
    return discipline


def _target(snapshot: Snapshot, discipline: int, cohort_id: str) -> int:
    parent, seen, here = snapshot.reference("parent_id"), set[int](), discipline
    while here >= 0 and here not in seen:
        seen.add(here)
        targets = snapshot.out("TARGETS").pairs(here)
        if targets:
            return min((-weight, role) for role, weight in targets)[1]
        here = int(parent[here])
    reason = message("rotation.no_target", discipline=snapshot.ids[discipline], cohort_id=cohort_id)
    raise InputError(Problem(reason, column="role", value=cohort_id))


def _last_term(snapshot: Snapshot, resolved: ResolvedScope, discipline: int) -> int:
    """Return the last term in which a unit or task in scope, or a course that the discipline offers, is due; or 1."""
    below = descendants(snapshot, discipline)
    offers = snapshot.out("OFFERS")
    offered = below[offers.rows]
    stated = snapshot.link_values("OFFERS", "term")
    terms = [snapshot.number("term")[offers.indices[offered]]]
    if stated is not None:
        terms.append(np.where(stated[offered] >= 0, stated[offered], np.nan))
    units, tasks = snapshot.of_kind("KnowledgeUnit"), snapshot.of_kind("TrainingTask")
    terms.append(resolved.unit_terms.last[units if resolved.units is None else units[resolved.units[units]]])
    terms.append(resolved.task_terms.last[tasks if resolved.tasks is None else tasks[resolved.tasks[tasks]]])
    known = np.concatenate(terms)
    return int(known[np.isfinite(known)].max(initial=1))


def _seatings(
    snapshot: Snapshot, resolved: ResolvedScope, tasks: Sequence[int], held: LearnerHoldings
) -> dict[int, SeatLimits]:
    capacity, first = snapshot.number("capacity"), resolved.task_terms.first

    def taught_in(task: int) -> list[float]:
        units = prerequisites(snapshot, task, "KnowledgeUnit")
        return [float(resolved.unit_terms.first[k]) for k in units if k not in held.units]

    return {
        t: SeatLimits(
            seats=None if math.isnan(capacity[t]) else int(capacity[t]),
            first_term=max([1, *(int(term) for term in (first[t], *taught_in(t)) if math.isfinite(term))]),
            needs=frozenset(prerequisites(snapshot, t, "TrainingTask")) - held.tasks,
        )
        for t in tasks
    }


def _mean(groups: Sequence[LearnerGroup], size: int) -> float | None:
    if any(group.coverage is None for group in groups):
        return None
    return min(math.fsum(group.learners * (group.coverage or 0.0) for group in groups) / size, 1.0)
