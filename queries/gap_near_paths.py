"""Nearest courses and tasks of a competency as arrays of paths, with what they have in common."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from graph.snapshot.arrays import Floats, Ints
from queries.semantics.array_joins import expand
from queries.semantics.masks import Mask
from queries.semantics.neighbourhood import Neighbourhood
from queries.semantics.tolerance import lowest, settled

MOST_NAMED = 3
"""How many courses, tasks and enterprises are named at most for each gap."""


_FEW, _ROUNDING = 30, 1e-9


class Nearness(StrEnum):
    """Why a course or task is near a competency, the nearest first.

    `rehearses`: the task prepares for a responsibility that requires it. `applies`: the task applies a unit that
    develops it. `same_responsibility`, `same_broader`: it teaches or practises a competency that a responsibility
    requires too, or that has a broader competency in common with it.
    """

    REHEARSES = "rehearses"
    APPLIES = "applies"
    SAME_RESPONSIBILITY = "same_responsibility"
    SAME_BROADER = "same_broader"


NEARNESSES = tuple(Nearness)


class NearPath(NamedTuple):
    """One row of NearPaths."""

    owner: int
    end: int
    because: int
    strength: float
    shared: int
    competency: int


class NearPaths(NamedTuple):
    """Ways to something near: whose it is, why (a position in NEARNESSES), how strongly, and through which nodes.

    `owner` is the task, or the course (the unit itself in no course); `end` the task or the unit; `shared` and
    `competency` as in NearTask, the latter -1 for none.
    """

    owner: Ints
    end: Ints
    because: Ints
    strength: Floats
    shared: Ints
    competency: Ints

    def rows(self) -> list[NearPath]:
        """Return the paths one by one."""
        return [NearPath(*row) for row in zip(*(column.tolist() for column in self), strict=True)]

    def at(self, chosen: Ints | Mask) -> "NearPaths":
        """Return the paths at these positions, or in this mask."""
        return self._replace(**{name: getattr(self, name)[chosen] for name in self._fields})

    def best(self) -> "NearPaths":
        """Return the best path to each of the nearest owners: by reason, strength, owner, and the nodes between."""
        few = self._likely()
        order = np.lexsort((few.competency, few.shared, few.end, few.owner, -settled(few.strength), few.because))
        first = np.sort(np.unique(few.owner[order], return_index=True)[1])
        return few.at(order[first[:MOST_NAMED]])

    def _likely(self) -> "NearPaths":
        """Return the nearest paths, if they are of owners enough: sorting a few is quicker than all."""
        if len(self.owner) <= _FEW:
            return self
        nearness = len(NEARNESSES) * self.because - self.strength
        nearest = nearness <= np.partition(nearness, _FEW)[_FEW] + _ROUNDING
        return self.at(nearest) if len(set(self.owner[nearest].tolist())) >= MOST_NAMED else self


def _paths(end: Ints, because: Nearness, strength: Floats, shared: Ints) -> NearPaths:
    code, none = np.full(len(end), NEARNESSES.index(because)), np.full(len(end), -1)
    return NearPaths(end, end, code, strength, shared, none)


def join_paths(first: NearPaths, *more: NearPaths) -> NearPaths:
    """Return all paths, those of the first before the others."""
    columns = {name: np.concatenate([getattr(paths, name) for paths in (first, *more)]) for name in NearPaths._fields}
    return first._replace(**columns)


def weight_arrays(weights: Mapping[int, float]) -> tuple[Ints, Floats]:
    """Return the nodes and their weights as two arrays of one length."""
    return np.fromiter(weights, np.int64, len(weights)), np.fromiter(weights.values(), np.float64, len(weights))


def paths_to_neighbours(near: Neighbourhood) -> NearPaths:
    """Return the paths to competencies that share a responsibility in scope, or a broader competency."""
    requires, broader = near.snapshot.out("REQUIRES"), near.snapshot.out("BROADER")
    narrower = near.snapshot.into("BROADER")
    duties, needed = weight_arrays(near.duties)
    entry, at = expand(requires.indptr, duties)
    strong = requires.weight[at] >= lowest(near.scope.min_weight)
    entry, at = entry[strong], at[strong]
    strength = needed[entry] * requires.weight[at]
    required = _paths(requires.indices[at], Nearness.SAME_RESPONSIBILITY, strength, duties[entry])
    parents, weight = weight_arrays(dict(broader.pairs(near.competency)))
    entry, at = expand(narrower.indptr, parents)
    strength = weight[entry] * narrower.weight[at]
    siblings = _paths(narrower.indices[at], Nearness.SAME_BROADER, strength, parents[entry])
    paths = join_paths(required, siblings)
    return paths.at(paths.end != near.competency)


def paths_through(near: Neighbourhood, relation: str, others: NearPaths) -> NearPaths:
    """Return the paths through other competencies to the units or tasks that serve them."""
    into = near.snapshot.into(relation)
    entry, at = expand(into.indptr, others.end)
    strong = into.weight[at] >= lowest(near.scope.min_weight)
    entry, at = entry[strong], at[strong]
    strength, end = others.strength[entry] * into.weight[at], into.indices[at]
    return NearPaths(end, end, others.because[entry], strength, others.shared[entry], others.end[entry])


def only_new(paths: NearPaths, mask: Mask | None, known: Collection[int]) -> NearPaths:
    """Return the paths of owners in the mask that are not known already."""
    is_new = ~np.isin(paths.owner, np.fromiter(known, np.int64, len(known)))
    return paths.at(is_new if mask is None else is_new & mask[paths.owner])


def tied_paths(near: Neighbourhood, relation: str, weights: Mapping[int, float], because: Nearness) -> NearPaths:
    """Return the paths to the tasks that the relation leads from to one of these nodes."""
    into = near.snapshot.into(relation)
    nodes, weight = weight_arrays(weights)
    entry, at = expand(into.indptr, nodes)
    return _paths(into.indices[at], because, weight[entry] * into.weight[at], nodes[entry])
