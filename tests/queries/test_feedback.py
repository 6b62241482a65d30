"""Feedback: against a brute force on random assessments, in the smallest graphs, and on the example."""

from collections import defaultdict
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.changes import ChangeSet
from graph.model import NodeId, Source, Value, assessment_id, canonical
from graph.snapshot.snapshot import Snapshot
from queries.feedback import Feedback, give_feedback
from queries.feedback_competencies import AttainedCompetency
from queries.semantics.scope import Scope
from tests.support.examples import examples
from tests.support.factory import says, snapshot_of
from tests.support.field_worlds import COHORTS, DISCIPLINES, field_worlds, known, near
from tests.support.oracle import View, World

ASKED = st.tuples(st.sampled_from((None, None, *COHORTS)), st.sampled_from((None, None, *DISCIPLINES)))
Row = dict[str, Any]


def mean(rows: list[Row]) -> Fraction:
    points = sum((Fraction(str(row["mean_score"])) * row["learners"] for row in rows), Fraction(0))
    learners: int = sum(row["learners"] for row in rows)
    return points / learners


class _Brute:
    """Feedback by the book."""

    def __init__(self, world: World, cohort: str | None, discipline: str | None) -> None:
        self.world, self.cohort = world, cohort
        self.rows: list[Row] = []
        for one in world.of_kind("Assessment"):
            row = world.values[one]
            if all(str(row[end]) in world.kind for end in ("task_id", "competency_id", "cohort_id")):
                self.rows.append({**row, "competency": world.now(str(row["competency_id"]))})
        wanted = [row for row in self.rows if cohort in {None, row["cohort_id"]}]
        if discipline is not None:
            below = View(world, Scope(discipline=discipline)).disciplines or set()
            wanted = [row for row in wanted if self.program(row) in below]
        self.large = [row for row in wanted if row["learners"] >= 5]
        self.hidden = len(wanted) - len(self.large)

    def program(self, row: Row) -> str | None:
        found = str(self.world.values[row["cohort_id"]].get("discipline_id"))
        return found if found in self.world.kind else None

    def groups(self) -> dict[tuple[str, str], list[Row]]:
        """Return the rows by cohort and competency; unless a cohort is asked for, of the latest of each discipline."""
        found = defaultdict(list)
        for row in self.large:
            rivals = [
                (other["date"], other["cohort_id"])
                for other in self.large
                if other["competency"] == row["competency"] and self.program(other) == self.program(row)
            ]
            if self.cohort is not None or max(rivals)[1] == row["cohort_id"]:
                found[row["cohort_id"], row["competency"]].append(row)
        return dict(found)

    def earlier(self, rows: list[Row]) -> tuple[str, Fraction] | None:
        """Return the cohort assessed last before this one was first, of the same discipline."""
        first = min((row["date"], row["cohort_id"]) for row in rows)
        by_cohort = defaultdict(list)
        for row in self.rows:
            same = row["competency"] == rows[0]["competency"] and row["cohort_id"] != first[1]
            if same and row["learners"] >= 5 and self.program(row) == self.program(rows[0]) is not None:
                by_cohort[row["cohort_id"]].append(row)
        last = {cohort: max(row["date"] for row in own) for cohort, own in by_cohort.items()}
        before = [(date, cohort) for cohort, date in last.items() if (date, cohort) < first]
        return (max(before)[1], mean(by_cohort[max(before)[1]])) if before else None

    def follow_up(self, rows: list[Row]) -> tuple[float, float] | None:
        days = sorted({row["date"] for row in rows})
        scores = [mean([row for row in rows if row["date"] == day]) for day in days]
        low = [at for at, score in enumerate(scores[:-1]) if score < Fraction(3, 5)]
        return (float(scores[low[-1]]), float(scores[low[-1] + 1])) if low else None

    def units(self, rows: list[Row]) -> list[str]:
        own = self.own(rows, "kept_units")
        found = self.world.into("DEVELOPS", rows[0]["competency"])
        return sorted(found, key=lambda k: (k not in own, -found[k], k))[:5]

    def tasks(self, rows: list[Row]) -> list[str]:
        own, done = self.own(rows, "kept_tasks"), {row["task_id"] for row in rows}
        found = self.world.into("PRACTISES", rows[0]["competency"])
        return sorted(found, key=lambda t: (t not in own, t in done, -found[t], t))[:5]

    def own(self, rows: list[Row], part: str) -> set[str]:
        program = self.program(rows[0])
        return set() if program is None else getattr(View(self.world, Scope(discipline=program)), part)


