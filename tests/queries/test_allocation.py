"""Allocation: against a brute force in fractions, by its laws, in the smallest graphs, and on the example."""

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.changes import ChangeSet
from graph.model import NOTHING_STATED, NodeId, Source
from graph.snapshot.snapshot import Snapshot
from queries.allocation import Allocation, AllocationFilter, CompetencyAllocation, allocate
from queries.allocation_lack import find_lack
from queries.allocation_next import NextUses
from queries.allocation_shares import BALANCES, Balance
from queries.semantics.education_kind import EDUCATIONS, educations_of
from queries.semantics.scope import EVERYTHING, Scope
from tests.support.examples import examples
from tests.support.factory import Nodes, graph_of, node, snapshot_of
from tests.support.field_worlds import DISCIPLINES, ENTERPRISES, field_worlds, known, near
from tests.support.oracle import View, World

Amounts = dict[str, Fraction]
WHOLE = 1000
ASKED = st.tuples(
    st.sampled_from((None, None, *DISCIPLINES)),
    st.sampled_from((None, None, *ENTERPRISES)),
    st.sampled_from((0.0, 0.0, 0.5)),
)


class _Brute:
    """Allocation by the book, in fractions."""

    def __init__(self, world: World, scope: Scope) -> None:
        self.world, self.view = world, View(world, scope, focused=True)
        self.answers = {c: self.view.answer(c) for c in world.of_kind("Competency")}
        self.demand = {c: Fraction(answer.demand) for c, answer in self.answers.items()}
        self.hours = self.spread("DEVELOPS", "hours", self.view.kept_units)
        self.seats = self.spread("PRACTISES", "capacity", self.view.kept_tasks)

    def spread(self, relation: str, resource: str, kept: set[str]) -> Amounts:
        found = dict.fromkeys(self.answers, Fraction(0))
        for start in kept:
            served = {c: Fraction(w) for c, w in self.world.out(relation, start).items()}
            stated = Fraction(str(self.world.values[start].get(resource, 0)))
            for c, weight in served.items():
                if weight >= self.view.scope.min_weight:
                    found[c] += stated * weight / sum(served.values())
        return found

    @property
    def coverage(self) -> Fraction | None:
        total = sum(self.demand.values())
        both = sum(self.demand[c] for c, answer in self.answers.items() if answer.units and answer.tasks)
        return Fraction(both) / total if total else None

    def education(self, c: str) -> str:
        """Say of which kind of education the competency is, straight from the definition."""
        world, units, tasks = self.world, Counter[str](), Counter[str]()
        for k, w in world.into("DEVELOPS", c).items():
            units[str(world.values[k]["kind"])] += w  # type: ignore[assignment]
        for t, w in world.into("PRACTISES", c).items():
            kind = str(world.values[t]["kind"])
            tasks["innovation" if kind == "innovation_training" else kind.partition("_")[0]] += w  # type: ignore[assignment]
        roles = View(world, Scope()).answer(c).roles
        founders = sum(w for r, w in roles.items() if world.values[r].get("kind") == "founder")
        for_founders = founders > sum(roles.values()) - founders
        new = tasks["innovation"] + tasks["entrepreneurship"]
        if units:
            is_new = units["innovation"] > units["disciplinary"]
        else:
            is_new = new > sum(tasks.values()) - new if tasks else for_founders
        if not is_new:
            return "disciplinary"
        even = tasks["innovation"] == tasks["entrepreneurship"]
        ventures = for_founders if even else tasks["entrepreneurship"] > tasks["innovation"]
        return "entrepreneurship" if ventures else "innovation"


def balance(amount: Fraction, total: Fraction, demand: Fraction, asked: Fraction) -> str | None:
    """Return how a share stands to demand, in fractions."""
    if not total:
        return None
    if not demand:
        return "undemanded" if amount else None
    ratio = (amount / total) / (demand / asked)
    return "starved" if ratio < Fraction(1, 2) else "overlapping" if ratio > 2 else "balanced"


def row(amount: Fraction, total: Fraction, demand: Fraction, asked: Fraction) -> dict[str, Any]:
    share, wanted = (amount / total if total else None), (demand / asked if asked else None)
    return {
        "amount": float(amount),
        "share": None if share is None else float(share),
        "ratio": None if share is None or not wanted else float(share / wanted),
        "balance": balance(amount, total, demand, asked),
    }


def sums(amounts: Mapping[str, Fraction]) -> Fraction:
    return sum(amounts.values(), Fraction(0))


def scope_of(world: World, asked: tuple[str | None, str | None, float]) -> Scope:
    discipline, employer = known(world, *asked[:2])
    return Scope(discipline=discipline, employer=employer, min_weight=asked[2])


