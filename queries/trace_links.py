"""Trace links: which nodes of a trace are linked to one another, beyond sharing the competency."""

from graph.model import Frozen, NodeId
from graph.snapshot.snapshot import Snapshot
from queries.trace import Trace


class TraceLinks(Frozen):
    """The links between neighbouring stages of a trace, each a pair of ids from left to right, by these ids.

    `applied`: a unit and a task that applies it. `prepared`: a task and a responsibility that it prepares for. `held`:
    a responsibility and a role that has it. `own`: the roles that require the competency themselves. `rehearsed`: a
    task and such a role, for any responsibility of which the task prepares.
    """

    applied: list[tuple[NodeId, NodeId]]
    prepared: list[tuple[NodeId, NodeId]]
    held: list[tuple[NodeId, NodeId]]
    own: list[NodeId]
    rehearsed: list[tuple[NodeId, NodeId]]


def find_ties(snapshot: Snapshot, trace: Trace) -> TraceLinks:
    """Return the ties of a trace that was read from this snapshot."""
    units = {snapshot.require(unit.id): unit.id for unit in trace.knowledge_units}
    tasks = {snapshot.require(task.id): task.id for task in trace.training_tasks}
    duties = {snapshot.require(duty.id): duty.id for duty in trace.responsibilities}
    roles = {snapshot.require(role.id): role.id for role in trace.roles}
    competency, least = snapshot.require(trace.competency.id), trace.scope.asked.min_weight
    requires, holds = snapshot.out("REQUIRES"), snapshot.out("HAS_RESPONSIBILITY")
    own = {r: name for r, name in roles.items() if (requires_weight(requires.pairs(r), competency) or -1.0) >= least}
    prepares = {t: set(snapshot.out("PREPARES_FOR").row(t)) for t in tasks}
    return TraceLinks(
        applied=sorted((units[k], tasks[t]) for t in tasks for k in snapshot.out("APPLIES").row(t) if k in units),
        prepared=sorted((tasks[t], duties[j]) for t in tasks for j in prepares[t] if j in duties),
        held=sorted((duties[j], roles[r]) for r in roles for j in holds.row(r) if j in duties),
        own=sorted(own.values()),
        rehearsed=sorted((tasks[t], own[r]) for r in own for t in tasks if not prepares[t].isdisjoint(holds.row(r))),
    )


def requires_weight(pairs: list[tuple[int, float]], competency: int) -> float | None:
    """Return the weight with which the competency stands among the pairs; None where it does not.

    >>> requires_weight([(3, 0.5), (8, 1.0)], 3)
    0.5
    """
    return next((weight for other, weight in pairs if other == competency), None)
