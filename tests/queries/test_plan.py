"""Training plans: what they choose, in which order, and what they say of it; small ones against trying every choice."""

import random

import pytest
from hypothesis import given

from graph.errors import InputError, NotFoundError
from graph.snapshot.snapshot import Snapshot
from queries.parameters.plan import PlanWish
from queries.plan import Plan, plan_training
from queries.planning.integer_model import Choice, IntegerProgram
from queries.planning.solver import solve
from queries.semantics.chain_status import ChainStatus
from queries.semantics.scope import Scope
from tests.support.examples import examples
from tests.support.factory import graph_of, says, snapshot_of
from tests.support.plan_cases import Case, cases

TAUGHT = ("co1 COVERS k1", "k1 DEVELOPS c1", "k1 DEVELOPS c2", "k1 DEVELOPS c3")
WANTED = ("r1 REQUIRES c1 0.5", "r1 REQUIRES c2 0.3", "r1 REQUIRES c3 0.2")


def _graph(*lines: str, **hours: float) -> Snapshot:
    """Return a graph of three competencies that a role requires and a course teaches, and the lines."""
    return graph_of(*TAUGHT, *WANTED, *lines, nodes={task: {"hours": stated} for task, stated in hours.items()})


def _wish(*have: str, **limits: float) -> PlanWish:
    return PlanWish.model_validate({"have": have, **limits})


def _tasks(plan: Plan) -> list[str]:
    return [step.task.id for step in plan.steps]


def test_plan_takes_fewest_hours() -> None:
    """Of two tasks that practise the same, the shorter one is chosen."""
    graph = _graph("t1 PRACTISES c1", "t2 PRACTISES c1", t1=20, t2=10)
    assert _tasks(plan_training(graph, "r1")) == ["t2"]


def test_one_long_task_beats_two_short_ones_with_more_hours() -> None:
    """Hours count before the number of tasks, and fewer hours may be one task."""
    graph = _graph("t1 PRACTISES c1", "t2 PRACTISES c2", "t3 PRACTISES c1", "t3 PRACTISES c2", t1=10, t2=10, t3=19)
    assert _tasks(plan_training(graph, "r1")) == ["t3"]


def test_of_equal_hours_fewer_tasks() -> None:
    """Two tasks give way to one of as many hours."""
    graph = _graph("t1 PRACTISES c1", "t2 PRACTISES c2", "t3 PRACTISES c1", "t3 PRACTISES c2", t1=10, t2=10, t3=20)
    assert _tasks(plan_training(graph, "r1")) == ["t3"]


def test_of_equal_plans_the_smallest_ids() -> None:
    """Where all else is equal, the sorted ids decide."""
    graph = _graph("t3 PRACTISES c1", "t2 PRACTISES c1", "t4 PRACTISES c1", t2=10, t3=10, t4=10)
    assert _tasks(plan_training(graph, "r1")) == ["t2"]


@pytest.mark.parametrize("pairs", [("t1", "t4", "t2", "t3"), ("t2", "t3", "t1", "t4")])
def test_of_equal_pairs_the_smallest_ids(pairs: tuple[str, str, str, str]) -> None:
    """Of two pairs of different tasks that are as good, the smaller ids win, whichever the solver meets first."""
    one, two, three, four = pairs
    lines = (f"{one} PRACTISES c1", f"{one} PRACTISES c2", f"{two} PRACTISES c3", f"{three} PRACTISES c2")
    graph = _graph(*lines, f"{three} PRACTISES c3", f"{four} PRACTISES c1", **{one: 20, two: 10, three: 20, four: 10})
    assert _tasks(plan_training(graph, "r1")) == ["t1", "t4"]


def test_taught_and_practised_before_practised() -> None:
    """A lighter competency that is taught goes before a heavier one that is not."""
    graph = graph_of(
        "co1 COVERS k1",
        "k1 DEVELOPS c1",
        "r1 REQUIRES c1 0.2",
        "r1 REQUIRES c2 0.9",
        "t1 PRACTISES c1",
        "t2 PRACTISES c2",
    )
    assert _tasks(plan_training(graph, "r1", wish=_wish(max_tasks=1))) == ["t1"]