@examples(100)
@given(said=field_worlds(), asked=ASKED)
def test_shares_are_those_of_brute_force(said: list[ChangeSet], asked: tuple[str | None, str | None, float]) -> None:
    """Each competency's amounts, shares, ratios and balances are what following the definitions finds."""
    world = World(said)
    scope = scope_of(world, asked)
    brute, found = _Brute(world, scope), allocate(snapshot_of(*said), scope, limit=WHOLE)
    asked_for = sums(brute.demand)
    every = {c for c in brute.answers if brute.demand[c] + brute.hours[c] + brute.seats[c]}
    assert {one.competency.id for one in found.competencies} == every
    assert near(found.coverage, None if brute.coverage is None else float(brute.coverage))
    for one in found.competencies:
        c = one.competency.id
        for told, amounts in ((one.teaching, brute.hours), (one.training, brute.seats)):
            assert near(told.model_dump(), row(amounts[c], sums(amounts), brute.demand[c], asked_for)), c
        assert one.education == brute.education(c)
    order = [
        (
            not {one.teaching.balance, one.training.balance} & {"starved", "overlapping"},
            -round(one.demand, 9),
            one.competency.id,
        )
        for one in found.competencies
    ]
    assert order == sorted(order)


@examples(60)
@given(said=field_worlds(), asked=ASKED)
def test_kinds_sum_their_competencies(said: list[ChangeSet], asked: tuple[str | None, str | None, float]) -> None:
    """Of each kind of education, amounts and demand are the sums, and the balance follows the same rule."""
    world = World(said)
    scope = scope_of(world, asked)
    brute, found = _Brute(world, scope), allocate(snapshot_of(*said), scope)
    for kind in found.by_education:
        mine = [c for c in brute.answers if brute.education(c) == kind.education]
        demand = sum((brute.demand[c] for c in mine), Fraction(0))
        assert near(kind.demand, float(demand))
        for told, amounts in ((kind.teaching, brute.hours), (kind.training, brute.seats)):
            amount = sum((amounts[c] for c in mine), Fraction(0))
            assert near(told.model_dump(), row(amount, sums(amounts), demand, sums(brute.demand)))


def opened(world: list[ChangeSet], c: str, relation: str) -> Allocation:
    """Return the allocation after a new unit, or task, for the competency."""
    new = NodeId("k9" if relation == "DEVELOPS" else "t9")
    more = ChangeSet(Source(name="more"), {new: node(new)}, {(new, relation, NodeId(c)): NOTHING_STATED})
    return allocate(snapshot_of(*world, more))


@examples(40)
@given(said=field_worlds())
def test_a_use_adds_what_it_says(said: list[ChangeSet]) -> None:
    """A new unit or task for the competency raises coverage by `coverage_added`."""
    found = allocate(snapshot_of(*said))
    for uses, relation in ((found.next_hours, "DEVELOPS"), (found.next_seats, "PRACTISES")):
        for use in uses.items:
            after = opened(said, use.competency.id, relation).coverage
            assert (after or 0) == pytest.approx((found.coverage or 0) + use.coverage_added, abs=1e-12)


@examples(60)
@given(said=field_worlds(), asked=st.sampled_from((0.0, 1.0, 5.0, 20.0, 60.0)))
def test_no_choice_covers_more(said: list[ChangeSet], asked: float) -> None:
    """Of all sets of competencies that the amount can open, none adds more coverage; no more is spent than asked."""
    snapshot = snapshot_of(*said)
    everything = allocate(snapshot, limit=WHOLE)
    found = allocate(snapshot, hours=asked, seats=asked, limit=WHOLE)

    def best(uses: NextUses) -> float:
        gains = [use.coverage_added for use in uses.items if use.reach_added]
        most = min(int(asked / uses.dose + 1e-9), len(gains))
        return max((sum(chosen) for n in range(most + 1) for chosen in combinations(gains, n)), default=0.0)

    for uses, every in ((found.next_hours, everything.next_hours), (found.next_seats, everything.next_seats)):
        assert uses.coverage_added == pytest.approx(best(every), abs=1e-12)
        assert uses.spent == pytest.approx(sum(use.amount for use in uses.items))
        assert uses.spent <= asked + 1e-9
        assert uses.total == every.total == len(every.items)


FILTERS = st.builds(
    AllocationFilter,
    education=st.none() | st.sampled_from(EDUCATIONS),
    balance=st.none() | st.sampled_from(BALANCES),
    resource=st.none() | st.sampled_from(("hours", "seats")),
)


