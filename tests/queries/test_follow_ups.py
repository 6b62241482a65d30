"""Whether a gap that somebody sees to still stands, and whose gap it is, on the smallest graphs that show it."""

import pytest

from graph.errors import NotFoundError
from graph.model import NodeId
from queries.follow_ups import FollowedGap, GapScope, RecordedGap, class_ids, judge_gaps, record_gap, scope_relation
from queries.gaps import GapSelection, find_gaps
from queries.semantics.chain_status import ChainStatus
from queries.semantics.weakness import Weakness
from tests.support.factory import graph_of

CHAIN = ("d1 OFFERS co1", "co1 COVERS k1", "k1 DEVELOPS c1", "d1 TARGETS r1", "r1 REQUIRES c1", "r1 REQUIRES c2")
PRACTISED = ("d1 SCHEDULES t1", "t1 PRACTISES c1")
HERE = GapScope("d1")
BROKEN = RecordedGap(status=ChainStatus.UNPRACTISED)


def test_gap_is_judged_by_what_was_wrong_when_it_was_recorded() -> None:
    """A broken chain that is connected is closed, weak or not; a flaw is closed when that flaw is gone."""
    broken, mended = graph_of(*CHAIN), graph_of(*CHAIN, *PRACTISED)
    assert record_gap(broken, "c1", HERE) == BROKEN
    weak = record_gap(mended, "c1", HERE)
    assert weak.status is ChainStatus.CONNECTED
    assert weak.flaws
    other = RecordedGap(status=ChainStatus.CONNECTED, flaws=[Weakness.OVERLAP])
    cases = {
        "broken, still": (broken, FollowedGap("c1", HERE, BROKEN), "gap"),
        "broken, now weak": (mended, FollowedGap("c1", HERE, BROKEN), "closed"),
        "weak, still": (mended, FollowedGap("c1", HERE, weak), "gap"),
        "weak in another way": (mended, FollowedGap("c1", HERE, other), "closed"),
        "weak, now broken": (broken, FollowedGap("c1", HERE, weak), "gap"),
        "nothing was wrong, something is": (mended, FollowedGap("c1", HERE, RecordedGap(status=None)), "gap"),
        "competency gone": (graph_of(*CHAIN), FollowedGap("c9", HERE, BROKEN), "gone"),
        "discipline gone": (graph_of(*CHAIN), FollowedGap("c1", GapScope("d9"), BROKEN), "gone"),
        "not counted there": (graph_of(*CHAIN, "d2 TARGETS r2", "c3"), FollowedGap("c3", HERE, BROKEN), "out_of_scope"),
    }
    for name, (snapshot, gap, expected) in cases.items():
        assert judge_gaps(snapshot, [gap])[0].standing == expected, name
    with pytest.raises(NotFoundError):
        record_gap(broken, "c9", HERE)


def test_gap_of_what_was_merged_has_every_id_of_the_class() -> None:
    """So that the follow-up of one is found beside the gap of the other."""
    snapshot = graph_of(*CHAIN, "c2 SAME_AS x:c3 1")
    (judged,) = judge_gaps(snapshot, [FollowedGap("x:c3", HERE, BROKEN)])
    assert [list(class_ids(snapshot, one)) for one in ("c2", "x:c3", "c9")] == [["c2", "x:c3"], ["c2", "x:c3"], ["c9"]]
    assert judged.standing == "gap"


def test_scope_lies_here_wider_narrower_or_elsewhere() -> None:
    """By the disciplines that it holds, with all below."""
    snapshot = graph_of("u1 RUNS d1", "d1 TARGETS r1", "d2 TARGETS r1", "d3", nodes={"d3": {"parent_id": "d1"}})
    everywhere, college = GapScope(), GapScope(None, "u1")
    cases = {
        (HERE, HERE): "here",
        (everywhere, HERE): "wider",
        (HERE, everywhere): "narrower",
        (college, HERE): "wider",
        (HERE, college): "wider",
        (GapScope("d3"), HERE): "narrower",
        (HERE, GapScope("d3")): "wider",
        (GapScope("d2"), HERE): "elsewhere",
        (GapScope("d9"), HERE): "elsewhere",
        (GapScope("d9"), everywhere): "narrower",
    }
    for (recorded, seen), expected in cases.items():
        assert scope_relation(snapshot, recorded, seen) == expected, (recorded, seen)


def test_gaps_can_be_chosen_by_id() -> None:
    """By any id of a class; what the graph does not hold chooses nothing."""
    snapshot = graph_of(*CHAIN, "c2 SAME_AS x:c3 1")
    every = [gap.competency.id for gap in find_gaps(snapshot).items]
    cases = {
        (None, ()): every,
        (("x:c3", "c9"), ()): ["c2"],
        ((), ()): [],
        (None, ("x:c3", "c9")): [one for one in every if one != "c2"],
    }
    for (ids, left_out), expected in cases.items():
        chosen = None if ids is None else [NodeId(one) for one in ids]
        among = GapSelection(chosen, [NodeId(one) for one in left_out])
        assert [gap.competency.id for gap in find_gaps(snapshot, among=among).items] == expected, (ids, left_out)
