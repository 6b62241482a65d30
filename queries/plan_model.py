"""The choice of training tasks as pure numbers: goals with gains, columns with hours, and which columns are chosen.

What is best is one tuple, `score`, the smaller the better. HiGHS minimises its parts one after the other, each with the
parts before held at their least; everything that it answers is read back as a choice and scored by plain Python, so a
part counts as proven only where a choice at hand reaches the bound. All numbers are integers, so that parts are exact.
Between two parts, columns that no choice as good can have (or lack) are fixed by their reduced costs.

Source: Q. Huangfu and J. A. J. Hall, Parallelizing the dual revised simplex method, Math. Prog. Comp. 10 (2018)
119-142, through `scipy.optimize.milp`. Reduced-cost fixing: G. Dantzig, R. Fulkerson and S. Johnson, Solution of a
large-scale traveling-salesman problem, Operations Research 2 (1954) 393-410.
"""

import math
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from graph.snapshot import Floats

Choice = frozenset[int]
Score = tuple[int, int, int, int, tuple[int, ...]]
"""`(-first gain, -whole gain, hours, how many, ascending columns)` of a choice: the smaller the better."""


@dataclass(frozen=True, slots=True)
class Puzzle:
    """Columns to choose from. A goal is reached by any chosen column that covers it, and then brings its gain.

    Gains of goals in `first` are compared before all gains. `covers` and `needs` are by column: the goals that it
    reaches, and the columns that must be chosen with it. `hours`, above 0, are whole, in any unit; a limit of None is
    none.
    """

    gains: tuple[int, ...]
    first: frozenset[int]
    covers: tuple[frozenset[int], ...]
    needs: tuple[Choice, ...]
    hours: tuple[int, ...]
    max_hours: int | None = None
    max_chosen: int | None = None

    def score(self, choice: Choice) -> Score:
        """Return what the choice is worth."""
        goals = self.reached(choice)
        first = sum(self.gains[g] for g in goals & self.first)
        whole = sum(self.gains[g] for g in goals)
        return (-first, -whole, self.hours_of(choice), len(choice), tuple(sorted(choice)))

    def reached(self, choice: Iterable[int]) -> frozenset[int]:
        """Return the goals that the columns reach together."""
        return frozenset().union(*(self.covers[t] for t in choice))

    def hours_of(self, choice: Iterable[int]) -> int:
        """Return the hours of the columns together."""
        return sum(self.hours[t] for t in choice)

    def has_room(self, choice: Choice) -> bool:
        """Say whether the choice keeps within the limits."""
        return (self.max_hours is None or self.hours_of(choice) <= self.max_hours) and (
            self.max_chosen is None or len(choice) <= self.max_chosen
        )

    def allows(self, choice: Choice) -> bool:
        """Say whether the choice keeps within the limits, and holds all that its columns need."""
        return self.has_room(choice) and all(self.needs[t] <= choice for t in choice)


class Solution(NamedTuple):
    """A choice that the puzzle allows. `optimal`: its score is proven least; `bound`: no choice has more first gain."""

    choice: Choice
    optimal: bool
    first_gain: int
    bound: int


def solve(puzzle: Puzzle, time_limit_s: float) -> Solution:
    """Return the best choice, or when time runs out the best that was found."""
    deadline = time.monotonic() + time_limit_s
    columns = undominated(puzzle)
    best = greedy(puzzle, columns)
    model = _Model(puzzle, columns, deadline)
    bound = -model.least[0]
    is_least = True
    for part, objective in enumerate(model.objectives):
        best, lower = model.improve(objective, best, model.least[part])
        if part == 0:
            bound = -lower
        value = model.value(objective, best)
        is_least = value <= lower
        if not is_least:
            break
        model.hold(objective, value)
        model.narrow()
    if is_least:
        best, is_least = _smallest(model, best)
    return Solution(best, is_least, -puzzle.score(best)[0], bound)


def _smallest(model: "_Model", best: Choice) -> tuple[Choice, bool]:
    """Return the smallest columns of all choices that are as good otherwise, and whether that is proven.

    Groups of columns in order, each as the digits of a binary number that is maximised and then held. Groups are short,
    because HiGHS takes 0.000001 for 0: its digit must stay far below one.
    """
    while free := model.free():
        group = free[:_DIGITS]
        objective = np.zeros(model.size)
        objective[group] = [-(2 ** (len(group) - 1 - at)) for at in range(len(group))]
        best, lower = model.improve(objective, best, 1 - 2 ** len(group))
        if model.value(objective, best) > lower:
            return best, False
        model.fix(group, best)
        model.narrow()
    return best, True


_DIGITS = 12


def undominated(puzzle: Puzzle) -> list[int]:
    """Return, ascending, the columns among which the best choice is.

    Left out is what no column left in needs and another can stand in for: it reaches as much, needs no more, and takes
    fewer hours (or as many, with a smaller number). Of near-identical columns few remain.
    """
    kept = dict.fromkeys(range(len(puzzle.hours)))
    while True:
        needed = frozenset().union(*(puzzle.needs[t] for t in kept))
        by_goal: dict[int, list[int]] = {}
        for t in kept:
            for g in puzzle.covers[t]:
                by_goal.setdefault(g, []).append(t)
        dropped = [t for t in kept if t not in needed and _has_stand_in(puzzle, t, by_goal)]
        if not dropped:
            return list(kept)
        for t in dropped:
            del kept[t]


