"""What a proposed link would change of a chain, held against the graph in which the link is there."""

from itertools import product

from queries.proposals.chain_change import chain_change
from tests.support.factory import graph_of

STAGES = {"DEVELOPS": "k1 DEVELOPS c1", "PRACTISES": "t1 PRACTISES c1", "REQUIRES": "r1 REQUIRES c1"}
AROUND = ("co1 COVERS k1", "d1 OFFERS co1", "d1 SCHEDULES t1", "d1 TARGETS r1", "c1 SAME_AS x:c2 1")


def test_change_is_what_the_graph_with_the_link_says() -> None:
    """In each of the eight states, by each relation, of each member of the class; an aim changes no chain."""
    for held in product((False, True), repeat=3):
        lines = [line for line, holds in zip(STAGES.values(), held, strict=True) if holds]
        before = graph_of(*AROUND, *lines)
        for relation, line in {**STAGES, "AIMS_AT": "co1 AIMS_AT c1"}.items():
            after = chain_change(graph_of(*AROUND, *{*lines, line}), "c1", None)
            for member in ("c1", "x:c2"):
                change = chain_change(before, member, relation)
                assert (change, after) != (None, None)
                assert change is not None
                assert after is not None
                assert change.after == after.before, (held, relation, member)
    around = graph_of(*AROUND)
    assert [chain_change(around, one, "DEVELOPS") for one in ("co1", "c9")] == [None, None]
