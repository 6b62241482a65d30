"""Integration masks: which tasks and units of a scope count, and what fusion tasks reach, over all nodes."""

import numpy as np

from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import Snapshot
from queries.semantics.answers import NodeName, named
from queries.semantics.demand import demand_for, required_by
from queries.semantics.fusion import kinds_of
from queries.semantics.masks import Mask, reached
from queries.semantics.resolved_scope import ResolvedScope
from queries.semantics.tolerance import settled, total_of


class IntegrationMasks:
    """What one scope leaves, and what holds in it: masks and amounts over all nodes.

    `fused`: competencies that a fusion task practises; `used`: units that one applies. `practised_demand`: of a task,
    the demand of all that it practises.
    """

    def __init__(self, snapshot: Snapshot, scope: ResolvedScope, limit: int) -> None:
        self.snapshot, self.scope, self.limit, self.kinds = snapshot, scope, limit, kinds_of(snapshot)
        everything = np.ones(len(snapshot), bool)
        self.tasks = everything if scope.tasks is None else scope.tasks
        self.units = everything if scope.units is None else scope.units
        self.courses = everything if scope.courses is None else scope.courses
        self.demand = demand_for(snapshot, scope.roles)
        self.total = total_of(self.demand)
        fusion = self.tasks & self.kinds.fuses
        self.fused, self.used = reached(snapshot, "PRACTISES", fusion), reached(snapshot, "APPLIES", fusion)
        self.practised_demand: Floats = snapshot.out("PRACTISES").pattern @ self.demand


def about(snapshot: Snapshot, roles: Mask | None) -> Mask:
    """Return the tasks that practise something the roles require, or prepare for one of their responsibilities."""
    wanted = required_by(snapshot, roles)
    duties = np.ones(len(snapshot), bool) if roles is None else reached(snapshot, "HAS_RESPONSIBILITY", roles)
    practises, prepares = snapshot.out("PRACTISES"), snapshot.out("PREPARES_FOR")
    mask = np.zeros(len(snapshot), bool)
    mask[practises.rows[wanted[practises.indices]]] = True
    mask[prepares.rows[duties[prepares.indices]]] = True
    return mask


def by_amount(nodes: Ints, amount: Floats | Ints) -> list[int]:
    """Return the nodes by the amount, largest first, then by id."""
    ordered: list[int] = nodes[np.lexsort((nodes, -settled(amount[nodes])))].tolist()
    return ordered


def hosts_of(snapshot: Snapshot, task: int) -> list[NodeName]:
    """Return who hosts the task, in id order."""
    return names_of(snapshot, snapshot.into("HOSTS").row(task))


def names_of(snapshot: Snapshot, nodes: list[int]) -> list[NodeName]:
    """Return the nodes by id and name."""
    return [named(snapshot, node) for node in nodes]
