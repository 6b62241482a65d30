"""Competencies: the list of them, and what is stated of each."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.parameters import CompetencyIdInPath, NodeParameters, TableParameters
from api.answers.store_views import NodeView
from api.rest.respond import SUNSET, answer_page, declared
from api.rest.shape import QuestionRoute
from api.service.node_view import view_of_kind
from api.service.service import service_of
from queries.node_list import FoundNodes, list_nodes
from queries.parameters.search import CompetencyListQuery

router = APIRouter(prefix="/v1/competencies", tags=["trace"], route_class=QuestionRoute)


class CompetencyListParameters(CompetencyListQuery, TableParameters):
    """Which competencies are listed, and what of the answer."""


@router.get("", response_model=FoundNodes, responses=declared(404, 410, paged=True))
def list_competencies(request: Request, query: Annotated[CompetencyListParameters, Query()]) -> Response:
    """List the competencies by id or name: all, or those whose name contains `title` and whose code is `code`."""
    found = list_nodes(
        service_of(request).snapshot(query.lang),
        "Competency",
        title=query.title,
        code=query.code,
        prefix=query.vocabulary,
        word=query.wanted_kind,
        order=query.sort,
        limit=query.limit,
        cursor=query.cursor,
    )
    return answer_page(found, request, SUNSET if query.kind else None)


@router.get("/{id}", response_model=NodeView, responses=declared(404, 410, paged=True))
async def show_competency(
    request: Request, competency_id: CompetencyIdInPath, query: Annotated[NodeParameters, Query()]
) -> Response:
    """Show a competency: what each source states of it, where they disagree, and its links."""
    service = service_of(request)
    found = await view_of_kind(service, service.snapshot(query.lang), competency_id, "Competency", query)
    return answer_page(found, request)
