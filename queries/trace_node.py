"""Trace from anywhere: what a node leads to or comes from, by way of the competencies that it serves."""

import numpy as np

from graph.errors import InputError, Problem
from graph.messages import message
from graph.model import Frozen, NodeId
from graph.snapshot.snapshot import Snapshot
from queries.semantics.answers import Completeness, Count, completeness
from queries.semantics.chain_arrays import chain_arrays
from queries.semantics.chain_status import LINKS, STATUSES, ChainLink, ChainStatus
from queries.semantics.course_units import as_asked
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import EVERYTHING, Scope, ScopeNote
from queries.trace_node_walk import OWN_SIDE, STAGES, StageWalk, TracedStage


class PassedCompetency(Frozen):
    """A competency on the way, and how it stands in the scope; `link` is None unless it is connected."""

    id: NodeId
    name: str
    status: ChainStatus
    link: ChainLink | None


class NodeTrace(Frozen):
    """What a node that is no competency leads to or comes from.

    `competencies` are those that it serves (docs/tracing.md says how), the gravest gap first, then by id, cut short;
    `statuses` counts all of them. `stages` are from classroom to position, without those that have no node.
    """

    id: NodeId
    ids: list[NodeId]
    name: str
    kind: str
    competencies: list[PassedCompetency]
    competencies_total: Count
    statuses: dict[ChainStatus, int]
    stages: list[TracedStage]
    completeness: Completeness
    scope: ScopeNote
    next: str | None = None
    revision: int


def trace_node(snapshot: Snapshot, node_id: str, scope: Scope = EVERYTHING, *, limit: int = 20) -> NodeTrace:
    """Return the trace of a node of any kind but competency; each list has at most `limit` nodes.

    Raises:
        NotFoundError: there is no such node, or the scope names something that is not there.
        InputError: nothing passes through nodes of its kind: cohorts and assessments.
    """
    snapshot = as_asked(snapshot, scope)
    node = snapshot.require(node_id)
    kind = snapshot.kind_of(node)
    if kind not in OWN_SIDE:
        reason = message("trace_node.leads_nowhere", node_id=node_id, kind=kind)
        raise InputError(Problem(reason, value=node_id))
    resolved = resolve(snapshot, scope)
    walk = StageWalk(snapshot, resolved, node)
    chains = chain_arrays(snapshot, resolved)
    served = sorted(walk.competencies)
    at = chains.competencies.searchsorted(np.array(served, np.int64))
    order = np.argsort(-chains.severity[at], kind="stable").tolist()
    counts = np.bincount(chains.status[at], minlength=len(STATUSES)).tolist()
    return NodeTrace(
        id=NodeId(snapshot.ids[node]),
        ids=[NodeId(snapshot.ids[i]) for i in snapshot.members(node)],
        name=snapshot.name(node),
        kind=kind,
        competencies=[
            PassedCompetency(
                id=NodeId(snapshot.ids[served[i]]),
                name=snapshot.name(served[i]),
                status=STATUSES[chains.status[at[i]]],
                link=LINKS[chains.link[at[i]]] if chains.link[at[i]] >= 0 else None,
            )
            for i in order[:limit]
        ],
        competencies_total=len(served),
        statuses=dict(zip(STATUSES, counts, strict=True)),
        stages=[stage for name in STAGES if (stage := walk.tell(name, limit)).total],
        completeness=completeness(snapshot),
        scope=resolved.note,
        revision=snapshot.revision.number,
    )