def test_practised_without_being_taught_counts_as_practised_only() -> None:
    """A task for an untaught competency is chosen, but raises practised alone."""
    graph = graph_of("r1 REQUIRES c1", "t1 PRACTISES c1")
    plan = plan_training(graph, "r1")
    assert (plan.coverage_after, plan.practised_after) == (0.0, 1.0)


def test_max_hours_holds() -> None:
    """The plan that would take all hours gives way to the best that fits."""
    graph = _graph("t1 PRACTISES c1", "t2 PRACTISES c2", "t3 PRACTISES c3", t1=20, t2=10, t3=10)
    plan = plan_training(graph, "r1", wish=_wish(max_hours=30))
    assert (_tasks(plan), plan.hours) == (["t1", "t2"], 30)


def test_fractions_of_hours_fill_the_limit_exactly() -> None:
    """Three times 0.1 hours fit into 0.3 hours, whatever binary fractions make of it."""
    graph = _graph("t1 PRACTISES c1", "t2 PRACTISES c2", "t3 PRACTISES c3", t1=0.1, t2=0.1, t3=0.1)
    assert len(plan_training(graph, "r1", wish=_wish(max_hours=0.3)).steps) == 3


def test_limit_finer_than_a_thousandth_is_rounded_down() -> None:
    """Two of three tasks fit where the limit is a hair below all three."""
    graph = _graph("t1 PRACTISES c1", "t2 PRACTISES c2", "t3 PRACTISES c3", t1=0.1, t2=0.1, t3=0.1)
    assert len(plan_training(graph, "r1", wish=_wish(max_hours=0.29999)).steps) == 2


def test_max_tasks_holds() -> None:
    """With one task allowed, the one that brings most is chosen."""
    graph = _graph("t1 PRACTISES c1", "t2 PRACTISES c2", "t3 PRACTISES c3")
    assert _tasks(plan_training(graph, "r1", wish=_wish(max_tasks=1))) == ["t1"]


def test_limit_below_every_task_gives_an_empty_plan() -> None:
    """Where nothing fits, nothing is planned, and that is proven."""
    plan = plan_training(_graph("t1 PRACTISES c1", t1=8), "r1", wish=_wish(max_hours=2))
    assert (plan.steps, plan.coverage_after, plan.optimal) == ([], 0.0, True)


def test_held_competency_counts_before() -> None:
    """A held competency counts as taught and practised before any task."""
    plan = plan_training(_graph("t1 PRACTISES c1"), "r1", wish=_wish("c2"))
    assert (plan.coverage_before, plan.coverage_after) == pytest.approx((0.3, 0.8))


def test_held_task_counts_before() -> None:
    """What a held task practises counts before, and is not trained again."""
    plan = plan_training(_graph("t1 PRACTISES c1", "t2 PRACTISES c1"), "r1", wish=_wish("t1"))
    assert (plan.coverage_before, plan.steps) == (0.5, [])


def test_held_task_counts_out_of_scope() -> None:
    """What was done elsewhere is held all the same."""
    graph = _graph("t1 PRACTISES c1", "t2 PRACTISES c2", "e1 HOSTS t2")
    plan = plan_training(graph, "r1", Scope(host="e1"), _wish("t1"))
    assert plan.coverage_before == 0.5


def test_held_task_is_a_prerequisite_met() -> None:
    """A held prerequisite is neither planned nor missed."""
    graph = _graph("t2 PRACTISES c1", "t1 PREREQUISITE_OF t2")
    assert _tasks(plan_training(graph, "r1", wish=_wish("t1"))) == ["t2"]


def test_held_unit_teaches() -> None:
    """What a held unit develops counts as taught, though no unit in scope does."""
    graph = graph_of("r1 REQUIRES c1", "t1 PRACTISES c1", "k1 DEVELOPS c1", "co1 COVERS k2", "co1 SCHEDULES t1")
    scope = Scope(course="co1")
    shares = [plan_training(graph, "r1", scope, _wish(*have)).coverage_after for have in ((), ("k1",))]
    assert shares == [0.0, 1.0]


