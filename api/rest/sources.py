"""Sources and runs: who states what, and what was imported when."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.rest.answering import NOT_KEPT, answer_page, declared
from api.rest.asking import Asked, AskedPage
from api.rest.service import service_of
from api.views import RunList, SourceList
from api.views import list_runs as runs_of
from api.views import list_sources as sources_of

router = APIRouter(prefix="/v1", tags=["sources"])


@router.get("/sources", response_model=SourceList, responses=declared())
async def list_sources(request: Request, _: Annotated[Asked, Query()]) -> Response:
    """List the sources of the graph, with version and licence; where they disagree, the first one counts."""
    service = service_of(request)
    return answer_page(await service.with_store(sources_of, service.require_store()), request)


@router.get("/runs", response_model=RunList, responses=declared(410, paged=True))
async def list_runs(request: Request, asked: Annotated[AskedPage, Query()]) -> Response:
    """List the imports, the latest first, each with its report: those applied, those without effect, those refused."""
    service = service_of(request)
    found = await service.with_store(
        runs_of, service.require_store(), service.state, limit=asked.limit, cursor=asked.cursor
    )
    return answer_page(found, request, NOT_KEPT)  # refused imports are not part of the graph
