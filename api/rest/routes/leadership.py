"""Leadership: how far an enterprise leads the training for its roles."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.parameters import AnswerParameters, EnterpriseIdInPath
from api.rest.respond import answer, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.leadership import Leadership, measure_leadership
from queries.parameters.scope import InstitutionParameters

router = APIRouter(prefix="/v1/enterprises", tags=["enterprises"], route_class=QuestionRoute)


class LeadershipParameters(InstitutionParameters, AnswerParameters):
    """Whose training is asked about, and what of the answer."""


@router.get("/{id}/leadership", response_model=Leadership, responses=declared(404))
def show_leadership(
    request: Request, enterprise_id: EnterpriseIdInPath, query: Annotated[LeadershipParameters, Query()]
) -> Response:
    """Tell how much of what its roles require the enterprise hosts, leads, mentors and teaches the teachers."""
    service = service_of(request)
    found = measure_leadership(service.snapshot(query.lang), enterprise_id, institution=query.institution)
    return answer(found, request)
