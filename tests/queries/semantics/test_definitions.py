"""The examples that docs/definitions.md works by hand, and what decides the cases beside them."""

from typing import Any

import pytest

from graph.model import Value
from queries.coverage import role_coverage
from queries.gaps import find_gaps
from queries.semantics.scope import Scope
from queries.trace import Trace, trace_competency
from queries.trace_reasons import counting_for
from tests.support.factory import Nodes, graph_of, says, snapshot_of

CHAIN = ("k1 DEVELOPS c1", "t1 PRACTISES c1", "t1 APPLIES k1", "t1 PREPARES_FOR j1", "j1 REQUIRES c1", "r1 REQUIRES c1")
HELD = (*CHAIN, "r1 HAS_RESPONSIBILITY j1")


def flaws_of(lines: tuple[str, ...], competency: str = "c1", nodes: Nodes | None = None) -> dict[str, str]:
    """Return the flaws of a competency, each with its reason."""
    trace = trace_competency(graph_of(*lines, nodes=nodes), competency)
    return {flaw.flaw.value: flaw.reason for flaw in trace.flaws}


def score(competency: str, learners: int, mean: float, *, task: str = "t1", cohort: str = "g1") -> dict[str, Value]:
    """Return an assessment's properties."""
    about: dict[str, Value] = {"task_id": task, "competency_id": competency, "cohort_id": cohort}
    return {**about, "date": "2025-06-01", "learners": learners, "mean_score": mean}


def test_the_highest_levels_are_compared() -> None:
    """Required at 4 and 5, developed to 4, practised to 3: need 5, have 4."""
    lines = ("k1 DEVELOPS c1 level=4", "t1 PRACTISES c1 level=3", "r1 HAS_RESPONSIBILITY j1", "j1 REQUIRES c1 level=4")
    assert "below_level" not in flaws_of(lines)
    more = (*lines, "r2 HAS_RESPONSIBILITY j2", "j2 REQUIRES c1 level=5")
    assert flaws_of(more)["below_level"] == "required at level 5, taught and practised to level 4 at most"


def test_a_level_that_no_role_needs_does_not_count() -> None:
    """A responsibility of nobody, and a side without any level, make no flaw."""
    lines = ("k1 DEVELOPS c1 level=2", "t1 PRACTISES c1", "r1 REQUIRES c1")
    assert "below_level" not in flaws_of((*lines, "j2 REQUIRES c1 level=5"))
    assert "below_level" not in flaws_of(("k1 DEVELOPS c1", "t1 PRACTISES c1", "r1 REQUIRES c1 level=5"))


def test_what_its_task_is_assessed_for_alone_is_assessed() -> None:
    """A lab practises c1 and c2, and its only assessment, of a few, is of c1."""
    lines = (*HELD, "k1 DEVELOPS c2", "t1 PRACTISES c2", "r1 REQUIRES c2")
    nodes: Nodes = {"a1": score("c1", 3, 0.2), "g1": {"discipline_id": "d1", "size": 3}}
    assert "unassessed" not in flaws_of(lines, "c1", nodes)
    assert flaws_of(lines, "c2", nodes)["unassessed"] == "assessed for something else, never for it: name of t1"
    assert "below_threshold" not in flaws_of(lines, "c1", nodes)


@pytest.mark.parametrize(("mean", "is_below"), [(0.62, True), (0.65, False), (0.6333333333333333, False)])
def test_attainment_is_weighted_by_learners(mean: float, *, is_below: bool) -> None:
    """10 learners at 0.5 and 30 at 0.62 make 0.59; at 0.6333..., 0.6, which is not below."""
    nodes: Nodes = {"a1": score("c1", 10, 0.5), "a2": score("c1", 30, mean), "g1": {"discipline_id": "d1", "size": 40}}
    found = flaws_of(HELD, nodes=nodes)
    assert ("below_threshold" in found) == is_below
    assert not is_below or found["below_threshold"] == "the latest cohort assessed attained 0.59, below 0.6"


COURSES = (
    *("k1 DEVELOPS c1 level=3", "k2 DEVELOPS c1 level=3", "k3 DEVELOPS c2", "t1 PRACTISES c1", "t1 PRACTISES c2"),
    *("r1 REQUIRES c1", "r2 REQUIRES c2", "co1 COVERS k1", "co2 COVERS k2", "co3 COVERS k3"),
    *("d1 OFFERS co1", "d1 OFFERS co2", "d1 OFFERS co3"),
)
HOURS: Nodes = {"k1": {"hours": 30}, "k2": {"hours": 30}, "k3": {"hours": 40}}
WANTED = ("e1 EMPLOYS r1 openings=2", "e1 EMPLOYS r2 openings=8")


