"""Sources and runs: who states what, and what was imported when."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.answers.parameters import ListParameters, TableParameters
from api.answers.store_views import RevisionList, RunList, SourceList
from api.answers.store_views import list_revisions as revisions_of
from api.answers.store_views import list_runs as runs_of
from api.answers.store_views import list_sources as sources_of
from api.rest.respond import NOT_KEPT, answer_page, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.parameters.description import describe

router = APIRouter(prefix="/v1", tags=["sources"], route_class=QuestionRoute)


@router.get("/sources", response_model=SourceList, responses=declared(404))
async def list_sources(request: Request, _: Annotated[TableParameters, Query()]) -> Response:
    """List the sources of the graph, with version and licence; where they disagree, the first one counts."""
    service = service_of(request)
    return answer_page(await service.with_store(sources_of, service.require_store()), request)


@router.get("/revisions", response_model=RevisionList, responses=declared(404, 410, paged=True))
async def list_revisions(request: Request, query: Annotated[ListParameters, Query()]) -> Response:
    """List the revisions of the graph, the latest first: the import that made each, and how much it changed."""
    service = service_of(request)
    found = await service.with_store(revisions_of, service.require_store(), limit=query.limit, cursor=query.cursor)
    return answer_page(found, request)


class RunListParameters(ListParameters):
    """Which imports are listed."""

    source: str | None = Field(None, min_length=1, max_length=200, description=describe("runs_source"))


@router.get("/runs", response_model=RunList, responses=declared(404, 410, paged=True))
async def list_runs(request: Request, query: Annotated[RunListParameters, Query()]) -> Response:
    """List the imports, the latest first, each with its report: those applied, those without effect, those refused."""
    service = service_of(request)
    found = await service.with_store(
        runs_of, service.require_store(), service.state, source=query.source, limit=query.limit, cursor=query.cursor
    )
    return answer_page(found, request, NOT_KEPT)  # refused imports are not part of the graph
