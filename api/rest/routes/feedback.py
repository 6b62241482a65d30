"""Feedback: what assessments show, by cohort."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.parameters import TableParameters
from api.rest.respond import answer_page, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.feedback import Feedback, give_feedback
from queries.parameters.feedback import FeedbackQuery
from queries.parameters.page import CursorParameters

router = APIRouter(prefix="/v1/feedback", tags=["feedback"], route_class=QuestionRoute)


class FeedbackParameters(CursorParameters, FeedbackQuery, TableParameters):
    """Whose assessments are asked about, and what of the answer."""


@router.get("", response_model=Feedback, responses=declared(404, 410, paged=True))
def show_feedback(request: Request, query: Annotated[FeedbackParameters, Query()]) -> Response:
    """Tell what learners have not attained, where it can be followed up, and whether that helped before.

    Groups of fewer than five learners are left out and counted.
    """
    service = service_of(request)
    snapshot = service.snapshot(query.lang)
    asked = query.model_dump(include={"institution", "cohort", "discipline", "limit", "cursor"})
    found = give_feedback(snapshot, **asked)
    return answer_page(found, request)
