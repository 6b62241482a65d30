"""Nodes of any kind: what is stated of them, and what they lead to."""

import asyncio
import time
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import RootModel

from api.answers.parameters import AskedNode, AskedTrace, NodeIdInPath
from api.answers.stored import NodeView, node_view
from api.rest.respond import answer, declared
from api.rest.shape import QuestionRoute
from api.service.service import LOOK_EVERY_S, Service, service_of
from graph.errors import ConflictError, StoreUnavailableError
from queries.trace import Trace, trace_competency
from queries.trace_node import NodeTrace, trace_node

_PATIENCE_S = 5.0

router = APIRouter(prefix="/v1/nodes", tags=["nodes"], route_class=QuestionRoute)


@router.get("/{id}", response_model=NodeView, responses=declared(404))
async def show_node(request: Request, node_id: NodeIdInPath, asked: Annotated[AskedNode, Query()]) -> Response:
    """Show a node of any kind: what each source states of it, where they disagree, and its links."""
    return answer(await view_of_kind(service_of(request), node_id, None, asked), request)


class AnyTrace(RootModel[Trace | NodeTrace]):
    """The trace of a competency, whole; of any other node, what it leads to or comes from."""


@router.get("/{id}/trace", response_model=AnyTrace, responses=declared(404))
async def trace_any(request: Request, node_id: NodeIdInPath, asked: Annotated[AskedTrace, Query()]) -> Response:
    """Trace a node of any kind: what it leads to or comes from, by way of the competencies that it serves.

    Of a competency it is the same as `/v1/competencies/{id}/trace`.
    """
    snapshot = service_of(request).snapshot(asked.lang)
    if snapshot.kind_of(snapshot.require(node_id)) == "Competency":
        return answer(trace_competency(snapshot, node_id, asked.scope(), limit=asked.limit), request)
    return answer(trace_node(snapshot, node_id, asked.scope(), limit=asked.limit), request)


async def view_of_kind(service: Service, node_id: str, kind: str | None, asked: AskedNode) -> NodeView:
    """Return the node's view.

    Where the store has gone on and cannot show the revision that is answered from, the next one is waited for.

    Raises:
        NotFoundError: there is no such node, or it is of another kind than the one named.
        StoreUnavailableError: that took too long.
    """
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        snapshot = service.snapshot(asked.lang)
        snapshot.require(node_id, kind)
        try:
            return await service.with_store(node_view, service.require_store(), snapshot, node_id, limit=asked.limit)
        except ConflictError:
            await asyncio.sleep(LOOK_EVERY_S)
    raise StoreUnavailableError("the graph is being read anew; ask again in a moment")
