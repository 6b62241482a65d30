"""Feedback: what assessments say that learners lack, where it can be followed up, and whether that helped before."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, NamedTuple

import numpy as np
from pydantic import Field

from graph.model import Frozen
from graph.snapshot import Snapshot
from queries.answers import Completeness, Named, completeness, named
from queries.attainment import FEWEST_LEARNERS, THRESHOLD_SHARE
from queries.scope import Resolved, Scope, descendants, resolve

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
_MOST_FOLLOW_UPS = 5


class AssessedOn(Frozen):
    """The assessments of one day: the learner-weighted mean score, the learners, the tasks, and what was noted."""

    date: str
    score: Share
    learners: Count
    tasks: list[Named]
    issues: list[str]


class FollowedUp(Frozen):
    """The last time that a deficiency was assessed again: the day that showed it, and the next day of assessment.

    `change` is the score after less that before; it `helped` when that is above 0, and was `enough` from 0.6 on.
    """

    before: AssessedOn
    after: AssessedOn
    change: Annotated[float, Field(ge=-1, le=1)]
    helped: bool
    enough: bool


class EarlierCohort(Frozen):
    """The last cohort of the discipline that was assessed in it before, and how far it came."""

    cohort: Named
    attainment: Share


class FollowUpUnit(Frozen):
    """A unit that develops the competency; `own` says that a course of the cohort's discipline holds it."""

    unit: Named
    courses: list[Named]
    weight: Share
    own: bool


class FollowUpTask(Frozen):
    """A task that practises the competency; `own` as of units, `done`: the cohort was assessed in it there already."""

    task: Named
    hosts: list[Named]
    weight: Share
    own: bool
    done: bool


class AttainedCompetency(Frozen):
    """How far a cohort came in a competency, over all its assessments; by date in `assessments`.

    It is `deficient` below 0.6. Only then are there `units` (own ones first, then by weight, then id) and `tasks`
    (own, not done, weight, id) to follow it up, a few of each.
    """

    competency: Named
    attainment: Share
    deficient: bool
    learners: Count
    assessments: list[AssessedOn]
    followed_up: FollowedUp | None
    earlier: EarlierCohort | None
    units: list[FollowUpUnit]
    tasks: list[FollowUpTask]


class CohortFeedback(Frozen):
    """A cohort: its competencies, deficient ones first, each group by attainment, lowest first, then by id."""

    cohort: Named
    discipline: Named | None
    assessed: Count
    deficient: Count
    attainment: Share
    competencies: list[AttainedCompetency]


class Feedback(Frozen):
    """What assessments show, by cohort in id order.

    Unless a cohort is asked for, each competency is told of the latest cohort of each discipline that was assessed in
    it. Groups of fewer than 5 learners are left out, `hidden` counts their assessments. `followed_up` counts the
    deficiencies that were assessed again, `helped` those that were better then, `enough` those that reached 0.6.
    """

    cohort: Named | None
    discipline: Named | None
    cohorts: list[CohortFeedback]
    assessed: Count
    deficient: Count
    followed_up: Count
    helped: Count
    enough: Count
    hidden: Count
    completeness: Completeness
    revision: int


def give_feedback(snapshot: Snapshot, *, cohort: str | None = None, discipline: str | None = None) -> Feedback:
    """Return what the assessments of a cohort, of a discipline and all below it, or of all show.

    Raises:
        NotFoundError: there is no such cohort or discipline.
    """
    asked_cohort = None if cohort is None else snapshot.require(cohort, "Cohort")
    asked_discipline = None if discipline is None else snapshot.require(discipline, "Discipline")
    below = None if asked_discipline is None else descendants(snapshot, asked_discipline)
    program_of = snapshot.reference("discipline_id")

    def wanted(score: _Score) -> bool:
        program = int(program_of[score.cohort])
        in_discipline = below is None or (program >= 0 and bool(below[program]))
        return in_discipline and (asked_cohort is None or score.cohort == asked_cohort)

    told = _Telling(snapshot)
    scores = [score for score in told.scores if wanted(score)]
    large = [score for score in scores if score.learners >= FEWEST_LEARNERS]
    cohorts = told.cohorts(large if asked_cohort is not None else _latest(snapshot, large))
    found = [one for each in cohorts for one in each.competencies]
    again = [one.followed_up for one in found if one.followed_up is not None]
    return Feedback(
        cohort=None if asked_cohort is None else named(snapshot, asked_cohort),
        discipline=None if asked_discipline is None else named(snapshot, asked_discipline),
        cohorts=cohorts,
        assessed=len(found),
        deficient=sum(one.deficient for one in found),
        followed_up=len(again),
        helped=sum(one.helped for one in again),
        enough=sum(one.enough for one in again),
        hidden=len(scores) - len(large),
        completeness=completeness(snapshot),
        revision=snapshot.revision.number,
    )


