"""Inputs of a training plan: what the role asks of the learner, what is held, and the tasks that can help."""

import math
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import networkx as nx
import numpy as np

from graph.cancellation import cancellable_rows
from graph.errors import InputError, Problem
from graph.messages import message
from graph.snapshot.arrays import Floats
from graph.snapshot.snapshot import WORD_CODES, Snapshot
from queries.planning.integer_model import IntegerProgram
from queries.planning.solver import Solution
from queries.semantics.neighbourhood import Neighbourhood
from queries.semantics.requirements import role_needs
from queries.semantics.resolved_scope import ResolvedScope, both


@dataclass(frozen=True, slots=True)
class LearnerHoldings:
    """What the learner holds already, as nodes."""

    competencies: frozenset[int]
    units: frozenset[int]
    tasks: frozenset[int]


def hold(snapshot: Snapshot, have: Iterable[str]) -> LearnerHoldings:
    """Return what answers under these ids.

    Raises:
        NotFoundError: nothing does.
        InputError: it is no competency, knowledge unit or training task.
    """
    nodes: dict[str, set[int]] = {"Competency": set(), "KnowledgeUnit": set(), "TrainingTask": set()}
    for node_id in have:
        node = snapshot.require(node_id)
        kind = snapshot.kind_of(node)
        if kind not in nodes:
            reason = message("plan.cannot_be_held", node_id=node_id, kind=kind, nodes=list(nodes))
            raise InputError(Problem(reason, column="have", value=node_id))
        nodes[kind].add(node)
    return LearnerHoldings(*map(frozenset, nodes.values()))


class NodeHours:
    """The hours of nodes of a kind: as stated, else the median of those stated, else 1."""

    def __init__(self, snapshot: Snapshot, kind: str) -> None:
        self._stated = snapshot.number("hours")
        known = self._stated[snapshot.of_kind(kind)]
        known = known[~np.isnan(known)]
        self._usual = float(np.median(known)) if len(known) else 1.0

    def is_stated(self, node: int) -> bool:
        """Say whether the node's own hours are stated."""
        return not math.isnan(self._stated[node])

    def of(self, node: int) -> float:
        """Return the node's hours."""
        return float(self._stated[node]) if self.is_stated(node) else self._usual


@dataclass(frozen=True, slots=True)
class PlanGoals:
    """What the role requires, by competency in id order; what of it is taught, and what is practised already."""

    weight: dict[int, float]
    near: dict[int, Neighbourhood]
    taught: frozenset[int]
    practised: frozenset[int]

    @property
    def open(self) -> list[int]:
        """The competencies that are still to be practised."""
        return [c for c in self.weight if c not in self.practised]

    def practised_with(self, tasks: Collection[int]) -> frozenset[int]:
        """Return what is practised once these tasks are done too."""
        return self.practised | {c for c in self.weight if not self.near[c].tasks.keys().isdisjoint(tasks)}

    def share(self, competencies: Collection[int]) -> float | None:
        """Return the weight of these as a share of all, None where nothing is required."""
        every = math.fsum(self.weight.values())
        return min(math.fsum(self.weight[c] for c in competencies) / every, 1.0) if every else None


def find_goals(snapshot: Snapshot, resolved: ResolvedScope, held: LearnerHoldings, role: int) -> PlanGoals:
    """Return what the role requires of a learner who holds this."""
    least = resolved.min_weight
    needs = role_needs(snapshot, least)
    mine = needs.role == role
    weight = dict(zip(needs.competency[mine].tolist(), needs.weight[mine].tolist(), strict=True))
    near = {c: Neighbourhood(snapshot, resolved, c) for c in weight}
    developed = _reached(snapshot, "DEVELOPS", held.units, least) | held.competencies
    practised = _reached(snapshot, "PRACTISES", held.tasks, least) | held.competencies
    taught = frozenset(c for c in weight if near[c].units or c in developed)
    return PlanGoals(weight, near, taught, practised & weight.keys())


def _reached(snapshot: Snapshot, relation: str, nodes: Iterable[int], least: float) -> frozenset[int]:
    links = snapshot.out(relation)
    return frozenset(c for node in nodes for c, w in links.pairs(node) if w >= least)


@dataclass(frozen=True, slots=True)
class EligibleTasks:
    """The tasks that may be chosen, by id; of each what it needs of them, and its hours."""

    tasks: list[int]
    needs: dict[int, frozenset[int]]
    hours: NodeHours

    def chosen(self, positions: Iterable[int]) -> list[int]:
        """Return the tasks at these positions, by id."""
        return [self.tasks[i] for i in sorted(positions)]

    def practises(self, near: Neighbourhood) -> bool:
        """Say whether any of the tasks practises the competency."""
        return not near.tasks.keys().isdisjoint(self.needs)

    def in_order(self, chosen: Collection[int], terms: Floats) -> list[int]:
        """Return the tasks after what they need, then by term, then by id."""
        return in_order(chosen, self.needs.__getitem__, lambda t: (float(terms[t]), t))


