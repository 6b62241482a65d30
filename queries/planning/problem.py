"""Inputs of a training plan: what the role asks of the learner, what is held, and the tasks that can help."""

import math
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

import numpy as np

from graph.cancellation import cancellable_rows
from graph.errors import InputError, Problem
from graph.messages import message
from graph.snapshot.arrays import Floats
from graph.snapshot.snapshot import WORD_CODES, Snapshot
from queries.planning.task_status import is_active
from queries.semantics.masks import both
from queries.semantics.neighbourhood import Neighbourhood
from queries.semantics.requirements import role_needs
from queries.semantics.resolved_scope import ResolvedScope


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
    """Return the tasks in scope, and still given, that practise what is open, and those that they need.

    Left out is what needs a task that is neither held nor among these; of tasks that need each other, all or none
    remain.
    """
    needs: dict[int, frozenset[int]] = {}
    todo = [t for c in goals.open for t in goals.near[c].tasks]
    while todo:
        t = todo.pop()
        if t not in needs:
            needs[t] = frozenset(prerequisites(snapshot, t, "TrainingTask")) - held.tasks
            todo += needs[t]
    in_scope = (t for t in needs if resolved.tasks is None or resolved.tasks[t])
    possible = {t for t in in_scope if is_active(snapshot, t)}
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
    import networkx as nx  # noqa: PLC0415 - lists of training have no order to be found, and it loads as long as they take

    g: nx.DiGraph[int] = nx.DiGraph()
    g.add_nodes_from(nodes)
    g.add_edges_from((p, node) for node in nodes for p in before(node) if p in g)
    knots = nx.condensation(g)
    members: dict[int, set[int]] = {knot: about["members"] for knot, about in knots.nodes(data=True)}
    order = nx.lexicographical_topological_sort(knots, lambda knot: min(key(node) for node in members[knot]))
    return [node for knot in order for node in sorted(members[knot])]
