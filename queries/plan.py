"""Training plan: which tasks bring a learner closest to a role, in the fewest hours, and why each of them."""

import math
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from graph.errors import InputError, Problem
from graph.model import Frozen, NodeId
from graph.snapshot import Snapshot
from queries.answers import CompetencyName, Completeness, Named, competency_name, completeness, named
from queries.chain import BY_EMPTINESS, Status
from queries.plan_case import (
    Goals,
    Held,
    HoursOf,
    Training,
    bound_share,
    choose,
    find_goals,
    find_training,
    hold,
    in_order,
    prerequisites,
)
from queries.scope import EVERYTHING, Resolved, Scope, ScopeNote, resolve

Share = Annotated[float, Field(ge=0, le=1)]
Hours = Annotated[float, Field(ge=0)]


class PlanWish(Frozen):
    """What the learner can spend at most (None: no limit), and holds already.

    `have` are ids of competencies, knowledge units or training tasks; they count whatever the scope.
    """

    max_hours: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    max_tasks: Annotated[int, Field(ge=1)] | None = None
    have: tuple[NodeId, ...] = ()
    time_limit_s: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 5.0


NO_WISH = PlanWish()


class NewlyPractised(Frozen):
    """A required competency that no earlier step practises and the learner has not practised; `weight` is w(r,c)."""

    id: NodeId
    name: str
    weight: Share


class PlanStep(Frozen):
    """One training task of the plan, and why it is there; it covers nothing where only a later step needs it.

    `hours` are the median of the stated ones (else 1) unless `hours_stated`. `term` is the first one in which it is
    due, None if undated; `host` the first by id, or the one that the scope names. `covers` is by weight, heaviest
    first, then id; `applies` (units) and `rehearses` (responsibilities of the role) by id. `learn_first`: units that it
    applies or presupposes, are not held, taught by no course in scope, and not listed before; prerequisites first.
    """

    task: Named
    hours: Hours
    hours_stated: bool
    term: int | None
    host: Named | None
    covers: list[NewlyPractised]
    applies: list[Named]
    learn_first: list[Named]
    rehearses: list[Named]


class Unreachable(Frozen):
    """A required competency, not practised yet, that no task in scope can practise; with its status in scope.

    It may be `connected`: where the only tasks need a task that is out of scope.
    """

    competency: CompetencyName
    status: Status
    weight: Share


class Plan(Frozen):
    """The tasks to do, in order: after what they need, then by term (undated last), then id.

    Shares are of the summed w(r,c) of all that the role requires, None if it requires nothing: `coverage` taught and
    practised, `practised` practised; before with what is held only, after with the chosen tasks too. `optimal`: proven
    that no allowed choice has more coverage, then practised, then fewer hours, then fewer tasks, then smaller ids; the
    plan is then the same whenever it is made. `bound` is what coverage is proven not to exceed, `gap_share` how far the
    plan may be below it; 0 when optimal. `learn_first_hours` come on top of `hours`. `hours_not_stated` counts tasks of
    the plan, and units to learn first, for which the median of the stated hours (else 1) stands. `unreachable` is by
    weight, heaviest first, then id.
    """

    role: Named
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
    unreachable: list[Unreachable]
    hours_not_stated: int
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
    role = snapshot.require(role_id, "Role")
    if scope.role is not None and snapshot.require(scope.role, "Role") != role:
        reason = f"the plan is for {role_id!r}: leave the scope's role out, or name the same"
        raise InputError(Problem(reason, column="role", value=scope.role))
    resolved = resolve(snapshot, scope.model_copy(update={"role": role_id}))
    held = hold(snapshot, wish.have)
    goals = find_goals(snapshot, resolved, held, role)
    training = find_training(snapshot, resolved, held, goals)
    found = choose(training, goals, wish.max_hours, wish.max_tasks, wish.time_limit_s)
    chosen = [training.tasks[i] for i in sorted(found.choice)]
    told = _Telling(snapshot, resolved, held, goals, role)
    steps = [told.step(t) for t in training.in_order(chosen, resolved.task_terms.first)]
    _check(steps, chosen, training, wish)
    after = goals.practised | {c for c in goals.weight if not goals.near[c].tasks.keys().isdisjoint(chosen)}
    coverage = goals.share(after & goals.taught)
    bound = coverage if coverage is None else bound_share(found, goals, training, coverage)
    return Plan(
        role=named(snapshot, role),
        steps=steps,
        hours=math.fsum(step.hours for step in steps),
        learn_first_hours=math.fsum(told.unit_hours.of(k) for k in told.learnt),
        coverage_before=goals.share(goals.practised & goals.taught),
        coverage_after=coverage,
        practised_before=goals.share(goals.practised),
        practised_after=goals.share(after),
        optimal=found.optimal,
        bound=bound,
        gap_share=0.0 if bound is None or coverage is None else bound - coverage,
        unreachable=_unreachable(snapshot, goals, training),
        hours_not_stated=sum(not step.hours_stated for step in steps)
        + sum(not told.unit_hours.is_stated(k) for k in told.learnt),
        completeness=completeness(snapshot),
        scope=resolved.note,
        revision=snapshot.revision.number,
    )


