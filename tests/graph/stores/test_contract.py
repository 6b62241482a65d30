"""What every store promises, asked of each kind through one factory; then what the embedded store's file promises."""

import json
import multiprocessing
import re
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from pathlib import Path

import pytest

from graph.changes import ChangeSet
from graph.errors import ConflictError, InputError, RolepathError, SchemaError, StoreUnavailableError, verbatim
from graph.model import NodeId, Source, parse_id
from graph.snapshot.compile import compile_snapshot
from graph.stores import Store, open_store
from graph.stores.link_columns import NUMBERS
from tests.support.factory import live_links, node, replayed, says, statements
from tests.support.stores import MakeStore

C1 = NodeId("c1")
DEVELOPS = (NodeId("k1"), "DEVELOPS", C1)


def stated(store: Store, source: str = "source") -> set[str]:
    """Return what one source states: ids, and links as text."""
    held = statements(store)
    nodes = {node_id for name, node_id in held.nodes if name == source}
    return nodes | {" ".join(key) for name, key in held.links if name == source}


# Applying


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


# Revisions


def test_each_change_makes_one_revision(make_store: MakeStore) -> None:
    """The number grows by one, the token is new each time, and the receipt names both."""
    store = make_store()
    first = store.apply(says("c1")).revision
    second = store.apply(says("c2")).revision
    assert (first.number, second.number) == (1, 2)
    assert first.token != second.token
    assert store.revision() == second


def test_saying_the_same_again_changes_nothing(make_store: MakeStore) -> None:
    """An unchanged import raises neither the revision nor the token, and leaves no run."""
    store = make_store()
    store.apply(says("k1 DEVELOPS c1 0.5"))
    before = store.revision()
    receipt = store.apply(says("k1 DEVELOPS c1 0.5"))
    assert receipt.revision == store.revision() == before
    assert receipt.difference.is_empty
    assert len(store.runs()) == 1


@pytest.mark.parametrize("merges", [False, True])
def test_order_of_statements_is_no_change(make_store: MakeStore, *, merges: bool) -> None:
    """Rows in another order say the same."""
    store = make_store()
    store.apply(says("k1 DEVELOPS c1", "k2 DEVELOPS c1", "t1"))
    assert store.apply(says("t1", "k2 DEVELOPS c1", "k1 DEVELOPS c1", merges=merges)).difference.is_empty


@pytest.mark.parametrize(
    "after",
    [
        Source(name="source", version="2"),
        Source(name="source", licence="CC0"),
        Source(name="source", url="https://example.org"),
        Source(name="source", rank=1),
    ],
)
def test_a_source_property_that_changes_makes_a_revision(make_store: MakeStore, after: Source) -> None:
    """Version, licence, url and rank belong to the graph too."""
    store = make_store()
    said = says("c1")
    store.apply(said)
    store.apply(ChangeSet(after, said.nodes, said.links, said.replaces))
    assert store.revision().number == 2
    with store.reading() as reading:
        assert reading.sources() == [after]


def test_a_stale_expectation_is_a_conflict(make_store: MakeStore) -> None:
    """Who looked at an older revision than the present one changes nothing."""
    store = make_store()
    store.apply(says("c1"))
    store.apply(says("c1", "c2"))
    before = store.revision(), statements(store)
    with pytest.raises(ConflictError):
        store.apply(says("c3"), expected_revision=1)
    assert (store.revision(), statements(store)) == before


def test_a_met_expectation_applies(make_store: MakeStore) -> None:
    """Who looked at the present revision may change it; at 0, make the store."""
    store = make_store()
    store.apply(says("c1"), expected_revision=0)
    store.apply(says("c2"), expected_revision=1)
    assert store.revision().number == 2


def test_a_conflict_leaves_the_store_usable(make_store: MakeStore) -> None:
    """After a refusal the next job goes through."""
    store = make_store()
    store.apply(says("c1"))
    with pytest.raises(ConflictError):
        store.apply(says("c2"), expected_revision=7)
    store.apply(says("c1", "c2"))
    assert stated(store) == {"c1", "c2"}


# Kinds


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


# Dormant links


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


# Two sources, one node


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


# Reading


