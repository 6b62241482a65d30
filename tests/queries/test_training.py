"""Ranked training: the order against a plain loop, and what is said of each task."""

import pytest
from hypothesis import given

from graph.errors import InputError, NotFoundError
from graph.snapshot.snapshot import Snapshot
from queries.plan import plan_training
from queries.semantics.scope import Scope
from queries.training import RankedTask, role_training
from tests.support.examples import examples
from tests.support.factory import Nodes, graph_of
from tests.support.plan_cases import Case, cases

CHAIN = ("co1 COVERS k1", "k1 DEVELOPS c1", "k1 DEVELOPS c2", "r1 REQUIRES c1 0.5", "r1 REQUIRES c2 0.3")


def _graph(*lines: str, nodes: Nodes | None = None) -> Snapshot:
    return graph_of(*CHAIN, *lines, nodes=nodes)


def _first(graph: Snapshot) -> RankedTask:
    return role_training(graph, "r1").items[0]


def _ranked(case: Case) -> list[tuple[str, set[str]]]:
    """Return each task with what it newly covers, by looking through all that are left again and again."""
    held = {int(one[1:]) for one in case.have if one[0] == "c"}
    held |= {c for one in case.have if one[0] == "t" for c in case.practises[int(one[1:])]}
    goals = set(range(len(case.weights))) - held
    taught = {c for c in goals if case.is_taught[c]}
    left, done, found = {t for t, own in enumerate(case.practises) if own & goals}, set[int](), []

    def rank(t: int, new: set[int]) -> tuple[float, float, float, str]:
        return (-sum(map(case.weight, new & taught)), -sum(map(case.weight, new)), case.hours_of(t), f"t{t}")

    while any(case.practises[t] & goals - done for t in left):
        best = min(
            (t for t in left if case.practises[t] & goals - done),
            key=lambda t: rank(t, set(case.practises[t] & goals - done)),
        )
        found.append((f"t{best}", {f"c{c}" for c in case.practises[best] & goals - done}))
        done |= case.practises[best] & goals
        left.remove(best)
    rest = sorted(left, key=lambda t: rank(t, set(case.practises[t] & goals)))
    return [*found, *((f"t{t}", set[str]()) for t in rest)]


@given(cases())
@examples(100)
def test_ranking_is_that_of_a_plain_loop(case: Case) -> None:
    """Always next is the task that newly covers most, whatever prerequisites say."""
    found = role_training(case.graph(), "r0", have=case.wish().have, limit=1000)
    assert [(one.task.id, {c.id for c in one.covers}) for one in found.items] == _ranked(case)


@given(cases())
@examples(30)
def test_shares_sum_to_the_plan_without_limits(case: Case) -> None:
    """All tasks together reach what a plan without limits and prerequisites reaches."""
    graph = case.graph()
    if any(case.needs):
        return
    have = case.wish().have
    plan = plan_training(graph, "r0", wish=case.wish().model_copy(update={"max_hours": None, "max_tasks": None}))
    found = role_training(graph, "r0", have=have, limit=1000)
    assert (plan.coverage_before or 0) + sum(one.covered_share for one in found.items) == pytest.approx(
        plan.coverage_after
    )


def test_task_says_where_when_and_for_how_many() -> None:
    """Hosts, hours, seats, term, mode and kind are as stated."""
    about: Nodes = {"t1": {"hours": 12, "capacity": 8, "mode": "blended", "kind": "lab", "term": 3}}
    one = _first(_graph("t1 PRACTISES c1", "e2 HOSTS t1", "e1 HOSTS t1", nodes=about))
    assert [host.id for host in one.hosts] == ["e1", "e2"]
    assert (one.hours, one.seats, one.mode, one.kind, one.term) == (12, 8, "blended", "lab", 3)


def test_what_is_not_stated_is_none() -> None:
    """Nothing is made up for hours, seats, term, mode or host."""
    one = _first(_graph("t1 PRACTISES c1"))
    assert (one.hours, one.seats, one.mode, one.term, one.hosts) == (None, None, None, None, [])


def test_task_names_all_that_must_be_done_before() -> None:
    """Prerequisites of prerequisites too, but not what is held."""
    graph = _graph("t1 PRACTISES c1", "t2 PREREQUISITE_OF t1", "t3 PREREQUISITE_OF t2", "t4 PREREQUISITE_OF t3")
    found = role_training(graph, "r1", have=("t3",)).items[0]
    assert [task.id for task in found.needs] == ["t2"]


def test_reasons_are_of_the_role() -> None:
    """Units that it applies, and the role's responsibilities that it rehearses; untaught competencies are marked."""
    graph = _graph(
        *("t1 PRACTISES c3", "r1 REQUIRES c3 0.9", "t1 APPLIES k1", "t1 PREPARES_FOR j1", "t1 PREPARES_FOR j2"),
        *("r1 HAS_RESPONSIBILITY j1", "r2 HAS_RESPONSIBILITY j2"),
    )
    one = _first(graph)
    assert [(c.id, c.weight, c.taught) for c in one.covers] == [("c3", 0.9, False)]
    assert ([k.id for k in one.applies], [j.id for j in one.rehearses]) == (["k1"], ["j1"])
    assert (one.covered_share, one.practised_share) == pytest.approx((0.0, 0.9 / 1.7))


def test_scope_narrows_the_tasks() -> None:
    """Of a host, only its own training is ranked, and the rest is unreachable."""
    found = role_training(_graph("t1 PRACTISES c1", "t2 PRACTISES c2", "e1 HOSTS t1"), "r1", Scope(host="e1"))
    assert ([one.task.id for one in found.items], [c.id for c in found.unreachable]) == (["t1"], ["c2"])


def test_pages_follow_one_another() -> None:
    """The second page goes on with the rank where the first ended."""
    graph = _graph(*(f"t{t} PRACTISES c{1 + t % 2}" for t in range(5)))
    whole, first = role_training(graph, "r1"), role_training(graph, "r1", limit=2)
    second = role_training(graph, "r1", limit=3, cursor=first.next)
    assert (first.items + second.items, first.total, second.next) == (whole.items, 5, None)


def test_unknown_role_and_held_role_are_refused() -> None:
    """What is asked for must be there, and be something that can be held."""
    with pytest.raises(NotFoundError, match="r9"):
        role_training(_graph(), "r9")
    with pytest.raises(InputError, match="Role"):
        role_training(_graph(), "r1", have=("r1",))
