"""Integration: how far innovation and the disciplines meet in training."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.page_windows import page_of
from api.answers.parameters import TableParameters
from api.rest.respond import answer_page, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.integration import Integration, integrate
from queries.parameters.integration import IntegrationQuery
from queries.parameters.page import CursorParameters

router = APIRouter(prefix="/v1/integration", tags=["integration"], route_class=QuestionRoute)


class IntegrationParameters(CursorParameters, IntegrationQuery, TableParameters):
    """Whose integration is asked about, and what of the answer."""


@router.get("", response_model=Integration, responses=declared(404, 410, paged=True))
def show_integration(request: Request, query: Annotated[IntegrationParameters, Query()]) -> Response:
    """Tell how much of the demand is practised by tasks that join innovation and disciplinary units, and what is apart.

    Candidates are tasks that would become such fusion tasks by one unit more, ranked by the demand that they bring.
    """
    service = service_of(request)
    snapshot = service.snapshot(query.lang)

    def ask(limit: int) -> Integration:
        told = query.model_dump(include={"institution", "discipline", "role", "focus"})
        return integrate(snapshot, **told, limit=limit)

    found = page_of(ask, query.limit, query.cursor, snapshot.revision)
    return answer_page(found, request)
