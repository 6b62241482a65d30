"""Allocation: teaching hours and training seats beside demand, and their next best use."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.page_windows import page_of
from api.answers.parameters import TableParameters
from api.rest.respond import answer_page, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.allocation import Allocation, allocate
from queries.parameters.allocation import AllocationQuery
from queries.parameters.page import CursorParameters

router = APIRouter(prefix="/v1/allocation", tags=["allocation"], route_class=QuestionRoute)


class AllocationParameters(CursorParameters, AllocationQuery, TableParameters):
    """What is weighed, how much more is to be spent, and what of the answer."""


@router.get("", response_model=Allocation, responses=declared(404, 410, paged=True))
def show_allocation(request: Request, query: Annotated[AllocationParameters, Query()]) -> Response:
    """Tell where hours and seats go beside where demand is, by competency and kind of education.

    With the best uses of more of each: what adds most to coverage first.
    """
    service = service_of(request)
    snapshot = service.snapshot(query.lang)

    def ask(limit: int) -> Allocation:
        spent = query.model_dump(include={"hours", "seats"})
        return allocate(snapshot, query.scope(), **spent, order=query.sort, limit=limit)

    found = page_of(ask, query.limit, query.cursor, snapshot.revision)
    return answer_page(found, request)