def test_nothing_held_is_nothing_before() -> None:
    """Before the plan, a learner who holds nothing covers nothing, however much is taught."""
    plan = plan_training(_graph("t1 PRACTISES c1"), "r1")
    assert (plan.coverage_before, plan.practised_before) == (0.0, 0.0)


def test_unknown_held_id_is_not_found() -> None:
    """What is held must be there."""
    with pytest.raises(NotFoundError, match="c9"):
        plan_training(_graph(), "r1", wish=_wish("c9"))


def test_held_role_is_refused() -> None:
    """A role cannot be held."""
    with pytest.raises(InputError, match="Role"):
        plan_training(_graph(), "r1", wish=_wish("r1"))


def test_scope_of_another_role_is_refused() -> None:
    """The scope may not name another role than the plan is for."""
    with pytest.raises(InputError, match="r1"):
        plan_training(_graph("r2 REQUIRES c1"), "r1", Scope(role="r2"))


def test_prerequisites_come_with_a_task_and_before_it() -> None:
    """A prerequisite is planned first, though its term and id are later and it practises nothing required."""
    graph = _graph("t1 PRACTISES c1", "t2 PREREQUISITE_OF t1", "t3 PREREQUISITE_OF t2", "co1 SCHEDULES t3 term=6")
    plan = plan_training(graph, "r1")
    assert (_tasks(plan), [len(step.covers) for step in plan.steps]) == (["t3", "t2", "t1"], [0, 0, 1])


def test_steps_go_by_term_and_undated_last() -> None:
    """Without prerequisites, the term orders, then the id; no term is last."""
    graph = _graph(
        "t1 PRACTISES c1", "t2 PRACTISES c2", "t3 PRACTISES c3", "co1 SCHEDULES t3 term=1", "co1 SCHEDULES t2 term=4"
    )
    assert [(step.task.id, step.term) for step in plan_training(graph, "r1").steps] == [
        ("t3", 1),
        ("t2", 4),
        ("t1", None),
    ]


def test_prerequisite_out_of_scope_makes_a_task_impossible() -> None:
    """A task whose prerequisite lies out of scope is not planned, and what only it practises is out of reach."""
    graph = _graph("t2 PRACTISES c1", "t1 PREREQUISITE_OF t2", "e1 HOSTS t2", "e2 HOSTS t1")
    plan = plan_training(graph, "r1", Scope(host="e1"))
    assert (plan.steps, plan.unreachable[0].competency.id, plan.unreachable[0].status) == (
        [],
        "c1",
        ChainStatus.CONNECTED,
    )


def test_circle_of_prerequisites_is_done_whole() -> None:
    """Tasks that two sources make each other's prerequisite are all planned, by id."""
    graph = snapshot_of(
        says(*TAUGHT, *WANTED, "t2 PRACTISES c1", "t1 PREREQUISITE_OF t2", by="one"),
        says("t2 PREREQUISITE_OF t1", by="two"),
    )
    assert _tasks(plan_training(graph, "r1")) == ["t1", "t2"]


def test_circle_that_does_not_fit_is_left_out_whole() -> None:
    """Of a circle that the limit has no room for, nothing is planned."""
    graph = snapshot_of(
        says(*TAUGHT, *WANTED, "t2 PRACTISES c1", "t1 PREREQUISITE_OF t2", by="one"),
        says("t2 PREREQUISITE_OF t1", by="two"),
    )
    assert plan_training(graph, "r1", wish=_wish(max_tasks=1)).steps == []


def test_unreachable_with_status_by_weight() -> None:
    """What no task practises is listed with its status in scope, the heaviest first."""
    graph = graph_of("r1 REQUIRES c1 0.4", "r1 REQUIRES c2 0.8", "r1 REQUIRES c3", "t1 PRACTISES c3", "k1 DEVELOPS c1")
    found = [(item.competency.id, item.status, item.weight) for item in plan_training(graph, "r1").unreachable]
    assert found == [("c2", ChainStatus.UNSERVED, 0.8), ("c1", ChainStatus.UNPRACTISED, 0.4)]


def test_held_competency_is_not_unreachable() -> None:
    """What is held need not be reached."""
    plan = plan_training(_graph(), "r1", wish=_wish("c1"))
    assert [item.competency.id for item in plan.unreachable] == ["c2", "c3"]