def test_statements_come_sorted(make_store: MakeStore) -> None:
    """Nodes by (id, source) and links by (from, relation, to, source), by code point, whatever the order of import."""
    store = make_store()
    lines = ("kö DEVELOPS c1", "k2 DEVELOPS c10", "k10 DEVELOPS c2", "k2 DEVELOPS c1", "t2 APPLIES k2", "c丙", "B:c1")
    store.apply(says(*reversed(lines), by="b"))
    store.apply(says(*lines, by="a"))
    with store.reading() as reading:
        nodes = [(row[1], row[0]) for row in reading.nodes()]
        links = [(*row[1:4], row[0]) for row in reading.links()]
    assert nodes == sorted(nodes)
    assert links == sorted(links)
    assert (len(nodes), len(links)) == (18, 10)


def test_links_can_be_read_as_columns(make_store: MakeStore) -> None:
    """They say what the rows do, dormant ones too, but for the notes."""
    store = make_store()
    store.apply(says("k1 DEVELOPS c1 0.5 level=4 note=why", "k2 DEVELOPS c1", "e1 EMPLOYS r1 openings=3", by="b"))
    store.apply(says("k1 DEVELOPS c1 0.7", "t9 PRACTISES c1", "co1 SCHEDULES t1 term=3", by="a", ends=False))
    with store.reading() as reading:
        rows, found = list(reading.links()), reading.link_columns()
    weights = [None if weight != weight else weight for weight in found.weight.tolist()]  # noqa: PLR0124 - NaN
    numbers = [[None if v < 0 else v for v in found.numbers[name].tolist()] for name in NUMBERS]
    ends = zip(found.source, found.from_id, found.relation, found.to_id, strict=True)
    keys = [(found.sources[s], found.ids[a], found.relations[r], found.ids[b]) for s, a, r, b in ends]
    told = [(*key, *values) for key, *values in zip(keys, weights, *numbers, strict=True)]
    assert len(found) == 6
    assert sorted(told, key=lambda row: (*row[1:4], row[0])) == [row[:-1] for row in rows]


def test_few_links_tell_whether_there_are_many(make_store: MakeStore) -> None:
    """Statements by two sources may count as two."""
    store = make_store()
    with store.reading() as reading:
        assert not reading.has_links(1)
    store.apply(says("k1 DEVELOPS c1", "k2 DEVELOPS c1", "t9 PRACTISES c1"))
    with store.reading() as reading:
        assert [reading.has_links(count) for count in (1, 2, 3, 4, 100)] == [True, True, True, False, False]


def test_one_source_can_be_read_alone(make_store: MakeStore) -> None:
    """The rows of a source are those of the whole that it states, in the same order."""
    store = make_store()
    store.apply(says("k1 DEVELOPS c1", "k2 DEVELOPS c1", by="a"))
    store.apply(says("k2 DEVELOPS c1", by="b"))
    with store.reading() as reading:
        assert list(reading.nodes("a")) == [row for row in reading.nodes() if row[0] == "a"]
        assert list(reading.links("b")) == [row for row in reading.links() if row[0] == "b"]
        assert list(reading.nodes("nobody")) == []


def test_a_reading_names_who_states_a_link(make_store: MakeStore) -> None:
    """`links_named` has every statement of the links that are asked for, dormant ones too, and of no others."""
    store = make_store()
    store.apply(says("k1 DEVELOPS c1 0.5 level=4 note=why", "k2 DEVELOPS c1", "t1 PRACTISES c1", by="b"))
    store.apply(says("k1 DEVELOPS c1 0.7", "t9 PRACTISES c1", by="a", ends=False))
    asked = [DEVELOPS, DEVELOPS, (NodeId("t9"), "PRACTISES", C1), (NodeId("k1"), "DEVELOPS", NodeId("nobody"))]
    with store.reading() as reading:
        assert reading.links_named(asked) == [
            ("a", *DEVELOPS, 0.7, None, None, None, None),
            ("b", *DEVELOPS, 0.5, 4, None, None, "why"),
            ("a", "t9", "PRACTISES", C1, None, None, None, None, None),
        ]
        assert reading.links_named([]) == []
        assert list(reading.links_of("DEVELOPS")) == [row for row in reading.links() if row[2] == "DEVELOPS"]
        assert list(reading.links_of("BROADER")) == []


