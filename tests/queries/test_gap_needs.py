"""Who needs what is in a gap and who teaches it, compared with a brute force over the world; statuses together."""

from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from api.web.demand_words import spoken_demand
from api.web.texts import words_in
from graph.changes import ChangeSet
from graph.model import NodeId
from queries.gap_needs import MOST_NAMED, find_needs
from queries.gaps import each_gap, find_gaps
from queries.parameters.gaps import GapFilter
from queries.semantics.chain_status import ChainStatus
from queries.semantics.scope import Scope
from tests.support.examples import examples
from tests.support.factory import says, snapshot_of
from tests.support.oracle import View, World
from tests.support.scoped_worlds import known_scope, scopes
from tests.support.worlds import spoken, worlds


@examples(60)
@given(said=worlds(), asked=scopes())
def test_needs_are_what_brute_force_finds(said: list[ChangeSet], asked: dict[str, Any]) -> None:
    """Of each gap: its roles by openings times weight, what they come to, which is the demand, and its courses."""
    note(spoken(said))
    world, snapshot = World(said), snapshot_of(*said)
    scope = known_scope(asked, world)
    view = View(world, scope, focused=True)
    for gap, needs in each_gap(snapshot, scope):
        near = view.answer(gap.competency.id)
        demand = {r: view.openings(r) * weight for r, weight in near.roles.items()}
        assert needs.demand == pytest.approx(gap.demand)
        assert needs.demand == pytest.approx(sum(demand.values()))
        assert needs.openings == pytest.approx(sum(view.openings(r) for r in near.roles))
        order = sorted(demand, key=lambda r: (-round(demand[r], 9), r))
        assert ([one.id for one in needs.roles], needs.roles_total) == (order[:MOST_NAMED], len(order))
        weights = {round(weight, 9) for weight in near.roles.values()}
        strongest = dict.fromkeys(view.holders(near.units), 0.0)
        for unit, weight in near.units.items():
            strongest |= {t: max(strongest[t], weight) for t in view.holders([unit])}
        taught = sorted(strongest, key=lambda t: (-strongest[t], t))
        assert ([one.id for one in needs.courses], needs.courses_total) == (taught[:MOST_NAMED], len(taught))
        assert needs.weight == (pytest.approx(weights.pop()) if len(weights) == 1 else None)


@examples(40)
@given(said=worlds(), asked=scopes(), statuses=st.lists(st.sampled_from(ChainStatus), max_size=4))
def test_each_gap_is_the_list(said: list[ChangeSet], asked: dict[str, Any], statuses: list[ChainStatus]) -> None:
    """Several statuses list what has any of them; gaps one by one are the list in one piece."""
    snapshot = snapshot_of(*said)
    scope = known_scope(asked, World(said))
    wanted = GapFilter(status=tuple(statuses))
    whole = find_gaps(snapshot, scope, limit=1000).items
    found = find_gaps(snapshot, scope, wanted, limit=1000)
    assert found.items == [gap for gap in whole if not statuses or gap.status in statuses]
    streamed = list(each_gap(snapshot, scope, wanted))
    assert [gap for gap, _ in streamed] == found.items
    assert {gap.competency.id: needs for gap, needs in streamed} == find_needs(
        snapshot, scope, [gap.competency.id for gap in found.items]
    )


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["r1 REQUIRES c1 0.4", "e1 EMPLOYS r1 openings=18"], "18 openings × 0.4"),
        (
            ["r1 REQUIRES c1 0.4", "r2 REQUIRES c1 0.8", "e1 EMPLOYS r1 openings=8", "e1 EMPLOYS r2 openings=16"],
            "24 openings, weighted 16.0",
        ),
        (["r1 REQUIRES c1 0.4", "e1 EMPLOYS r1 openings=1"], "1 opening × 0.4"),
        (["r1 REQUIRES c1 0.4", "r2 REQUIRES c1 0.4"], "2 openings × 0.4 (assumed)"),
        (
            ["r1 REQUIRES c1 0.4", "r2 REQUIRES c1 0.4", "e1 EMPLOYS r1 openings=6"],
            "12 openings × 0.4 (6 of them assumed)",
        ),
        (["j1 REQUIRES c1 0.7", "r1 HAS_RESPONSIBILITY j1 0.1", "e1 EMPLOYS r1 openings=3"], "3 openings × 0.07"),
        (["u1 DEVELOPS c1"], ""),
    ],
)
def test_demand_is_told_in_words(lines: list[str], said: str) -> None:
    """Openings times the weight where all weigh alike, else what they come to; what is assumed is said."""
    c1 = NodeId("c1")
    needs = find_needs(snapshot_of(says(*lines)), Scope(focus="all"), [c1])[c1]
    assert spoken_demand(words_in("en"), needs) == said
