"""The parameters of feedback."""

from pydantic import Field

from queries.parameters.description import describe
from queries.parameters.ids import Id
from queries.parameters.page import MOST_ITEMS
from queries.parameters.scope import InstitutionParameters


class FeedbackFilter(InstitutionParameters):
    """Whose assessments are asked about."""

    cohort: Id | None = Field(None, description=describe("feedback_cohort"))
    discipline: Id | None = Field(None, description=describe("feedback_discipline"))


class FeedbackQuery(FeedbackFilter):
    """Whose assessments are asked about, and how much is listed."""

    limit: int = Field(100, ge=1, le=MOST_ITEMS, description=describe("feedback_limit"))