def test_a_reading_names_who_states_a_node(make_store: MakeStore) -> None:
    """`nodes_named` has every statement of the nodes that are asked for, and of no others."""
    store = make_store()
    store.apply(says("k1 DEVELOPS c1", "k2", by="b"))
    store.apply(says("k1", by="a"))
    asked = [NodeId("k1"), C1, NodeId("nobody")]
    with store.reading() as reading:
        for is_expected in (True, False):
            assert reading.nodes_named(asked, expected=is_expected) == [
                row for row in reading.nodes() if row[1] in asked
            ]
        assert reading.nodes_named([]) == []


def test_a_reading_says_who_asserts_what(make_store: MakeStore) -> None:
    """`asserted` answers with kind and sources for ids that are nodes; `kinds_of` with a source's kinds."""
    store = make_store()
    store.apply(says("k1 DEVELOPS c1", "k1", by="a", ends=False))
    store.apply(says("k1", "t1", by="b"))
    with store.reading() as reading:
        ids = [C1, NodeId("k1"), NodeId("t1"), NodeId("nobody")]
        both = frozenset({"a", "b"})
        assert reading.asserted(ids) == {"k1": ("KnowledgeUnit", both), "t1": ("TrainingTask", frozenset({"b"}))}
        assert reading.kinds_of("a") == {"KnowledgeUnit"}
        assert reading.kinds_of("nobody") == frozenset()


def test_sources_come_in_the_order_in_which_they_speak(make_store: MakeStore) -> None:
    """By rank, then by name; a source that says nothing any more is still known."""
    store = make_store()
    for name, rank in (("b", 100), ("a", 100), ("z", 1)):
        store.apply(says("c1", by=name, rank=rank))
    store.apply(says(by="z", rank=1))
    with store.reading() as reading:
        assert [source.name for source in reading.sources()] == ["z", "a", "b"]


def test_a_reading_stays_at_its_revision(make_store: MakeStore) -> None:
    """What others apply while a reading is open is not in it; a store that cannot show the old state says so."""
    store = make_store()
    store.apply(says("k1 DEVELOPS c1", by="a"))
    with store.reading() as reading:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(store.apply, says("k2 DEVELOPS c2", by="b")).result()
        assert reading.revision.number == 1
        if "neo4j" in store.url:
            for ask in (reading.nodes, reading.links, reading.sources, lambda: reading.asserted([NodeId("c2")])):
                with pytest.raises(ConflictError, match="changed while it was read"):
                    ask()
        else:
            assert [row[1] for row in reading.nodes()] == ["c1", "k1"]
            assert len(list(reading.links())) == 1
            assert [source.name for source in reading.sources()] == ["a"]
            assert not reading.asserted([NodeId("c2")])
    assert store.revision().number == 2


def test_a_snapshot_is_of_one_revision_while_others_write(make_store: MakeStore) -> None:
    """Every compiled snapshot holds exactly what its revision held, however many appliers run beside it."""
    store = make_store()
    store.apply(says("c0", by="counter"))
    enough = threading.Event()

    def count() -> None:
        number = 0
        while not enough.is_set():
            number += 1
            store.apply(says(*(f"k{i} DEVELOPS c{number}" for i in range(5)), by="counter"))

    with ThreadPoolExecutor(1) as pool:
        counting = pool.submit(count)
        seen: set[int] = set()
        try:
            while len(seen) < 6 and not counting.done():
                snapshot = compile_snapshot(store)
                number = snapshot.revision.number
                seen.add(number)
                ends = {to_id for _, _, to_id in live_links(snapshot)}
                assert ends == ({f"c{number - 1}"} if number > 1 else set())
        finally:
            enough.set()
        counting.result()


# The log


def history(store: Store) -> None:
    """Add, change, remove and add again, of two sources, by replacing and by merging."""
    store.apply(says("k1 DEVELOPS c1 0.5", "k2 DEVELOPS c1", by="a"))
    store.apply(says("k1 DEVELOPS c1 1.0", by="a", nodes={"c1": {"code": "A"}}))
    store.apply(says("k1 DEVELOPS c1", by="b", rank=7))
    store.apply(says("k2 DEVELOPS c1 0.5", by="a", merges=True))
    store.apply(says(by="a", rank=3))
    store.apply(says("k1 DEVELOPS c1 0.5", by="a"))


def test_replaying_the_log_gives_the_present(make_store: MakeStore) -> None:
    """From nothing, every entry fits what stands before it, and the last state is what the store holds."""
    store = make_store()
    history(store)
    assert replayed(store.changes(0, store.revision().number)) == statements(store)


