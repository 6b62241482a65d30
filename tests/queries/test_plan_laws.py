"""What holds of every training plan, the plans beside the best, several roles, certificates, modes and regions."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InputError, NotFoundError
from graph.snapshot.snapshot import Snapshot
from queries.coverage import role_coverage
from queries.match import match_roles
from queries.parameters.plan import PlanWish
from queries.parameters.training import TrainingWish
from queries.plan import Plan, plan_training
from queries.plan_several import plan_roles, roles_of
from queries.semantics.scope import Scope
from queries.training import role_training
from tests.support.examples import examples
from tests.support.factory import graph_of
from tests.support.plan_cases import Case, cases

CHAIN = ("co1 COVERS k1", "k1 DEVELOPS c1", "k1 DEVELOPS c2", "r1 REQUIRES c1 0.5", "r1 REQUIRES c2 0.25")


def _wish(**values: object) -> PlanWish:
    return PlanWish.model_validate(values)


def _tasks(plan: Plan) -> list[str]:
    return [step.task.id for step in plan.steps]


def _plan(case: Case, **changes: object) -> Plan:
    return plan_training(case.graph(), "r0", wish=case.wish().model_copy(update=changes))


# Laws


@given(cases(), st.data())
@examples(40)
def test_one_more_practised_competency_never_lowers_coverage(case: Case, data: st.DataObject) -> None:
    """A PRACTISES link that is added leaves coverage at least as high, within the same limits."""
    if not case.practises:
        return
    t = data.draw(st.integers(0, len(case.practises) - 1))
    c = data.draw(st.integers(0, len(case.weights) - 1))
    more = tuple(done | {c} if at == t else done for at, done in enumerate(case.practises))
    before, after = _plan(case), _plan(replace(case, practises=more))
    assert (after.coverage_after or 0) >= (before.coverage_after or 0) - 1e-9


@given(cases(), st.sampled_from([1.0, 2.5, 6.0]))
@examples(40)
def test_more_budget_never_lowers_coverage(case: Case, more: float) -> None:
    """With more hours, and one task more, at least as much is covered, then practised."""
    tight = replace(case, max_hours=case.max_hours or 3.0, max_tasks=case.max_tasks or 2)
    wide = replace(tight, max_hours=(tight.max_hours or 0) + more, max_tasks=(tight.max_tasks or 0) + 1)
    assert _score(_plan(wide)) >= _score(_plan(tight))


def _score(plan: Plan) -> tuple[float, float]:
    return (round(plan.coverage_after or 0, 9), round(plan.practised_after or 0, 9))


@given(cases())
@examples(40)
def test_coverage_after_is_the_roles_in_a_graph_of_the_planned_tasks_alone(case: Case) -> None:
    """Where no other task practises anything, the role's own coverage is what the plan promised."""
    free = replace(case, have=frozenset())
    plan = _plan(free)
    chosen = {int(task[1:]) for task in _tasks(plan)}
    kept = tuple(done if t in chosen else frozenset[int]() for t, done in enumerate(free.practises))
    found = role_coverage(replace(free, practises=kept).graph(), "r0")
    assert (plan.coverage_after, plan.practised_after) == pytest.approx((found.coverage, found.practised))


@given(cases())
@examples(30)
def test_who_holds_the_planned_tasks_begins_where_the_plan_ends(case: Case) -> None:
    """After of a plan is before of the plan of somebody who has done it."""
    plan = _plan(case)
    done = plan_training(case.graph(), "r0", wish=PlanWish(have=(*case.wish().have, *(s.task.id for s in plan.steps))))
    said = (done.coverage_before, done.practised_before)
    assert said == pytest.approx((plan.coverage_after, plan.practised_after))


@given(cases(), st.randoms(use_true_random=False))
@examples(40)
def test_other_ids_of_tasks_give_the_plan_of_the_same_tasks(case: Case, dice: random.Random) -> None:
    """Where no two sets of tasks take as many hours, names of tasks decide nothing."""
    n = len(case.practises)
    own = replace(case, hours=tuple(float(2**t) for t in range(n)), have=frozenset(), max_hours=None)
    order = dice.sample(range(n), n)  # the old task at each new number
    new = {old: at for at, old in enumerate(order)}
    other = replace(
        own,
        practises=tuple(own.practises[old] for old in order),
        needs=tuple(frozenset(new[p] for p in own.needs[old]) for old in order),
        hours=tuple(own.hours[old] for old in order),
    )
    planned, renamed = _tasks(_plan(own)), _tasks(_plan(other))
    assert {f"t{new[int(task[1:])]}" for task in planned} == set(renamed)


# The next best plans


@given(cases())
@examples(60)
def test_alternatives_are_the_next_best_of_all_choices(case: Case) -> None:
    """Each is the first, in the order of plans, of the choices that contain no plan before it; none is empty."""
    plan = _plan(case, alternatives=3)
    found = [sorted(task.id for task in other.tasks) for other in plan.alternatives]
    assert found == [sorted(f"t{t}" for t in chosen) for chosen in case.best_plans(4)[1:] if chosen]


