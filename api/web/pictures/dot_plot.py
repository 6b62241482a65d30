"""Dot plot: the score before and the latest of each competency on one scale, lowest attainment first. Pure."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from queries.feedback import CohortFeedback
from queries.feedback_competencies import AttainedCompetency
from queries.semantics.attainment import THRESHOLD_SHARE


class DotRow(NamedTuple):
    """A competency of a cohort: where its dots stand, in percent of the length; `before` is None after one day.

    `change` is the latest score less the one before it, in points.
    """

    cohort: CohortFeedback
    attained: AttainedCompetency
    before: float | None
    latest: float
    is_below: bool
    change: float | None


class DotPlot(NamedTuple):
    """The rows, and the shares that stand beside the scale, each with its place in percent of the length."""

    rows: list[DotRow]
    ticks: list[tuple[float, float]]
    threshold: float


def dot_plot(cohorts: Iterable[CohortFeedback]) -> DotPlot:
    """Return the plot of all cohorts: by attainment, then cohort, then competency.

    The scale begins at the tenth below the lowest score, and no later than a tenth below the threshold.
    """
    pairs = [(cohort, one) for cohort in cohorts for one in cohort.competencies]
    pairs.sort(key=lambda pair: (pair[1].attainment, pair[0].cohort.id, pair[1].competency.id))
    base = _base([day.score for _, one in pairs for day in one.assessments])
    ticks = [(share / 10, _at(share / 10, base)) for share in range(round(base * 10), 11)]
    return DotPlot([_row(cohort, one, base) for cohort, one in pairs], ticks, _at(THRESHOLD_SHARE, base))


def _base(scores: Sequence[float]) -> float:
    return max(int(min([*scores, THRESHOLD_SHARE - 0.01]) * 10) / 10, 0.0)


def _at(share: float, base: float) -> float:
    return round((share - base) / (1 - base) * 100, 2)


def _row(cohort: CohortFeedback, one: AttainedCompetency, base: float) -> DotRow:
    latest = one.assessments[-1].score
    before = one.assessments[-2].score if len(one.assessments) > 1 else None
    change = None if before is None else (latest - before) * 100
    place = None if before is None else _at(before, base)
    return DotRow(cohort, one, place, _at(latest, base), latest < THRESHOLD_SHARE, change)
