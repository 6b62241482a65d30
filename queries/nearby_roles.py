"""Nearby roles: those linked to a role, or requiring much of what it requires, that have training of their own."""

from typing import Literal, NamedTuple, get_args

import numpy as np

from graph.snapshot.arrays import Floats
from graph.snapshot.snapshot import Snapshot
from queries.semantics.masks import Mask
from queries.semantics.requirements import RequirementPairs, role_needs
from queries.semantics.resolved_scope import ResolvedScope
from queries.semantics.tolerance import lowest, settled

NearbyWay = Literal["close", "narrower", "broader", "sibling", "shares"]
"""CLOSE_TO it, narrower or broader by BROADER, with a broader role in common, or sharing what is required."""

LEAST_SHARED = 0.25
"""A role without a link is near if it requires at least this part of what the other requires."""


class NearbyRole(NamedTuple):
    """A role, how it is near, and the part of what the other requires, 0 to 1, that it requires too."""

    role: int
    way: NearbyWay
    shared: float


def nearby_roles(snapshot: Snapshot, scope: ResolvedScope, role: int) -> list[NearbyRole]:
    """Return the nearby roles of which tasks in scope practise something: what shares most first, then by way, name.

    Shared is the sum of the smaller of the two weights of each competency, over all that the role requires. What the
    scope says of roles does not count here.
    """
    needs, ways = role_needs(snapshot, scope.min_weight), _linked(snapshot, role)
    shared = _shared(snapshot, needs, role)
    is_near = shared >= lowest(LEAST_SHARED)
    is_near[list(ways)] = True
    is_near[role] = False
    near = np.flatnonzero(is_near & _trained(snapshot, scope, needs)).tolist()
    found = [NearbyRole(r, ways.get(r, "shares"), float(shared[r])) for r in near]
    order, names = get_args(NearbyWay), snapshot.names
    return sorted(found, key=lambda one: (-one.shared, order.index(one.way), names[one.role], one.role))


def _linked(snapshot: Snapshot, role: int) -> dict[int, NearbyWay]:
    """Return the roles that links make near, each by the first way."""
    close_out, close_in = snapshot.out("CLOSE_TO").row(role), snapshot.into("CLOSE_TO").row(role)
    broader, narrower = snapshot.out("BROADER").row(role), snapshot.into("BROADER")
    ways: dict[int, NearbyWay] = {}
    ways |= {r: "sibling" for above in broader for r in narrower.row(above)}
    ways |= dict.fromkeys(broader, "broader")
    ways |= dict.fromkeys(narrower.row(role), "narrower")
    ways |= dict.fromkeys((*close_out, *close_in), "close")
    return ways


def _shared(snapshot: Snapshot, needs: RequirementPairs, role: int) -> Floats:
    """Return of each role the part of what this one requires that it requires too."""
    n, is_own = len(snapshot), needs.role == role
    own = np.zeros(n)
    own[needs.competency[is_own]] = needs.weight[is_own]
    both = np.bincount(needs.role, np.minimum(needs.weight, own[needs.competency]), minlength=n)
    return np.minimum(settled(both / (own.sum() or 1.0)), 1.0)


def _trained(snapshot: Snapshot, scope: ResolvedScope, needs: RequirementPairs) -> Mask:
    """Return the roles that require something which a task in scope practises."""
    links = scope.counted.practises.into
    counts = links.weight >= lowest(scope.min_weight)
    if scope.tasks is not None:
        counts &= scope.tasks[links.indices]
    practised = np.zeros(len(snapshot), bool)
    practised[links.rows[counts]] = True
    trained = np.zeros(len(snapshot), bool)
    trained[needs.role[practised[needs.competency]]] = True
    return trained
