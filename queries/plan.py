"""Training plan: which tasks bring a learner closest to a role, in the fewest hours, and why each of them."""

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal

from graph.errors import InputError, Problem
from graph.messages import message
from graph.model import Frozen
from graph.snapshot.snapshot import Snapshot
from queries.parameters.plan import NO_WISH, PlanWish
from queries.planning.certificates import EarnedCertificate, certificates_on_the_way
from queries.planning.integer_model import IntegerProgram
from queries.planning.plan_program import bound_share, pose
from queries.planning.problem import EligibleTasks, PlanGoals, find_goals, find_training, hold, narrow
from queries.planning.solver import Solution, solve
from queries.planning.steps import Hours, PlanStep, StepBuilder
from queries.planning.unreachable import UnreachableCompetency, unreachable
from queries.semantics.answers import (
    Completeness,
    NodeName,
    Share,
    completeness,
    named,
)
from queries.semantics.course_units import as_asked
from queries.semantics.resolved_scope import ResolvedScope, resolve
from queries.semantics.scope import EVERYTHING, Scope, ScopeNote
from queries.semantics.tolerance import settle


class AlternativePlan(Frozen):
    """The next best plan of those that contain no plan before it whole; `tasks` in the order of steps.

    `adds` and `leaves_out` tell it from the first plan, by id. Shares, hours and `optimal` are as of a plan.
    """

    tasks: list[NodeName]
    adds: list[NodeName]
    leaves_out: list[NodeName]
    hours: Hours
    coverage_after: Share | None
    practised_after: Share | None
    optimal: bool


class Plan(Frozen):
    """The tasks to do, in order: after what they need, then by term (undated last), then id.

    Shares are of the summed w(r,c) of all that the role requires, None if it requires nothing: `coverage` taught and
    practised, `practised` practised; before with what is held only, after with the chosen tasks too. `optimal`: proven
    that no allowed choice has more coverage, then practised, then fewer hours, then fewer tasks, then smaller ids; the
    plan is then the same whenever it is made. `bound` is what coverage is proven not to exceed, `gap_share` how far the
    plan may be below it; 0 when optimal. `learn_first_hours` come on top of `hours`. `hours_not_stated` counts tasks of
    the plan, and units to learn first, for which the median of the stated hours (else 1) stands. `unreachable` is by
    weight, heaviest first, then id. `certificates` are those on the way, earned ones first. `alternatives` are
    the next best plans, best first, as many as were asked for and exist. `mode_not_stated` and `region_not_stated`
    count steps that fit a mode or region wished for only because they state none; 0 where none was wished for.
    """

    role: NodeName
    steps: list[PlanStep]
    hours: Hours
    learn_first_hours: Hours
    coverage_before: Share | None
    coverage_after: Share | None
    practised_before: Share | None
    practised_after: Share | None
    optimal: bool
    bound: Share | None
    gap_share: Share
    unreachable: list[UnreachableCompetency]
    certificates: list[EarnedCertificate]
    alternatives: list[AlternativePlan]
    hours_not_stated: int
    mode_not_stated: int
    region_not_stated: int
    completeness: Completeness
    scope: ScopeNote
    revision: int


