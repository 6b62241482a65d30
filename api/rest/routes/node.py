"""Nodes of any kind: the list of them, and what is stated of each."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.answers.node_pages import NodePage, listed_nodes
from api.answers.parameters import NodeIdInPath, NodeParameters, TableParameters
from api.answers.store_views import NodeView
from api.rest.respond import answer_page, declared
from api.rest.shape import QuestionRoute
from api.service.node_view import view_of_kind
from api.service.service import service_of
from queries.parameters.description import describe
from queries.parameters.search import AnyNodeListQuery

router = APIRouter(prefix="/v1/nodes", tags=["nodes"], route_class=QuestionRoute)


class AnyNodeListParameters(AnyNodeListQuery, TableParameters):
    """Which nodes are listed, and what of them."""

    expand: Literal["values"] | None = Field(None, description=describe("nodes_expand"))


@router.get("", response_model=NodePage, responses=declared(404, 410, paged=True))
async def list_nodes(request: Request, query: Annotated[AnyNodeListParameters, Query()]) -> Response:
    """List nodes of any kind: all, or those of a source, a vocabulary, a code, a URI, or these ids."""
    service = service_of(request)
    snapshot, store = service.snapshot(query.lang), service.require_store()
    found = await service.with_store(listed_nodes, store, snapshot, query, with_values=query.expand == "values")
    return answer_page(found, request)


@router.get("/{id}", response_model=NodeView, responses=declared(404, 410, paged=True))
async def show_node(request: Request, node_id: NodeIdInPath, query: Annotated[NodeParameters, Query()]) -> Response:
    """Show a node of any kind: what each source states of it, where they disagree, and its links."""
    service = service_of(request)
    found = await view_of_kind(service, service.snapshot(query.lang), node_id, None, query)
    return answer_page(found, request)
