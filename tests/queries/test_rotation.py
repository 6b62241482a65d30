"""Rotation: nobody can place more (against every schedule), and every schedule that is told can be kept."""

from collections import Counter
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InputError, NotFoundError
from graph.snapshot.snapshot import Snapshot
from queries.parameters.plan import PlanWish
from queries.planning.term_assignment import SeatLimits, Turn, groups, spread, takes_part
from queries.rotation import Rotation, rotate
from tests.support.examples import examples
from tests.support.factory import Nodes, graph_of, says, snapshot_of

Tasks = dict[int, SeatLimits]


@st.composite
def _seatings(draw: st.DrawFn, n: int, *, most: int, circles: bool) -> Tasks:
    """Make up n tasks; a need points to a smaller task unless circles are wanted."""
    made = {}
    for t in range(n):
        needs = draw(st.frozensets(st.integers(0, n - 1), max_size=2))
        seats, first = draw(st.one_of(st.none(), st.integers(1, most))), draw(st.integers(1, 3))
        made[t] = SeatLimits(seats, first, frozenset(p for p in needs if p != t and (circles or p < t)))
    return made


def _schedules(tasks: Tasks, last_term: int) -> list[tuple[int, ...]]:
    """Return every way for one learner to do the tasks: a term each, 0 for never."""
    return [
        terms
        for terms in product(range(last_term + 1), repeat=len(tasks))
        if all(
            not terms[t] or (terms[t] >= about.first_term and all(0 < terms[p] <= terms[t] for p in about.needs))
            for t, about in tasks.items()
        )
    ]


@given(st.integers(1, 3).flatmap(lambda n: _seatings(n, most=2, circles=True)), st.integers(1, 3), st.integers(1, 2))
@examples(150)
def test_no_schedule_places_more(tasks: Tasks, learners: int, last_term: int) -> None:
    """Of every choice of schedules that the seats allow, none has more placements, nor more in any one task."""
    most, in_task = 0, [0] * len(tasks)
    for chosen in combinations_with_replacement(_schedules(tasks, last_term), learners):
        taken = Counter((t, term) for terms in chosen for t, term in enumerate(terms) if term)
        if all((seats := tasks[t].seats) is None or count <= seats for (t, _), count in taken.items()):
            done = [sum(bool(terms[t]) for terms in chosen) for t in tasks]
            most, in_task = max(most, sum(done)), list(map(max, in_task, done))
    placed = Counter[int]()
    for turn in spread(tasks, learners, last_term):
        placed[turn.task] += turn.learners
    assert (placed.total(), [placed[t] for t in tasks]) == (most, in_task)


@given(_seatings(6, most=9, circles=True), st.integers(1, 20), st.integers(1, 5))
@examples(150)
def test_schedule_can_be_kept(tasks: Tasks, learners: int, last_term: int) -> None:
    """Seats hold in every term; nobody does a task twice, too early, or before what it needs."""
    turns = spread(tasks, learners, last_term)
    for learner in range(learners):
        own = [turn for turn in turns if takes_part(turn, learner, learners)]
        done = {turn.task: turn.term for turn in own}
        assert len(done) == len(own)
        for t, term in done.items():
            assert tasks[t].first_term <= term <= last_term
            assert all(done[p] <= term for p in tasks[t].needs)
    for (t, _), count in _taken(turns).items():
        seats = tasks[t].seats
        assert seats is None or count <= seats


def _taken(turns: list[Turn]) -> Counter[tuple[int, int]]:
    taken: Counter[tuple[int, int]] = Counter()
    for turn in turns:
        taken[turn.task, turn.term] += turn.learners
    return taken


@given(_seatings(5, most=9, circles=False), st.integers(1, 20))
@examples(60)
def test_groups_are_whole(tasks: Tasks, learners: int) -> None:
    """Groups part the cohort, and all learners of a group have the same turns."""
    turns = spread(tasks, learners, 4)
    runs = groups(turns, learners)
    assert [start for start, _ in runs] == [sum(count for _, count in runs[:at]) for at in range(len(runs))]
    assert sum(count for _, count in runs) == learners
    for start, count in runs:
        first = [takes_part(turn, start, learners) for turn in turns]
        assert all(first == [takes_part(turn, start + i, learners) for turn in turns] for i in range(count))