def plan_training(snapshot: Snapshot, role_id: str, scope: Scope = EVERYTHING, wish: PlanWish = NO_WISH) -> Plan:
    """Return the training plan for the role that answers under this id.

    A competency is practised when it is held, or when a held or chosen task practises it; taught when it is held, or
    when a held unit, or one in scope, develops it.

    Raises:
        NotFoundError: the role, or something that the scope or the wish names, is not there.
        InputError: the scope names another role, or the wish something that cannot be held.
    """
    snapshot = as_asked(snapshot, scope)
    role = snapshot.require(role_id, "Role")
    if scope.role is not None and snapshot.require(scope.role, "Role") != role:
        reason = message("plan.other_role", role_id=role_id)
        raise InputError(Problem(reason, column="role", value=scope.role))
    resolved = narrow(snapshot, resolve(snapshot, scope.model_copy(update={"role": role_id})), wish.modes, wish.region)
    held = hold(snapshot, wish.have)
    goals = find_goals(snapshot, resolved, held, role)
    training = find_training(snapshot, resolved, held, goals)
    program = pose(training, goals, wish.max_hours, wish.max_tasks)
    solution = solve(program, wish.time_limit_s)
    chosen = training.chosen(solution.choice)
    builder = StepBuilder(snapshot, resolved, held, goals, role, region=wish.region)
    order = training.in_order(chosen, resolved.task_terms.first)
    steps = [builder.step(t) for t in order]
    _check(training, chosen, wish)
    after = goals.practised_with(chosen)
    coverage = goals.share(after & goals.taught)
    bound = coverage if coverage is None else bound_share(solution, goals, training, coverage)
    case = _PlanInputs(snapshot, resolved, goals, training, wish)
    return Plan(
        role=named(snapshot, role),
        steps=steps,
        hours=math.fsum(step.hours for step in steps),
        learn_first_hours=math.fsum(builder.unit_hours.of(k) for k in builder.learnt),
        coverage_before=goals.share(goals.practised & goals.taught),
        coverage_after=coverage,
        practised_before=goals.share(goals.practised),
        practised_after=goals.share(after),
        optimal=solution.optimal,
        bound=bound,
        gap_share=0.0 if bound is None or coverage is None else bound - coverage,
        unreachable=[unreachable(snapshot, goals, c) for c in _missing(goals, training)],
        certificates=certificates_on_the_way(snapshot, resolved, held, role, order),
        alternatives=_alternatives(case, program, solution),
        hours_not_stated=sum(not step.hours_stated for step in steps)
        + sum(not builder.unit_hours.is_stated(k) for k in builder.learnt),
        mode_not_stated=sum(step.mode is None for step in steps) if wish.modes else 0,
        region_not_stated=sum(step.region is None for step in steps) if wish.region else 0,
        completeness=completeness(snapshot),
        scope=resolved.note,
        revision=snapshot.revision.number,
    )


def _missing(goals: PlanGoals, training: EligibleTasks) -> list[int]:
    missing = [c for c in goals.open if not training.practises(goals.near[c])]
    return sorted(missing, key=lambda c: (-settle(goals.weight[c]), c))


@dataclass(frozen=True, slots=True)
class _PlanInputs:
    """What a plan is made of, and for whom."""

    snapshot: Snapshot
    resolved: ResolvedScope
    goals: PlanGoals
    training: EligibleTasks
    wish: PlanWish


def _alternatives(case: _PlanInputs, program: IntegerProgram, first: Solution) -> list[AlternativePlan]:
    """Return the next best plans: each without every plan before it, until only the empty one is left."""
    plans: list[AlternativePlan] = []
    last = first.choice
    while len(plans) < case.wish.alternatives and last:
        program = replace(program, without=(*program.without, last))
        solution = solve(program, case.wish.time_limit_s)
        last = solution.choice
        if last:
            plans.append(_alternative(case, solution, first.choice))
    return plans


def _alternative(case: _PlanInputs, solution: Solution, first: Collection[int]) -> AlternativePlan:
    snapshot, training, goals = case.snapshot, case.training, case.goals
    chosen, before = training.chosen(solution.choice), training.chosen(first)
    _check(training, chosen, case.wish)
    after = goals.practised_with(chosen)
    return AlternativePlan(
        tasks=[named(snapshot, t) for t in training.in_order(chosen, case.resolved.task_terms.first)],
        adds=[named(snapshot, t) for t in chosen if t not in before],
        leaves_out=[named(snapshot, t) for t in before if t not in chosen],
        hours=math.fsum(training.hours.of(t) for t in chosen),
        coverage_after=goals.share(after & goals.taught),
        practised_after=goals.share(after),
        optimal=solution.optimal,
    )


def _check(training: EligibleTasks, chosen: Collection[int], wish: PlanWish) -> None:
    """Hold the plan against the limits and prerequisites once more, whoever solved it."""
    hours = sum(Decimal(str(training.hours.of(t))) for t in chosen)
    if (
        (wish.max_hours is not None and hours > Decimal(str(wish.max_hours)))
        or (wish.max_tasks is not None and len(chosen) > wish.max_tasks)
        or any(not training.needs[t].issubset(chosen) for t in chosen)
    ):
        raise AssertionError(f"the chosen tasks break a limit or lack a prerequisite: {chosen}")
