"""The difference between two revisions: what changed, and what that did."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.page_windows import page_of
from api.answers.parameters import TableParameters
from api.answers.scenarios import ask_diff
from api.rest.respond import answer_page, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.diff import Diff
from queries.parameters.diff import DiffQuery
from queries.parameters.page import CursorParameters

router = APIRouter(prefix="/v1", tags=["states"], route_class=QuestionRoute)


class DiffParameters(CursorParameters, DiffQuery, TableParameters):
    """Which two revisions are compared, in which scope, and what of the answer."""


@router.get("/diff", response_model=Diff, responses=declared(404, 409, 410, paged=True))
async def show_diff(request: Request, query: Annotated[DiffParameters, Query()]) -> Response:
    """Tell what changed between two revisions, and what that did to coverage and gaps."""
    service = service_of(request)
    snapshot = service.snapshot(query.lang)
    until = snapshot.revision.number if query.until is None else query.until
    store = service.require_store()

    def ask(limit: int) -> Diff:
        return ask_diff(store, snapshot, query.since, until, query.scope(), limit=limit)

    found = await service.with_store(page_of, ask, query.limit, query.cursor, snapshot.revision)
    return answer_page(found, request)