@examples(60)
@given(said=field_worlds(), wanted=FILTERS, size=st.integers(1, 3))
def test_filter_lists_what_passes(said: list[ChangeSet], wanted: AllocationFilter, size: int) -> None:
    """The pages of a filtered list hold what of the whole list passes, in its order; nothing else changes."""
    snapshot = snapshot_of(*said)
    whole, found = allocate(snapshot, limit=WHOLE), allocate(snapshot, limit=WHOLE, wanted=wanted)

    def passes(one: CompetencyAllocation) -> bool:
        given = {"hours": one.teaching.balance, "seats": one.training.balance}
        balances = set(given.values()) if wanted.resource is None else {given[wanted.resource]}
        is_balance = wanted.balance is None or wanted.balance in balances
        return is_balance and wanted.education in {None, one.education}

    assert found.competencies == [one for one in whole.competencies if passes(one)]
    assert found.total == len(found.competencies)
    pages = [allocate(snapshot, limit=size, wanted=wanted, offset=at, uses=0) for at in range(0, found.total, size)]
    assert [one for page in pages for one in page.competencies] == found.competencies
    assert all(page.next_hours.items == page.next_seats.items == [] for page in pages)
    assert found.model_copy(update={"competencies": whole.competencies, "total": whole.total}) == whole


# The smallest graphs

TWO = ("k1 DEVELOPS c1", "k2 DEVELOPS c2", "r1 REQUIRES c1", "r1 REQUIRES c2")


def balances(hours: tuple[float, float], *lines: str, nodes: Nodes | None = None) -> dict[str, str | None]:
    stated = {"k1": {"hours": hours[0]}, "k2": {"hours": hours[1]}, **(nodes or {})}
    found = allocate(graph_of(*(lines or TWO), nodes=stated))
    return {one.competency.id: one.teaching.balance for one in found.competencies}


def test_a_factor_of_two_is_balanced() -> None:
    """With equal demand, 3 of 12 hours are half the share, and no more than balanced; 2.9 are starved."""
    assert balances((3, 9)) == {"c1": "balanced", "c2": "balanced"}
    assert balances((2.9, 9.1)) == {"c1": "starved", "c2": "balanced"}


def test_more_than_twice_the_share_overlaps() -> None:
    """A quarter of the demand with more than half of the hours is overlapping; a role with few openings weighs less."""
    lines = ("k1 DEVELOPS c1", "k2 DEVELOPS c2", "r1 REQUIRES c1", "r2 REQUIRES c2", "e1 EMPLOYS r1 openings=1",
             "e1 EMPLOYS r2 openings=3")  # fmt: skip
    assert balances((51, 49), *lines)["c1"] == "overlapping"
    assert balances((50, 50), *lines)["c1"] == "balanced"


def test_the_next_hours_open_what_is_practised() -> None:
    """As the docs work it out: the dose is the median of 3 and 9 hours, and teaching c3 adds a third to coverage."""
    stated = {"k1": {"hours": 3}, "k2": {"hours": 9}}
    uses = allocate(graph_of(*TWO, "r1 REQUIRES c3", "t1 PRACTISES c3", nodes=stated), hours=6).next_hours
    assert [(use.competency.id, use.amount, use.starved) for use in uses.items] == [("c3", 6.0, False)]
    assert uses.coverage_added == pytest.approx(1 / 3)


def test_a_dose_is_never_split() -> None:
    """With less than a dose, only what is starved gets some."""
    stated = {"k1": {"hours": 1}, "k2": {"hours": 11}}
    uses = allocate(graph_of(*TWO, "r1 REQUIRES c3", "t1 PRACTISES c3", nodes=stated), hours=1).next_hours
    assert [(use.competency.id, use.amount, use.starved) for use in uses.items] == [("c1", 1.0, True)]


def test_hours_without_demand_are_undemanded() -> None:
    """What no role requires cannot be out of proportion to it."""
    assert balances((4, 4), "k1 DEVELOPS c1", "k2 DEVELOPS c2", "r1 REQUIRES c2")["c1"] == "undemanded"


def test_a_units_hours_are_split_by_weight() -> None:
    """10 hours that develop two competencies by 0.75 and 0.25 are 7.5 and 2.5."""
    lines = ("k1 DEVELOPS c1 0.75", "k1 DEVELOPS c2 0.25")
    found = allocate(graph_of(*lines, nodes={"k1": {"hours": 10}}))
    assert {one.competency.id: one.teaching.amount for one in found.competencies} == {"c1": 7.5, "c2": 2.5}


def test_what_is_not_stated_is_counted() -> None:
    """A unit without hours and a task without a capacity give nothing, and the answer says how many there are."""
    found = allocate(graph_of(*TWO, "t1 PRACTISES c1"))
    assert (found.units_without_hours, found.tasks_without_capacity) == (2, 1)
    assert found.competencies[0].teaching.balance is None