@given(_seatings(4, most=5, circles=True), st.integers(1, 12))
@examples(60)
def test_one_more_term_or_seat_never_places_fewer(tasks: Tasks, learners: int) -> None:
    """More room does not harm."""

    def placed(of: Tasks, last_term: int) -> int:
        return sum(turn.learners for turn in spread(of, learners, last_term))

    roomier = {
        t: SeatLimits(None if one.seats is None else one.seats + 1, one.first_term, one.needs)
        for t, one in tasks.items()
    }
    assert placed(tasks, 3) <= min(placed(tasks, 4), placed(roomier, 3))


def test_who_goes_without_is_shared_out() -> None:
    """Where two scarce tasks are not tied, the one is done by those who missed the other."""
    tasks = {t: SeatLimits(2, 1, frozenset()) for t in (0, 1)}
    assert [(turn.task, turn.start, turn.learners) for turn in spread(tasks, 4, 1)] == [(0, 0, 2), (1, 2, 2)]


CHAIN = ("co1 COVERS k1", "k1 DEVELOPS c1", "k1 DEVELOPS c2", "r1 REQUIRES c1 0.5", "r1 REQUIRES c2 0.5")
SENT = ("d1 OFFERS co1 term=1", "d1 SCHEDULES t1 term=2", "d1 SCHEDULES t2 term=3", "t1 PREREQUISITE_OF t2")
DONE = ("t1 PRACTISES c1", "t2 PRACTISES c2", "e1 HOSTS t1", "e2 HOSTS t2", "d1 TARGETS r1")
ABOUT: Nodes = {
    "g1": {"discipline_id": "d1", "size": 10},
    "t1": {"capacity": 6, "hours": 10},
    "t2": {"capacity": 3, "hours": 20},
}


def _graph(*lines: str, nodes: Nodes | None = None) -> Snapshot:
    return graph_of(*CHAIN, *SENT, *DONE, *lines, nodes={**ABOUT, **(nodes or {})})


def _turns(found: Rotation) -> list[tuple[str | None, str, int, int, bool]]:
    return [
        (at.host.id if at.host else None, one.task.id, one.term, one.learners, one.is_late)
        for at in found.hosts
        for one in at.placements
    ]


def test_placements_by_host_and_term() -> None:
    """Six may begin in term 2, the rest in term 3; of the second task three seats a term."""
    found = rotate(_graph(), "g1", terms=4)
    assert _turns(found) == [
        ("e1", "t1", 2, 6, False),
        ("e1", "t1", 3, 4, True),
        ("e2", "t2", 3, 3, False),
        ("e2", "t2", 4, 3, True),
    ]
    assert (found.placed, found.wanted, [host.busiest for host in found.hosts]) == (16, 20, [6, 3])


def test_groups_have_sequences_and_coverage() -> None:
    """Learners who do the same are a group, and what they reach is the coverage of what they did."""
    found = rotate(_graph(), "g1", terms=4)
    told = [(one.learners, [(s.term, s.task.id) for s in one.steps], one.coverage) for one in found.groups]
    assert told == [
        (3, [(2, "t1"), (3, "t2")], 1.0),
        (3, [(2, "t1"), (4, "t2")], 1.0),
        (4, [(3, "t1")], 0.5),
    ]
    assert (found.coverage, found.coverage_planned) == pytest.approx((0.8, 1.0))


def test_last_term_is_the_last_that_the_discipline_has() -> None:
    """Unless asked otherwise, there is no term after the last that is stated."""
    assert rotate(_graph(), "g1").terms == 3


def test_unplaced_for_want_of_seats() -> None:
    """Seats are named where there are no more of them."""
    (left,) = rotate(_graph(), "g1", terms=4).unplaced
    assert (left.task.id, left.learners, left.why) == ("t2", 4, "seats")
    assert left.reason == "3 seats a term, from term 3 to 4, for 10 learners"


def test_unplaced_for_want_of_a_prerequisite() -> None:
    """Where all who could have been placed, the task before is named."""
    found = rotate(_graph(nodes={"t1": {"capacity": 1}, "t2": {"capacity": 9}}), "g1", terms=3)
    assert [(one.task.id, one.why, [p.id for p in one.waits_for]) for one in found.unplaced] == [
        ("t1", "seats", []),
        ("t2", "prerequisite", ["t1"]),
    ]


