"""The page of feedback: what assessments show of each cohort over time, what to follow up, and whether that helped."""

from collections.abc import Iterator, Sequence
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.web.completeness import MissingRecord, in_column, needed, unrecorded
from api.web.csv import as_cell, spreadsheet
from api.web.pages.node import scope_names
from api.web.parameters import FormParameters, ScopeForm
from api.web.pictures.charts import MOST_LINES, Timeline, timeline
from api.web.pictures.dot_plot import dot_plot
from api.web.view import PageRoute, View
from graph.disclosure import FEWEST_LEARNERS
from queries.feedback import CohortFeedback, Feedback, give_feedback
from queries.feedback_competencies import AssessmentDay, AttainedCompetency
from queries.parameters.feedback import FeedbackFilter
from queries.semantics.answers import NodeName

router = APIRouter(route_class=PageRoute, include_in_schema=False)

SHOWN = 200
"""How many competencies the page tells of, over all cohorts."""
_ALL = 1_000_000


class FeedbackForm(FeedbackFilter, FormParameters):
    """Whose assessments are looked at, and of how many competencies, the lowest first."""

    limit: int = Field(SHOWN, ge=1, le=1_000_000)

    def narrowed(self) -> dict[str, object]:
        """Return the parameters that narrow, as an address holds them."""
        return {name: value for name in ("discipline", "cohort") if (value := getattr(self, name)) is not None}


class CohortView(NamedTuple):
    """A cohort as the page tells of it: the chart is of the first of its competencies."""

    feedback: CohortFeedback
    chart: Timeline


@router.get("/feedback")
def show_feedback(request: Request, asked: Annotated[FeedbackForm, Query()]) -> Response:
    """Show what each cohort attained, and of what it did not, where to go on."""
    view = View(request)
    snapshot, t = view.snapshot, view.words
    found = give_feedback(
        snapshot, institution=asked.institution, cohort=asked.cohort, discipline=asked.discipline, limit=asked.limit
    )
    scope = {"discipline": asked.discipline} if asked.discipline else {}
    names = scope_names(view, ScopeForm.model_validate(scope))
    if found.cohort is not None:
        names.append((t("kind.Cohort"), found.cohort.name))
    return view.render(
        "feedback.html",
        measures=("attained", "attainment"),
        asked=asked,
        found=found,
        told=[CohortView(one, _chart(one)) for one in found.cohorts],
        plot=dot_plot(found.cohorts),
        deficient=_deficient(found),
        listed=sum(len(one.competencies) for one in found.cohorts),
        names=names,
        fewest=FEWEST_LEARNERS,
        most=MOST_LINES,
        missing=_missing(view, found),
        needs=[] if found.hidden else needed(t, snapshot, "feedback"),
        meanings=[
            (t("feedback.attained"), t("feedback.attainment_how")),
            (t("feedback.deficiency"), t("feedback.deficiency_how")),
            (t("feedback.follow_up"), t("feedback.follow_up_how")),
            (t("kind.Cohort"), t("feedback.cohort_how")),
        ],
    )


@router.get("/feedback.csv")
@router.get("/feedback.xlsx")
def list_feedback(request: Request, asked: Annotated[FeedbackForm, Query()]) -> Response:
    """Return each day on which a cohort was assessed in a competency as a table that Excel opens."""
    view = View(request)
    found = give_feedback(
        view.snapshot, institution=asked.institution, cohort=asked.cohort, discipline=asked.discipline, limit=_ALL
    )
    heads = (
        *("kind.Cohort", "kind.Discipline", "site.id", "gaps.competency", "feedback.attained", "property.date"),
        *("property.mean_score", "property.learners", "kinds.TrainingTask", "feedback.noticed"),
    )
    return spreadsheet(request, "feedback", [view.words(head) for head in heads], _rows(found))


def _deficient(found: Feedback) -> list[tuple[CohortFeedback, AttainedCompetency]]:
    """Return what is below the threshold, and whose it is: the lowest first, then by cohort and competency."""
    pairs = [(one, each) for one in found.cohorts for each in one.competencies if each.deficient]
    return sorted(pairs, key=lambda pair: (pair[1].attainment, pair[0].cohort.id, pair[1].competency.id))


def _chart(one: CohortFeedback) -> Timeline:
    return timeline([[(day.date, day.score) for day in each.assessments] for each in one.competencies])


def _missing(view: View, found: Feedback) -> list[MissingRecord]:
    """Return what is not recorded and would change the answer."""
    t, missing = view.words, []
    if not found.assessed:
        missing.append(MissingRecord(t("feedback.none_how"), in_column(t, "assessments", "mean_score")))
    return missing + unrecorded(t, found.completeness, "units_without_develops", "tasks_without_practises")


def _rows(found: Feedback) -> Iterator[list[str]]:
    for one in found.cohorts:
        for each in one.competencies:
            for day in each.assessments:
                yield [*_whose(one), *_row(each, day)]


def _whose(one: CohortFeedback) -> tuple[str, str]:
    return one.cohort.name, one.discipline.name if one.discipline else ""


def _row(each: AttainedCompetency, day: AssessmentDay) -> list[str]:
    about = [each.competency.id, each.competency.name, as_cell(each.attainment), day.date, as_cell(day.score)]
    return [*about, str(day.learners), _joined(day.tasks), "; ".join(day.issues)]


def _joined(nodes: Sequence[NodeName]) -> str:
    return "; ".join(node.name for node in nodes)
