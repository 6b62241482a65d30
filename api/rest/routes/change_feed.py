"""The change feed: what each revision changed, for whoever follows the graph."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.answers.change_feed import ChangeFeed, list_changes
from api.answers.parameters import MOST_REVISION, AnswerParameters
from api.rest.respond import answer_page, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.parameters.description import describe
from queries.parameters.page import MOST_ITEMS

router = APIRouter(prefix="/v1/changes", tags=["sources"], route_class=QuestionRoute)


class ChangesParameters(AnswerParameters):
    """After which revision, how many, and what of the answer."""

    since: int = Field(0, ge=0, le=MOST_REVISION, description=describe("changes_since"))
    limit: int = Field(20, ge=1, le=MOST_ITEMS, description=describe("limit"))
    cursor: str | None = Field(
        None, max_length=16, description=describe("cursor"), json_schema_extra={"pattern": "^[0-9]+$"}
    )


@router.get("", response_model=ChangeFeed, responses=declared(404, paged=True))
async def follow_changes(request: Request, query: Annotated[ChangesParameters, Query()]) -> Response:
    """Tell what each revision after one changed: source, run, content hash, counts by kind and relation."""
    service = service_of(request)
    found = await service.with_store(
        list_changes, service.require_store(), query.since, limit=query.limit, cursor=query.cursor
    )
    return answer_page(found, request)