def told(one: AttainedCompetency) -> dict[str, Any]:
    return {
        "attainment": one.attainment,
        "deficient": one.deficient,
        "days": [
            (day.date, day.score, day.learners, {task.id for task in day.tasks}, day.issues) for day in one.assessments
        ],
        "follow_up": one.followed_up and (one.followed_up.before.score, one.followed_up.after.score),
        "earlier": one.earlier and (one.earlier.cohort.id, one.earlier.attainment),
        "units": [unit.unit.id for unit in one.units],
        "tasks": [task.task.id for task in one.tasks],
    }


def expected(brute: _Brute, rows: list[Row]) -> dict[str, Any]:
    days = []
    for date in sorted({row["date"] for row in rows}):
        own = [row for row in rows if row["date"] == date]
        issues = sorted({row["issue"] for row in own if row.get("issue")})
        days.append(
            (date, float(mean(own)), sum(row["learners"] for row in own), {row["task_id"] for row in own}, issues)
        )
    deficient, earlier = mean(rows) < Fraction(3, 5), brute.earlier(rows)
    return {
        "attainment": float(mean(rows)),
        "deficient": deficient,
        "days": days,
        "follow_up": brute.follow_up(rows),
        "earlier": earlier and (earlier[0], float(earlier[1])),
        "units": brute.units(rows) if deficient else [],
        "tasks": brute.tasks(rows) if deficient else [],
    }


@examples(150)
@given(said=field_worlds(), asked=ASKED)
def test_answers_are_those_of_brute_force(said: list[ChangeSet], asked: tuple[str | None, str | None]) -> None:
    """Each cohort's competencies, days, follow-ups and what to do next are what following the definitions finds."""
    world = World(said)
    cohort, discipline = known(world, *asked)
    brute, found = (
        _Brute(world, cohort, discipline),
        give_feedback(snapshot_of(*said), cohort=cohort, discipline=discipline),
    )
    groups = brute.groups()
    shown = {(each.cohort.id, one.competency.id): told(one) for each in found.cohorts for one in each.competencies}
    assert near(shown, {key: expected(brute, rows) for key, rows in groups.items()})
    assert found.hidden == brute.hidden
    assert [each.cohort.id for each in found.cohorts] == sorted({cohort for cohort, _ in groups})
    for each in found.cohorts:
        rows = [row for key, own in groups.items() if key[0] == each.cohort.id for row in own]
        assert near(each.attainment, float(mean(rows)))
        order = [(not one.deficient, one.attainment, one.competency.id) for one in each.competencies]
        assert order == sorted(order)
    again = [ends for rows in groups.values() if (ends := brute.follow_up(rows))]
    assert (found.followed_up, found.helped) == (len(again), sum(after > before for before, after in again))


# The smallest graphs


def scores(*rows: tuple[str, str, int, float], cohort: str = "g1") -> ChangeSet:
    """Return assessments of c1: (task, date, learners, mean score), and what they hang on."""
    nodes = dict(says("k1 DEVELOPS c1", "t1 PRACTISES c1", "t2 PRACTISES c1", "d1 OFFERS co1", "co1 COVERS k1").nodes)
    nodes[NodeId(cohort)] = ("Cohort", canonical({"discipline_id": "d1", "size": 30}))
    for task, date, learners, score in rows:
        stated: dict[str, Value] = {"task_id": task, "competency_id": "c1", "cohort_id": cohort, "date": date}
        values = canonical({**stated, "learners": learners, "mean_score": score})
        nodes[assessment_id(task, "c1", cohort, date, "")] = ("Assessment", values)
    links = says("k1 DEVELOPS c1", "t1 PRACTISES c1", "t2 PRACTISES c1", "d1 OFFERS co1", "co1 COVERS k1").links
    return ChangeSet(Source(name=cohort), nodes, links)


def only(found: Feedback) -> AttainedCompetency:
    (cohort,) = found.cohorts
    (one,) = cohort.competencies
    return one


def test_attainment_is_weighed_by_learners() -> None:
    """Ten learners at 0.5 and thirty at 0.9 attain 0.8."""
    found = give_feedback(snapshot_of(scores(("t1", "2024-05-01", 10, 0.5), ("t2", "2024-05-01", 30, 0.9))))
    assert (only(found).attainment, only(found).deficient) == (0.8, False)


@pytest.mark.parametrize(("learners", "hidden"), [(4, 1), (5, 0)])
def test_small_groups_are_hidden_and_counted(learners: int, hidden: int) -> None:
    """Four learners are not told of, five are."""
    found = give_feedback(snapshot_of(scores(("t1", "2024-05-01", learners, 0.3))))
    assert (found.hidden, len(found.cohorts)) == (hidden, 1 - hidden)


@pytest.mark.parametrize("learners", [7, 11, 23, 41, 57])
def test_the_threshold_itself_is_attained(learners: int) -> None:
    """A mean of exactly 0.6 is no deficiency, whatever the number of learners."""
    found = give_feedback(snapshot_of(scores(("t1", "2024-05-01", learners, 0.6), ("t2", "2024-06-01", 9, 0.6))))
    assert (only(found).attainment, only(found).deficient) == (0.6, False)


