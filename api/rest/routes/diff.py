"""The difference between two revisions: what changed, and what that did."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.answers.parameters import MOST_ITEMS, AskedScope, Tabled
from api.answers.scenarios import ask_diff
from api.rest.respond import answer, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.diff import Diff

router = APIRouter(prefix="/v1", tags=["states"], route_class=QuestionRoute)


class AskedDifference(AskedScope):
    """In which scope the two are compared, and how much is listed."""

    limit: int = Field(20, ge=1, le=MOST_ITEMS, description="How many items each list has at most; all are counted.")


class AskedDiff(Tabled, AskedDifference):
    """Which two revisions are compared."""

    since: int = Field(ge=0, le=2**53, description="The earlier revision.")
    until: int | None = Field(None, ge=0, le=2**53, description="The later revision; the present one if not given.")


@router.get("/diff", response_model=Diff, responses=declared(404, 409))
async def show_diff(request: Request, asked: Annotated[AskedDiff, Query()]) -> Response:
    """Tell what changed between two revisions, and what that did to coverage and gaps."""
    service = service_of(request)
    snapshot = service.snapshot(asked.lang)
    until = snapshot.revision.number if asked.until is None else asked.until
    with service.heavy():
        found = await service.with_store(
            ask_diff, service.require_store(), snapshot, asked.since, until, asked.scope(), limit=asked.limit
        )
    return answer(found, request)
