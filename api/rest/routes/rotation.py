"""Rotation: a cohort's training plan, placed by host and term."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.parameters import AnswerParameters, NodeIdInPath
from api.rest.respond import answer, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.parameters.rotation import RotationQuery
from queries.rotation import Rotation, rotate

router = APIRouter(prefix="/v1/rotation", tags=["roles"], route_class=QuestionRoute)


class RotationParameters(RotationQuery, AnswerParameters):
    """What a cohort is placed for, within which limits, and what of the answer."""


@router.get("/{id}", response_model=Rotation, responses=declared(404))
def rotate_cohort(request: Request, cohort_id: NodeIdInPath, query: Annotated[RotationParameters, Query()]) -> Response:
    """Place a cohort's training plan by host and term within the seats, and say who cannot be placed and why."""
    service = service_of(request)
    snapshot = service.snapshot(query.lang)
    wish, institution = query.wish(), query.institution
    found = rotate(snapshot, cohort_id, query.role, institution=institution, terms=query.terms, wish=wish)
    return answer(found, request)
