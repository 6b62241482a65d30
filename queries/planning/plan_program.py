"""Integer program of a training plan: how the choice among tasks is posed, and what its solution proves."""

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from graph.cancellation import cancellable_rows
from queries.planning.integer_model import IntegerProgram
from queries.planning.problem import EligibleTasks, PlanGoals
from queries.planning.solver import Solution

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
