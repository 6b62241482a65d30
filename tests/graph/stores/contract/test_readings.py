"""Readings, promised by every store: their order, their columns and streams, and that they stay at one revision."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from graph.errors import ConflictError, RolepathError, verbatim
from graph.model import NodeId
from graph.snapshot.compile import compile_snapshot
from graph.stores.link_columns import NUMBERS
from tests.support.factory import live_links, says
from tests.support.stores import MakeStore

C1 = NodeId("c1")
DEVELOPS = (NodeId("k1"), "DEVELOPS", C1)


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


def test_an_error_inside_a_reading_stays_what_it_is(make_store: MakeStore) -> None:
    """What the reader itself raises while it reads is not blamed on the store."""
    store = make_store()
    store.apply(says("c1"))
    with pytest.raises(FileNotFoundError), store.reading():
        raise FileNotFoundError("the reader's own")
    with pytest.raises(RolepathError, match="own"), store.reading():
        raise RolepathError(verbatim("the reader's own"))


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
