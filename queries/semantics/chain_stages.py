"""The stages of the chain of all competencies as arrays: their units, tasks and roles in a scope.

`neighbourhood.py` gathers the same of one competency.
"""

from dataclasses import dataclass

import numpy as np

from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import Snapshot
from queries.semantics.array_joins import RowIndex
from queries.semantics.counted_links import CountedLinks
from queries.semantics.masks import Mask
from queries.semantics.requirements import counted_needs
from queries.semantics.resolved_scope import ResolvedScope, served
from queries.semantics.tolerance import lowest


@dataclass(frozen=True, slots=True)
class StageLinks:
    """Links between competencies and the nodes of one stage that count in a scope.

    `in_scope` is a mask over all links that count; `rows`, `other` and `level` are of the m links in scope, by
    competency: the row of each, the node at its other end, and its level (-1 where none is stated).
    """

    in_scope: Mask
    rows: RowIndex
    other: Ints
    level: Ints

    def has_one(self, low: Ints, high: Ints) -> Mask:
        """Return which competencies have, between the other ends, one thing; it is numbered from `low` to `high`."""
        lowest = self.rows.reduced(np.minimum, low[self.other], 0)
        has_one: Mask = lowest == self.rows.reduced(np.maximum, high[self.other], -1)
        return has_one


@dataclass(frozen=True, slots=True)
class ChainStages:
    """K (units), T (tasks) and R (roles) of every competency in a scope."""

    units: StageLinks
    tasks: StageLinks
    roles: StageLinks

    @property
    def connected(self) -> Mask:
        """Which nodes have all three stages."""
        return self.units.rows.any & self.tasks.rows.any & self.roles.rows.any


def chain_stages(snapshot: Snapshot, scope: ResolvedScope) -> ChainStages:
    """Return the stages, computed once for the scope."""
    return scope.derived(_chain_stages, snapshot)


def _chain_stages(snapshot: Snapshot, scope: ResolvedScope) -> ChainStages:
    links = scope.counted
    needs = counted_needs(snapshot, links, scope.min_weight)
    in_scope = np.ones(len(needs.role), bool) if scope.roles is None else scope.roles[needs.role]
    return ChainStages(
        _links_in_scope(links.develops, scope.units, scope.min_weight),
        _links_in_scope(links.practises, scope.tasks, scope.min_weight),
        _stage_links(in_scope, needs.competency, needs.role, needs.level, len(snapshot)),
    )


def _links_in_scope(links: CountedLinks, nodes: Mask | None, min_weight: float) -> StageLinks:
    into = links.into
    in_scope = np.ones(len(into.indices), bool)
    if min_weight > 0:
        in_scope &= into.weight >= lowest(min_weight)
    if nodes is not None:
        in_scope &= nodes[into.indices]
    return _stage_links(in_scope, into.rows, into.indices, links.level, len(into.indptr) - 1)


def _stage_links(in_scope: Mask, competency: Ints, other: Ints, level: Ints, n: int) -> StageLinks:
    if in_scope.all():
        return StageLinks(in_scope, RowIndex(competency, n), other, level)
    kept = np.flatnonzero(in_scope)  # to take these is faster than to choose by a mask three times
    return StageLinks(in_scope, RowIndex(competency.take(kept), n), other.take(kept), level.take(kept))


def value_ranges(rows: Ints, values: Ints, n: int) -> tuple[Ints, Ints]:
    """Return the smallest and the largest value of each of n rows, which ascend; 3n and -1 where there is none."""
    index = RowIndex(rows, n)
    return index.reduced(np.minimum, values, 3 * n), index.reduced(np.maximum, values, -1)


def taught_and_practised(snapshot: Snapshot, scope: ResolvedScope) -> tuple[Mask, Mask]:
    """Return which nodes are taught, and which are practised, in a scope: masks over all nodes."""
    units = served(snapshot, scope.counted.develops, scope.units, scope.min_weight)
    return units, served(snapshot, scope.counted.practises, scope.tasks, scope.min_weight)