def test_overlap_is_repeated_and_excessive() -> None:
    """60 of 100 hours for 2 of 10 of demand."""
    assert flaws_of((*COURSES, *WANTED), nodes=HOURS)["overlap"] == (
        "name of co1 and name of co2 of name of d1 both develop it to level 3;"
        " it has 60.0% of the teaching hours and 20.0% of the demand"
    )


@pytest.mark.parametrize(
    "lines",
    [
        (*COURSES, "e1 EMPLOYS r1 openings=3", "e1 EMPLOYS r2 openings=7"),
        (*COURSES, *WANTED, "k1 PREREQUISITE_OF k2"),
        (*COURSES, *WANTED, "k2 PREREQUISITE_OF k4", "k4 PREREQUISITE_OF k1"),
        (*(line.replace("k2 DEVELOPS c1 level=3", "k2 DEVELOPS c1 level=2") for line in COURSES), *WANTED),
        (*(line.replace("k2 DEVELOPS c1 level=3", "k2 DEVELOPS c1") for line in COURSES), *WANTED),
        (*(line.replace("d1 OFFERS co2", "d2 OFFERS co2") for line in COURSES), *WANTED),
        (*(line.replace("co2 COVERS k2", "co1 COVERS k2") for line in COURSES), *WANTED),
    ],
    ids=["deserved", "builds on it", "in two steps", "further", "no level", "another discipline", "one course"],
)
def test_what_is_not_repeated_or_not_excessive_does_not_overlap(lines: tuple[str, ...]) -> None:
    """Twice the share and no more, a prerequisite, another level, another discipline, the same course."""
    assert "overlap" not in flaws_of(lines, nodes=HOURS)


def test_one_unit_in_two_courses_is_repeated() -> None:
    """A unit is no prerequisite of itself."""
    lines = [line.replace("co2 COVERS k2", "co2 COVERS k1") for line in COURSES if not line.startswith("k2")]
    assert "overlap" in flaws_of((*lines, *WANTED), nodes={name: HOURS[name] for name in ("k1", "k3")})


def traced(scope: dict[str, Any], *lines: str, competency: str = "c1") -> Trace:
    """Return the trace of what the lines say."""
    return trace_competency(graph_of(*lines), competency, Scope(**scope))


PREPARING = ("t1 PREPARES_FOR j1 0.8", "t1 PREPARES_FOR j2 0.5", "j1 REQUIRES c1 0.5", "j2 REQUIRES c1")


def test_practice_is_inferred_by_the_best_responsibility() -> None:
    """max(0.8 * 0.5, 0.5 * 1) = 0.5, marked; only when it is asked for."""
    (task,) = traced({"infer": True}, *PREPARING).training_tasks
    assert (task.weight, task.inferred, task.via) == (0.5, True, None)
    assert traced({}, *PREPARING).training_tasks == []


def test_what_is_stated_stands() -> None:
    """An inference does not raise a weight that a source states."""
    (task,) = traced({"infer": True}, *PREPARING, "t1 PRACTISES c1 0.1").training_tasks
    assert (task.weight, task.inferred) == (0.1, False)


def test_course_without_units_counts_as_one_that_develops_its_aims() -> None:
    """By the aim's weight, marked, in its term; only when it is asked for, and not where the course covers a unit."""
    lines = ("co1 AIMS_AT c1 0.6", "d1 OFFERS co1 term=3", "d1 AIMS_AT c1")
    assert traced({}, *lines).scope.units_unrecorded
    trace = traced({"infer_aims": True}, *lines)
    (unit,) = trace.knowledge_units
    assert (unit.id, unit.weight, unit.inferred, [one.id for one in unit.courses]) == ("co1", 0.6, True, ["co1"])
    assert (trace.flaws, trace.scope.units_unrecorded, trace.completeness.courses_without_units) == ([], False, 1)
    assert traced({"infer_aims": True, "term": 2}, *lines).knowledge_units == []
    assert traced({"infer_aims": True, "min_weight": 0.7}, *lines).knowledge_units == []
    assert traced({"infer_aims": True}, *lines, "co1 COVERS k1").knowledge_units == []
    reason = counting_for(graph_of(*lines), trace, "co1")
    assert (reason.inferred, reason.terms, [link.relation for link in reason.links]) == (True, (3, 3), ["AIMS_AT"])


def test_what_is_close_counts_by_its_closeness() -> None:
    """0.5 * 0.8 = 0.4, in either direction, and not two steps away."""
    lines = ("k1 DEVELOPS c2 0.5", "c2 CLOSE_TO c1 0.8", "c3 CLOSE_TO c1 0.8")
    (unit,) = traced({"close": True}, *lines).knowledge_units
    assert unit.weight == pytest.approx(0.4)
    assert unit.via is not None
    assert (unit.via.id, unit.via.way) == ("c2", "close")
    assert traced({"close": True}, *lines, competency="c3").knowledge_units == []


