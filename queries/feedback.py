"""Feedback: what assessments say that learners lack, where it can be followed up, and whether that helped before."""

from collections import defaultdict

from graph.cancellation import cancellable_rows
from graph.model import Frozen
from graph.snapshot.snapshot import Snapshot
from queries.feedback_competencies import AttainedCompetency, FeedbackBuilder
from queries.feedback_scores import CohortAttainment, assessed, mean
from queries.semantics.answers import Completeness, Count, NodeName, Share, completeness, named
from queries.semantics.attainment import THRESHOLD_SHARE
from queries.semantics.cursors import next_cursor, read_cursor
from queries.semantics.discipline_tree import descendants, disciplines_run


class CohortFeedback(Frozen):
    """A cohort: its competencies, deficient ones first, each group by attainment, lowest first, then by id.

    `competencies` has those that are within `limit` of the whole answer; `assessed` and `deficient` count them all.
    """

    cohort: NodeName
    discipline: NodeName | None
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

    cohort: NodeName | None
    discipline: NodeName | None
    cohorts: list[CohortFeedback]
    assessed: Count
    deficient: Count
    followed_up: Count
    helped: Count
    enough: Count
    hidden: Count
    completeness: Completeness
    next: str | None = None
    revision: int


def give_feedback(
    snapshot: Snapshot,
    *,
    institution: str | None = None,
    cohort: str | None = None,
    discipline: str | None = None,
    limit: int = 100,
    cursor: str | None = None,
) -> Feedback:
    """Return what the assessments of a cohort, an institution, a discipline and all below it, or of all show.

    At most `limit` competencies are listed, from the cursor on: over all cohorts, by what each cohort's own are ordered
    by.

    Raises:
        ExpiredError: the cursor is of another revision.
        NotFoundError: there is no such cohort or discipline.
    """
    offset = read_cursor(cursor, snapshot.revision)
    if institution is not None:
        snapshot = snapshot.seen_by(institution)
    run = None if institution is None else disciplines_run(snapshot, institution)
    asked_cohort = None if cohort is None else snapshot.require(cohort, "Cohort")
    asked_discipline = None if discipline is None else snapshot.require(discipline, "Discipline")
    below = None if asked_discipline is None else descendants(snapshot, asked_discipline)
    program_of, known = snapshot.reference("discipline_id"), assessed(snapshot)

    def wanted(cohort: int) -> bool:
        program = int(program_of[cohort])
        in_discipline = all(mask is None or (program >= 0 and bool(mask[program])) for mask in (below, run))
        return in_discipline and asked_cohort in {None, cohort}

    among = known.latest if asked_cohort is None else known.standings
    standings = [one for one in among if wanted(one.cohort)]
    again = [one.again for one in standings if one.again is not None]
    return Feedback(
        cohort=None if asked_cohort is None else named(snapshot, asked_cohort),
        discipline=None if asked_discipline is None else named(snapshot, asked_discipline),
        cohorts=_cohorts(snapshot, standings, offset, limit),
        assessed=len(standings),
        deficient=sum(one.deficient for one in standings),
        followed_up=len(again),
        helped=sum(after.score > before.score for before, after in again),
        enough=sum(after.score >= THRESHOLD_SHARE for _, after in again),
        hidden=sum(number for cohort, number in known.hidden.items() if wanted(cohort)),
        completeness=completeness(snapshot),
        next=next_cursor(snapshot.revision, offset + limit, len(standings)),
        revision=snapshot.revision.number,
    )


def _cohorts(snapshot: Snapshot, standings: list[CohortAttainment], offset: int, limit: int) -> list[CohortFeedback]:
    """Return the standings by cohort; of `limit` over all cohorts, from the offset on, everything is told."""
    own: dict[int, list[CohortAttainment]] = defaultdict(list)
    for one in standings:
        own[one.cohort].append(one)
    listed: dict[int, list[CohortAttainment]] = defaultdict(list)
    for one in sorted(standings, key=lambda one: one.rank)[offset : offset + limit]:
        listed[one.cohort].append(one)
    telling = FeedbackBuilder(snapshot)
    cohorts = []
    for cohort, group in cancellable_rows(sorted(own.items())):
        program = group[0].discipline
        cohorts.append(
            CohortFeedback(
                cohort=named(snapshot, cohort),
                discipline=None if program < 0 else named(snapshot, program),
                assessed=len(group),
                deficient=sum(one.deficient for one in group),
                attainment=mean([score for one in group for score in one.scores]),
                competencies=[telling.attained(one) for one in listed[cohort]],
            )
        )
    return cohorts
