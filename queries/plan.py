"""Training plan: which tasks bring a learner closest to a role, in the fewest hours, and why each of them."""

import math
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Annotated

import networkx as nx
import numpy as np
from pydantic import Field

from graph.errors import InputError, Problem
from graph.model import Frozen, NodeId
from graph.snapshot import Floats, Snapshot
from queries.answers import CompetencyName, Completeness, Named, competency_name, completeness, named
from queries.chain import BY_EMPTINESS, Neighbourhood, Status
from queries.needs import role_needs
from queries.plan_model import Puzzle, Solution, solve
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
    held = _hold(snapshot, wish.have)
    goals = _goals(snapshot, resolved, held, role)
    training = _training(snapshot, resolved, held, goals)
    found = _choose(training, goals, wish)
    chosen = [training.tasks[i] for i in sorted(found.choice)]
    told = _Telling(snapshot, resolved, held, goals, role)
    steps = [told.step(t) for t in training.in_order(chosen, resolved.task_terms.first)]
    _check(steps, chosen, training, wish)
    after = goals.practised | {c for c in goals.weight if not goals.near[c].tasks.keys().isdisjoint(chosen)}
    coverage = goals.share(after & goals.taught)
    bound = coverage if coverage is None else _bound(found, goals, training, coverage)
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


@dataclass(frozen=True, slots=True)
class _Held:
    competencies: frozenset[int]
    units: frozenset[int]
    tasks: frozenset[int]


def _hold(snapshot: Snapshot, have: Iterable[str]) -> _Held:
    nodes: dict[str, set[int]] = {"Competency": set(), "KnowledgeUnit": set(), "TrainingTask": set()}
    for node_id in have:
        node = snapshot.require(node_id)
        kind = snapshot.kind_of(node)
        if kind not in nodes:
            reason = f"{node_id!r} is of kind {kind}: what can be held are {', '.join(nodes)}"
            raise InputError(Problem(reason, column="have", value=node_id))
        nodes[kind].add(node)
    return _Held(*map(frozenset, nodes.values()))


class _HoursOf:
    """The hours of nodes of a kind: as stated, else the median of those stated, else 1."""

    def __init__(self, snapshot: Snapshot, kind: str) -> None:
        self._stated = snapshot.number("hours")
        known = self._stated[snapshot.of_kind(kind)]
        known = known[~np.isnan(known)]
        self._usual = float(np.median(known)) if len(known) else 1.0

    def is_stated(self, node: int) -> bool:
        return not math.isnan(self._stated[node])

    def of(self, node: int) -> float:
        return float(self._stated[node]) if self.is_stated(node) else self._usual


@dataclass(frozen=True, slots=True)
class _Goals:
    """What the role requires, by competency in id order; what of it is taught, and practised before any task is chosen."""

    weight: dict[int, float]
    near: dict[int, Neighbourhood]
    taught: frozenset[int]
    practised: frozenset[int]

    @property
    def open(self) -> list[int]:
        """The competencies that are still to be practised."""
        return [c for c in self.weight if c not in self.practised]

    def share(self, competencies: Collection[int]) -> float | None:
        """Return the weight of these as a share of all, None where nothing is required."""
        every = math.fsum(self.weight.values())
        return min(math.fsum(self.weight[c] for c in competencies) / every, 1.0) if every else None


def _goals(snapshot: Snapshot, resolved: Resolved, held: _Held, role: int) -> _Goals:
    least = resolved.min_weight
    needs = role_needs(snapshot, least)
    mine = needs.role == role
    weight = dict(zip(needs.competency[mine].tolist(), needs.weight[mine].tolist(), strict=True))
    near = {c: Neighbourhood(snapshot, resolved, c) for c in weight}
    developed = _reached(snapshot, "DEVELOPS", held.units, least) | held.competencies
    practised = _reached(snapshot, "PRACTISES", held.tasks, least) | held.competencies
    taught = {c for c in weight if near[c].units} | developed
    return _Goals(weight, near, taught & weight.keys(), practised & weight.keys())


def _reached(snapshot: Snapshot, relation: str, nodes: Iterable[int], least: float) -> frozenset[int]:
    links = snapshot.out(relation)
    return frozenset(c for node in nodes for c, w in links.pairs(node) if w >= least)


@dataclass(frozen=True, slots=True)
class _Training:
    """The tasks that may be chosen, by id; of each what it needs of them, and its hours."""

    tasks: list[int]
    needs: dict[int, frozenset[int]]
    hours: _HoursOf

    def in_order(self, chosen: Collection[int], terms: Floats) -> list[int]:
        """Return the tasks after what they need, then by term, then by id."""
        return _in_order(chosen, self.needs.__getitem__, lambda t: (float(terms[t]), t))


def _training(snapshot: Snapshot, resolved: Resolved, held: _Held, goals: _Goals) -> _Training:
    needs: dict[int, frozenset[int]] = {}
    todo = [t for c in goals.open for t in goals.near[c].tasks]
    while todo:
        t = todo.pop()
        if t not in needs:
            needs[t] = frozenset(_before(snapshot, t, "TrainingTask")) - held.tasks
            todo += needs[t]
    possible = {t for t in needs if resolved.tasks is None or resolved.tasks[t]}
    while impossible := {t for t in possible if not needs[t] <= possible}:
        possible -= impossible
    tasks = sorted(possible)
    return _Training(tasks, {t: needs[t] for t in tasks}, _HoursOf(snapshot, "TrainingTask"))


