"""Mixed-integer programme in HiGHS: an integer program as its constraints and objectives, narrowed one by one."""

import math
import time
from collections.abc import Iterable, Iterator

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from graph.snapshot.arrays import Floats
from queries.planning.integer_model import Choice, IntegerProgram, pruned

DIGITS = 12


_CORE = 400


_LARGEST = 10_000


class HighsModel:
    """Mixed-integer programme of HiGHS: a variable for each column, then one for each goal that some column covers.

    A goal's variable is at most the sum of the columns that cover it. It would be whole by itself; saying so made HiGHS
    faster, and its sums exact. `least` is what each part of the score cannot fall below.
    """

    def __init__(self, puzzle: IntegerProgram, columns: list[int], deadline: float) -> None:
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
        for whole in puzzle.without:
            if whole <= self.position.keys():
                self._add(dict.fromkeys(map(self.position.__getitem__, sorted(whole)), 1.0), len(whole) - 1)

    def _add(self, row: dict[int, float], limit: float) -> None:
        self._rows.append(row)
        self._limits.append(limit)

    def hold(self, objective: Floats, value: int) -> None:
        """Keep the objective at most at the value from now on."""
        unit = float(_unit(objective))
        largest = float(abs(objective).max(initial=1.0))
        if largest / unit > _LARGEST:  # the row's tolerance of 0.000001 is absolute
            unit = largest
        self._add({i: float(objective[i]) / unit for i in np.flatnonzero(objective).tolist()}, value / unit)
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
        for objective, value in self._held:
            self._narrow(objective, value)

    def _narrow(self, objective: Floats, value: int) -> Floats | None:
        """Fix what would lift the objective above the value; return the reduced costs, or None where there is no time.

        Prices of the rows, none above 0, bound the objective from below whatever they are (weak duality); so the bound
        is safe, although HiGHS finds the best prices within a tolerance only.
        """
        time_s = self._deadline - time.monotonic()
        if time_s <= 0 or not self.free():
            return None
        matrix, limits = self._matrix(), np.array(self._limits)
        bounds = np.column_stack((self._lower, self._upper))
        relaxed = linprog(  # type: ignore[call-overload]  # scipy-stubs knows no sparse matrix here
            objective, matrix, limits, bounds=bounds, method="highs", options={"time_limit": time_s}
        )
        if relaxed.status != 0:
            return None
        prices = np.minimum(relaxed.ineqlin.marginals, 0.0)
        costs = objective - matrix.T @ prices
        bound = prices @ limits + np.minimum(costs * self._lower, costs * self._upper).sum()
        room = value - bound + 0.001 + 1e-9 * abs(value)  # the sums above are rounded
        free = self._lower < self._upper
        self._upper[free & (costs > room)] = 0.0
        self._lower[free & (costs < -room)] = 1.0
        return np.asarray(costs)

    def value(self, objective: Floats, choice: Choice) -> int:
        """Return the objective of the choice."""
        reached = self.puzzle.reached(choice)
        columns, goals = objective[: len(self.columns)], objective[len(self.columns) :]
        return round(
            sum(float(columns[self.position[t]]) for t in choice)
            + sum(float(gain) for g, gain in zip(self._goals, goals, strict=True) if g in reached)
        )

    def approach(self, objective: Floats, best: Choice, least: int) -> Choice:
        """Return the better of the best choice and one from the columns of least reduced cost; fix what is worse.

        On many columns HiGHS is slow to find a good choice; on a core of them it is quick, and the better the choice,
        the more columns are seen to lead to no better one. Source: E. Balas and E. Zemel, An algorithm for large
        zero-one knapsack problems, Operations Research 28 (1980) 1130-1154.
        """
        if len(self.free()) <= _CORE or self.value(objective, best) <= least:
            return best
        costs = self._narrow(objective, self.value(objective, best))
        if costs is None:
            return best
        core = set(sorted(self.free(), key=lambda i: (costs[i], i))[:_CORE]) | {self.position[t] for t in best}
        todo = list(core)
        while todo:
            new = {self.position[p] for p in self.puzzle.needs[self.columns[todo.pop()]]} - core
            core |= new
            todo += new
        upper = self._upper.copy()
        self._upper[[i for i in range(len(self.columns)) if i not in core and not self._lower[i]]] = 0.0
        best, _ = self.improve(objective, best, least, share=0.2, gap=0.001)
        self._upper = upper
        self._narrow(objective, self.value(objective, best))
        return best

    def improve(
        self, objective: Floats, best: Choice, least: int, *, share: float = 1.0, gap: float = 0.0
    ) -> tuple[Choice, int]:
        """Return the better of the best choice so far and the one that HiGHS finds, and what no objective is below.

        `least` is known to be such a bound: a choice that reaches it is not improved. HiGHS takes at most a share of
        the time that is left, and is content within the gap.
        """
        remaining_s = (self._deadline - time.monotonic()) * share
        if self.value(objective, best) <= least or remaining_s <= 0:
            return best, least
        # A relative gap of 0, for by default HiGHS is content within 0.01 %.
        unit = _unit(objective)  # HiGHS makes more of small whole numbers
        result = milp(
            objective / unit,
            integrality=np.ones(self.size, np.int8),
            bounds=Bounds(self._lower, self._upper),
            constraints=LinearConstraint(self._matrix(), -np.inf, np.array(self._limits)),
            options={"time_limit": remaining_s, "mip_rel_gap": gap},
        )
        lower = _whole_bound(result.mip_dual_bound, is_proven=result.status == 0)
        choice = None if result.x is None else self._read(result.x)
        return min(best, choice or best, key=self.puzzle.score), least if lower is None else max(least, lower * unit)

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


def _unit(objective: Floats) -> int:
    """Return the largest whole number that divides all of the objective; 1 of nothing."""
    return int(np.gcd.reduce(abs(objective).astype(np.int64))) or 1


def _whole_bound(bound: float | None, *, is_proven: bool) -> int | None:
    """Return the whole number that HiGHS's bound stands for, on the safe side where the search was cut short."""
    if bound is None or not math.isfinite(bound):
        return None
    return round(bound) if is_proven else math.ceil(bound - 0.001)