def test_what_is_the_same_but_did_not_merge_is_close_by_its_confidence() -> None:
    """SAME_AS at 0.7 does not merge; on request it counts at 0.7."""
    lines = ("k1 DEVELOPS a:c2", "a:c2 SAME_AS b:c1 0.7")
    (unit,) = traced({"close": True}, *lines, competency="b:c1").knowledge_units
    assert unit.weight == 0.7


def test_coverage_asks_for_what_is_stated() -> None:
    """A role that requires c1 is not taken to require what is close to it; what is close serves it, and is named."""
    lines = (*CHAIN, "r2 REQUIRES c2", "c2 CLOSE_TO c1")
    (found,) = role_coverage(graph_of(*lines), "r2", Scope(close=True)).competencies
    assert (found.id, found.status, [via.id for via in found.via]) == ("c2", "connected", ["c1"])
    assert role_coverage(graph_of(*lines), "r2").coverage == 0


NARROWER = (
    *("c2 BROADER c1", "c3 BROADER c1", "c4 BROADER c3", "c5 BROADER c3", "r1 REQUIRES c1"),
    *("k1 DEVELOPS c2", "t1 PRACTISES c2", "k1 DEVELOPS c4", "t1 PRACTISES c4", "k1 DEVELOPS c3"),
)


@pytest.mark.parametrize(("share", "status"), [(0.5, "connected"), (0.6, "unserved")])
def test_enough_that_is_narrower_raises_the_status(share: float, status: str) -> None:
    """Of 4 narrower, at any depth, 2 are covered: at 0.5 they count, at 0.6 they are only reported."""
    trace = traced({"roll_up": True, "roll_up_share": share}, *NARROWER)
    assert trace.status == status
    assert trace.narrower_covered is not None
    assert trace.narrower_covered.model_dump() == {"covered": 2, "total": 4, "raised": share == 0.5}
    assert [unit.via and (unit.via.id, unit.via.way) for unit in trace.knowledge_units] == (
        [("c2", "narrower")] if share == 0.5 else []
    )


def test_a_circle_of_broader_ones_ends() -> None:
    """Two sources may each state half of a circle; then each is narrower than the other, and none than itself."""
    graph = snapshot_of(says("c1 BROADER c2", *CHAIN, by="one"), says("c2 BROADER c1", by="other"))
    trace = trace_competency(graph, "c2", Scope(roll_up=True))
    assert trace.narrower_covered is not None
    assert (trace.narrower_covered.covered, trace.narrower_covered.total) == (1, 1)


def test_the_nearest_tasks_come_first_with_their_reasons() -> None:
    """A task that rehearses it goes before one that practises what the responsibility requires too, at 0.45."""
    lines = ("j1 REQUIRES c1 0.5", "j1 REQUIRES c2", "r1 HAS_RESPONSIBILITY j1", "t1 PRACTISES c2 0.9")
    graph = graph_of(*lines, "t2 PREPARES_FOR j1 0.2", "e1 EMPLOYS r1 openings=3")
    (gap,) = [gap for gap in find_gaps(graph).items if gap.competency.id == "c1"]
    assert [(one.task.id, one.reason) for one in gap.closed_by.tasks] == [
        ("t2", "it prepares for a responsibility that requires it: name of j1"),
        ("t1", "it practises name of c2, which is required too for name of j1"),
    ]
    (leading,) = gap.closed_by.enterprises
    assert (leading.enterprise.id, leading.demand) == ("e1", 1.5)
    assert leading.reason == "it employs name of r1, with 3 openings"
    assert gap.closed_by.courses == []


def test_what_nobody_requires_has_nothing_to_close_it() -> None:
    """A competency that is only taught needs a position, which no course or task is."""
    (gap,) = find_gaps(graph_of("k1 DEVELOPS c1", "t1 APPLIES k1")).items
    assert not any(gap.closed_by.model_dump().values())


def test_overlap_compares_what_is_stated() -> None:
    """Under `close`, hours and demand are both as stated: what others are required for makes nobody's share larger."""
    lines = [f"{course} COVERS k{n}" for n, course in enumerate(("co1", "co2", "co3"), 1)]
    lines += ["d1 OFFERS co1", "d1 OFFERS co2", "k1 DEVELOPS c1 level=3", "k2 DEVELOPS c1 level=3", "k3 DEVELOPS c2"]
    lines += ["t1 PRACTISES c1", "r1 REQUIRES c1 0.1", "r2 REQUIRES c2 1", "c1 CLOSE_TO c2 0.95"]
    hours = {"k1": {"hours": 30}, "k2": {"hours": 30}, "k3": {"hours": 40}}
    for close in (False, True):
        trace = trace_competency(graph_of(*lines, nodes=hours), "c1", Scope(close=close))
        assert "overlap" in {flaw.flaw for flaw in trace.flaws}, close