def _before(snapshot: Snapshot, node: int, kind: str) -> list[int]:
    """Return the direct prerequisites of a kind, by id."""
    return [p for p in snapshot.into("PREREQUISITE_OF").row(node) if snapshot.kind_of(p) == kind]


def _in_order(
    nodes: Collection[int], before: Callable[[int], Iterable[int]], key: Callable[[int], tuple[float, int]]
) -> list[int]:
    """Return the nodes, each after those that come before it, else by key; a circle stands together, by id."""
    g: nx.DiGraph[int] = nx.DiGraph()
    g.add_nodes_from(nodes)
    g.add_edges_from((p, node) for node in nodes for p in before(node) if p in g)
    knots = nx.condensation(g)
    members: dict[int, set[int]] = dict(knots.nodes(data="members"))
    order = nx.lexicographical_topological_sort(knots, lambda knot: min(key(node) for node in members[knot]))
    return [node for knot in order for node in sorted(members[knot])]


_GRAIN = 10_000
"""Weights are compared to the ten-thousandth: beside larger whole numbers, HiGHS's tolerances are no longer small."""


def _choose(training: _Training, goals: _Goals, wish: PlanWish) -> Solution:
    position = {t: i for i, t in enumerate(training.tasks)}
    covers: list[set[int]] = [set() for _ in position]
    for g, c in enumerate(goals.open):
        for t in goals.near[c].tasks.keys() & position.keys():
            covers[position[t]].add(g)
    hours, limit = _whole_hours([training.hours.of(t) for t in training.tasks], wish.max_hours)
    puzzle = Puzzle(
        gains=tuple(max(1, round(goals.weight[c] * _GRAIN)) for c in goals.open),
        first=frozenset(g for g, c in enumerate(goals.open) if c in goals.taught),
        covers=tuple(map(frozenset, covers)),
        needs=tuple(frozenset(position[p] for p in training.needs[t]) for t in training.tasks),
        hours=hours,
        max_hours=limit,
        max_chosen=wish.max_tasks,
    )
    return solve(puzzle, wish.time_limit_s)


def _whole_hours(hours: list[float], limit: float | None) -> tuple[tuple[int, ...], int | None]:
    """Return hours and limit in the coarsest unit, from an hour to its thousandth, in which all hours are whole.

    What is finer than a thousandth is rounded, hours up and the limit down, so that the limit holds.

    >>> _whole_hours([4, 2.5], 6.55)
    ((40, 25), 65)
    """
    stated = [Decimal(str(h)) for h in hours]
    unit = next((10**n for n in range(3) if all(h * 10**n % 1 == 0 for h in stated)), 1000)
    whole = tuple(int((h * unit).to_integral_value(ROUND_CEILING)) for h in stated)
    if limit is None:
        return whole, None
    return whole, int((Decimal(str(limit)) * unit).to_integral_value(ROUND_FLOOR))


def _bound(found: Solution, goals: _Goals, training: _Training, coverage: float) -> float:
    """Return the share that coverage cannot exceed: what was proven, and never more than all tasks together bring."""
    if found.bound == found.reached:
        return coverage
    reachable = goals.practised | {c for c in goals.open if goals.near[c].tasks.keys() & training.needs.keys()}
    most = goals.share(reachable & goals.taught) or 0.0
    rounded = len(goals.open) / 2  # each gain was rounded by half a unit at most
    proven = (found.bound - found.reached + rounded) / _GRAIN / math.fsum(goals.weight.values())
    return max(coverage, min(most, coverage + proven))


def _unreachable(snapshot: Snapshot, goals: _Goals, training: _Training) -> list[Unreachable]:
    missing = [c for c in goals.open if goals.near[c].tasks.keys().isdisjoint(training.needs)]
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

    def __init__(self, snapshot: Snapshot, resolved: Resolved, held: _Held, goals: _Goals, role: int) -> None:
        self._snapshot, self._resolved, self._held, self._goals = snapshot, resolved, held, goals
        self._hours, self.unit_hours = _HoursOf(snapshot, "TrainingTask"), _HoursOf(snapshot, "KnowledgeUnit")
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
        todo = [*_before(snapshot, task, "KnowledgeUnit"), *snapshot.out("APPLIES").row(task)]
        while todo:
            k = todo.pop()
            if k not in found and k not in self._held.units:
                found.add(k)
                todo += _before(snapshot, k, "KnowledgeUnit")
        order = _in_order(found, lambda k: _before(snapshot, k, "KnowledgeUnit"), lambda k: (0.0, k))
        new = [k for k in order if not self._is_taught(k) and k not in self.learnt]
        self.learnt += new
        return new

    def _is_taught(self, unit: int) -> bool:
        """Say whether a course in scope teaches the unit."""
        units, courses = self._resolved.units, self._resolved.courses
        teaching = self._snapshot.into("COVERS").row(unit)
        return (units is None or bool(units[unit])) and any(courses is None or courses[c] for c in teaching)


def _check(steps: list[PlanStep], chosen: Collection[int], training: _Training, wish: PlanWish) -> None:
    """Hold the plan against the limits and prerequisites once more, whoever solved it."""
    hours = sum(Decimal(str(step.hours)) for step in steps)
    if (
        (wish.max_hours is not None and hours > Decimal(str(wish.max_hours)))
        or (wish.max_tasks is not None and len(steps) > wish.max_tasks)
        or any(not training.needs[t].issubset(chosen) for t in chosen)
    ):
        raise AssertionError(f"the chosen tasks break a limit or lack a prerequisite: {[s.task.id for s in steps]}")