@given(cases())
@examples(20)
def test_alternatives_say_what_they_reach(case: Case) -> None:
    """Shares, hours and the difference to the plan follow from the tasks."""
    plan = _plan(case, alternatives=2)
    for other in plan.alternatives:
        chosen = frozenset(int(task.id[1:]) for task in other.tasks)
        assert (other.coverage_after, other.practised_after) == pytest.approx(case.shares(chosen))
        assert other.hours == sum(map(case.hours_of, chosen))
        changed = {task.id for task in other.adds} | (set(_tasks(plan)) - {task.id for task in other.leaves_out})
        assert changed == {task.id for task in other.tasks}
        assert other.leaves_out
        assert other.optimal


# Modes and regions


def _placed() -> Snapshot:
    lines = ("t1 PRACTISES c1", "t2 PRACTISES c1", "t3 PRACTISES c1", "e1 HOSTS t1", "e2 HOSTS t2", "e3 HOSTS t2")
    nodes: dict[str, dict[str, str | int | float | list[str]]] = {
        "t1": {"hours": 1, "mode": "online"},
        "t2": {"hours": 2, "mode": "onsite"},
        "t3": {"hours": 3},
        "e1": {"region": "north"},
        "e2": {"region": "south"},
        "e3": {"region": "east"},
    }
    return graph_of(*CHAIN, *lines, nodes=nodes)


@pytest.mark.parametrize(
    ("wish", "task", "host", "unknown"),
    [
        ({}, "t1", "e1", (0, 0)),
        ({"modes": ["onsite"]}, "t2", "e2", (0, 0)),
        ({"modes": ["blended"]}, "t3", None, (1, 0)),
        ({"modes": ["blended", "online"]}, "t1", "e1", (0, 0)),
        ({"region": "east"}, "t2", "e3", (0, 0)),
        ({"region": "west"}, "t3", None, (0, 1)),
    ],
)
def test_modes_and_region_narrow_the_tasks(
    wish: dict[str, object], task: str, host: str | None, unknown: tuple[int, int]
) -> None:
    """Only what fits is planned, at a host in the region; what states nothing fits, and is counted."""
    plan = plan_training(_placed(), "r1", wish=_wish(**wish))
    step = plan.steps[0]
    assert (_tasks(plan), step.host and step.host.id) == ([task], host)
    assert (plan.mode_not_stated, plan.region_not_stated) == unknown


# Several roles


def test_batch_has_each_roles_own_plan_and_what_they_share() -> None:
    """Plans stand in the order asked for, a role once; a shared task counts its hours once."""
    nodes = {"t1": {"hours": 10}, "t2": {"hours": 4}}
    graph = graph_of(*CHAIN, "r2 REQUIRES c1", "t1 PRACTISES c1", "t2 PRACTISES c2", nodes=nodes)
    found = plan_roles(graph, ["r2", "r1", "r2"])
    assert found.items == [plan_training(graph, "r2"), plan_training(graph, "r1")]
    assert [(one.task.id, [role.id for role in one.roles]) for one in found.shared] == [("t1", ["r2", "r1"])]
    assert (found.hours, found.hours_apart) == (14, 24)


def test_roles_of_a_discipline_are_targeted_there_or_below() -> None:
    """What disciplines below target belongs to the discipline; by id."""
    graph = graph_of("d1 TARGETS r2", "d2 TARGETS r1", "d3 TARGETS r3", nodes={"d2": {"parent_id": "d1"}})
    assert roles_of(graph, "d1") == ["r1", "r2"]


def test_roles_of_an_enterprise_are_employed() -> None:
    """An enterprise's roles are those that it employs."""
    assert roles_of(graph_of("e1 EMPLOYS r2", "e1 EMPLOYS r1", "e2 EMPLOYS r3"), "e1") == ["r1", "r2"]


@pytest.mark.parametrize("node", ["e2", "c1"])
def test_roles_of_nobody_are_refused(node: str) -> None:
    """Where no role is recorded, or none can be, the way out is named."""
    with pytest.raises(InputError, match=node):
        roles_of(graph_of("e1 EMPLOYS r1", "e2 HOSTS t1", "r1 REQUIRES c1"), node)


def test_batch_of_no_roles_is_refused() -> None:
    """At least one role is named."""
    with pytest.raises(InputError, match="1 to 50"):
        plan_roles(graph_of(*CHAIN), [])


def test_batch_with_an_unknown_role_is_not_found() -> None:
    """No plan is given where one role is not there."""
    with pytest.raises(NotFoundError, match="r9"):
        plan_roles(graph_of(*CHAIN), ["r1", "r9"])


# Certificates


