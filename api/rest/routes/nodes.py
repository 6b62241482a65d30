"""Nodes of any kind: what is stated of them, and what they lead to."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import RootModel

from api.answers.parameters import AskedNode, AskedTrace, NodeIdInPath
from api.answers.stored import NodeView
from api.rest.respond import answer, declared
from api.rest.shape import QuestionRoute
from api.service.node_view import view_of_kind
from api.service.service import service_of
from queries.trace import Trace, trace_competency
from queries.trace_node import NodeTrace, trace_node

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
