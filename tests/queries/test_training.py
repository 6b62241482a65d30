"""Ranked training: the order against a plain loop, and what is said of each task."""

import pytest
from hypothesis import given

from graph.errors import InputError, NotFoundError
from graph.snapshot.snapshot import Snapshot
from queries.parameters.training import TrainingWish
from queries.plan import plan_training
from queries.semantics.scope import Scope
from queries.training import role_training, role_unreachable
from queries.training_items import RankedTask
from tests.support.examples import examples
from tests.support.factory import Nodes, graph_of
from tests.support.plan_cases import Case, cases

CHAIN = ("co1 COVERS k1", "k1 DEVELOPS c1", "k1 DEVELOPS c2", "r1 REQUIRES c1 0.5", "r1 REQUIRES c2 0.3")


def _graph(*lines: str, nodes: Nodes | None = None) -> Snapshot:
    return graph_of(*CHAIN, *lines, nodes=nodes)


def _holding(*have: str) -> TrainingWish:
    return TrainingWish.model_validate({"have": have})


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
def test_marginal_order_is_that_of_a_plain_loop(case: Case) -> None:
    """Always next is the task that newly covers most, whatever prerequisites say; nothing else tells these apart."""
    wish = TrainingWish(have=case.wish().have, order="marginal")
    found = role_training(case.graph(), "r0", wish=wish, limit=1000)
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
    found = role_training(graph, "r0", wish=TrainingWish(have=have), limit=1000)
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
    found = role_training(graph, "r1", wish=_holding("t3")).items[0]
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
    assert (one.covered_share, one.practised_share, one.share) == pytest.approx((0.0, 0.9 / 1.7, 0.9 / 1.7))


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
        role_training(_graph(), "r1", wish=_holding("r1"))


def test_what_practises_most_comes_first_then_what_adds_most() -> None:
    """A task that repeats stands by all that it practises, marked; on request it is left out, or last."""
    graph = _graph(*("t1 PRACTISES c1", "t2 PRACTISES c1", "t2 PRACTISES c2", "t3 PRACTISES c2"))
    found = role_training(graph, "r1")
    told = [(one.task.id, round(one.share, 9), one.adds_nothing, [c.id for c in one.practises]) for one in found.items]
    assert told == [("t2", 1.0, False, ["c1", "c2"]), ("t1", 0.625, True, ["c1"]), ("t3", 0.375, True, ["c2"])]
    assert (found.total, found.adds_nothing) == (3, 2)
    adding = role_training(graph, "r1", wish=TrainingWish(adds_nothing="exclude"))
    assert ([one.task.id for one in adding.items], adding.total, adding.adds_nothing) == (["t2"], 1, 2)


@pytest.mark.parametrize(
    ("lines", "nodes"),
    [
        (("r2 REQUIRES c4", "r1 REQUIRES c3 0.5", "r1 REQUIRES c4 0.5", "t1 PRACTISES c3", "t2 PRACTISES c4"), {}),
        (("t2 APPLIES k1",), {}),
        (("t1 APPLIES k1", "t2 APPLIES k1", "r1 HAS_RESPONSIBILITY j1", "t2 PREPARES_FOR j1"), {}),
        ((), {"t1": {"hours": 3}, "t2": {"hours": 2}}),
        ((), {"t1": {"name": "B"}, "t2": {"name": "A"}}),
    ],
    ids=["demand", "units", "direct", "hours", "name"],
)
def test_ties_are_settled_by_more_than_ids(lines: tuple[str, ...], nodes: Nodes) -> None:
    """The second by id comes first for its demand, applied units, direct links, hours or name."""
    both = () if "t1 PRACTISES c3" in lines else ("t1 PRACTISES c1", "t2 PRACTISES c1")
    found = role_training(_graph(*both, *lines, nodes=nodes), "r1")
    assert [one.task.id for one in found.items] == ["t2", "t1"]