class _Score(NamedTuple):
    """One assessment, as nodes."""

    competency: int
    cohort: int
    date: str
    task: int
    learners: int
    mean_score: float
    issue: str


def _scores(snapshot: Snapshot) -> list[_Score]:
    """Return every assessment whose three ends are alive, by competency, cohort and date."""
    task, cohort, competency = (snapshot.reference(f"{end}_id") for end in ("task", "cohort", "competency"))
    dates, issues = snapshot.text("date"), snapshot.text("issue")
    learners, mean_score = snapshot.number("learners"), snapshot.number("mean_score")
    return sorted(
        _Score(
            int(snapshot.class_of[competency[i]]),
            int(cohort[i]),
            dates[i],
            int(task[i]),
            int(learners[i]),
            float(mean_score[i]),
            issues[i],
        )
        for i in snapshot.of_kind("Assessment").tolist()
        if min(task[i], cohort[i], competency[i]) >= 0
    )


def _latest(snapshot: Snapshot, scores: list[_Score]) -> list[_Score]:
    """Return those of the latest cohort, by date and then id, of each discipline in each competency."""
    program_of = snapshot.reference("discipline_id")
    last: dict[tuple[int, int], tuple[str, int]] = {}
    for score in scores:
        key = (score.competency, int(program_of[score.cohort]))
        last[key] = max(last.get(key, ("", -1)), (score.date, score.cohort))
    return [s for s in scores if last[s.competency, int(program_of[s.cohort])][1] == s.cohort]


def _mean(scores: Iterable[_Score]) -> float:
    """Return the learner-weighted mean: of 10 learners at 0.5 and 30 at 0.9 it is 0.8."""
    scores = list(scores)
    # Exact, in decimals as they were stated: a mean of 0.6 must not fall below the threshold by a last digit.
    points = sum((s.learners * Fraction(repr(s.mean_score)) for s in scores), Fraction(0))
    return float(points / sum(s.learners for s in scores))


