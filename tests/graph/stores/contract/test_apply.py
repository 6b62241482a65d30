"""Applying change sets, promised by every store: what is replaced, merged, refused, and dormant."""

import json

import pytest

from graph.changes import ChangeSet
from graph.errors import SchemaError
from graph.model import NodeId
from graph.snapshot.compile import compile_snapshot
from tests.support.factory import live_links, node, says, stated, statements
from tests.support.stores import MakeStore

C1 = NodeId("c1")
DEVELOPS = (NodeId("k1"), "DEVELOPS", C1)


def test_apply_keeps_what_a_source_says(make_store: MakeStore) -> None:
    """Nodes and links are there afterwards with every value as it was stated."""
    store = make_store()
    said = says("k1 DEVELOPS c1 0.5 level=4 note=why", nodes={"c1": {"name": "采矿", "aliases": ["a", "b"]}})
    store.apply(said)
    held = statements(store)
    assert held.nodes == {("source", node_id): values for node_id, values in said.nodes.items()}
    assert held.links == {("source", DEVELOPS): (0.5, 4, None, None, "why")}


def test_what_is_said_no_longer_goes(make_store: MakeStore) -> None:
    """A kind or relation that the ChangeSet replaces keeps only what it states."""
    store = make_store()
    store.apply(says("k1 DEVELOPS c1", "k2 DEVELOPS c1"))
    store.apply(says("k1 DEVELOPS c1"))
    assert stated(store) == {"k1", "c1", "k1 DEVELOPS c1"}


def test_kinds_that_are_not_replaced_stay(make_store: MakeStore) -> None:
    """Links alone delete no node: the kinds whose files are absent keep what was stated."""
    store = make_store()
    store.apply(says("k1 DEVELOPS c1", "k2 DEVELOPS c1", "t1"))
    store.apply(says("k2 DEVELOPS c1", ends=False, replaces=["DEVELOPS"]))
    assert stated(store) == {"k1", "k2", "c1", "t1", "k2 DEVELOPS c1"}


def test_relations_that_are_not_replaced_stay(make_store: MakeStore) -> None:
    """Nodes alone delete no link, not even of a node that goes."""
    store = make_store()
    store.apply(says("k1 DEVELOPS c1", "k2 DEVELOPS c1"))
    store.apply(says("k1", replaces=["KnowledgeUnit"]))
    assert stated(store) == {"k1", "c1", "k1 DEVELOPS c1", "k2 DEVELOPS c1"}


def test_a_changed_value_replaces_the_old(make_store: MakeStore) -> None:
    """In replace mode a value that is not stated again is gone."""
    store = make_store()
    store.apply(says("k1 DEVELOPS c1 0.5 level=4", nodes={"c1": {"code": "A"}}))
    receipt = store.apply(says("k1 DEVELOPS c1 level=5"))
    assert receipt.difference.nodes.changed.keys() == {"c1"}
    assert receipt.difference.links.changed.keys() == {DEVELOPS}
    held = statements(store)
    assert held.links["source", DEVELOPS] == (None, 5, None, None, None)
    assert "code" not in json.loads(held.nodes["source", C1][1])


def test_merge_adds_and_overlays_but_removes_nothing(make_store: MakeStore) -> None:
    """Merging keeps what is not stated again: nodes, links, and single values of both."""
    store = make_store()
    store.apply(says("k1 DEVELOPS c1 0.5 level=4", "k2 DEVELOPS c1", nodes={"c1": {"code": "A", "framework": "F"}}))
    store.apply(says("k1 DEVELOPS c1 level=5", "k3 DEVELOPS c1", nodes={"c1": {"code": "B"}}, merges=True))
    held = statements(store)
    assert held.links["source", DEVELOPS] == (0.5, 5, None, None, None)
    assert len(held.links) == 3
    merged = json.loads(held.nodes["source", C1][1])
    assert (merged["code"], merged["framework"]) == ("B", "F")