def test_ended_tasks_are_left_out_unless_asked_for() -> None:
    """By the status that is stated, or that a description words; what only they practise is unreachable."""
    nodes: Nodes = {
        "t1": {"status": "deprecated"},
        "t2": {"description": "practice exercise, difficulty 2, status deprecated"},
        "t3": {"status": "active", "description": "Moves code away from a deprecated library, status past."},
        "t4": {"description": "Finds what is deprecated in the past."},
    }
    graph = _graph(*("t1 PRACTISES c2", "t2 PRACTISES c1", "t3 PRACTISES c1", "t4 PRACTISES c1"), nodes=nodes)
    found = role_training(graph, "r1")
    assert ({one.task.id: one.status for one in found.items}, found.inactive) == ({"t3": "active", "t4": None}, 2)
    assert [c.id for c in found.unreachable] == ["c2"]
    every = role_training(graph, "r1", wish=TrainingWish(inactive="include"))
    assert [one.status for one in sorted(every.items, key=lambda one: one.task.id)][:2] == ["deprecated"] * 2
    assert (every.total, every.inactive, every.unreachable) == (4, 2, [])


def test_items_carry_what_helps_to_choose() -> None:
    """Description and address in the language asked for, and the certificates that it leads to."""
    about: Nodes = {"t1": {"description": "A lab", "description_zh": "实验", "url": "https://example.org/t1"}}
    graph = _graph(
        *("t1 PRACTISES c1", "x2 CERTIFIES c1", "x1 CERTIFIES c1", "x2 ACCEPTED_BY r1", "x3 CERTIFIES c2"), nodes=about
    )
    one = _first(graph)
    assert (one.description, one.url) == ("A lab", "https://example.org/t1")
    assert [x.id for x in one.certificates] == ["x2", "x1"]
    assert _first(graph.in_language("zh")).description == "实验"


def test_unreachable_is_a_list_of_its_own() -> None:
    """What no task practises, the heaviest first, with how it stands; page by page."""
    graph = _graph("r1 REQUIRES c3 0.9", "t1 PRACTISES c2")
    first = role_unreachable(graph, "r1", limit=1)
    second = role_unreachable(graph, "r1", limit=1, cursor=first.next)
    told = [(one.competency.id, one.status.value, one.weight) for one in (*first.items, *second.items)]
    assert (told, first.total, second.next) == ([("c3", "unserved", 0.9), ("c1", "unpractised", 0.5)], 2, None)
    assert role_unreachable(graph, "r1", wish=_holding("c3", "c1")).items == []


def test_role_without_training_is_told_what_nearby_roles_use() -> None:
    """Linked roles, and those that require much of the same, that have training of their own; nothing else."""
    graph = graph_of(
        *("r1 REQUIRES c1", "r1 REQUIRES c2", "t1 PRACTISES c9", "t2 PRACTISES c8", "r1 BROADER r0", "r6 BROADER r0"),
        *("r2 REQUIRES c1", "r2 REQUIRES c2 0.5", "r2 REQUIRES c9"),  # shares 75 %
        *("r3 REQUIRES c1 0.4", "r3 REQUIRES c9"),  # shares 20 %
        *("r4 REQUIRES c9", "r4 CLOSE_TO r1", "r5 REQUIRES c1", "r5 REQUIRES c2"),  # close; without training
        *("r6 REQUIRES c8", "e1 EMPLOYS r1"),  # of the same group
    )
    found = role_training(graph, "r1", Scope(employer="e1"))
    told = [(near.role.id, near.way, near.shared, [one.task.id for one in near.items]) for near in found.nearby]
    assert (found.total, found.items) == (0, [])
    assert told == [("r2", "shares", 0.75, ["t1"]), ("r4", "close", 0.0, ["t1"]), ("r6", "sibling", 0.0, ["t2"])]
    assert role_training(graph, "r2").nearby == []


def test_who_holds_all_that_is_practised_is_told_of_no_other_role() -> None:
    """The role has training; there is just nothing left of it."""
    graph = _graph("t1 PRACTISES c1", "r2 REQUIRES c1", "r2 REQUIRES c2", "r2 REQUIRES c9", "t2 PRACTISES c9")
    found = role_training(graph, "r1", wish=_holding("c1"))
    assert (found.total, found.nearby) == (0, [])
