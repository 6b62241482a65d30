"""Gaps: where chains break or are weak."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.parameters import TableParameters
from api.rest.respond import answer_page, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.gaps import Gaps, find_gaps
from queries.parameters.gaps import GapsQuery

router = APIRouter(prefix="/v1/gaps", tags=["gaps"], route_class=QuestionRoute)


class GapsParameters(GapsQuery, TableParameters):
    """Which gaps are listed, in which scope, and what of the answer."""


@router.get("", response_model=Gaps, responses=declared(404, 410, paged=True))
def list_gaps(request: Request, query: Annotated[GapsParameters, Query()]) -> Response:
    """List the competencies whose chain is broken or weak, the gravest first unless sorted, and count every status.

    The counts are over every competency in focus as it is judged in the scope, whatever the filters and the page.
    Sorted by `broken`, those of severity 5 and 4 stand together, by demand; then the others by severity, and demand.
    """
    snapshot = service_of(request).snapshot(query.lang)
    found = find_gaps(snapshot, query.scope(), query.filter(), order=query.sort, limit=query.limit, cursor=query.cursor)
    return answer_page(found, request)
