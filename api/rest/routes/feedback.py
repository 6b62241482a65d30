"""Feedback: what assessments show, by cohort."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.answers.parameters import MOST_ITEMS, AskedTable, Id
from api.rest.respond import answer, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.feedback import Feedback, give_feedback

router = APIRouter(prefix="/v1/feedback", tags=["feedback"], route_class=QuestionRoute)


class AskedFeedback(AskedTable):
    """Whose assessments are asked about."""

    cohort: Id | None = Field(None, description="Only this cohort; else the latest that were assessed.")
    limit: int = Field(100, ge=1, le=MOST_ITEMS, description="How many competencies are listed at most.")
    discipline: Id | None = Field(None, description="Only cohorts of this discipline and all below it.")


@router.get("", response_model=Feedback, responses=declared(404))
def show_feedback(request: Request, asked: Annotated[AskedFeedback, Query()]) -> Response:
    """Tell what learners have not attained, where it can be followed up, and whether that helped before.

    Groups of fewer than five learners are left out and counted.
    """
    service = service_of(request)
    with service.heavy():
        snapshot = service.snapshot(asked.lang)
        found = give_feedback(snapshot, cohort=asked.cohort, discipline=asked.discipline, limit=asked.limit)
        return answer(found, request)
