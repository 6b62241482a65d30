"""Search: nodes by id, name, code or alias."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.answers.parameters import AskedPage, KindName
from api.rest.respond import answer_page, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.search import FoundNodes, search

router = APIRouter(prefix="/v1/search", tags=["nodes"], route_class=QuestionRoute)


class AskedSearch(AskedPage):
    """What is looked for."""

    q: str = Field(min_length=1, max_length=200, description="Part of an id, name, code or alias, in any language.")
    kind: KindName | None = Field(None, description="Only nodes of this kind.")


@router.get("", response_model=FoundNodes, responses=declared(410, paged=True))
async def search_nodes(request: Request, asked: Annotated[AskedSearch, Query()]) -> Response:
    """Find nodes by a part of their id, name, code or alias, whatever its case or width: exact matches first."""
    snapshot = service_of(request).snapshot(asked.lang)
    return answer_page(search(snapshot, asked.q, asked.kind, limit=asked.limit, cursor=asked.cursor), request)