@pytest.mark.parametrize(
    ("after", "helped", "enough"), [(0.3, False, False), (0.4, False, False), (0.5, True, False), (0.6, True, True)]
)
def test_a_follow_up_helped_or_not(after: float, helped: bool, enough: bool) -> None:
    """It helped when the next score is better, and was enough from 0.6 on."""
    found = give_feedback(snapshot_of(scores(("t1", "2024-05-01", 10, 0.4), ("t2", "2024-06-01", 10, after))))
    again = only(found).followed_up
    assert again is not None
    assert (again.helped, again.enough) == (helped, enough)


def test_the_last_follow_up_counts() -> None:
    """Of three days, the first two deficient, the second and third are told of; after them comes no deficiency."""
    days = (("t1", "2024-05-01", 10, 0.4), ("t2", "2024-06-01", 10, 0.5), ("t1", "2024-07-01", 10, 0.7))
    again = only(give_feedback(snapshot_of(scores(*days, ("t1", "2024-08-01", 10, 0.9))))).followed_up
    assert again is not None
    assert (again.before.date, again.after.date) == ("2024-06-01", "2024-07-01")


def test_nothing_is_followed_up_without_a_deficiency() -> None:
    """A second assessment after a good one is no follow-up."""
    found = give_feedback(snapshot_of(scores(("t1", "2024-05-01", 10, 0.7), ("t2", "2024-06-01", 10, 0.5))))
    assert only(found).followed_up is None


def test_the_latest_cohort_is_told_of_with_the_one_before() -> None:
    """Two cohorts of a discipline: the later one, and how far the earlier came; each when asked for."""
    first, second = scores(("t1", "2023-05-01", 10, 0.5)), scores(("t1", "2024-05-01", 10, 0.4), cohort="g2")
    snapshot = snapshot_of(first, second)
    found = only(give_feedback(snapshot))
    assert found.attainment == 0.4
    assert found.earlier is not None
    assert (found.earlier.cohort.id, found.earlier.attainment) == ("g1", 0.5)
    assert only(give_feedback(snapshot, cohort="g1")).attainment == 0.5


def test_own_units_and_new_tasks_come_first() -> None:
    """What the programme teaches is named as its own; a task not done yet stands before the one that was assessed."""
    found = only(give_feedback(snapshot_of(scores(("t1", "2024-05-01", 10, 0.4)))))
    assert [(unit.unit.id, unit.own, [course.id for course in unit.courses]) for unit in found.units] == [
        ("k1", True, ["co1"])
    ]
    assert [(task.task.id, task.done) for task in found.tasks] == [("t2", False), ("t1", True)]


def test_the_lowest_are_told_of_first(example: Snapshot) -> None:
    """A limit cuts the listing over all cohorts, not the counts."""
    whole, cut = give_feedback(example), give_feedback(example, limit=3)
    listed = sorted(one.attainment for each in whole.cohorts for one in each.competencies)
    assert sorted(one.attainment for each in cut.cohorts for one in each.competencies) == listed[:3]
    assert (whole.next, cut.next is None) == (None, False)
    left_out: dict[str, Any] = {"cohorts": {"__all__": {"competencies"}}, "next": True}
    assert cut.model_dump(exclude=left_out) == whole.model_dump(exclude=left_out)


# The bundled college


def test_what_the_college_lacks(example: Snapshot) -> None:
    """Nine competencies are below 60 %; of eight follow-ups seven helped, five were enough; two groups are hidden."""
    found = give_feedback(example)
    lacking = {
        one.competency.id.removeprefix("poly:k.")
        for each in found.cohorts
        for one in each.competencies
        if one.deficient
    }
    assert lacking == {
        "bms-diagnosis", "cnc-operation", "cold-chain-control", "inventory-control", "iot-security",
        "lean-experimentation", "machine-vision-setup", "robot-fault-diagnosis", "servo-tuning",
    }  # fmt: skip
    assert (found.followed_up, found.helped, found.enough, found.hidden) == (8, 7, 5, 2)


def test_a_repeat_lecture_did_not_help(example: Snapshot) -> None:
    """Stock control fell from 58 to 56 %, and the note says why."""
    found = give_feedback(example, discipline="poly:d.logistics")
    (one,) = [
        one for each in found.cohorts for one in each.competencies if one.competency.id == "poly:k.inventory-control"
    ]
    assert one.followed_up is not None
    assert (one.followed_up.before.score, one.followed_up.after.score, one.followed_up.helped) == (0.58, 0.56, False)
    assert one.followed_up.after.issues == ["Safety stock still guessed; the repeat lecture did not help"]
    assert one.tasks[0].task.name == "Warehouse shift practice"