@pytest.mark.parametrize("revision", range(7))
def test_the_log_can_be_cut_anywhere(make_store: MakeStore, revision: int) -> None:
    """`changes(since, until)` leaves out `since` and takes `until` in: two halves are the whole."""
    store = make_store()
    history(store)
    early, late = list(store.changes(0, revision)), list(store.changes(revision, 6))
    assert early + late == list(store.changes(0, 6))
    assert all(change.revision <= revision for change in early)
    assert all(change.revision > revision for change in late)


def test_the_log_is_in_a_stated_order(make_store: MakeStore) -> None:
    """By revision, source, and then the source itself, nodes by id, links by key; no subject twice in one revision."""
    store = make_store()
    history(store)

    def place(subject: object) -> tuple[int, tuple[object, ...]]:
        if subject is None:
            return (0, ())
        return (2, subject) if isinstance(subject, tuple) else (1, (subject,))

    log = [(change.revision, change.source, place(change.subject)) for change in store.changes(0, 6)]
    assert log == sorted(set(log))


def test_the_log_holds_only_what_changed(make_store: MakeStore) -> None:
    """A value that changed is one entry with before and after, and what stayed is none."""
    store = make_store()
    store.apply(says("k1 DEVELOPS c1 0.5", "k2 DEVELOPS c1"))
    store.apply(says("k1 DEVELOPS c1 0.75", "k2 DEVELOPS c1"))
    (change,) = store.changes(1, 2)
    assert change.subject == DEVELOPS
    assert change.before == (0.5, None, None, None, None)
    assert change.after == (0.75, None, None, None, None)


# Runs


def test_an_applied_job_is_kept_as_a_run(make_store: MakeStore) -> None:
    """Its id, source, revision and report can be read again, the latest first."""
    store = make_store()
    store.apply(says("c1", by="a", run_id="first"), report={"notes": ["采"]})
    store.apply(says("c1", by="b", run_id="second"))
    second, first = store.runs()
    assert (second.id, second.source, second.revision) == ("second", "b", 2)
    assert (first.id, first.report) == ("first", {"notes": ["采"]})
    assert first.applied_at.tzinfo is not None
    assert first.applied_at <= second.applied_at


def test_a_refused_job_leaves_no_run(make_store: MakeStore) -> None:
    """What was not applied is not in the store."""
    store = make_store()
    store.apply(says("c1", run_id="first"))
    with pytest.raises(ConflictError):
        store.apply(says("c2", run_id="second"), expected_revision=0)
    assert [run.id for run in store.runs()] == ["first"]


# Life of a store


def test_a_store_that_does_not_exist_reads_as_empty(make_store: MakeStore) -> None:
    """Every question has an answer, and none of them makes the store."""
    store = make_store()
    assert not store.exists()
    assert store.store_id == ""
    assert (store.revision().number, store.revision().token) == (0, "")
    assert vars(statements(store)) == {"sources": {}, "nodes": {}, "links": {}}
    assert store.nodes([C1]) == []
    assert store.runs() == []
    assert list(store.changes(0, 9)) == []
    assert len(compile_snapshot(store)) == 0
    assert "does not exist" in str(store.health())
    assert not store.exists()


def test_a_store_can_be_closed_and_opened_again(make_store: MakeStore) -> None:
    """By the same handle or another one: the same id, revision and statements."""
    store = make_store()
    store.apply(says("k1 DEVELOPS c1"))
    before = store.store_id, store.revision(), statements(store)
    store.close()
    assert (store.store_id, store.revision(), statements(store)) == before
    again = make_store()
    assert (again.store_id, again.revision(), statements(again)) == before
    store.close()
    store.apply(says("c9"))
    assert again.revision().number == 2


def test_every_store_has_an_id_of_its_own(make_store: MakeStore, tmp_path: Path) -> None:
    """Two stores with the same content are told apart."""
    one, other = make_store(), open_store(f"sqlite:///{tmp_path / 'other.db'}")
    one.apply(says("c1"))
    other.apply(says("c1"))
    assert one.store_id != other.store_id
    assert one.revision().token != other.revision().token
    other.close()


def test_health_says_that_it_can_be_read(make_store: MakeStore) -> None:
    """One line with the place and the revision."""
    store = make_store()
    store.apply(says("c1"))
    assert "revision 1" in str(store.health())
    assert store.url in str(store.health())