def test_limits_make_nothing_unreachable() -> None:
    """What a task could practise is not out of reach because the wish has no room for it."""
    graph = _graph("t1 PRACTISES c1", "t2 PRACTISES c2", "t3 PRACTISES c3")
    assert plan_training(graph, "r1", wish=_wish(max_tasks=1)).unreachable == []


def test_hours_not_stated_are_the_median() -> None:
    """A task without hours counts the median of all stated ones in the graph, and the plan says so."""
    plan = plan_training(_graph("t1 PRACTISES c1", t2=10, t3=20, t4=90), "r1")
    step = plan.steps[0]
    assert (step.hours, step.hours_stated, plan.hours, plan.hours_not_stated) == (20, False, 20, 1)


def test_hours_stated_nowhere_are_one() -> None:
    """Where no task of the graph states its hours, each counts one."""
    plan = plan_training(_graph("t1 PRACTISES c1"), "r1")
    assert (plan.hours, plan.hours_not_stated) == (1, 1)


def test_role_that_requires_nothing() -> None:
    """A role without requirements has an empty plan and no coverage to speak of."""
    plan = plan_training(graph_of("r1", "t1 PRACTISES c1"), "r1")
    assert (plan.steps, plan.coverage_before, plan.coverage_after, plan.bound, plan.optimal) == (
        [],
        None,
        None,
        None,
        True,
    )


def test_graph_without_tasks() -> None:
    """A role that no task leads to has an empty plan, proven, and everything is out of reach."""
    plan = plan_training(_graph(), "r1")
    assert (plan.steps, plan.coverage_after, plan.bound, len(plan.unreachable)) == ([], 0.0, 0.0, 3)


def test_covers_only_what_no_earlier_step_practised() -> None:
    """Each competency is covered by the first step that practises it, the heaviest first."""
    graph = _graph("t1 PRACTISES c1", "t1 PRACTISES c2", "t2 PRACTISES c2", "t2 PRACTISES c3")
    covers = [[(new.id, new.weight) for new in step.covers] for step in plan_training(graph, "r1").steps]
    assert covers == [[("c1", 0.5), ("c2", 0.3)], [("c3", 0.2)]]


def test_rehearses_only_responsibilities_of_the_role() -> None:
    """A responsibility of another role is not what this plan rehearses."""
    graph = _graph(
        "t1 PRACTISES c1",
        "t1 PREPARES_FOR j1",
        "t1 PREPARES_FOR j2",
        "r1 HAS_RESPONSIBILITY j1",
        "r2 HAS_RESPONSIBILITY j2",
    )
    assert [duty.id for duty in plan_training(graph, "r1").steps[0].rehearses] == ["j1"]


def test_units_that_nobody_teaches_are_learnt_first() -> None:
    """Units presupposed or applied that no course covers are listed once, prerequisites first; taught ones are not."""
    graph = _graph(
        *("t1 PRACTISES c1", "t2 PRACTISES c2", "t1 APPLIES k1", "t1 APPLIES k2", "t2 APPLIES k2"),
        *("k3 PREREQUISITE_OF k2", "k4 PREREQUISITE_OF t1"),
    )
    assert [[unit.id for unit in step.learn_first] for step in plan_training(graph, "r1").steps] == [
        ["k3", "k2", "k4"],
        [],
    ]


def test_held_units_are_not_learnt_again() -> None:
    """A held unit needs learning no more, nor what it presupposes."""
    graph = _graph("t1 PRACTISES c1", "t1 APPLIES k2", "k3 PREREQUISITE_OF k2")
    assert plan_training(graph, "r1", wish=_wish("k2")).steps[0].learn_first == []


def test_learn_first_hours_come_beside_hours() -> None:
    """Units to learn first have hours of their own, the median where not stated."""
    graph = _graph("t1 PRACTISES c1", "t1 APPLIES k2", "t1 APPLIES k3", t1=8, k2=6)
    plan = plan_training(graph, "r1")
    assert (plan.hours, plan.learn_first_hours, plan.hours_not_stated) == (8, 12, 1)


