"""Search: nodes by id, name, code or alias."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.parameters import TableParameters
from api.rest.respond import NOT_KEPT, answer_page, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.parameters.search import SearchQuery
from queries.search import SearchResult, search

router = APIRouter(prefix="/v1/search", tags=["nodes"], route_class=QuestionRoute)


class SearchParameters(SearchQuery, TableParameters):
    """What is looked for, and what of the answer."""


@router.get("", response_model=SearchResult, responses=declared(404, 410, paged=True))
def search_nodes(request: Request, query: Annotated[SearchParameters, Query()]) -> Response:
    """Find nodes by words of a name or alias in any order and form, by code, URI or id; best first, each with why."""
    service = service_of(request)
    snapshot = service.snapshot(query.lang)
    found = search(snapshot, query.q, query.kind, limit=query.limit, cursor=query.cursor)
    found, is_passing = service.name_vectors.or_near(found, snapshot, query, query.lang)
    return answer_page(found, request, NOT_KEPT if is_passing else None)
