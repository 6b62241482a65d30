"""Plans for several roles at once: one for each, and the training that several of them share."""

import math
from collections.abc import Sequence
from typing import Annotated

import numpy as np
from pydantic import Field

from graph.errors import InputError, Problem
from graph.messages import message
from graph.model import Frozen, NodeId
from graph.snapshot.snapshot import Snapshot
from queries.parameters.plan import NO_WISH, PlanWish
from queries.plan import Plan, plan_training
from queries.planning.steps import Hours
from queries.semantics.answers import NodeName
from queries.semantics.discipline_tree import descendants
from queries.semantics.scope import EVERYTHING, Scope
from queries.semantics.tolerance import settle

MOST_ROLES = 50
"""How many roles are planned for in one question: each may take its whole time limit."""


class SharedTask(Frozen):
    """A task that several of the plans have as a step; `roles` in the order of the plans."""

    task: NodeName
    hours: Hours
    roles: list[NodeName]


class Plans(Frozen):
    """A plan for each role, in the order asked for; of an institution's roles, by id.

    `shared`: tasks of more than one plan, those of most plans first, then the longest, then by id. `hours` counts each
    task once, `hours_apart` once for each plan that has it: the difference is what training them together saves.
    """

    items: list[Plan]
    shared: list[SharedTask]
    hours: Hours
    hours_apart: Hours
    revision: Annotated[int, Field(ge=0)]


def plan_roles(
    snapshot: Snapshot, role_ids: Sequence[str], scope: Scope = EVERYTHING, wish: PlanWish = NO_WISH
) -> Plans:
    """Return a plan for each of the roles; one that is named twice, or by two ids of its class, is planned once.

    Raises:
        NotFoundError: a role, or something that the scope or the wish names, is not there.
        InputError: there is no role or there are more than 50, or the wish names something that cannot be held.
    """
    nodes = list(dict.fromkeys(snapshot.require(role_id, "Role") for role_id in role_ids))
    if not 1 <= len(nodes) <= MOST_ROLES:
        raise InputError(
            Problem(
                message("plan.number_of_roles", most_roles=MOST_ROLES, nodes=len(nodes)),
                column="roles",
                value=str(len(nodes)),
            )
        )
    plans = [plan_training(snapshot, snapshot.ids[node], scope, wish) for node in nodes]
    planned: dict[NodeId, list[tuple[NodeName, float, NodeName]]] = {}
    for plan in plans:
        for step in plan.steps:
            planned.setdefault(step.task.id, []).append((step.task, step.hours, plan.role))
    shared = [
        SharedTask(task=uses[0][0], hours=uses[0][1], roles=[role for *_, role in uses])
        for uses in planned.values()
        if len(uses) > 1
    ]
    return Plans(
        items=plans,
        shared=sorted(shared, key=lambda one: (-len(one.roles), -settle(one.hours), one.task.id)),
        hours=math.fsum(uses[0][1] for uses in planned.values()),
        hours_apart=math.fsum(plan.hours for plan in plans),
        revision=snapshot.revision.number,
    )


def roles_of(snapshot: Snapshot, node_id: str) -> list[NodeId]:
    """Return the roles that a discipline (or one below it) targets, or an enterprise employs, by id.

    Raises:
        NotFoundError: there is no such node.
        InputError: it is neither a discipline nor an enterprise, or no role of it is recorded.
    """
    node = snapshot.require(node_id)
    kind = snapshot.kind_of(node)
    if kind == "Discipline":
        below = np.flatnonzero(descendants(snapshot, node)).tolist()
        targets = {r for d in below for r in snapshot.out("TARGETS").row(d)}
    elif kind == "Enterprise":
        targets = set(snapshot.out("EMPLOYS").row(node))
    else:
        reason = message("plan.no_roles_of", node_id=node_id, kind=kind)
        raise InputError(Problem(reason, column="roles_of", value=node_id))
    if not targets:
        reason = message("plan.no_role_recorded", node_id=node_id)
        raise InputError(Problem(reason, column="roles_of", value=node_id))
    return [NodeId(snapshot.ids[r]) for r in sorted(targets)]
