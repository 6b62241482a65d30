"""Integration: how far innovation and the disciplines meet in training."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.answers.parameters import MOST_ITEMS, AskedTable, Id
from api.rest.respond import answer, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.integration import Integration, integrate

router = APIRouter(prefix="/v1/integration", tags=["integration"], route_class=QuestionRoute)


class AskedIntegration(AskedTable):
    """Whose integration is asked about."""

    discipline: Id | None = Field(None, description="Only this discipline and all below it, and the roles it targets.")
    role: Id | None = Field(None, description="Only what this role requires.")
    limit: int = Field(20, ge=1, le=MOST_ITEMS, description="How many items each list has at most; all are counted.")


@router.get("", response_model=Integration, responses=declared(404))
def show_integration(request: Request, asked: Annotated[AskedIntegration, Query()]) -> Response:
    """Tell how much of the demand is practised by tasks that join innovation and disciplinary units, and what is apart.

    Candidates are tasks that would become such fusion tasks by one unit more, ranked by the demand that they bring.
    """
    service = service_of(request)
    with service.heavy():
        found = integrate(service.snapshot(asked.lang), discipline=asked.discipline, role=asked.role, limit=asked.limit)
        return answer(found, request)
