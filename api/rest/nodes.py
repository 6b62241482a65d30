"""Nodes of any kind: what is stated of them, and what they lead to."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.rest.answering import answer, declared
from api.rest.asking import AskedNode, AskedTrace, NodeIdInPath
from api.rest.service import Service, service_of
from api.views import NodeView, node_view
from graph.errors import InputError, Problem
from queries.trace import Trace, trace_competency

router = APIRouter(prefix="/v1/nodes", tags=["nodes"])


@router.get("/{id}", response_model=NodeView, responses=declared(404))
async def show_node(request: Request, node_id: NodeIdInPath, asked: Annotated[AskedNode, Query()]) -> Response:
    """Show a node of any kind: what each source states of it, where they disagree, and its links."""
    return answer(await view_of_kind(service_of(request), node_id, None, asked))


@router.get("/{id}/trace", response_model=Trace, responses=declared(404))
async def trace_node(request: Request, node_id: NodeIdInPath, asked: Annotated[AskedTrace, Query()]) -> Response:
    """Trace a node: so far a competency only, with the same answer as `/v1/competencies/{id}/trace`."""
    snapshot = service_of(request).snapshot(asked.lang)
    kind = snapshot.kind_of(snapshot.require(node_id))
    if kind != "Competency":
        reason = f"{node_id} is of the kind {kind}; only competencies are traced so far. Its links are at /v1/nodes"
        raise InputError(Problem(reason, value=node_id))
    return answer(trace_competency(snapshot, node_id, asked.scope(), limit=asked.limit))


async def view_of_kind(service: Service, node_id: str, kind: str | None, asked: AskedNode) -> NodeView:
    """Return the node's view.

    Raises:
        NotFoundError: there is no such node, or it is of another kind than the one named.
    """
    snapshot = service.snapshot(asked.lang)
    snapshot.require(node_id, kind)
    return await service.with_store(node_view, service.require_store(), snapshot, node_id, limit=asked.limit)
