"""Allocation: teaching hours and training seats beside demand, and their next best use."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.parameters import TableParameters
from api.rest.respond import answer, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.allocation import Allocation, allocate
from queries.parameters.allocation import AllocationQuery

router = APIRouter(prefix="/v1/allocation", tags=["allocation"], route_class=QuestionRoute)


class AllocationParameters(AllocationQuery, TableParameters):
    """What is weighed, how much more is to be spent, and what of the answer."""


@router.get("", response_model=Allocation, responses=declared(404))
def show_allocation(request: Request, query: Annotated[AllocationParameters, Query()]) -> Response:
    """Tell where hours and seats go beside where demand is, by competency and kind of education.

    With the best uses of more of each: what adds most to coverage first.
    """
    service = service_of(request)
    found = allocate(
        service.snapshot(query.lang),
        query.scope(),
        hours=query.hours,
        seats=query.seats,
        order=query.sort,
        limit=query.limit,
    )
    return answer(found, request)