def _has_stand_in(puzzle: Puzzle, column: int, by_goal: dict[int, list[int]]) -> bool:
    covers, rank = puzzle.covers[column], (puzzle.hours[column], column)
    if not covers:
        return True
    rivals = min((by_goal[g] for g in covers), key=len)
    return any(
        (puzzle.hours[t], t) < rank and puzzle.covers[t] >= covers and puzzle.needs[t] <= puzzle.needs[column]
        for t in rivals
    )


def greedy(puzzle: Puzzle, columns: Iterable[int]) -> Choice:
    """Return a choice made by always taking what brings most for an hour, with all that it needs; then pruned."""
    whole = {t: _with_needs(puzzle, t) for t in columns if puzzle.covers[t]}
    reaches = {t: puzzle.reached(needed) for t, needed in whole.items()}
    chosen: Choice = frozenset()
    reached: frozenset[int] = frozenset()
    while True:
        # What brings nothing more, or does not fit any more, never will again.
        whole = {t: needed for t, needed in whole.items() if reaches[t] - reached and puzzle.has_room(chosen | needed)}
        if not whole:
            return pruned(puzzle, chosen)
        best = min((*_worth(puzzle, reaches[t] - reached, needed - chosen), t) for t, needed in whole.items())[2]
        chosen |= whole[best]
        reached |= reaches[best]


def _worth(puzzle: Puzzle, goals: frozenset[int], columns: Choice) -> tuple[float, float]:
    """Return minus the first gain, and minus the whole gain, of the goals for an hour of the columns."""
    hours = puzzle.hours_of(columns)
    first = sum(puzzle.gains[g] for g in goals & puzzle.first)
    return (-first / hours, -sum(puzzle.gains[g] for g in goals) / hours)


def _with_needs(puzzle: Puzzle, column: int) -> Choice:
    found, todo = {column}, [column]
    while todo:
        new = puzzle.needs[todo.pop()] - found
        found |= new
        todo += new
    return frozenset(found)


def pruned(puzzle: Puzzle, choice: Choice) -> Choice:
    """Return the choice without columns that add nothing to it, the longest dropped first."""
    kept = set(choice)
    covered = Counter(g for t in kept for g in puzzle.covers[t])
    needed = Counter(p for t in kept for p in puzzle.needs[t])
    by_length = sorted(kept, key=lambda t: (-puzzle.hours[t], -t))
    while True:
        idle = next((t for t in by_length if not needed[t] and all(covered[g] > 1 for g in puzzle.covers[t])), None)
        if idle is None:
            return frozenset(kept)
        kept.remove(idle)
        by_length.remove(idle)
        covered.subtract(puzzle.covers[idle])
        needed.subtract(puzzle.needs[idle])