def test_the_receipt_counts_what_stayed(make_store: MakeStore) -> None:
    """The difference of a receipt tells added, changed, removed and unchanged statements apart."""
    store = make_store()
    store.apply(says("k1 DEVELOPS c1", "k2 DEVELOPS c1 0.5"))
    found = store.apply(says("k2 DEVELOPS c1 1.0", "k3 DEVELOPS c1")).difference
    assert (set(found.nodes.added), set(found.nodes.removed), found.nodes.unchanged) == ({"k3"}, {"k1"}, 2)
    assert (len(found.links.added), len(found.links.changed), len(found.links.removed)) == (1, 1, 1)


def test_one_source_cannot_remove_what_another_says(make_store: MakeStore) -> None:
    """A statement goes only with the source that made it."""
    store = make_store()
    store.apply(says("k1 DEVELOPS c1", by="one"))
    store.apply(says("k1 DEVELOPS c1", by="two"))
    store.apply(says(by="one"))
    assert stated(store, "one") == set()
    assert stated(store, "two") == {"k1", "c1", "k1 DEVELOPS c1"}


def test_a_second_kind_is_refused_whole(make_store: MakeStore) -> None:
    """Where another source says that an id is something else, nothing of the job is written."""
    store = make_store()
    store.apply(says("c1", "k1", by="one"))
    before = store.revision(), statements(store), store.runs()
    wrong = says("k1 DEVELOPS c2", by="two")
    wrong = ChangeSet(wrong.source, {**wrong.nodes, C1: node("c1", kind="Role")}, wrong.links, wrong.replaces)
    with pytest.raises(SchemaError, match=r"c1 .*Competency.*Role"):
        store.apply(wrong)
    assert (store.revision(), statements(store), store.runs()) == before
    assert [source.name for source in statements(store).sources.values()] == ["one"]


def test_a_source_may_correct_a_kind_that_it_alone_states(make_store: MakeStore) -> None:
    """What no other source contradicts can become something else."""
    store = make_store()
    store.apply(says("c1"))
    said = says()
    store.apply(ChangeSet(said.source, {C1: node("c1", kind="Role")}, {}, said.replaces))
    assert statements(store).nodes["source", C1][0] == "Role"


def test_a_link_without_an_end_is_kept_but_dormant(make_store: MakeStore) -> None:
    """It is stated and counted, and absent from the snapshot."""
    store = make_store()
    store.apply(says("k1 DEVELOPS c1", "k1 DEVELOPS c2", "k1", "c2", ends=False))
    snapshot = compile_snapshot(store)
    assert len(statements(store).links) == 2
    assert live_links(snapshot) == {("k1", "DEVELOPS", "c2"): 1.0}
    assert snapshot.about["dormant"] == 1


def test_a_dormant_link_wakes_with_its_end(make_store: MakeStore) -> None:
    """Whoever asserts the missing node, the link lives with the weight that it had."""
    store = make_store()
    store.apply(says("k1 DEVELOPS c1 0.25", "k1", ends=False, by="one"))
    store.apply(says("c1", by="two"))
    snapshot = compile_snapshot(store)
    assert live_links(snapshot) == {("k1", "DEVELOPS", "c1"): 0.25}
    assert snapshot.about["dormant"] == 0


def test_a_link_falls_dormant_when_the_last_source_drops_its_end(make_store: MakeStore) -> None:
    """One source less leaves it alive, none leaves it dormant."""
    store = make_store()
    store.apply(says("k1 DEVELOPS c1", by="one"))
    store.apply(says("c1", by="two"))
    store.apply(says("k1 DEVELOPS c1", "k1", ends=False, by="one"))
    assert live_links(compile_snapshot(store))
    store.apply(says(by="two"))
    assert not live_links(compile_snapshot(store))
    assert stated(store, "one") == {"k1", "k1 DEVELOPS c1"}
