"""Ranks of training: tasks in the order of what they practise of a requirement, ties settled by more than ids."""

import heapq
import math
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from graph.cancellation import cancellable_rows
from graph.snapshot.arrays import Floats
from graph.snapshot.snapshot import Snapshot
from queries.parameters.training import TrainingOrder
from queries.planning.problem import NodeHours, PlanGoals
from queries.semantics.demand import demand_for
from queries.semantics.tolerance import settle

Worth = tuple[float, ...]


class RankedCover(NamedTuple):
    """A task, what it practises of what is open, and what of that no task before it does."""

    task: int
    practises: frozenset[int]
    newly: frozenset[int]


class TaskMerits:
    """What tells tasks apart: weights that they practise, demand, applied units, direct links, hours and names."""

    def __init__(self, snapshot: Snapshot, goals: PlanGoals, role: int, min_weight: float) -> None:
        """Take the role, what it requires and what of that is open."""
        self.snapshot, self.goals, self.role = snapshot, goals, role
        self._hours = NodeHours(snapshot, "TrainingTask")
        self._demand: Floats = demand_for(snapshot, min_weight=min_weight)
        self._duties = frozenset(snapshot.out("HAS_RESPONSIBILITY").row(role))
        self._ties: dict[int, tuple[float | str, ...]] = {}
        self.practises: dict[int, frozenset[int]] = {}

    def weight(self, competencies: Iterable[int]) -> float:
        """Return how much the role requires these."""
        return settle(math.fsum(self.goals.weight[c] for c in competencies))

    def taught(self, competencies: Iterable[int]) -> float:
        """Return how much the role requires those of these that are taught."""
        return self.weight(c for c in competencies if c in self.goals.taught)

    def units(self, task: int) -> frozenset[int]:
        """Return the units that the task applies and that develop something that it practises of the requirement."""
        applied = self.snapshot.out("APPLIES").row(task)
        near = [self.goals.near[c].units for c in self.practises[task]]
        return frozenset(k for k in applied if any(k in units for units in near))

    def direct(self, task: int) -> frozenset[int]:
        """Return what the task practises by a chain that is direct, or direct by the role."""
        applied = frozenset(self.snapshot.out("APPLIES").row(task))
        rehearsed = self._duties.intersection(self.snapshot.out("PREPARES_FOR").row(task))
        if not applied or not rehearsed:
            return frozenset()
        near = {c: self.goals.near[c] for c in self.practises[task]}
        return frozenset(
            c
            for c, one in near.items()
            if not applied.isdisjoint(one.units) and (self.role in one.own or not rehearsed.isdisjoint(one.duties))
        )

    def hours(self, task: int) -> float:
        """Return the task's hours; not stated: the median of those stated, else 1."""
        return self._hours.of(task)

    def ties(self, task: int) -> tuple[float | str, ...]:
        """Return what settles a tie, smallest first: demand, applied units, direct links, then hours and name."""
        known = self._ties.get(task)
        if known is None:
            demand = settle(math.fsum(float(self._demand[c]) for c in self.practises[task]))
            merits = (-demand, -len(self.units(task)), -len(self.direct(task)))
            known = self._ties[task] = (*merits, self.hours(task), self.snapshot.names[task])
        return known


@dataclass(frozen=True, slots=True)
class _RankKey:
    """A task and what it is worth; the smaller is the better. Ties are looked into only where there are some."""

    worth: Worth
    task: int
    merits: TaskMerits

    def __lt__(self, other: "_RankKey") -> bool:
        if self.worth != other.worth:
            return self.worth < other.worth
        ties = self.merits.ties
        return (ties(self.task), self.task) < (ties(other.task), other.task)


def rank_tasks(merits: TaskMerits, order: TrainingOrder) -> list[RankedCover]:
    """Return all tasks that practise something open, in their order."""
    tasks = list(merits.practises)
    if order == "marginal":
        return list(_greedy(merits, tasks, set(), lambda t, c: (-merits.taught(c), -merits.weight(c), merits.hours(t))))
    whole = {t: -merits.weight(merits.practises[t]) for t in tasks}
    done, ranked = set[int](), list[RankedCover]()
    for _, alike in groupby(sorted(tasks, key=whole.__getitem__), whole.__getitem__):
        ranked += _greedy(merits, list(alike), done, lambda _, c: (-merits.weight(c),))
    return ranked


def _greedy(
    merits: TaskMerits, tasks: Collection[int], done: set[int], worth: Callable[[int, Collection[int]], Worth]
) -> Iterator[RankedCover]:
    """Yield the tasks, always next the one that is worth most beyond what is `done`, which grows by it.

    A task's worth only falls as others are taken. So the top of a heap of former worths, once it is recounted and still
    on top, is the best: most tasks are counted once. Those that add nothing come last, by all that they practise.
    """
    queue: list[_RankKey] = [_RankKey(worth(t, merits.practises[t]), t, merits) for t in cancellable_rows(tasks)]
    heapq.heapify(queue)
    rest = list[int]()
    while queue:
        t = queue[0].task
        newly = merits.practises[t] - done
        now = worth(t, newly)
        if not newly:
            rest.append(t)
            heapq.heappop(queue)
        elif now == queue[0].worth:
            yield RankedCover(t, merits.practises[t], newly)
            done |= newly
            heapq.heappop(queue)
        else:
            heapq.heapreplace(queue, _RankKey(now, t, merits))
    for one in sorted(_RankKey(worth(t, merits.practises[t]), t, merits) for t in rest):
        yield RankedCover(one.task, merits.practises[one.task], frozenset())
