"""Partners of a scope: the enterprises that host its training or employ its roles, and how far these meet."""

from typing import Annotated

import numpy as np
from pydantic import Field

from graph.model import Frozen
from graph.snapshot.arrays import Floats
from graph.snapshot.snapshot import Snapshot
from queries.semantics.answers import Count, NodeName, Share, named
from queries.semantics.chain_stages import chain_stages
from queries.semantics.demand import share_of
from queries.semantics.masks import Mask
from queries.semantics.requirements import counted_needs, link_openings
from queries.semantics.resolved_scope import ResolvedScope
from queries.semantics.tolerance import settled, total_of
from queries.semantics.windows import Part, Window, part_of


class Partner(Frozen):
    """An enterprise: how many tasks of the scope it hosts, and its openings for roles of the scope.

    `hosted` is the share of the demand of these roles, by its own openings, that a task of the scope at its own place
    practises; None where it employs none of them, or they require nothing.
    """

    enterprise: NodeName
    tasks: Count
    roles: Count
    openings: Annotated[float, Field(ge=0)]
    hosted: Share | None


class _Partners:
    """What every enterprise has to do with a scope, as arrays over all n nodes."""

    def __init__(self, snapshot: Snapshot, scope: ResolvedScope, roles: Mask, tasks: Mask | None) -> None:
        self.snapshot, self.scope, n = snapshot, scope, len(snapshot)
        hosts, employs = snapshot.out("HOSTS"), snapshot.out("EMPLOYS")
        self._hosting = np.ones(len(hosts.indices), bool) if tasks is None else tasks[hosts.indices]
        self._employing = roles[employs.indices]
        self._openings: Floats = np.where(self._employing, snapshot.derived(link_openings), 0.0)
        self.tasks = np.bincount(hosts.rows[self._hosting], minlength=n)
        self.roles = np.bincount(employs.rows[self._employing], minlength=n)
        self.openings: Floats = settled(np.bincount(employs.rows, self._openings, minlength=n).astype(np.float64))

    def tell(self, enterprise: int) -> Partner:
        """Return one of them."""
        return Partner(
            enterprise=named(self.snapshot, enterprise),
            tasks=int(self.tasks[enterprise]),
            roles=int(self.roles[enterprise]),
            openings=float(self.openings[enterprise]),
            hosted=self._hosted(enterprise),
        )

    def _hosted(self, enterprise: int) -> float | None:
        snapshot, n = self.snapshot, len(self.snapshot)
        employs, hosts = snapshot.out("EMPLOYS"), snapshot.out("HOSTS")
        openings, here, practised = np.zeros(n), np.zeros(n, bool), np.zeros(n, bool)
        for at in employs.positions(enterprise):
            openings[employs.indices[at]] = self._openings[at]
        for at in hosts.positions(enterprise):
            here[hosts.indices[at]] = self._hosting[at]
        tasks = chain_stages(snapshot, self.scope).tasks
        rows = np.repeat(tasks.rows.filled, tasks.rows.sizes[tasks.rows.filled])
        practised[rows[here[tasks.other]]] = True
        needs = counted_needs(snapshot, self.scope.counted, self.scope.min_weight)
        demand = needs.weight * openings[needs.role]
        return share_of(total_of(demand[practised[needs.competency]]), total_of(demand))


def find_partners(
    snapshot: Snapshot, scope: ResolvedScope, roles: Mask, tasks: Mask | None, window: Window
) -> Part[Partner]:
    """Return the enterprises that host one of the tasks (None: any) or employ one of the roles.

    They are by openings for these, most first, then by tasks, then by id.
    """
    partners = _Partners(snapshot, scope, roles, tasks)
    found = np.flatnonzero((partners.tasks > 0) | (partners.roles > 0))
    order = found[np.lexsort((found, -partners.tasks[found], -partners.openings[found]))]
    return part_of(order, window, partners.tell)
