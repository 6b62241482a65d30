"""Allocation: teaching hours and training seats beside demand, and their next best use."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.answers.parameters import MOST_ITEMS, AskedScope, Tabled
from api.rest.respond import answer, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.allocation import Allocation, allocate
from queries.parameters.allocation import AllocationOrder

router = APIRouter(prefix="/v1/allocation", tags=["allocation"], route_class=QuestionRoute)
_MOST = 1_000_000


class AskedAllocation(Tabled, AskedScope):
    """What is weighed, and how much more is to be spent."""

    hours: float | None = Field(None, ge=0, le=_MOST, description="So many more hours of teaching are to be spent.")
    seats: float | None = Field(None, ge=0, le=_MOST, description="So many more training seats are to be spent.")
    sort: AllocationOrder = Field(
        "balance", description="What competencies are by: out of proportion first (`balance`), `demand`, or `name`."
    )
    limit: int = Field(20, ge=1, le=MOST_ITEMS, description="How many items each list has at most.")


@router.get("", response_model=Allocation, responses=declared(404))
def show_allocation(request: Request, asked: Annotated[AskedAllocation, Query()]) -> Response:
    """Tell where hours and seats go beside where demand is, by competency and kind of education.

    With the best uses of more of each: what adds most to coverage first.
    """
    service = service_of(request)
    with service.heavy():
        found = allocate(
            service.snapshot(asked.lang),
            asked.scope(),
            hours=asked.hours,
            seats=asked.seats,
            order=asked.sort,
            limit=asked.limit,
        )
        return answer(found, request)