class _Telling:
    """Scores told cohort by cohort; what each discipline teaches and trains is resolved once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.scores = snapshot.derived(_scores)
        self._of: dict[int, list[_Score]] = defaultdict(list)
        for score in self.scores:
            self._of[score.competency].append(score)
        self._programs: dict[int, Resolved] = {}

    def cohorts(self, scores: list[_Score]) -> list[CohortFeedback]:
        """Return the scores by cohort."""
        groups: dict[int, dict[int, list[_Score]]] = defaultdict(lambda: defaultdict(list))
        for score in scores:
            groups[score.cohort][score.competency].append(score)
        program_of = self._snapshot.reference("discipline_id")
        found = []
        for cohort, by_competency in sorted(groups.items()):
            program = int(program_of[cohort])
            attained = [self._attained(program, own) for own in by_competency.values()]
            attained.sort(key=lambda one: (not one.deficient, one.attainment, one.competency.id))
            found.append(
                CohortFeedback(
                    cohort=named(self._snapshot, cohort),
                    discipline=None if program < 0 else named(self._snapshot, program),
                    assessed=len(attained),
                    deficient=sum(one.deficient for one in attained),
                    attainment=_mean(score for own in by_competency.values() for score in own),
                    competencies=attained,
                )
            )
        return found

    def _attained(self, program: int, own: list[_Score]) -> AttainedCompetency:
        reached = _mean(own)
        days = [self._day(date, own) for date in sorted({score.date for score in own})]
        deficient = reached < THRESHOLD_SHARE
        competency = own[0].competency
        return AttainedCompetency(
            competency=named(self._snapshot, competency),
            attainment=reached,
            deficient=deficient,
            learners=max(day.learners for day in days),
            assessments=days,
            followed_up=_followed_up(days),
            earlier=self._earlier(program, own),
            units=self._units(program, competency) if deficient else [],
            tasks=self._tasks(program, competency, {score.task for score in own}) if deficient else [],
        )

    def _day(self, date: str, own: list[_Score]) -> AssessedOn:
        mine = [score for score in own if score.date == date]
        return AssessedOn(
            date=date,
            score=_mean(mine),
            learners=sum(score.learners for score in mine),
            tasks=[named(self._snapshot, task) for task in sorted({score.task for score in mine})],
            issues=sorted({score.issue for score in mine if score.issue}),
        )

    def _earlier(self, program: int, own: list[_Score]) -> EarlierCohort | None:
        program_of, first = self._snapshot.reference("discipline_id"), (own[0].date, own[0].cohort)
        last: dict[int, list[_Score]] = defaultdict(list)
        for score in self._of[own[0].competency]:
            mine = program_of[score.cohort] == program >= 0
            if mine and score.cohort != own[0].cohort and score.learners >= FEWEST_LEARNERS:
                last[score.cohort].append(score)
        before = {cohort: scores for cohort, scores in last.items() if (scores[-1].date, cohort) < first}
        if not before:
            return None
        cohort = max(before, key=lambda one: (before[one][-1].date, one))
        return EarlierCohort(cohort=named(self._snapshot, cohort), attainment=_mean(before[cohort]))

    def _program(self, program: int) -> Resolved:
        if program not in self._programs:
            of = Scope(discipline=self._snapshot.ids[program])
            self._programs[program] = resolve(self._snapshot, of)
        return self._programs[program]

    def _is_own(self, program: int, part: str) -> Callable[[int], bool]:
        mask = None if program < 0 else getattr(self._program(program), part)
        return (lambda _: False) if mask is None else (lambda node: bool(np.asarray(mask)[node]))

    def _units(self, program: int, competency: int) -> list[FollowUpUnit]:
        snapshot, is_own = self._snapshot, self._is_own(program, "units")
        is_own_course = self._is_own(program, "courses")
        pairs = snapshot.into("DEVELOPS").pairs(competency)
        pairs.sort(key=lambda pair: (not is_own(pair[0]), -pair[1], pair[0]))
        found = []
        for k, weight in pairs[:_MOST_FOLLOW_UPS]:
            courses = snapshot.into("COVERS").row(k)
            shown = [c for c in courses if is_own_course(c)] or courses
            found.append(
                FollowUpUnit(
                    unit=named(snapshot, k),
                    courses=[named(snapshot, c) for c in shown],
                    weight=weight,
                    own=is_own(k),
                )
            )
        return found

    def _tasks(self, program: int, competency: int, done: set[int]) -> list[FollowUpTask]:
        snapshot, is_own = self._snapshot, self._is_own(program, "tasks")
        pairs = snapshot.into("PRACTISES").pairs(competency)
        pairs.sort(key=lambda pair: (not is_own(pair[0]), pair[0] in done, -pair[1], pair[0]))
        return [
            FollowUpTask(
                task=named(snapshot, t),
                hosts=[named(snapshot, host) for host in snapshot.into("HOSTS").row(t)],
                weight=weight,
                own=is_own(t),
                done=t in done,
            )
            for t, weight in pairs[:_MOST_FOLLOW_UPS]
        ]


def _followed_up(days: list[AssessedOn]) -> FollowedUp | None:
    """Return the last day that showed a deficiency and was followed by another day of assessment."""
    found = None
    for before, after in pairwise(days):
        if before.score < THRESHOLD_SHARE:
            change = after.score - before.score
            found = FollowedUp(
                before=before, after=after, change=change, helped=change > 0, enough=after.score >= THRESHOLD_SHARE
            )
    return found