def test_unplaced_because_it_begins_too_late() -> None:
    """A task after the last term is done by nobody."""
    assert [(one.task.id, one.why, one.learners) for one in rotate(_graph(), "g1", terms=2).unplaced] == [
        ("t1", "seats", 4),
        ("t2", "term", 10),
    ]


def test_tasks_of_a_circle_lack_the_seats_of_the_smaller() -> None:
    """Of tasks that presuppose each other, none is said to wait for the other."""
    graph = snapshot_of(says(*CHAIN, *SENT, *DONE, nodes=ABOUT, by="one"), says("t2 PREREQUISITE_OF t1", by="two"))
    found = rotate(graph, "g1", terms=4)
    assert [(one.task.id, one.why, one.learners) for one in found.unplaced] == [("t1", "seats", 4), ("t2", "seats", 4)]
    assert all(one.reason.startswith("3 seats a term, from term 3 to 4") for one in found.unplaced)


def test_unplaced_behind_a_task_that_is_too_late() -> None:
    """A prerequisite after the last term holds back what comes after it."""
    graph = _graph("d1 SCHEDULES t1 term=9")
    found = rotate(graph, "g1", terms=4)
    assert [(one.task.id, one.why) for one in found.unplaced] == [("t1", "term"), ("t2", "prerequisite")]


def test_task_waits_for_the_unit_that_must_be_learnt_before() -> None:
    """A unit of term 3 holds back a task that is due in term 2; not where the unit is held."""
    graph = _graph("d1 OFFERS co2 term=3", "co2 COVERS k2", "k2 PREREQUISITE_OF t1")
    firsts = [min(t for *_, t, _, _ in _turns(rotate(graph, "g1", wish=wish))) for wish in (
        PlanWish(), PlanWish.model_validate({"have": ["k2"]})
    )]  # fmt: skip
    assert firsts == [3, 2]


def test_seats_and_terms_not_stated_are_counted() -> None:
    """Without stated seats there is room for all, without a term it may be done in the first."""
    graph = graph_of(*CHAIN, *DONE, "d1 OFFERS co1", "d1 SCHEDULES t1", nodes={"g1": ABOUT["g1"]})
    found = rotate(graph, "g1")
    assert (_turns(found), found.seats_not_stated, found.undated) == ([("e1", "t1", 1, 10, False)], 1, 1)


def test_role_is_the_one_targeted_most_or_the_one_named() -> None:
    """The largest weight decides, then the id; a role that is named wins."""
    graph = _graph("d1 TARGETS r0 0.5", "r0 REQUIRES c1", "r2 REQUIRES c2", "d1 TARGETS r2")
    assert [rotate(graph, "g1").role.id, rotate(graph, "g1", "r2").role.id] == ["r1", "r2"]


def test_discipline_without_targets_takes_those_above() -> None:
    """A programme that targets nothing itself educates for what its faculty targets."""
    graph = _graph(nodes={"g2": {"discipline_id": "d2", "size": 2}, "d2": {"parent_id": "d1"}})
    assert rotate(graph, "g2").role.id == "r1"


def test_discipline_without_any_target_needs_a_role() -> None:
    """Where nothing says for what a cohort is educated, the way out is named."""
    graph = graph_of(*CHAIN, "d9", nodes={"g1": {"discipline_id": "d9", "size": 1}})
    with pytest.raises(InputError, match="--role"):
        rotate(graph, "g1")


def test_plan_without_steps_places_nothing() -> None:
    """Where no task helps, there is nothing to place, and one group."""
    graph = graph_of(*CHAIN, "d1 TARGETS r1", nodes={"g1": ABOUT["g1"]})
    found = rotate(graph, "g1")
    assert (found.hosts, found.wanted, found.unplaced, len(found.groups)) == ([], 0, [], 1)


def test_unknown_cohort_is_not_found() -> None:
    """A cohort must be there."""
    with pytest.raises(NotFoundError, match="g9"):
        rotate(_graph(), "g9")
