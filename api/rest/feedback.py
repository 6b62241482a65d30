"""Feedback: what assessments show, by cohort."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.rest.answering import answer, declared
from api.rest.asking import Asked, Id
from api.rest.service import service_of
from queries.feedback import Feedback, give_feedback

router = APIRouter(prefix="/v1/feedback", tags=["feedback"])


class AskedFeedback(Asked):
    """Whose assessments are asked about."""

    cohort: Id | None = Field(None, description="Only this cohort; else the latest that were assessed.")
    discipline: Id | None = Field(None, description="Only cohorts of this discipline and all below it.")


@router.get("", response_model=Feedback, responses=declared(404))
def show_feedback(request: Request, asked: Annotated[AskedFeedback, Query()]) -> Response:
    """Tell what learners have not attained, where it can be followed up, and whether that helped before.

    Groups of fewer than five learners are left out and counted.
    """
    service = service_of(request)
    with service.heavy():
        found = give_feedback(service.snapshot(asked.lang), cohort=asked.cohort, discipline=asked.discipline)
        return answer(found)
