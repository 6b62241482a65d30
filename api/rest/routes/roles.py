"""Roles: the list of them, and what is stated of each."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.parameters import (
    NodeParameters,
    RoleIdInPath,
    TableParameters,
)
from api.answers.store_views import NodeView
from api.rest.respond import answer_page, declared
from api.rest.shape import QuestionRoute
from api.service.node_view import view_of_kind
from api.service.service import service_of
from queries.node_list import FoundNodes, list_nodes
from queries.parameters.search import NodeListQuery

router = APIRouter(prefix="/v1/roles", tags=["roles"], route_class=QuestionRoute)


class RoleListParameters(NodeListQuery, TableParameters):
    """Which roles are listed, and what of the answer."""


@router.get("", response_model=FoundNodes, responses=declared(404, 410, paged=True))
def list_roles(request: Request, query: Annotated[RoleListParameters, Query()]) -> Response:
    """List the roles by id or name: all, or those whose name contains `title` and that have exactly the `code`."""
    found = list_nodes(
        service_of(request).snapshot(query.lang),
        "Role",
        title=query.title,
        code=query.code,
        prefix=query.vocabulary,
        order=query.sort,
        limit=query.limit,
        cursor=query.cursor,
    )
    return answer_page(found, request)


@router.get("/{id}", response_model=NodeView, responses=declared(404, 410, paged=True))
async def show_role(request: Request, role_id: RoleIdInPath, query: Annotated[NodeParameters, Query()]) -> Response:
    """Show a role: what each source states of it, where they disagree, and its links."""
    service = service_of(request)
    found = await view_of_kind(service, service.snapshot(query.lang), role_id, "Role", query)
    return answer_page(found, request)
