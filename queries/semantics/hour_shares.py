"""Shares of teaching hours beside shares of demand, of all competencies as arrays."""

from typing import NamedTuple

import numpy as np

from graph.snapshot.arrays import Floats
from graph.snapshot.snapshot import Snapshot
from queries.semantics.demand import demand_for
from queries.semantics.focus import focus_mode
from queries.semantics.masks import Mask
from queries.semantics.resolved_scope import ResolvedScope, resolve
from queries.semantics.tolerance import lowest, total_of

FACTOR = 2.0
"""How many times its share of demand a competency's share of teaching hours may be."""


class CompetencyShares(NamedTuple):
    """Of each node, as a competency, the share of all teaching hours in scope and of all demand; 0 to 1.

    All zero where there are no hours, or there is no demand, at all.
    """

    hours: Floats
    demand: Floats

    @property
    def is_excessive(self) -> Mask:
        """Which have more than FACTOR times the hours that their demand deserves; none without any demand."""
        is_excessive: Mask = (lowest(self.hours) > FACTOR * self.demand) & bool(self.demand.any())
        return is_excessive


def shares_of(snapshot: Snapshot, scope: ResolvedScope) -> CompetencyShares:
    """Return the shares of teaching hours and of demand, computed once for the scope.

    A unit's hours (0 where not stated) are split over what it is stated to develop by weight, whatever the scope; those
    of the units in scope count, and of links that are strong enough. Demand, too, is what is stated, nothing close.
    The competencies are weighed among those in focus, whatever is asked: a framework beside changes no share.
    """
    is_focused = scope.mode == focus_mode(snapshot, scope.note.asked)
    focused = scope if is_focused else resolve(snapshot, scope.note.asked, employed=False, focused=True)
    return focused.derived(_shares, snapshot)


def _shares(snapshot: Snapshot, scope: ResolvedScope) -> CompetencyShares:
    into, n = snapshot.into("DEVELOPS"), len(snapshot)
    hours = snapshot.derived(_split_hours)
    if scope.min_weight > 0:
        hours = np.where(into.weight >= lowest(scope.min_weight), hours, 0.0)
    if scope.units is not None:
        hours = np.where(scope.units[into.indices], hours, 0.0)
    taught, wanted = np.bincount(into.rows, hours, minlength=n), demand_for(snapshot, scope.roles, scope.min_weight)
    return CompetencyShares(taught / (total_of(taught) or 1.0), wanted / (total_of(wanted) or 1.0))


def _split_hours(snapshot: Snapshot) -> Floats:
    """Return of each DEVELOPS link, in rows of competencies, its part of the unit's hours."""
    out, into = snapshot.out("DEVELOPS"), snapshot.into("DEVELOPS")
    total = np.bincount(out.rows, out.weight, minlength=len(snapshot))
    hours = np.nan_to_num(snapshot.number("hours"))[into.indices]
    return hours * into.weight / total[into.indices]
