"""Integration: against a brute force on random graphs, by its laws, in the smallest graphs, and on the example."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.changes import ChangeSet
from graph.errors import NotFoundError
from graph.model import NOTHING_STATED, NodeId, Source
from graph.snapshot.snapshot import Snapshot
from queries.integration import Integration, integrate
from queries.semantics.scope import FocusWish, Scope
from tests.support.examples import examples
from tests.support.factory import graph_of, snapshot_of
from tests.support.field_worlds import DISCIPLINES, ROLES, field_worlds, known, near
from tests.support.oracle import View, World
from tests.support.worlds import APART

FOCUS: st.SearchStrategy[FocusWish] = st.sampled_from(("auto", "all", "ours"))
ASKED = st.tuples(st.sampled_from((None, None, *DISCIPLINES)), st.sampled_from((None, None, *ROLES)))


class _Brute:
    """Integration by the book, one thing after the other."""

    def __init__(self, world: World, discipline: str | None, role: str | None, focus: FocusWish = "auto") -> None:
        self.world, self.role = world, role
        self.view = View(world, Scope(discipline=discipline, role=role, focus=focus), focused=True)
        self.answers = {c: self.view.answer(c) for c in world.of_kind("Competency")}
        self.tasks = sorted(self.view.kept_tasks)
        self.fusion = [t for t in self.tasks if len(self.kinds(t)) == 2 and world.out("PREPARES_FOR", t)]
        self.total = sum(answer.demand for answer in self.answers.values())
        self.fused = {c for c, answer in self.answers.items() if answer.tasks.keys() & set(self.fusion)}

    def kinds(self, task: str) -> set[object]:
        return {self.world.values[k]["kind"] for k in self.world.out("APPLIES", task)}

    def units(self, kind: str) -> list[str]:
        return sorted(k for k in self.view.kept_units if self.world.values[k]["kind"] == kind)

    @property
    def share(self) -> float | None:
        return sum(self.answers[c].demand for c in self.fused) / self.total if self.total else None

    @property
    def shown(self) -> list[str]:
        """The tasks that concern the role: they practise what it requires, or prepare for its responsibilities."""
        if self.role is None:
            return self.tasks
        required = {c for c, answer in self.answers.items() if answer.roles}
        held = self.world.out("HAS_RESPONSIBILITY", self.world.now(self.role)).keys()
        concern = {t for t in self.tasks if self.world.out("PRACTISES", t).keys() & required}
        return [t for t in self.tasks if t in concern or self.world.out("PREPARES_FOR", t).keys() & held]

    @property
    def unused(self) -> list[str]:
        used = {k for t in self.fusion for k in self.world.out("APPLIES", t)}
        return [k for k in self.units("innovation") if k not in used]

    @property
    def at_enterprises(self) -> list[str]:
        kinds = {t: {self.world.values[e]["kind"] for e in self.world.into("HOSTS", t)} for t in self.tasks}
        return [t for t in self.shown if "enterprise" in kinds[t]]

    def direction(self, own: str, other: str) -> dict[str, Any]:
        units = self.units(own)
        met = {k for t in self.tasks if other in self.kinds(t) for k in self.world.out("APPLIES", t)} & set(units)
        courses = self.view.courses if self.view.courses is not None else self.world.of_kind("Course")
        held = {course: self.world.out("COVERS", course).keys() & set(units) for course in courses}
        holding = {course: found for course, found in held.items() if found}
        apart = sorted((-len(found), course) for course, found in holding.items() if not found & met)
        return {
            "units": len(units),
            "met": len(met),
            "share": len(met) / len(units) if units else None,
            "courses": len(holding),
            "apart": [(course, -n) for n, course in apart],
        }

    @property
    def candidates(self) -> dict[str, tuple[str, float]]:
        found = {}
        for t in self.shown:
            if len(self.kinds(t)) == 1 and self.world.out("PREPARES_FOR", t):
                new = [c for c in self.world.out("PRACTISES", t) if c not in self.fused]
                adds = sum(self.answers[c].demand for c in new)
                if adds:
                    lacks = "disciplinary" if self.kinds(t) == {"innovation"} else "innovation"
                    found[t] = (lacks, adds / self.total)
        return found

    def fitting(self, task: str, kind: str) -> list[str]:
        world, best = self.world, dict[str, float]()
        for j in world.out("PREPARES_FOR", task):
            for r in world.into("HAS_RESPONSIBILITY", j):
                for c, answer in self.answers.items():
                    for k, w in world.into("DEVELOPS", c).items():
                        if r in answer.roles and k in self.units(kind):
                            best[k] = max(best.get(k, 0.0), w * answer.roles[r])
        used = {k for t in self.fusion for k in world.out("APPLIES", t)}
        return sorted(best, key=lambda k: (k in used, -best[k], k))[:3]


def told(found: Integration) -> dict[str, Any]:
    """Return the answer in the words of the brute force."""

    def direction(one: Any) -> dict[str, Any]:  # noqa: ANN401
        values = one.model_dump(exclude={"courses_apart", "courses_apart_total"})
        return {**values, "apart": [(apart.course.id, apart.units) for apart in one.courses_apart]}

    return {
        "share": found.share,
        "fusion": sorted(one.task.id for one in found.fusion_tasks),
        "innovation_units": found.innovation_units,
        "unused": [one.id for one in found.unused_innovation],
        "enterprise": (found.enterprise_tasks, [one.task.id for one in found.enterprise_tasks_apart]),
        "into": direction(found.innovation_into_discipline),
        "out": direction(found.discipline_into_innovation),
        "candidates": {one.task.id: (one.lacks, one.adds) for one in found.candidates},
        "fitting": {one.task.id: [fit.unit.id for fit in one.fitting] for one in found.candidates},
        "unrecorded": found.scope.training_unrecorded,
    }


def expected(brute: _Brute) -> dict[str, Any]:
    hosted = brute.at_enterprises
    return {
        "share": brute.share,
        "fusion": [t for t in brute.fusion if t in brute.shown],
        "innovation_units": len(brute.units("innovation")),
        "unused": brute.unused,
        "enterprise": (len(hosted), [t for t in hosted if "innovation" not in brute.kinds(t)]),
        "into": brute.direction("disciplinary", "innovation"),
        "out": brute.direction("innovation", "disciplinary"),
        "candidates": brute.candidates,
        "fitting": {t: brute.fitting(t, lacks) for t, (lacks, _) in brute.candidates.items()},
        "unrecorded": brute.view.unrecorded,
    }


@examples(120)
@given(said=field_worlds(), asked=ASKED, focus=FOCUS)
def test_answers_are_those_of_brute_force(
    said: list[ChangeSet], asked: tuple[str | None, str | None], focus: FocusWish
) -> None:
    """Everything that is told of a scope is what following the definitions finds."""
    world = World(said)
    discipline, role = known(world, *asked)
    found = integrate(snapshot_of(*said), discipline=discipline, role=role, focus=focus, limit=1000)
    brute = _Brute(world, discipline, role, focus)
    assert near(told(found), expected(brute))
    assert found.focus.model_dump() == brute.view.focus()


@examples(60)
@given(said=field_worlds(), asked=ASKED)
def test_rows_are_the_answers_of_each_scope(said: list[ChangeSet], asked: tuple[str | None, str | None]) -> None:
    """A discipline's row says what asking of that discipline does; a role's row what asking for that role does."""
    world, snapshot = World(said), snapshot_of(*said)
    discipline, role = known(world, *asked)
    found = integrate(snapshot, discipline=discipline, role=role)
    for row in found.by_discipline:
        alone, brute = (
            integrate(snapshot, discipline=row.discipline.id, role=role),
            _Brute(world, row.discipline.id, role),
        )
        assert near(row.share, alone.share)
        assert row.fusion_tasks == len(brute.fusion)
        assert near(row.innovation_into_discipline, alone.innovation_into_discipline.share)
        assert near(row.discipline_into_innovation, alone.discipline_into_innovation.share)
        assert row.training_unrecorded == alone.scope.training_unrecorded
    if role is None:
        brute = _Brute(world, discipline, None)
        for one in found.by_role:
            weights = {
                c: answer.roles[one.role.id] for c, answer in brute.answers.items() if one.role.id in answer.roles
            }
            assert near(one.share, sum(w for c, w in weights.items() if c in brute.fused) / sum(weights.values()))


@examples(40)
@given(
    said=field_worlds(), task=st.sampled_from(("t1", "t2", "t3", "t4")), competency=st.sampled_from(("a:c1", "a:c2"))
)
def test_more_practice_never_lowers_the_share(said: list[ChangeSet], task: str, competency: str) -> None:
    """One more PRACTISES link leaves the share of demand practised by fusion tasks as it is, or raises it."""
    more = ChangeSet(Source(name="more"), {}, {(NodeId(task), "PRACTISES", NodeId(competency)): NOTHING_STATED})
    before, after = integrate(snapshot_of(*said)).share, integrate(snapshot_of(*said, more)).share
    assert (before or 0) <= (after or 0) + 1e-12


@examples(40)
@given(said=field_worlds())
def test_what_stands_apart_changes_no_discipline_that_targets_roles(said: list[ChangeSet]) -> None:
    """A part of the graph that no link leads to leaves the row of a discipline with roles of its own as it is."""
    world = World(said)
    alone, beside = integrate(snapshot_of(*said)), integrate(snapshot_of(*said, APART))
    rows = {row.discipline.id: row for row in beside.by_discipline}
    for row in alone.by_discipline:
        if View(world, Scope(discipline=row.discipline.id)).kept_roles:
            assert near(rows[row.discipline.id].model_dump(), row.model_dump())


@examples(40)
@given(said=field_worlds())
def test_a_candidate_brings_what_it_says(said: list[ChangeSet]) -> None:
    """With one unit more of the kind that it lacks, the share of demand rises by `adds`."""
    snapshot, world = snapshot_of(*said), World(said)
    found = integrate(snapshot, limit=3)
    for candidate in found.candidates:
        units = [k for k in world.of_kind("KnowledgeUnit") if world.values[k]["kind"] == candidate.lacks]
        if units:
            key = (candidate.task.id, "APPLIES", NodeId(units[0]))
            more = ChangeSet(Source(name="more"), {}, {key: NOTHING_STATED})
            share = integrate(snapshot_of(*said, more)).share
            assert share == pytest.approx((found.share or 0) + candidate.adds, abs=1e-12)


# The smallest graphs

FUSION = ("t1 APPLIES k1", "t1 APPLIES k2", "t1 PREPARES_FOR j1", "t1 PRACTISES c1", "r1 REQUIRES c1")
NODES = {"k2": {"kind": "innovation"}}


@pytest.mark.parametrize(
    ("lines", "share"),
    [
        (FUSION, 1.0),
        ([line for line in FUSION if line != "t1 APPLIES k1"], 0.0),
        ([line for line in FUSION if line != "t1 APPLIES k2"], 0.0),
        ([line for line in FUSION if "PREPARES_FOR" not in line], 0.0),
        ([*FUSION, "r1 REQUIRES c2"], 0.5),
        ([*FUSION, "r1 REQUIRES c2 0.5"], 2 / 3),
        ([*FUSION, "r2 REQUIRES c2", "e1 EMPLOYS r2 openings=3"], 0.5),
        ([line for line in FUSION if "REQUIRES" not in line], None),
    ],
    ids=["fusion", "no disciplinary", "no innovation", "no work", "half", "by weight", "by openings", "no demand"],
)
def test_a_fusion_task_joins_both_and_prepares(lines: list[str], share: float | None) -> None:
    """It takes both kinds of units and a responsibility; the share is by demand."""
    assert near(integrate(graph_of(*lines, "k2", nodes=NODES), focus="all").share, share)


def test_a_task_that_lacks_one_kind_is_a_candidate() -> None:
    """As the docs work it out: of a demand of 1.5 it would bring 0.5, with the unit that a role of its work needs."""
    lines = ("r1 REQUIRES c2 0.5", "t2 PRACTISES c2", "t2 APPLIES k1", "t2 PREPARES_FOR j1", "r1 HAS_RESPONSIBILITY j1",
             "k2 DEVELOPS c1 0.5", "k3 DEVELOPS c2 0.9")  # fmt: skip
    found = integrate(graph_of(*FUSION, *lines, nodes={**NODES, "k3": {"kind": "innovation"}}))
    assert found.share == pytest.approx(2 / 3)
    (candidate,) = found.candidates
    assert (candidate.task.id, candidate.lacks) == ("t2", "innovation")
    assert candidate.adds == pytest.approx(1 / 3)
    assert [(fit.unit.id, fit.competency.id, fit.role.id, fit.unused) for fit in candidate.fitting] == [
        ("k3", "c2", "r1", True),
        ("k2", "c1", "r1", False),
    ]


def test_a_discipline_counts_its_own_training_only() -> None:
    """A fusion task that another discipline schedules is none of this one."""
    lines = ("d1 SCHEDULES t1", "d2 SCHEDULES t2", "d2 OFFERS co1")
    found = integrate(graph_of(*FUSION, *lines, nodes=NODES), discipline="d2")
    assert (found.share, found.fusion_tasks) == (0.0, [])


def test_what_is_not_there_is_named() -> None:
    """An unknown discipline, or a role in its place, is no scope."""
    with pytest.raises(NotFoundError, match="it is a role"):
        integrate(graph_of(*FUSION), discipline="r1")


# The bundled college


def test_the_college_has_nine_fusion_tasks(example: Snapshot) -> None:
    """They are those that its description names, and most enterprise tasks apply no innovation unit."""
    found = integrate(example, limit=1000)
    assert sorted(one.task.id.removeprefix("poly:t.") for one in found.fusion_tasks) == [
        "campus-shop", "enterprise-challenge", "gripper-redesign", "last-mile-startup", "line-kaizen-week",
        "mobile-service-concept", "product-sprint", "tech-service-venture", "village-brand",
    ]  # fmt: skip
    assert (found.enterprise_tasks_apart_total, found.enterprise_tasks) == (33, 37)
    assert found.innovation_units == 62


def test_the_robotics_programme_is_barely_integrated(example: Snapshot) -> None:
    """Two fusion tasks reach 7 % of the demand; commissioning a robot cell would bring the most."""
    found = integrate(example, discipline="poly:d.robotics")
    assert found.share == pytest.approx(0.0703, abs=1e-4)
    assert [one.task.name for one in found.fusion_tasks] == [
        "Enterprise challenge week",
        "Redesign a gripper for a new part",
    ]
    best = found.candidates[0]
    assert (best.task.name, round(best.adds, 3), best.at_enterprise) == ("Commissioning a robot cell", 0.257, True)
    assert best.fitting[0].unit.name == "Working in a start-up team"