def _certified(*lines: str, scope: Scope | None = None, **wish: object) -> list[tuple[str, int | None, list[str]]]:
    graph = graph_of(*CHAIN, "t1 PRACTISES c1", "t2 PRACTISES c2", "t1 PREREQUISITE_OF t2", *lines)
    plan = plan_training(graph, "r1", scope or Scope(), _wish(**wish))
    return [(one.certificate.id, one.ready_after, [c.id for c in one.missing]) for one in plan.certificates]


def test_certificate_is_ready_after_the_step_that_completes_it() -> None:
    """All that it certifies must be taught and practised; earlier ones come first."""
    assert _certified("x1 CERTIFIES c1", "x1 CERTIFIES c2", "x2 CERTIFIES c1") == [("x2", 1, []), ("x1", 2, [])]


def test_certificate_misses_what_is_not_taught_or_not_practised() -> None:
    """A competency that the role does not require is missing all the same."""
    lines = ("x1 CERTIFIES c1", "x1 CERTIFIES c3", "x1 CERTIFIES c4", "t1 PRACTISES c3", "k1 DEVELOPS c4")
    assert _certified(*lines) == [("x1", None, ["c3", "c4"])]


def test_certificate_of_nothing_new_is_listed_only_if_accepted() -> None:
    """A certificate that the plan does not lead to counts if the role accepts it."""
    assert _certified("x1 CERTIFIES c4", "x2 CERTIFIES c4", "x2 ACCEPTED_BY r1", "x3 ACCEPTED_BY r1") == [
        ("x2", None, ["c4"])
    ]


def test_certificate_of_what_is_held_is_ready_before() -> None:
    """Held competencies, or held tasks with what is taught, are complete before the first step."""
    lines = ("x1 CERTIFIES c1", "x1 CERTIFIES c2", "x1 ACCEPTED_BY r1")
    assert _certified(*lines, have=["t1", "c2"]) == [("x1", 0, [])]


def test_certificate_names_the_courses_in_scope_that_prepare_for_it() -> None:
    """Courses that align with it are named, in the scope asked for."""
    graph = graph_of(
        *CHAIN,
        *("t1 PRACTISES c1", "x1 CERTIFIES c1", "co1 ALIGNS_WITH x1", "co2 ALIGNS_WITH x1", "co1 SCHEDULES t1"),
    )
    plans = [plan_training(graph, "r1", scope) for scope in (Scope(), Scope(course="co1"))]
    assert [[c.id for c in plan.certificates[0].courses] for plan in plans] == [["co1", "co2"], ["co1"]]


# The example that docs/plans.md works by hand


def _by_hand() -> Snapshot:
    return graph_of(
        *("k1 DEVELOPS c1", "k1 DEVELOPS c2", "k1 DEVELOPS c3"),
        *("r1 REQUIRES c1 0.5", "r1 REQUIRES c2 0.3", "r1 REQUIRES c3 0.2"),
        *("t1 PRACTISES c1", "t1 PRACTISES c2", "t2 PRACTISES c2", "t3 PRACTISES c1", "t4 PRACTISES c3"),
        "t2 PREREQUISITE_OF t4",
        nodes={task: {"hours": hours} for task, hours in (("t1", 20), ("t2", 6), ("t3", 10), ("t4", 8))},
    )


def test_documented_plan_and_its_alternatives() -> None:
    """Within 24 hours, tasks 2, 3 and 4 cover all; then come 2 and 3, then 1."""
    plan = plan_training(_by_hand(), "r1", wish=_wish(max_hours=24, alternatives=2))
    assert (sorted(_tasks(plan)), plan.coverage_after, plan.hours) == (["t2", "t3", "t4"], 1.0, 24)
    told = [(sorted(t.id for t in one.tasks), one.coverage_after, one.hours) for one in plan.alternatives]
    assert told == [(["t2", "t3"], 0.8, 16), (["t1"], 0.8, 20)]


def test_documented_quick_training() -> None:
    """By all that they practise: 1, 3, 2, 4; by what is new: task 4 adds the rest before the others repeat."""
    by = {}
    for order in ("covers", "marginal"):
        found = role_training(_by_hand(), "r1", wish=TrainingWish.model_validate({"order": order}))
        by[order] = [(one.task.id, round(one.share, 9), round(one.practised_share, 9)) for one in found.items]
    assert by == {
        "covers": [("t1", 0.8, 0.8), ("t3", 0.5, 0), ("t2", 0.3, 0), ("t4", 0.2, 0.2)],
        "marginal": [("t1", 0.8, 0.8), ("t4", 0.2, 0.2), ("t3", 0.5, 0), ("t2", 0.3, 0)],
    }


def test_documented_match() -> None:
    """Who holds the first, and has practised the second, holds a half and has begun four fifths."""
    (role,) = match_roles(_by_hand(), ["c1", "t2"]).items
    assert (role.share, role.begun) == (0.5, 0.8)
    assert [(one.id, one.lacks) for one in role.missing] == [("c2", "teaching"), ("c3", "both")]