@pytest.mark.parametrize(
    ("lines", "nodes", "kind"),
    [
        (["k1 DEVELOPS c1"], {}, "disciplinary"),
        (["k2 DEVELOPS c1"], {}, "innovation"),
        (["k1 DEVELOPS c1", "k2 DEVELOPS c1"], {}, "disciplinary"),
        (["k1 DEVELOPS c1 0.4", "k2 DEVELOPS c1 0.5"], {}, "innovation"),
        (["k2 DEVELOPS c1", "t1 PRACTISES c1"], {"t1": {"kind": "entrepreneurship_practice"}}, "entrepreneurship"),
        (["t1 PRACTISES c1"], {"t1": {"kind": "entrepreneurship_training"}}, "entrepreneurship"),
        (["t1 PRACTISES c1"], {"t1": {"kind": "innovation_training"}}, "innovation"),
        (["k1 DEVELOPS c1", "t1 PRACTISES c1"], {"t1": {"kind": "innovation_training"}}, "disciplinary"),
        (["r1 REQUIRES c1"], {"r1": {"kind": "founder"}}, "entrepreneurship"),
        (["k2 DEVELOPS c1", "r1 REQUIRES c1"], {"r1": {"kind": "founder"}}, "entrepreneurship"),
        (["r1 REQUIRES c1"], {}, "disciplinary"),
    ],
)
def test_kinds_of_education(lines: list[str], nodes: Nodes, kind: str) -> None:
    """Units decide, then tasks, then who needs it."""
    snapshot = graph_of(*lines, nodes={**nodes, "k2": {"kind": "innovation"}})
    assert EDUCATIONS[educations_of(snapshot)[snapshot.require("c1")]] == kind


# The bundled college


def test_the_college_by_kind_of_education(example: Snapshot) -> None:
    """Innovation takes 11 % of the hours for 5 % of the demand; entrepreneurship is short of seats."""
    kinds = {kind.education.value: kind for kind in allocate(example).by_education}
    assert {name: round(kind.demand_share or 0, 2) for name, kind in kinds.items()} == {
        "disciplinary": 0.82, "innovation": 0.05, "entrepreneurship": 0.13,
    }  # fmt: skip
    assert (round(kinds["innovation"].teaching.share or 0, 2), kinds["innovation"].teaching.balance) == (
        0.11,
        "overlapping",
    )
    assert (round(kinds["entrepreneurship"].training.ratio or 0, 2)) == 0.59


def test_the_colleges_next_hours(example: Snapshot) -> None:
    """Sixty hours open seven competencies that are trained and never taught: 5.6 points more coverage."""
    uses = allocate(example, hours=60).next_hours
    assert [use.competency.name for use in uses.items][:3] == [
        "Maintain by condition data", "Operate a CNC machine", "Calibrate driver assistance sensors",
    ]  # fmt: skip
    assert uses.coverage_added == pytest.approx(0.0561, abs=1e-4)
    assert [use.starved for use in uses.items] == [False] * 7 + [True]


@pytest.mark.parametrize("scope", [EVERYTHING, Scope(discipline="poly:d.robotics"), Scope(term=2)])
def test_lack_is_the_sum_over_competencies(example: Snapshot, scope: Scope) -> None:
    """What is missing is a dose for each that gets none, and what levels each that gets too little; one by one."""
    found = allocate(example, scope, limit=100_000, uses=100_000)
    lack = find_lack(example, scope)
    for told, resource, total, uses in (
        (lack.hours, "teaching", found.teaching_hours, found.next_hours),
        (lack.seats, "training", found.training_seats, found.next_seats),
    ):
        pairs = [(one, getattr(one, resource)) for one in found.competencies]
        there = sum(got.amount for one, got in pairs if one.demand > 0)
        reached = {use.competency.id for use in uses.items if not use.starved}
        levels = sum(
            one.demand / found.demand * total - got.amount
            for one, got in pairs
            if got.balance is Balance.STARVED and one.competency.id not in reached
        )
        assert told.there == pytest.approx(there)
        assert told.missing == pytest.approx(levels + uses.dose * len(reached))
        assert told.needed == pytest.approx(there + told.missing)
        assert (told.unreached, told.unreached + told.starved) == (len(reached), uses.total)
        assert told.undemanded == pytest.approx(total - there)


def test_lack_of_what_is_not_recorded_is_not_known() -> None:
    """Where no unit states its hours, none are called missing."""
    lack = find_lack(graph_of("k1 DEVELOPS c1", "r1 REQUIRES c1"))
    assert (lack.hours.recorded, lack.hours.needed, lack.hours.missing) == (False, 0, 0)