def _unreachable(snapshot: Snapshot, goals: Goals, training: Training) -> list[Unreachable]:
    missing = [c for c in goals.open if not training.practises(goals.near[c])]
    return [
        Unreachable(
            competency=competency_name(snapshot, c),
            status=BY_EMPTINESS[bool(goals.near[c].units), bool(goals.near[c].tasks), True],
            weight=goals.weight[c],
        )
        for c in sorted(missing, key=lambda c: (-goals.weight[c], c))
    ]


class _Telling:
    """Steps told one after the other: each covers, and has the learner learn, what those before did not."""

    def __init__(self, snapshot: Snapshot, resolved: Resolved, held: Held, goals: Goals, role: int) -> None:
        self._snapshot, self._resolved, self._held, self._goals = snapshot, resolved, held, goals
        self._hours, self.unit_hours = HoursOf(snapshot, "TrainingTask"), HoursOf(snapshot, "KnowledgeUnit")
        self._duties = frozenset(snapshot.out("HAS_RESPONSIBILITY").row(role))
        asked = resolved.note.asked.host
        self._host = None if asked is None else snapshot.find(asked)
        self._practised = set(goals.practised)
        self.learnt: list[int] = []

    def step(self, task: int) -> PlanStep:
        """Return the next step."""
        snapshot, tell = self._snapshot, self._named
        hosts = snapshot.into("HOSTS").row(task)
        term = self._resolved.task_terms.first[task]
        return PlanStep(
            task=named(snapshot, task),
            hours=self._hours.of(task),
            hours_stated=self._hours.is_stated(task),
            term=int(term) if math.isfinite(term) else None,
            host=next(iter(tell([self._host] if self._host in hosts else hosts)), None),
            covers=self._covers(task),
            applies=tell(snapshot.out("APPLIES").row(task)),
            learn_first=tell(self._learn_first(task)),
            rehearses=tell(j for j in snapshot.out("PREPARES_FOR").row(task) if j in self._duties),
        )

    def _named(self, nodes: Iterable[int]) -> list[Named]:
        return [named(self._snapshot, node) for node in nodes]

    def _covers(self, task: int) -> list[NewlyPractised]:
        weight, near = self._goals.weight, self._goals.near
        new = [c for c in weight if c not in self._practised and task in near[c].tasks]
        self._practised.update(new)
        new.sort(key=lambda c: (-weight[c], c))
        return [
            NewlyPractised(id=name.id, name=name.name, weight=weight[c])
            for c, name in zip(new, self._named(new), strict=True)
        ]

    def _learn_first(self, task: int) -> list[int]:
        snapshot, found = self._snapshot, set[int]()
        todo = [*prerequisites(snapshot, task, "KnowledgeUnit"), *snapshot.out("APPLIES").row(task)]
        while todo:
            k = todo.pop()
            if k not in found and k not in self._held.units:
                found.add(k)
                todo += prerequisites(snapshot, k, "KnowledgeUnit")
        order = in_order(found, lambda k: prerequisites(snapshot, k, "KnowledgeUnit"), lambda k: (0.0, k))
        new = [k for k in order if not self._is_taught(k) and k not in self.learnt]
        self.learnt += new
        return new

    def _is_taught(self, unit: int) -> bool:
        """Say whether a course in scope teaches the unit."""
        units, courses = self._resolved.units, self._resolved.courses
        teaching = self._snapshot.into("COVERS").row(unit)
        return (units is None or bool(units[unit])) and any(courses is None or courses[c] for c in teaching)


def _check(steps: list[PlanStep], chosen: Collection[int], training: Training, wish: PlanWish) -> None:
    """Hold the plan against the limits and prerequisites once more, whoever solved it."""
    hours = sum(Decimal(str(step.hours)) for step in steps)
    if (
        (wish.max_hours is not None and hours > Decimal(str(wish.max_hours)))
        or (wish.max_tasks is not None and len(steps) > wish.max_tasks)
        or any(not training.needs[t].issubset(chosen) for t in chosen)
    ):
        raise AssertionError(f"the chosen tasks break a limit or lack a prerequisite: {[s.task.id for s in steps]}")