# Several writers

WRITERS, JOBS = 4, 12


def add_one_by_one(url: str, writer: int) -> None:
    """Apply jobs of a source of one's own, each adding one node to the last."""
    store = open_store(url)
    for job in range(1, JOBS + 1):
        store.apply(says(*(f"w{writer}:c{i}" for i in range(job)), by=f"writer {writer}"))
    store.close()


def everything_was_added(store: Store) -> bool:
    """Say whether all jobs of all writers are there, each as one revision."""
    held = statements(store)
    all_here = len(held.nodes) == len({key[1] for key in held.nodes}) == WRITERS * JOBS
    return all_here and store.revision().number == len(store.runs()) == WRITERS * JOBS and log_fits(store)


def log_fits(store: Store) -> bool:
    """Say whether the log, replayed, gives what the store holds."""
    return replayed(store.changes(0, store.revision().number)) == statements(store)


def test_threads_that_write_at_once_lose_nothing(make_store: MakeStore) -> None:
    """Beginning with a store that does not exist, every job of every thread counts."""
    store = make_store()

    def run(writer: int) -> None:
        for job in range(1, JOBS + 1):
            store.apply(says(*(f"w{writer}:c{i}" for i in range(job)), by=f"writer {writer}"))

    with ThreadPoolExecutor(WRITERS) as pool:
        for done in [pool.submit(run, writer) for writer in range(WRITERS)]:
            done.result()
    assert everything_was_added(store)


