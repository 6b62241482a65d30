"""Role shares: how what each role requires stands in a scope, as shares of weight and as counts."""

from typing import Annotated

import numpy as np
from pydantic import Field

from graph.model import Frozen
from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import Snapshot
from queries.semantics.answers import Count, NodeName, Share, named
from queries.semantics.chain_stages import taught_and_practised
from queries.semantics.chain_status import ChainStatus
from queries.semantics.masks import Mask
from queries.semantics.requirements import counted_needs, link_openings, openings
from queries.semantics.resolved_scope import ResolvedScope
from queries.semantics.tolerance import settled
from queries.semantics.windows import Part, Window, part_of

REQUIRED = (ChainStatus.CONNECTED, ChainStatus.UNPRACTISED, ChainStatus.UNTAUGHT, ChainStatus.UNSERVED)
"""What a competency that a role requires can be, in the order in which bars show it."""


class RoleEmployer(Frozen):
    """An enterprise that employs a role, and its openings for it."""

    enterprise: NodeName
    openings: Annotated[float, Field(ge=0)]


class StatusShare(Frozen):
    """The competencies of one status that a role requires, and their share of its summed weights."""

    status: ChainStatus
    count: Count
    share: Share


class RoleShare(Frozen):
    """How what a role requires stands in a scope.

    `coverage` is the share of its weights that is taught and practised, as in the coverage matrix; None where it
    requires nothing. `employers` are by openings, most first, then by id.
    """

    role: NodeName
    openings: Annotated[float, Field(ge=0)]
    employers: list[RoleEmployer]
    coverage: Share | None
    required: Count
    statuses: list[StatusShare]


class RoleSums:
    """The weights and counts of what every role requires, by status in one scope: arrays of shape (n, 4)."""

    def __init__(self, snapshot: Snapshot, scope: ResolvedScope) -> None:
        """Sum them up."""
        self._snapshot = snapshot
        needs = counted_needs(snapshot, scope.counted, scope.min_weight)
        taught, practised = taught_and_practised(snapshot, scope)
        n = len(snapshot)
        column = _COLUMN[taught[needs.competency].astype(np.int8), practised[needs.competency].astype(np.int8)]
        cell = needs.role.astype(np.int64) * len(REQUIRED) + column
        size = n * len(REQUIRED)
        self.weights: Floats = (
            np.bincount(cell, needs.weight, minlength=size).astype(np.float64).reshape(n, len(REQUIRED))
        )
        self.counts: Ints = np.bincount(cell, minlength=size).reshape(n, len(REQUIRED))

    def share(self, role: int) -> RoleShare:
        """Return how what the role requires stands."""
        weights, counts = self.weights[role], self.counts[role]
        total = float(weights.sum())
        statuses = [
            StatusShare(status=status, count=int(count), share=min(float(weight) / total, 1.0))
            for status, weight, count in zip(REQUIRED, weights.tolist(), counts.tolist(), strict=True)
            if count
        ]
        return RoleShare(
            role=named(self._snapshot, role),
            openings=float(openings(self._snapshot)[role]),
            employers=employers_of(self._snapshot, role),
            coverage=min(float(weights[0]) / total, 1.0) if total else None,
            required=int(counts.sum()),
            statuses=statuses,
        )


_COLUMN = np.array([[3, 2], [1, 0]])
"""The column of a competency in REQUIRED, by whether it is taught and practised."""


def role_shares(snapshot: Snapshot, scope: ResolvedScope, roles: Mask, window: Window) -> Part[RoleShare]:
    """Return how the roles stand in the scope: by openings, most first, then by id."""
    nodes = np.flatnonzero(roles)
    order = nodes[np.lexsort((nodes, -settled(openings(snapshot)[nodes])))]
    sums = RoleSums(snapshot, scope)
    return part_of(order, window, sums.share)


def employers_of(snapshot: Snapshot, role: int) -> list[RoleEmployer]:
    """Return who employs the role."""
    places = snapshot.into("EMPLOYS").positions(role)
    links = slice(places.start, places.stop)
    counts = snapshot.derived(link_openings)[snapshot.out_positions("EMPLOYS")[links]].tolist()
    pairs = zip(snapshot.into("EMPLOYS").row(role), counts, strict=True)
    return [
        RoleEmployer(enterprise=named(snapshot, enterprise), openings=count)
        for enterprise, count in sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
    ]
