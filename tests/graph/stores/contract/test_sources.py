"""Several sources that state one node or link, promised by every store."""

from itertools import permutations

import pytest

from graph.errors import ConflictError
from graph.model import NodeId, parse_id
from graph.snapshot.compile import compile_snapshot
from tests.support.factory import live_links, says
from tests.support.stores import MakeStore

C1 = NodeId("c1")


def test_each_property_comes_from_the_first_speaker_that_states_it(make_store: MakeStore) -> None:
    """By rank and then name, property by property; every statement is kept."""
    store = make_store()
    store.apply(says(by="a", rank=200, nodes={"c1": {"name": "A", "code": "a", "framework": "FA"}}))
    store.apply(says(by="c", rank=100, nodes={"c1": {"name": "C"}}))
    store.apply(says(by="b", rank=100, nodes={"c1": {"name": "B", "code": "b"}}))
    (detail,) = store.nodes([C1])
    assert detail.values == {"name": "B", "code": "b", "framework": "FA", "kind": "knowledge"}
    assert [statement.source for statement in detail.statements] == ["b", "c", "a"]


def test_disagreements_are_reported_by_property(make_store: MakeStore) -> None:
    """A conflict lists what each source says, the first speaker first; agreement is none."""
    store = make_store()
    store.apply(says(by="a", rank=200, nodes={"c1": {"name": "A", "code": "x"}}))
    store.apply(says(by="b", rank=100, nodes={"c1": {"name": "B", "code": "x"}}))
    (detail,) = store.nodes([C1])
    assert [(conflict.property, conflict.values) for conflict in detail.conflicts] == [
        ("name", [("b", "B"), ("a", "A")])
    ]


def test_a_link_is_merged_value_by_value(make_store: MakeStore) -> None:
    """The weight may come from one source and the openings from another."""
    store = make_store()
    store.apply(says("e1 EMPLOYS r1 0.25 openings=9", by="late", rank=200))
    store.apply(says("e1 EMPLOYS r1 0.5", by="early", rank=100))
    snapshot = compile_snapshot(store)
    assert live_links(snapshot) == {("e1", "EMPLOYS", "r1"): 0.5}
    openings = snapshot.link_values("EMPLOYS", "openings")
    assert openings is not None
    assert openings.tolist() == [9]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_import_order_is_irrelevant(make_store: MakeStore, order: tuple[int, ...]) -> None:
    """Three sources that disagree make the same snapshot and the same details in whatever order they come."""
    said = [
        says("k1 DEVELOPS c1 0.25", "t1 PRACTISES c1", by="a", nodes={"c1": {"name": "A", "code": "1"}}),
        says("k1 DEVELOPS c1 0.75 level=3", "k2 DEVELOPS c1", by="b", nodes={"c1": {"name": "B"}}),
        says("k2 DEVELOPS c1 0.5", "t1 PRACTISES c1 0.5", by="c", rank=50, ends=False, nodes={"c1": {"name_zh": "丙"}}),
    ]
    straight, mixed = make_store("straight"), make_store("mixed")
    for i in range(3):
        straight.apply(said[i])
        mixed.apply(said[order[i]])
    assert compile_snapshot(mixed).same_arrays(compile_snapshot(straight))
    ids = [parse_id(one) for one in ("c1", "k1", "k2", "t1")]
    assert mixed.nodes(ids) == straight.nodes(ids)


def test_details_are_of_the_revision_asked(make_store: MakeStore) -> None:
    """What later jobs changed, removed, added or ranked otherwise does not show; else the store says that it cannot."""
    store = make_store()
    store.apply(says("c2", by="a", nodes={"c1": {"name": "A", "code": "1"}}))
    store.apply(says(by="b", rank=90, nodes={"c1": {"name": "B"}}))
    before = store.nodes([C1, NodeId("c2"), NodeId("c3")], at=2)
    assert before == store.nodes([C1, NodeId("c2"), NodeId("c3")])
    store.apply(says("c3", by="a", nodes={"c1": {"name": "A2", "code": "1"}}))
    store.apply(says(by="b", rank=900, nodes={"c1": {"name": "B"}}))
    try:
        found = store.nodes([C1, NodeId("c2"), NodeId("c3")], at=2)
    except ConflictError:
        return
    assert found == before
    assert [detail.id for detail in store.nodes([C1, NodeId("c2"), NodeId("c3")], at=3)] == ["c1", "c3"]
    assert store.nodes([C1], at=4) == store.nodes([C1])
    assert store.nodes([C1], at=0) == []


def test_details_come_in_the_order_asked(make_store: MakeStore) -> None:
    """Unknown ids, and ids that only links name, are left out."""
    store = make_store()
    store.apply(says("k1 DEVELOPS c1", "c2", "k1", ends=False))
    assert [detail.id for detail in store.nodes([NodeId("c2"), C1, NodeId("nobody"), NodeId("k1")])] == ["c2", "k1"]