class _Model:
    """The puzzle for HiGHS: a variable for each column, then one for each goal that some column covers.

    A goal's variable is at most the sum of the columns that cover it. It would be whole by itself; saying so made HiGHS
    faster, and its sums exact. `least` is what each part of the score cannot fall below.
    """

    def __init__(self, puzzle: Puzzle, columns: list[int], deadline: float) -> None:
        self.puzzle, self.columns, self._deadline = puzzle, columns, deadline
        self.position = {t: i for i, t in enumerate(columns)}
        self._goals = sorted(puzzle.reached(columns))
        self.size = len(columns) + len(self._goals)
        self._lower, self._upper = np.zeros(self.size), np.ones(self.size)
        self._rows: list[dict[int, float]] = []
        self._limits: list[float] = []
        self._held: list[tuple[Floats, int]] = []
        self._state()
        first = [-puzzle.gains[g] * (g in puzzle.first) for g in self._goals]
        whole = [-puzzle.gains[g] for g in self._goals]
        hours, count = [puzzle.hours[t] for t in columns], [1] * len(columns)
        self.objectives: list[Floats] = [np.zeros(self.size) for _ in range(4)]
        for objective, goals in zip(self.objectives[:2], (first, whole), strict=True):
            objective[len(columns) :] = goals
        for objective, values in zip(self.objectives[2:], (hours, count), strict=True):
            objective[: len(columns)] = values
        self.least = (sum(first), sum(whole), 0, 0)

    def _state(self) -> None:
        puzzle, n = self.puzzle, len(self.columns)
        covering: dict[int, list[int]] = {g: [] for g in self._goals}
        for i, t in enumerate(self.columns):
            for g in puzzle.covers[t]:
                covering[g].append(i)
            for needed in sorted(puzzle.needs[t]):
                self._add({i: 1.0, self.position[needed]: -1.0}, 0.0)
        for at, g in enumerate(self._goals, n):
            self._add({at: 1.0, **dict.fromkeys(covering[g], -1.0)}, 0.0)
        if puzzle.max_hours is not None:
            self._add({i: float(puzzle.hours[t]) for i, t in enumerate(self.columns)}, puzzle.max_hours)
        if puzzle.max_chosen is not None:
            self._add(dict.fromkeys(range(n), 1.0), puzzle.max_chosen)

    def _add(self, row: dict[int, float], limit: float) -> None:
        self._rows.append(row)
        self._limits.append(limit)

    def hold(self, objective: Floats, value: int) -> None:
        """Keep the objective at most at the value from now on."""
        largest = float(abs(objective).max(initial=1.0))  # the row's tolerance of 0.000001 is absolute
        self._add({i: float(objective[i]) / largest for i in np.flatnonzero(objective).tolist()}, value / largest)
        self._held.append((objective, value))

    def fix(self, group: Iterable[int], choice: Choice) -> None:
        """Keep these columns as the choice has them from now on."""
        for i in group:
            self._lower[i] = self._upper[i] = float(self.columns[i] in choice)

    def free(self) -> list[int]:
        """Return the positions of the columns that are not fixed, ascending."""
        return np.flatnonzero(self._lower[: len(self.columns)] < self._upper[: len(self.columns)]).tolist()

    def narrow(self) -> None:
        """Fix what cannot be otherwise in any choice that keeps the objectives held, by the reduced costs of each."""
        matrix, limits = self._matrix(), np.array(self._limits)
        for objective, value in self._held:
            remaining_s = self._deadline - time.monotonic()
            if remaining_s > 0 and self.free():
                self._narrow(objective, value, matrix, limits, remaining_s)

    def _narrow(self, objective: Floats, value: int, matrix: sparse.csr_array, limits: Floats, time_s: float) -> None:
        """Fix what would lift the objective above the value.

        Prices of the rows, none above 0, bound the objective from below whatever they are (weak duality); so the bound
        is safe, although HiGHS finds the best prices within a tolerance only.
        """
        bounds = np.column_stack((self._lower, self._upper))
        found = linprog(objective, matrix, limits, bounds=bounds, method="highs", options={"time_limit": time_s})
        if found.status != 0:
            return
        prices = np.minimum(found.ineqlin.marginals, 0.0)
        costs = objective - matrix.T @ prices
        bound = prices @ limits + np.minimum(costs * self._lower, costs * self._upper).sum()
        room = value - bound + 0.001 + 1e-9 * abs(value)  # the sums above are rounded
        free = self._lower < self._upper
        self._upper[free & (costs > room)] = 0.0
        self._lower[free & (costs < -room)] = 1.0

    def value(self, objective: Floats, choice: Choice) -> int:
        """Return the objective of the choice."""
        reached = self.puzzle.reached(choice)
        columns, goals = objective[: len(self.columns)], objective[len(self.columns) :]
        return round(
            sum(float(columns[self.position[t]]) for t in choice)
            + sum(float(gain) for g, gain in zip(self._goals, goals, strict=True) if g in reached)
        )

    def improve(self, objective: Floats, best: Choice, least: int) -> tuple[Choice, int]:
        """Return the better of the best choice so far and the one that HiGHS finds, and what no objective is below.

        `least` is known to be such a bound: a choice that reaches it is not improved.
        """
        remaining_s = self._deadline - time.monotonic()
        if self.value(objective, best) <= least or remaining_s <= 0:
            return best, least
        # A relative gap of 0, for by default HiGHS is content within 0.01 %.
        found = milp(
            objective,
            integrality=np.ones(self.size, np.int8),
            bounds=Bounds(self._lower, self._upper),
            constraints=LinearConstraint(self._matrix(), -np.inf, np.array(self._limits)),
            options={"time_limit": remaining_s, "mip_rel_gap": 0.0},
        )
        lower = _whole_bound(found.mip_dual_bound, is_proven=found.status == 0)
        choice = None if found.x is None else self._read(found.x)
        return min(best, choice or best, key=self.puzzle.score), least if lower is None else max(least, lower)

    def _read(self, x: Floats) -> Choice | None:
        """Return the rounded choice without what adds nothing, or None where rounding broke a rule."""
        choice = frozenset(t for t, share in zip(self.columns, x, strict=False) if share > 0.5)
        return pruned(self.puzzle, choice) if self.puzzle.allows(choice) else None

    def _matrix(self) -> sparse.csr_array:
        values, rows, columns = zip(*self._entries(), strict=True)
        return sparse.csr_array((values, (rows, columns)), shape=(len(self._rows), self.size))

    def _entries(self) -> Iterator[tuple[float, int, int]]:
        for number, row in enumerate(self._rows):
            for column, value in row.items():
                yield value, number, column


def _whole_bound(bound: float | None, *, is_proven: bool) -> int | None:
    """Return the whole number that HiGHS's bound stands for, on the safe side where the search was cut short."""
    if bound is None or not math.isfinite(bound):
        return None
    return round(bound) if is_proven else math.ceil(bound - 0.001)
