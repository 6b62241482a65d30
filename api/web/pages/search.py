"""The page of the search."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.service.service import service_of
from api.web.pages.home import kind_counts
from api.web.parameters import FormParameters, Text
from api.web.view import PageRoute, View
from queries.lists import list_totals
from queries.parameters.search import KindFilter, SearchQuery
from queries.search import search
from queries.semantics.cursors import next_cursor
from queries.semantics.scope import Scope

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PAGE_SIZE = 25


class SearchForm(KindFilter, FormParameters):
    """What is looked for."""

    q: Text | None = None
    page: int = Field(1, ge=1, le=100_000)


@router.get("/search")
def show_search(request: Request, asked: Annotated[SearchForm, Query()]) -> Response:
    """Show what is called so, or holds the text in an id, code or other name."""
    view = View(request)
    snapshot = view.snapshot
    found = None
    if asked.q:
        offset = (asked.page - 1) * PAGE_SIZE
        cursor = next_cursor(snapshot.revision, offset, offset + 1)
        found = search(snapshot, asked.q, asked.kind, limit=PAGE_SIZE, cursor=cursor)
        if asked.page == 1:
            query = SearchQuery(q=asked.q, kind=asked.kind, limit=PAGE_SIZE)
            found, _ = service_of(request).name_vectors.or_near(found, snapshot, query, view.language)
    kinds = kind_counts(list_totals(snapshot, Scope(focus="all")))
    return view.render("search.html", asked=asked, found=found, kinds=kinds, size=PAGE_SIZE)