def narrow(snapshot: Snapshot, resolved: ResolvedScope, modes: Collection[str], region: str | None) -> ResolvedScope:
    """Return the scope with the tasks alone that are of one of the modes (none: of any), and hosted in the region.

    A task that states no mode counts as of any, one that records no host with a region as in any.
    """
    if not modes and region is None:
        return resolved
    in_scope = np.ones(len(snapshot), bool)
    if modes:
        codes = snapshot.word_codes("mode")
        in_scope &= np.isin(codes, [-1, *(WORD_CODES[mode] for mode in modes)])
    if region is not None:
        hosts, regions = snapshot.into("HOSTS"), snapshot.text("region")
        for t in cancellable_rows(snapshot.of_kind("TrainingTask").tolist()):
            stated = {regions[e] for e in hosts.row(t)} - {""}
            in_scope[t] &= not stated or region in stated
    return replace(resolved, tasks=both(resolved.tasks, in_scope))


def find_training(
    snapshot: Snapshot, resolved: ResolvedScope, held: LearnerHoldings, goals: PlanGoals
) -> EligibleTasks:
    """Return the tasks in scope that practise what is open, and those that they need.

    Left out is what needs a task that is neither held nor in scope; of tasks that need each other, all or none remain.
    """
    needs: dict[int, frozenset[int]] = {}
    todo = [t for c in goals.open for t in goals.near[c].tasks]
    while todo:
        t = todo.pop()
        if t not in needs:
            needs[t] = frozenset(prerequisites(snapshot, t, "TrainingTask")) - held.tasks
            todo += needs[t]
    possible = {t for t in needs if resolved.tasks is None or resolved.tasks[t]}
    while impossible := {t for t in possible if not needs[t] <= possible}:
        possible -= impossible
    tasks = sorted(possible)
    return EligibleTasks(tasks, {t: needs[t] for t in tasks}, NodeHours(snapshot, "TrainingTask"))


def prerequisites(snapshot: Snapshot, node: int, kind: str) -> list[int]:
    """Return the direct prerequisites of a kind, by id."""
    return [p for p in snapshot.into("PREREQUISITE_OF").row(node) if snapshot.kind_of(p) == kind]


def in_order(
    nodes: Collection[int], before: Callable[[int], Iterable[int]], key: Callable[[int], tuple[float, int]]
) -> list[int]:
    """Return the nodes, each after those that come before it, else by key; a circle stands together, by id."""
    g: nx.DiGraph[int] = nx.DiGraph()
    g.add_nodes_from(nodes)
    g.add_edges_from((p, node) for node in nodes for p in before(node) if p in g)
    knots = nx.condensation(g)
    members: dict[int, set[int]] = {knot: about["members"] for knot, about in knots.nodes(data=True)}
    order = nx.lexicographical_topological_sort(knots, lambda knot: min(key(node) for node in members[knot]))
    return [node for knot in order for node in sorted(members[knot])]


_GRAIN = 100_000
"""Weights are compared to the hundred-thousandth: HiGHS's tolerances, of a millionth, are still small beside it."""


def pose(training: EligibleTasks, goals: PlanGoals, max_hours: float | None, max_tasks: int | None) -> IntegerProgram:
    """Return the choice among the tasks, by their position, within the limits."""
    position = {t: i for i, t in enumerate(training.tasks)}
    covers: list[set[int]] = [set() for _ in position]
    for g, c in enumerate(cancellable_rows(goals.open)):
        for t in goals.near[c].tasks.keys() & position.keys():
            covers[position[t]].add(g)
    hours, limit = _whole_hours([training.hours.of(t) for t in training.tasks], max_hours)
    return IntegerProgram(
        gains=tuple(max(1, round(goals.weight[c] * _GRAIN)) for c in goals.open),
        first=frozenset(g for g, c in enumerate(goals.open) if c in goals.taught),
        covers=tuple(map(frozenset, covers)),
        needs=tuple(frozenset(position[p] for p in training.needs[t]) for t in training.tasks),
        hours=hours,
        max_hours=limit,
        max_chosen=max_tasks,
    )


def _whole_hours(hours: list[float], limit: float | None) -> tuple[tuple[int, ...], int | None]:
    """Return hours and limit in the coarsest unit in which all hours are whole; it is a thousandth of an hour or more.

    What is finer than a thousandth is rounded, hours up and the limit down, so that the limit holds.

    >>> _whole_hours([4, 2.5], 6.55)
    ((8, 5), 13)
    """
    thousandths = [int((Decimal(str(h)) * 1000).to_integral_value(ROUND_CEILING)) for h in hours]
    unit = math.gcd(*thousandths) or 1
    most = None if limit is None else int((Decimal(str(limit)) * 1000).to_integral_value(ROUND_FLOOR)) // unit
    return tuple(h // unit for h in thousandths), most


def bound_share(solution: Solution, goals: PlanGoals, training: EligibleTasks, coverage: float) -> float:
    """Return the share that coverage cannot exceed: what was proven, and never more than all tasks together bring."""
    if solution.bound == solution.first_gain:
        return coverage
    most = goals.share(goals.taught - {c for c in goals.open if not training.practises(goals.near[c])}) or 0.0
    rounded = len(goals.open) / 2  # each gain was rounded by half a unit at most
    proven = (solution.bound - solution.first_gain + rounded) / _GRAIN / math.fsum(goals.weight.values())
    return max(coverage, min(most, coverage + proven))