def test_unit_taught_out_of_scope_is_learnt_first() -> None:
    """A unit that only another course teaches has to be learnt first."""
    graph = _graph("t1 PRACTISES c1", "co2 SCHEDULES t1", "t1 APPLIES k1")
    plans = [plan_training(graph, "r1", scope) for scope in (Scope(course="co2"), Scope())]
    assert [[unit.id for unit in plan.steps[0].learn_first] for plan in plans] == [["k1"], []]


def test_host_is_the_first_or_the_one_asked_for() -> None:
    """A step names the first host by id, and in the scope of a host that one."""
    graph = _graph("t1 PRACTISES c1", "e1 HOSTS t1", "e2 HOSTS t1")
    hosts = [plan_training(graph, "r1", scope).steps[0].host for scope in (Scope(), Scope(host="e2"))]
    assert [host and host.id for host in hosts] == ["e1", "e2"]


def test_min_weight_ignores_weak_practice_and_requirements() -> None:
    """Links weaker than the scope's least weight neither require nor practise."""
    graph = _graph("t1 PRACTISES c1 0.2", "t2 PRACTISES c1 0.9", "t3 PRACTISES c3", t1=1, t2=10)
    assert _tasks(plan_training(graph, "r1", Scope(min_weight=0.25))) == ["t2"]


def test_order_of_rows_does_not_matter() -> None:
    """The same statements in another order make the same plan."""
    lines = [f"t{t} PRACTISES c{c}" for t in range(1, 9) for c in range(1, 4) if (t * c) % 4]
    plans = []
    for seed in range(4):
        random.Random(seed).shuffle(lines)
        plans.append(plan_training(_graph(*lines, t1=7, t4=7, t6=3), "r1", wish=_wish(max_hours=20)))
    assert all(plan == plans[0] for plan in plans)


@given(cases())
@examples(150)
def test_plan_is_the_best_of_all_choices(case: Case) -> None:
    """Of every choice that is allowed, the plan is the one that comes first by the order of docs/definitions.md."""
    plan = plan_training(case.graph(), "r0", wish=case.wish())
    assert (sorted(_tasks(plan)), plan.optimal) == ([f"t{t}" for t in sorted(case.best())], True)


@given(cases())
@examples(50)
def test_shares_follow_from_the_steps(case: Case) -> None:
    """Before and after, recomputed from what is held and the planned tasks, are what the plan says."""
    plan = plan_training(case.graph(), "r0", wish=case.wish())
    chosen = frozenset(int(task[1:]) for task in _tasks(plan))
    said = (plan.coverage_before, plan.practised_before, plan.coverage_after, plan.practised_after)
    assert said == pytest.approx((*case.shares(frozenset()), *case.shares(chosen)))


@given(cases())
@examples(50)
def test_prerequisites_precede_unless_in_a_circle(case: Case) -> None:
    """A step comes after its prerequisites, save those that have it as a prerequisite in turn."""
    tasks = [int(task[1:]) for task in _tasks(plan_training(case.graph(), "r0", wish=case.wish()))]
    late = [(p, t) for at, t in enumerate(tasks) for p in case.needs[t] if p in tasks[at:]]
    assert all(t in _all_needed(case, p) for p, t in late)


def _all_needed(case: Case, task: int) -> set[int]:
    found: set[int] = set()
    todo = [task]
    while todo:
        new = case.needs[todo.pop()] - found
        found |= new
        todo += new
    return found


