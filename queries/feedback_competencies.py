"""Feedback on one competency of a cohort: its days of assessment, and what could follow it up."""

from typing import Annotated, NamedTuple

from pydantic import Field

from graph.model import Frozen
from graph.snapshot.snapshot import Snapshot
from queries.feedback_scores import CohortAttainment, DayScores, assessed
from queries.semantics.answers import Count, NodeName, Share, named
from queries.semantics.attainment import THRESHOLD_SHARE
from queries.semantics.curricula import curricula_of

_MOST_FOLLOW_UPS = 5


class AssessmentDay(Frozen):
    """The assessments of one day: the learner-weighted mean score, the learners, the tasks, and what was noted."""

    date: str
    score: Share
    learners: Count
    tasks: list[NodeName]
    issues: list[str]


class FollowUp(Frozen):
    """The last time that a deficiency was assessed again: the day that showed it, and the next day of assessment.

    `change` is the score after less that before; it `helped` when that is above 0, and was `enough` from 0.6 on.
    """

    before: AssessmentDay
    after: AssessmentDay
    change: Annotated[float, Field(ge=-1, le=1)]
    helped: bool
    enough: bool


class EarlierCohort(Frozen):
    """The last cohort of the discipline that was assessed in it before, and how far it came."""

    cohort: NodeName
    attainment: Share


class FollowUpUnit(Frozen):
    """A unit that develops the competency; `own` says that a course of the cohort's discipline holds it."""

    unit: NodeName
    courses: list[NodeName]
    weight: Share
    own: bool


class FollowUpTask(Frozen):
    """A task that practises the competency; `own` as of units, `done`: the cohort was assessed in it there already."""

    task: NodeName
    hosts: list[NodeName]
    weight: Share
    own: bool
    done: bool


class AttainedCompetency(Frozen):
    """How far a cohort came in a competency, over all its assessments; by date in `assessments`.

    It is `deficient` below 0.6. Only then are there `units` (own ones first, then by weight, then id) and `tasks`
    (own, not done, weight, id) to follow it up, a few of each.
    """

    competency: NodeName
    attainment: Share
    deficient: bool
    learners: Count
    assessments: list[AssessmentDay]
    followed_up: FollowUp | None
    earlier: EarlierCohort | None
    units: list[FollowUpUnit]
    tasks: list[FollowUpTask]


class _Program(NamedTuple):
    """What a discipline teaches and trains, as nodes."""

    courses: frozenset[int]
    units: frozenset[int]
    tasks: frozenset[int]


_NO_PROGRAM = _Program(frozenset(), frozenset(), frozenset())


class FeedbackBuilder:
    """Builder of feedback on competencies; what each discipline teaches and trains is looked up once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._programs: dict[int, _Program] = {-1: _NO_PROGRAM}

    def attained(self, one: CohortAttainment) -> AttainedCompetency:
        """Return all about one standing."""
        days = [self._day(day) for day in one.days]
        return AttainedCompetency(
            competency=named(self._snapshot, one.competency),
            attainment=one.attainment,
            deficient=one.deficient,
            learners=max(day.learners for day in days),
            assessments=days,
            followed_up=None if one.again is None else self._followed_up(*one.again),
            earlier=self._earlier(one),
            units=self._units(one) if one.deficient else [],
            tasks=self._tasks(one) if one.deficient else [],
        )

    def _day(self, day: DayScores) -> AssessmentDay:
        return AssessmentDay(
            date=day.date,
            score=day.score,
            learners=sum(score.learners for score in day.scores),
            tasks=[named(self._snapshot, task) for task in sorted({score.task for score in day.scores})],
            issues=sorted({score.issue for score in day.scores if score.issue}),
        )

    def _followed_up(self, before: DayScores, after: DayScores) -> FollowUp:
        return FollowUp(
            before=self._day(before),
            after=self._day(after),
            change=after.score - before.score,
            helped=after.score > before.score,
            enough=after.score >= THRESHOLD_SHARE,
        )

    def _earlier(self, one: CohortAttainment) -> EarlierCohort | None:
        before = [
            other
            for other in assessed(self._snapshot).by_competency[one.competency]
            if other.discipline == one.discipline >= 0
            and other.cohort != one.cohort
            and (other.days[-1].date, other.cohort) < (one.days[0].date, one.cohort)
        ]
        if not before:
            return None
        last = max(before, key=lambda other: (other.days[-1].date, other.cohort))
        return EarlierCohort(cohort=named(self._snapshot, last.cohort), attainment=last.attainment)

    def _program(self, discipline: int) -> _Program:
        if discipline not in self._programs:
            curricula = curricula_of(self._snapshot)
            at = int(curricula.disciplines.searchsorted(discipline))
            courses, units, tasks = (
                frozenset(matrix.indices[matrix.indptr[at] : matrix.indptr[at + 1]].tolist())
                for matrix in (curricula.courses, curricula.units, curricula.tasks)
            )
            self._programs[discipline] = _Program(courses, units, tasks)
        return self._programs[discipline]

    def _units(self, one: CohortAttainment) -> list[FollowUpUnit]:
        snapshot, program = self._snapshot, self._program(one.discipline)
        pairs = snapshot.into("DEVELOPS").pairs(one.competency)
        pairs.sort(key=lambda pair: (pair[0] not in program.units, -pair[1], pair[0]))
        units = []
        for k, weight in pairs[:_MOST_FOLLOW_UPS]:
            courses = snapshot.into("COVERS").row(k)
            shown = [c for c in courses if c in program.courses] or courses
            units.append(
                FollowUpUnit(
                    unit=named(snapshot, k),
                    courses=[named(snapshot, c) for c in shown],
                    weight=weight,
                    own=k in program.units,
                )
            )
        return units

    def _tasks(self, one: CohortAttainment) -> list[FollowUpTask]:
        snapshot, own = self._snapshot, self._program(one.discipline).tasks
        done = {score.task for score in one.scores}
        pairs = snapshot.into("PRACTISES").pairs(one.competency)
        pairs.sort(key=lambda pair: (pair[0] not in own, pair[0] in done, -pair[1], pair[0]))
        return [
            FollowUpTask(
                task=named(snapshot, t),
                hosts=[named(snapshot, host) for host in snapshot.into("HOSTS").row(t)],
                weight=weight,
                own=t in own,
                done=t in done,
            )
            for t, weight in pairs[:_MOST_FOLLOW_UPS]
        ]