@pytest.mark.slow
def test_processes_that_write_at_once_lose_nothing(make_store: MakeStore) -> None:
    """Beginning with a store that does not exist, every job of every process counts."""
    store = make_store()
    context = multiprocessing.get_context("spawn")
    children = [context.Process(target=add_one_by_one, args=(store.url, writer)) for writer in range(WRITERS)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * WRITERS
    assert everything_was_added(store)


@pytest.mark.parametrize("attempt", range(15))
def test_a_store_is_made_once(make_store: MakeStore, attempt: int) -> None:
    """Whoever comes while it is being made waits, to write or to read, and nobody takes it for something else."""
    barrier = threading.Barrier(2 * WRITERS)

    def write(writer: int) -> int:
        store = make_store(f"new-{attempt}")
        barrier.wait()
        return store.apply(says("c0", by=f"writer {writer}")).revision.number

    def read(_: int) -> int:
        store = make_store(f"new-{attempt}")
        barrier.wait()
        return max(store.revision().number for _ in range(50))

    with ThreadPoolExecutor(2 * WRITERS) as pool:
        readers = [pool.submit(read, reader) for reader in range(WRITERS)]
        assert sorted(pool.map(write, range(WRITERS))) == list(range(1, WRITERS + 1))
        assert all(reader.result() <= WRITERS for reader in readers)


def test_of_two_that_expect_one_revision_one_wins(make_store: MakeStore) -> None:
    """Applying the same preview at once, exactly one thread succeeds and the others are told of a conflict."""
    store = make_store()
    store.apply(says("c0"))
    barrier = threading.Barrier(WRITERS)

    def run(writer: int) -> str:
        barrier.wait()
        try:
            store.apply(says("c0", by=f"writer {writer}"), expected_revision=1)
        except ConflictError:
            return "conflict"
        return "applied"

    with ThreadPoolExecutor(WRITERS) as pool:
        found = sorted(pool.map(run, range(WRITERS)))
    assert found == ["applied"] + ["conflict"] * (WRITERS - 1)
    assert store.revision().number == 2


# The embedded store's file

EVERY_USE: list[Callable[[Store], object]] = [
    lambda store: store.revision(),
    lambda store: store.store_id,
    lambda store: store.runs(),
    lambda store: store.health(),
    statements,
    lambda store: store.apply(says("c1")),
]


def refuses_every_use(path: Path) -> bool:
    """Say whether each use of the file as a store raises StoreUnavailableError that names it."""
    for use in EVERY_USE:
        store = open_store(f"sqlite:///{path}")
        with pytest.raises(StoreUnavailableError, match=re.escape(str(path))):
            use(store)
        store.close()
    return True


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    """A SQLite file without our mark is refused and stays byte for byte as it was."""
    path = tmp_path / "foreign.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE meta (store_id, revision, token)")
    connection.close()
    before = path.read_bytes()
    assert refuses_every_use(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    """Any other file is refused and stays as it was."""
    path = tmp_path / "notes.txt"
    path.write_text("not a database at all, but long enough to look at\n" * 20)
    before = path.read_bytes()
    assert refuses_every_use(path)
    assert path.read_bytes() == before


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    """A folder's path is refused, for reading too."""
    assert refuses_every_use(tmp_path)


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """Where a file stands in the way of the store's folder, the job ends with StoreUnavailableError."""
    (tmp_path / "file").write_text("")
    store = open_store(f"sqlite:///{tmp_path / 'file' / 'graph.db'}")
    with pytest.raises(StoreUnavailableError):
        store.apply(says("c1"))


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    """A store of a later Rolepath is neither read nor written."""
    path = tmp_path / "newer.db"
    store = open_store(f"sqlite:///{path}")
    store.apply(says("c1"))
    store.close()
    with sqlite3.connect(path) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute(f"PRAGMA user_version = {version + 1}")
    connection.close()
    assert refuses_every_use(path)


def test_an_empty_file_is_a_store_yet_to_be_made(tmp_path: Path) -> None:
    """It reads as empty, and the first job fills it."""
    path = tmp_path / "empty.db"
    path.touch()
    store = open_store(f"sqlite:///{path}")
    assert store.revision().number == 0
    store.apply(says("c1"))
    assert stated(store) == {"c1"}
    store.close()


def test_missing_folders_are_made(tmp_path: Path) -> None:
    """The first job makes the folders on the way, reading does not."""
    store = open_store(f"sqlite:///{tmp_path / 'a' / 'b' / 'graph.db'}")
    assert store.revision().number == 0
    assert not (tmp_path / "a").exists()
    store.apply(says("c1"))
    assert store.exists()
    store.close()


@pytest.mark.parametrize("url", ["", "graph.db", "sqlite:///", "sqlite://graph.db", "postgres://localhost/graph"])
def test_an_unknown_url_is_refused(url: str) -> None:
    """What names no kind of store is an InputError that says how to write one."""
    with pytest.raises(InputError, match="sqlite:///"):
        open_store(url)


def test_an_error_inside_a_reading_stays_what_it_is(make_store: MakeStore) -> None:
    """What the reader itself raises while it reads is not blamed on the store."""
    store = make_store()
    store.apply(says("c1"))
    with pytest.raises(FileNotFoundError), store.reading():
        raise FileNotFoundError("the reader's own")
    with pytest.raises(RolepathError, match="own"), store.reading():
        raise RolepathError(verbatim("the reader's own"))


# The mark of having been served with access keys


def test_mark_of_keys_is_no_part_of_the_graph(make_store: MakeStore) -> None:
    """It stays when the store is opened anew, can be taken away, and changes neither revision, log nor snapshot."""
    store = make_store()
    store.note_keys(needed=True)
    assert (store.exists(), store.needs_keys()) == (False, False)
    store.apply(says("k1 DEVELOPS c1"))
    before = (store.revision(), list(store.changes(0, 1)), compile_snapshot(store))
    store.note_keys(needed=True)
    store.note_keys(needed=True)
    assert (store.needs_keys(), make_store().needs_keys()) == (True, True)
    after = (store.revision(), list(store.changes(0, 1)), compile_snapshot(store))
    assert after[:2] == before[:2]
    assert after[2].same_arrays(before[2])
    store.apply(says("k2 DEVELOPS c1"))
    assert store.needs_keys()
    store.note_keys(needed=False)
    assert not make_store().needs_keys()


def test_streams_hold_what_is_read_whole(make_store: MakeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one source and of all, page by page and at once."""
    monkeypatch.setattr("graph.stores.neo4j.read.PAGE_NODES", 2)
    store = make_store()
    store.apply(says("k1 DEVELOPS c1 0.5", "k2 DEVELOPS c1", "r1 REQUIRES c1", by="one"))
    store.apply(says("k1 DEVELOPS c1", "k3 DEVELOPS c2", by="two"))
    for source in (None, "one", "two", "nobody"):
        with store.reading() as reading:
            assert sorted(reading.node_stream(source)) == sorted(reading.nodes(source))
            assert sorted(reading.link_stream(source), key=str) == sorted(reading.links(source), key=str)