def _hard(
    seed: int, n: int, goals: int = 60, max_hours: int | None = None, max_chosen: int | None = None
) -> IntegerProgram:
    """Return a program of near-identical columns: twelve patterns, each a little changed."""
    dice = random.Random(seed)
    patterns = [frozenset(dice.sample(range(goals), 5)) for _ in range(12)]
    return IntegerProgram(
        gains=tuple(dice.randint(1, 100_000) for _ in range(goals)),
        first=frozenset(range(goals * 4 // 5)),
        covers=tuple(dice.choice(patterns) ^ set(dice.sample(range(goals), dice.randint(0, 2))) for _ in range(n)),
        needs=tuple(frozenset({dice.randrange(t)} if t and dice.random() < 0.2 else ()) for t in range(n)),
        hours=tuple(dice.choice((8, 16, 24, 32, 40)) for _ in range(n)),
        max_hours=max_hours,
        max_chosen=max_chosen,
    )


def _simple_greedy(program: IntegerProgram) -> Choice:
    """Return what comes of always taking the column that brings most and still fits."""
    chosen: Choice = frozenset()
    while True:
        options = [chosen | {t} for t in range(len(program.hours)) if program.allows(chosen | {t})]
        best = min(options, key=program.score, default=chosen)
        if program.score(best)[:2] >= program.score(chosen)[:2]:
            return chosen
        chosen = best


@pytest.mark.parametrize("seed", range(5))
def test_greedy_never_beats_the_plan(seed: int) -> None:
    """On larger problems, taking what brings most is at best as good."""
    program = _hard(seed, 80, max_hours=120)
    assert program.score(solve(program, 30).choice) <= program.score(_simple_greedy(program))


@pytest.mark.parametrize("limits", [(None, None), (150, None), (None, 6)])
def test_near_identical_tasks_are_planned_in_time(limits: tuple[int | None, int | None]) -> None:
    """161 tasks that hardly differ are no trouble: the best choice is proven within the usual time."""
    assert solve(_hard(1, 161, 40, *limits), 5).optimal


def test_solver_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """HiGHS must not write between the lines of a JSON document on standard output."""
    for seed in range(5):
        solve(_hard(seed, 60, max_hours=100), 30)
    assert capfd.readouterr().out == ""


def test_out_of_time_is_said() -> None:
    """Without time to search, the plan keeps the limits, is said not to be proven, and the bound lies above it."""
    graph = _graph("t1 PRACTISES c1", "t2 PRACTISES c2", "t3 PRACTISES c3", t1=8, t2=8, t3=8)
    plan = plan_training(graph, "r1", wish=_wish(max_hours=16, time_limit_s=1e-9))
    assert plan.coverage_after is not None
    assert plan.bound is not None
    assert (plan.optimal, len(plan.steps), plan.gap_share) == (False, 2, plan.bound - plan.coverage_after)
    assert plan.bound >= plan.coverage_after > 0


def test_bound_is_above_the_best_plan() -> None:
    """What was called the bound without time to search is not passed with time."""
    graph = _graph(
        *(f"t{t} PRACTISES c{c}" for t, c in ((1, 1), (1, 2), (2, 2), (2, 3), (3, 1), (3, 3))), t1=9, t2=5, t3=6
    )
    hasty, best = (plan_training(graph, "r1", wish=_wish(max_hours=11, time_limit_s=s)) for s in (1e-9, 5.0))
    assert hasty.bound is not None
    assert best.coverage_after is not None
    assert hasty.bound >= best.coverage_after


def test_proven_plan_has_no_gap() -> None:
    """A plan that is proven best says that nothing lies between it and the bound."""
    plan = plan_training(_graph("t1 PRACTISES c1", "t2 PRACTISES c2"), "r1", wish=_wish(max_tasks=1))
    assert (plan.optimal, plan.bound, plan.gap_share) == (True, 0.5, 0.0)


def test_plan_leaves_out_tasks_that_are_no_longer_given() -> None:
    """Nor what needs one, unless it is done already; what only they practise cannot be reached."""
    nodes: dict[str, dict[str, str | int | float | list[str]]] = {
        "t1": {"status": "deprecated", "hours": 1},
        "t2": {"hours": 10},
        "t3": {"description": "practice exercise, status past", "hours": 1},
        "t4": {"hours": 1},
    }
    lines = ("t1 PRACTISES c1", "t2 PRACTISES c1", "t3 PRACTISES c2", "t4 PRACTISES c3", "t3 PREREQUISITE_OF t4")
    graph = graph_of(*TAUGHT, *WANTED, *lines, nodes=nodes)
    plan = plan_training(graph, "r1")
    assert _tasks(plan) == ["t2"]
    assert [one.competency.id for one in plan.unreachable] == ["c2", "c3"]
    assert set(_tasks(plan_training(graph, "r1", wish=_wish("t3")))) == {"t2", "t4"}
