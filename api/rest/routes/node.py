"""A node of any kind: what is stated of it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.parameters import NodeIdInPath, NodeParameters
from api.answers.store_views import NodeView
from api.rest.respond import answer_page, declared
from api.rest.shape import QuestionRoute
from api.service.node_view import view_of_kind
from api.service.service import service_of

router = APIRouter(prefix="/v1/nodes", tags=["nodes"], route_class=QuestionRoute)


@router.get("/{id}", response_model=NodeView, responses=declared(404, 410, paged=True))
async def show_node(request: Request, node_id: NodeIdInPath, query: Annotated[NodeParameters, Query()]) -> Response:
    """Show a node of any kind: what each source states of it, where they disagree, and its links."""
    service = service_of(request)
    found = await view_of_kind(service, service.snapshot(query.lang), node_id, None, query)
    return answer_page(found, request)
