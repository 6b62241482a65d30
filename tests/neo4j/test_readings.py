"""Readings of the Neo4j store write nothing, and hold one revision whatever others commit meanwhile."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from graph.changes import ChangeSet
from graph.errors import ConflictError, StoreUnavailableError
from graph.model import NodeId
from graph.snapshot.compile import compile_snapshot
from graph.stores import Store, open_store
from graph.stores.neo4j import apply as neo4j_applying
from graph.stores.neo4j import store as neo4j_store
from tests.support.factory import says, statements
from tests.support.neo4j_server import MissingError, ShortLivedServer, default_cache, fetch
from tests.support.stores import empty_neo4j

pytestmark = pytest.mark.neo4j

LINKS = 300
WIDE = 3_000
SECONDS = float(os.environ.get("ROLEPATH_READINGS_S", "4"))
"""For how long readings are held against a writer."""


Read = Callable[[Store], tuple[int, set[str]]]
"""Return the revision that is read, and every number that is seen."""


class ReadOnlyServer(ShortLivedServer):
    """A server that can be told to take no writes, as a member of a cluster does that only reads."""

    is_read_only = False

    def _configure(self) -> None:
        super()._configure()
        if self.is_read_only:
            with (self.folder / "conf" / "neo4j.conf").open("a", encoding="utf-8") as settings:
                settings.write("server.databases.default_to_read_only=true\n")


@pytest.fixture
def store(neo4j_url: str) -> Iterator[Store]:
    """Give an empty store."""
    empty_neo4j(neo4j_url)
    found = open_store(neo4j_url)
    yield found
    found.close()
    empty_neo4j(neo4j_url)


def generation(number: int) -> ChangeSet:
    """Return a graph in which every node and every link says the number."""
    lines = [f"k{at} DEVELOPS c{at} {number / 1000} note={number}" for at in range(LINKS)]
    return says(*lines, nodes={f"c{at}": {"code": str(number)} for at in range(LINKS)})


def told(store: Store) -> tuple[int, set[str]]:
    """Return a reading's revision, and every number that its nodes and links say."""
    with store.reading() as reading:
        codes = {row[3].partition('"code":"')[2].partition('"')[0] for row in reading.nodes() if row[2] == "Competency"}
        return reading.revision.number, codes | {str(row[8]) for row in reading.links()}


def test_a_member_that_only_reads_can_be_read(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Everything but writing works there; a write is refused with the way out."""
    try:
        fetch(default_cache())
        server = ReadOnlyServer.start(tmp_path_factory.mktemp("read-only"))
    except MissingError as error:
        pytest.skip(f"no Neo4j server: {error}")
    try:
        store = open_store(server.url)
        store.apply(generation(1))
        store.close()
        server.is_read_only = True
        server.restart()
        for url in (server.url, server.url.replace("neo4j://", "bolt://")):
            store = open_store(url)
            assert told(store) == (1, {"1"})
            assert len(compile_snapshot(store)) == 2 * LINKS
            assert [run.revision for run in store.runs()] == [1]
            assert len(list(store.changes(0, 1))) == 3 * LINKS + 1
            assert [node.values["code"] for node in store.nodes([NodeId("c7")])] == ["1"]
            assert "revision 1" in str(store.health())
            with pytest.raises(StoreUnavailableError, match="only reads"):
                store.apply(generation(2))
            store.close()
    finally:
        server.stop()


def wide(number: int) -> ChangeSet:
    """Return many nodes that say the number: a commit that takes the server a while to show."""
    return says(nodes={f"c{at}": {"code": str(number)} for at in range(WIDE)})


def looked_up(store: Store) -> tuple[int, set[str]]:
    """Return what a lookup of nodes says, written first and last, with the latest for the revision."""
    nodes = store.nodes([NodeId("c0"), NodeId(f"c{WIDE // 2}"), NodeId(f"c{WIDE - 1}")])
    codes = {str(node.values["code"]) for node in nodes}
    return max(map(int, codes)), codes


@pytest.mark.parametrize(("read", "written"), [(told, generation), (looked_up, wide)], ids=["graph", "lookup"])
def test_no_reading_is_torn(
    store: Store, neo4j_url: str, monkeypatch: pytest.MonkeyPatch, read: Read, written: Callable[[int], ChangeSet]
) -> None:
    """One thread writes as fast as it can, four read: a reading says the number of its revision, or conflicts."""
    monkeypatch.setattr(neo4j_store, "PATIENCE", 1_000_000)
    store.apply(written(1))
    is_over = threading.Event()

    def go_on_reading() -> tuple[list[tuple[int, set[str]]], int]:
        mine = open_store(neo4j_url)
        seen, overtaken = [], 0
        while not is_over.is_set():
            try:
                seen.append(read(mine))
            except ConflictError:
                overtaken += 1
        mine.close()
        return seen, overtaken

    with ThreadPoolExecutor(4) as threads:
        readings = [threads.submit(go_on_reading) for _ in range(4)]
        end, number = time.monotonic() + SECONDS, 1
        while time.monotonic() < end:
            number += 1
            store.apply(written(number))
            time.sleep(0.1)
        is_over.set()
    seen = [one for reading in readings for one in reading.result()[0]]
    assert [(revision, numbers) for revision, numbers in seen if numbers != {str(revision)}] == []
    assert len({revision for revision, _ in seen}) > 1


def test_a_job_that_came_and_went_during_a_reading_is_noticed(
    store: Store, neo4j_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first parts may have been read, though the revision is the same before and after."""
    monkeypatch.setattr(neo4j_applying, "LEASE_S", 0)
    store.apply(generation(1))
    other = open_store(neo4j_url)
    with store.reading() as reading:
        with monkeypatch.context() as patch:
            patch.setattr(neo4j_applying, "ATOMIC_CHANGES", 1)
            patch.setattr(neo4j_applying, "_finish", lambda *_: next(iter(())))
            with pytest.raises(StopIteration):
                other.apply(generation(2))
        assert other.abort()
        with pytest.raises(ConflictError):
            reading.nodes()
    other.close()
    assert told(store) == (1, {"1"})
    assert statements(store).nodes
