"""Lexicographic optimisation of the integer program with HiGHS: one part of the score after the other.

What is best is one tuple, `score`, the smaller the better. HiGHS minimises its parts one after the other, each with the
parts before held at their least; everything that it answers is read back as a choice and scored by plain Python, so a
part counts as proven only where a choice at hand reaches the bound. All numbers are integers, so that parts are exact.
Between two parts, columns that no choice as good can have (or lack) are fixed by their reduced costs.

Source: Q. Huangfu and J. A. J. Hall, Parallelizing the dual revised simplex method, Math. Prog. Comp. 10 (2018)
119-142, through `scipy.optimize.milp`. Reduced-cost fixing: G. Dantzig, R. Fulkerson and S. Johnson, Solution of a
large-scale traveling-salesman problem, Operations Research 2 (1954) 393-410.
"""

import time
from typing import NamedTuple

import numpy as np

from graph.cancellation import check_cancelled
from queries.planning.highs_model import DIGITS, HighsModel
from queries.planning.integer_model import Choice, IntegerProgram, greedy, undominated


class Solution(NamedTuple):
    """A choice that the program allows, and how good it is.

    `optimal`: its score is proven least. `bound`: no choice has more first gain.
    """

    choice: Choice
    optimal: bool
    first_gain: int
    bound: int


def solve(program: IntegerProgram, time_limit_s: float) -> Solution:
    """Return the best choice, or when time runs out the best that was found."""
    deadline = time.monotonic() + time_limit_s
    columns = undominated(program)
    best = greedy(program, columns)
    model = HighsModel(program, columns, deadline)
    bound = -model.least[0]
    is_least = True
    for part, objective in enumerate(model.objectives):
        check_cancelled()
        best = model.approach(objective, best, model.least[part])
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
    return Solution(best, is_least, -program.score(best)[0], bound)


def _smallest(model: "HighsModel", best: Choice) -> tuple[Choice, bool]:
    """Return the smallest columns of all choices that are as good otherwise, and whether that is proven.

    Groups of columns in order, each as the digits of a binary number that is maximised and then held. Groups are short,
    because HiGHS takes 0.000001 for 0: its digit must stay far below one.
    """
    while free := model.free():
        check_cancelled()
        group = free[:DIGITS]
        objective = np.zeros(model.size)
        objective[group] = [-(2 ** (len(group) - 1 - at)) for at in range(len(group))]
        best, lower = model.improve(objective, best, 1 - 2 ** len(group))
        if model.value(objective, best) > lower:
            return best, False
        model.fix(group, best)
        model.narrow()
    return best, True
