"""Numbers that are equal on paper are equal in every order and at every threshold, however they were added up."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from graph.changes import ChangeSet
from queries.allocation import allocate
from queries.brief import write_brief
from queries.coverage import role_coverage
from queries.gaps import find_gaps
from queries.leadership import measure_leadership
from queries.match import match_roles
from queries.plan import plan_training
from queries.semantics.chain_status import ChainStatus
from queries.semantics.scope import Scope
from queries.semantics.tolerance import at_least, exceeds, settle, settled
from queries.trace import trace_competency
from queries.training import role_training
from tests.support.examples import examples
from tests.support.factory import graph_of, snapshot_of
from tests.support.oracle import View, World
from tests.support.scoped_worlds import by_weight, employs, known_scope, scopes
from tests.support.worlds import COMPETENCIES, spoken, worlds

DECIMALS = {None: None, 1.0: 0.7, 0.9375: 0.95, 0.875: 0.91, 0.75: 0.1, 0.5: 0.07, 0.03125: 0.01}
"""What stands for the weights of a world, which are chosen so that computers err in nothing: these are not."""
LEAST = (0.07, 0.01, 0.007, 0.0049, 0.001)
"""Least weights that products of these are equal to on paper."""


def adversarial(said: list[ChangeSet]) -> list[ChangeSet]:
    """Return the world with weights that are no sums of halves."""
    return [
        ChangeSet(
            one.source,
            one.nodes,
            {key: (DECIMALS[weight], *rest) for key, (weight, *rest) in one.links.items()},  # type: ignore[misc]
        )
        for one in said
    ]


@examples(150, few=60)
@given(said=worlds().map(adversarial), asked=scopes(), least=st.sampled_from((0.0, *LEAST)))
def test_answers_are_those_of_paper(said: list[ChangeSet], asked: dict[str, Any], least: float) -> None:
    """Gaps, traces and coverage are what brute force finds that computes in fractions, in its order."""
    note(spoken(said))
    world, snapshot = World(said, exact=True), snapshot_of(*said)
    scope = known_scope(asked, world).model_copy(update={"min_weight": least})
    view = View(world, scope)
    gaps = find_gaps(snapshot, scope)
    assert [(gap.competency.id, gap.severity) for gap in gaps.items] == [
        (gap.ids[0], gap.severity) for gap in View(world, scope, focused=True).gaps()
    ]
    for c in COMPETENCIES:
        if c in world.kind:
            answer, trace = view.answer(c), trace_competency(snapshot, c, scope)
            assert (trace.status, trace.link, [flaw.flaw for flaw in trace.flaws]) == (
                answer.status,
                answer.link,
                answer.flaws,
            )
            assert [unit.id for unit in trace.knowledge_units] == [k for k, _ in by_weight(answer.units)]
            assert [task.id for task in trace.training_tasks] == [t for t, _ in by_weight(answer.tasks)]
            assert [role.id for role in trace.roles] == [r for r, _ in by_weight(answer.roles)]
            told = [(one.link, one.knowledge_unit.id, one.training_task.id, one.role.id) for one in trace.chains]
            assert told == [(one.link, one.unit, one.task, one.role) for one in answer.chains[:20]]
    stated = View(world, scope.model_copy(update={"close": False}))
    for r in world.of_kind("Role"):
        if employs(world, scope, r):
            needs = {c: w for c in world.of_kind("Competency") if (w := stated.need(r, c))}
            found = role_coverage(snapshot, r, scope.model_copy(update={"role": None}))
            assert [one.id for one in found.competencies] == [c for c, _ in by_weight(needs)]


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_sums_do_not_depend_on_their_order(parts: list[int], dice: Any) -> None:  # noqa: ANN401 - hypothesis's own
    """Decimals added up in any order settle on the same number, which is that of paper; arrays settle as numbers do."""
    numbers = [part / 10**4 for part in parts]
    shuffled = dice.sample(numbers, len(numbers))
    paper = float(sum(Fraction(part, 10**4) for part in parts))
    assert settle(sum(numbers)) == settle(sum(shuffled)) == settle(paper) == pytest.approx(paper, rel=1e-11)
    assert settled(np.array([sum(numbers), sum(shuffled), -paper])).tolist() == [
        settle(paper),
        settle(paper),
        settle(-paper),
    ]
    assert at_least(sum(numbers), paper)
    assert at_least(paper, sum(shuffled))
    assert not exceeds(sum(numbers), paper)
    assert exceeds(paper * 1.000001, sum(numbers))
    assert not at_least(paper * 0.999999, sum(numbers))


def test_numbers_of_any_size_settle() -> None:
    """Nothing, the smallest and the largest, the endless: all stand; what differs in the twelfth digit stays apart."""
    for number in (0.0, 5e-324, 1e-300, 1.7e308, float("inf"), 1 / 3, 0.1 + 0.2, 1e15 + 0.3):
        assert settle(number) == settled(np.array([number]))[0] == pytest.approx(number)
    assert settle(0.1 + 0.2) == 0.3
    assert settle(0.9999999999999999) == 1.0
    assert settle(1.00000000001) != settle(1.0)


# 0.35 + 0.7 is less than 0.05 + 1 by a last bit: both are 1.05.
NEEDS = ("r1 REQUIRES c1 0.35", "r2 REQUIRES c1 0.7", "r3 REQUIRES c2 0.05", "r4 REQUIRES c2 1.0")
EMPLOYED = tuple(f"e1 EMPLOYS r{n}" for n in range(1, 5))


def test_equal_demand_is_ordered_by_id() -> None:
    """In gaps, leadership, briefs, allocation and its next uses, c1 comes before c2 of the same demand."""
    g = graph_of(*NEEDS, *EMPLOYED)
    for order in ("severity", "demand"):
        assert [gap.competency.id for gap in find_gaps(g, order=order).items] == ["c1", "c2"]
    assert [one.id for one in measure_leadership(g, "e1").competencies] == ["c1", "c2"]
    brief = write_brief(g, "e1")
    assert [one.competency.id for one in brief.gaps] == ["c1", "c2"]
    assert [one.competency.id for one in brief.new_training] == ["c1", "c2"]
    taught = graph_of(*NEEDS, "k1 DEVELOPS c1", "k2 DEVELOPS c2", nodes={"k1": {"hours": 10}, "k2": {"hours": 10}})
    found = allocate(taught)
    assert [one.competency.id for one in found.competencies] == ["c1", "c2"]
    assert [one.competency.id for one in found.next_seats.items] == ["c1", "c2"]


def test_product_reaches_its_least_weight() -> None:
    """0.7 of something close by 0.1 counts at a least weight of 0.07, in arrays as for one competency."""
    g = graph_of("k1 DEVELOPS c2 0.7", "t1 PRACTISES c2 0.7", "r1 REQUIRES c1", "c1 CLOSE_TO c2 0.1")
    scope = Scope(min_weight=0.07, close=True)
    assert trace_competency(g, "c1", scope).status == "connected"
    assert find_gaps(g, scope).counts[ChainStatus.CONNECTED] == 2
    assert role_coverage(g, "r1", scope).coverage == 1.0
    assert trace_competency(g, "c1", scope.model_copy(update={"min_weight": 0.0700001})).status == "unserved"


def test_equal_needs_of_a_role_are_ordered_by_id() -> None:
    """Of what a role requires through responsibilities: coverage, match, plan and training say c1 before c2."""
    lines = ("r1 HAS_RESPONSIBILITY j1 0.7", "j1 REQUIRES c1 0.1", "r1 REQUIRES c2 0.07")
    g = graph_of(*lines, "r1 REQUIRES c3 0.01")
    assert [one.id for one in role_coverage(g, "r1").competencies] == ["c1", "c2", "c3"]
    assert [one.id for one in match_roles(g, ["c3"]).items[0].missing] == ["c1", "c2"]
    assert [one.competency.id for one in plan_training(g, "r1").unreachable] == ["c1", "c2", "c3"]
    assert [one.id for one in role_training(g, "r1").unreachable] == ["c1", "c2", "c3"]


def test_equal_tasks_are_ranked_by_hours() -> None:
    """Of tasks that cover 1.05 each, the shorter is ranked first, whatever they add up."""
    lines = [f"r1 REQUIRES c{n} {w}" for n, w in ((1, 0.35), (2, 0.7), (3, 0.05), (4, 1.0))]
    lines += [f"t{1 + n // 3} PRACTISES c{n}" for n in range(1, 5)] + [f"k1 DEVELOPS c{n}" for n in range(1, 5)]
    g = graph_of(*lines, nodes={"t1": {"hours": 2}, "t2": {"hours": 3}})
    assert [one.task.id for one in role_training(g, "r1").items] == ["t1", "t2"]


def test_amount_lasts_for_all_that_it_is_enough_for() -> None:
    """0.3 hours are three doses of 0.1."""
    lines = [f"r1 REQUIRES c{n}" for n in range(1, 5)]
    g = graph_of(*lines, "k1 DEVELOPS c4", nodes={"k1": {"hours": 0.1}})
    assert [one.competency.id for one in allocate(g, hours=0.3).next_hours.items] == ["c1", "c2", "c3"]
