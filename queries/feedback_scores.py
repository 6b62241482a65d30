"""Attainment by cohort and competency, computed once for all; groups that are too small are left out."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, pairwise
from typing import NamedTuple

from graph.disclosure import FEWEST_LEARNERS
from graph.snapshot.restriction import WITHHELD
from graph.snapshot.snapshot import Snapshot
from queries.semantics.attainment import THRESHOLD_SHARE


class AssessmentScore(NamedTuple):
    """One assessment, as nodes; `points` is the mean score times the learners, exact."""

    competency: int
    cohort: int
    date: str
    task: int
    learners: int
    points: Decimal
    issue: str


class DayScores(NamedTuple):
    """What one cohort scored in one competency on one day."""

    date: str
    score: float
    scores: list[AssessmentScore]


class CohortAttainment(NamedTuple):
    """How one cohort came along in one competency; `again`: the last deficient day before another, and that other.

    `discipline` is that of the cohort, -1 where none is alive. `scores` and `days` are by date.
    """

    competency: int
    cohort: int
    discipline: int
    scores: list[AssessmentScore]
    days: list[DayScores]
    attainment: float
    again: tuple[DayScores, DayScores] | None

    @property
    def deficient(self) -> bool:
        """Whether the attainment is below the threshold."""
        return self.attainment < THRESHOLD_SHARE

    @property
    def rank(self) -> tuple[bool, float, int, int]:
        """What standings are ordered by: deficient ones first, then attainment, competency, cohort."""
        return (not self.deficient, self.attainment, self.competency, self.cohort)


@dataclass(frozen=True, slots=True)
class Attainments:
    """Every standing, by competency and cohort; those of the latest cohorts; and assessments of too few by cohort.

    A cohort is the latest in a competency when no other of its discipline was assessed in it later (then: by id).
    """

    standings: list[CohortAttainment]
    latest: list[CohortAttainment]
    by_competency: dict[int, list[CohortAttainment]]
    hidden: dict[int, int]


def assessed(snapshot: Snapshot) -> Attainments:
    """Return what the assessments show."""
    return snapshot.derived(_assessed)


def mean(scores: list[AssessmentScore]) -> float:
    """Return the learner-weighted mean: of 10 learners at 0.5 and 30 at 0.9 it is 0.8."""
    return float(sum((score.points for score in scores), Decimal()) / sum(score.learners for score in scores))


def _assessed(snapshot: Snapshot) -> Attainments:
    program_of = snapshot.reference("discipline_id")
    withheld = ((snapshot.find(cohort), rows) for cohort, rows in snapshot.about.get(WITHHELD, {}).items())
    standings, hidden = list[CohortAttainment](), {cohort: rows for cohort, rows in withheld if cohort is not None}
    large = []
    for score in _scores(snapshot):
        if score.learners >= FEWEST_LEARNERS:
            large.append(score)
        else:
            hidden[score.cohort] = hidden.get(score.cohort, 0) + 1
    for (_, cohort), group in groupby(large, key=lambda score: (score.competency, score.cohort)):
        standings.append(_standing(list(group), int(program_of[cohort])))
    last: dict[tuple[int, int], tuple[str, int]] = {}
    by_competency: dict[int, list[CohortAttainment]] = defaultdict(list)
    for one in standings:
        key = (one.competency, one.discipline)
        last[key] = max(last.get(key, ("", -1)), (one.days[-1].date, one.cohort))
        by_competency[one.competency].append(one)
    latest = [one for one in standings if last[one.competency, one.discipline][1] == one.cohort]
    return Attainments(standings, latest, dict(by_competency), hidden)


def _standing(scores: list[AssessmentScore], discipline: int) -> CohortAttainment:
    by_date = ((date, list(group)) for date, group in groupby(scores, key=lambda score: score.date))
    days = [DayScores(date, mean(group), group) for date, group in by_date]
    again = [(before, after) for before, after in pairwise(days) if before.score < THRESHOLD_SHARE]
    first = scores[0]
    return CohortAttainment(
        first.competency, first.cohort, discipline, scores, days, mean(scores), again[-1] if again else None
    )


def _scores(snapshot: Snapshot) -> list[AssessmentScore]:
    """Return every assessment whose three ends are alive, by competency, cohort and date."""
    task, cohort, competency = (snapshot.reference(f"{end}_id") for end in ("task", "cohort", "competency"))
    dates, issues = snapshot.text("date"), snapshot.text("issue")
    learners, mean_score = snapshot.number("learners"), snapshot.number("mean_score")
    return sorted(
        AssessmentScore(
            int(snapshot.class_of[competency[i]]),
            int(cohort[i]),
            dates[i],
            int(task[i]),
            int(learners[i]),
            # In decimals as stated: a mean of exactly 0.6 must not fall below the threshold by a last digit.
            Decimal(repr(float(mean_score[i]))) * int(learners[i]),
            issues[i],
        )
        for i in snapshot.of_kind("Assessment").tolist()
        if min(task[i], cohort[i], competency[i]) >= 0
    )
