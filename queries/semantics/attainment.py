"""Attainment: what assessments say that learners reach of a competency."""

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from graph.disclosure import FEWEST_LEARNERS
from graph.snapshot.snapshot import Snapshot
from queries.semantics.tolerance import at_least

THRESHOLD_SHARE = 0.6
"""The attainment from which a competency counts as proven."""


class _Score(NamedTuple):
    task: int
    cohort: int
    learners: int
    mean_score: float
    date: str


def attainment(snapshot: Snapshot, competency: int, tasks: Collection[int]) -> float | None:
    """Return the learner-weighted mean score, 0 to 1, of the latest cohort assessed on one of the tasks.

    Of 10 learners at 0.5 and 30 at 0.9 it is (10 * 0.5 + 30 * 0.9) / 40 = 0.8. None where nothing is recorded.
    """
    scores = [score for score in snapshot.derived(_scores).get(competency, ()) if score.task in tasks]
    if not scores:
        return None
    latest = max(scores, key=lambda score: (score.date, score.cohort)).cohort
    chosen = [score for score in scores if score.cohort == latest]
    return sum(s.learners * s.mean_score for s in chosen) / sum(s.learners for s in chosen)


def _scores(snapshot: Snapshot) -> dict[int, list[_Score]]:
    """Return the scores of groups that are large enough, by competency."""
    scores_of: dict[int, list[_Score]] = defaultdict(list)
    task, cohort = snapshot.reference("task_id"), snapshot.reference("cohort_id")
    competency, dates = snapshot.reference("competency_id"), snapshot.text("date")
    learners, mean_score = snapshot.number("learners"), snapshot.number("mean_score")
    for i in snapshot.of_kind("Assessment").tolist():
        if competency[i] >= 0 and learners[i] >= FEWEST_LEARNERS:
            score = _Score(int(task[i]), int(cohort[i]), int(learners[i]), float(mean_score[i]), dates[i])
            scores_of[int(snapshot.class_of[competency[i]])].append(score)
    return dict(scores_of)


def is_proven(attained: float | None) -> bool:
    """Say whether an attainment reaches THRESHOLD_SHARE; a mean is not below it because of how it was added up."""
    return attained is not None and at_least(attained, THRESHOLD_SHARE)
