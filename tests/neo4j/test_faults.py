"""What may break around the Neo4j store: the server, the client or the line between them goes, others write too."""

import contextlib
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast

import httpx
import neo4j
import pytest

from api.settings.settings import Settings
from graph.changes import ChangeSet
from graph.errors import StoreUnavailableError
from graph.model import NodeId
from graph.snapshot.compile import compile_snapshot
from graph.stores import Store, open_store
from graph.stores.neo4j import apply as neo4j_applying
from tests.support.factory import Statements, live_links, replayed, says, statements
from tests.support.neo4j_server import MissingError, Server, ShortLivedServer, default_cache, fetch
from tests.support.paths import ROOT
from tests.support.serving import Asker, serving
from tests.support.stores import empty_neo4j

pytestmark = [pytest.mark.neo4j, pytest.mark.faults]

ROLES, COMPETENCIES = 100, 150
RETRIES = 4
SEEN_S = 2 + 3
"""Within how many seconds a revision is seen: two, and three more since the machine may be busy with other tests."""
CHILD = """
import sys
from graph.stores import open_store
from tests.neo4j.test_faults import many, small
url, what, *names = sys.argv[1:]
store = open_store(url)
print("ready", flush=True)
sys.stdin.readline()
for name in names:
    store.apply(many() if what == "many" else small(name))
store.close()
"""

Look = Callable[..., list[list[Any]]]
"""Run a text of Cypher, beside the store, and return its records."""


class SmallServer(ShortLivedServer):
    """A server on which one transaction gets little memory."""

    def _configure(self) -> None:
        super()._configure()
        with (self.folder / "conf" / "neo4j.conf").open("a", encoding="utf-8") as settings:
            settings.write("db.memory.transaction.max=40m\n")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server that only this module uses, so that it can be killed."""
    try:
        fetch(default_cache())
        found = SmallServer.start(tmp_path_factory.mktemp("faults"))
    except MissingError as error:
        if os.environ.get("ROLEPATH_REQUIRE_NEO4J"):
            pytest.fail(f"a Neo4j server is required: {error}")
        pytest.skip(f"no Neo4j server: {error}")
    yield found
    found.stop()


@pytest.fixture
def empty(server: Server) -> Server:
    """Give the server with nothing in it, though another test may have failed before it started it again."""
    if not server.is_running():
        server.restart()
    empty_neo4j(server.url)
    return server


@pytest.fixture
def store(empty: Server) -> Iterator[Store]:
    """Give an empty store."""
    found = open_store(empty.url)
    yield found
    found.close()


@pytest.fixture
def look(server: Server) -> Iterator[Look]:
    """Give a way to ask the database itself."""
    with neo4j.GraphDatabase.driver(server.url, notifications_min_severity="OFF") as driver:
        yield lambda text, **values: [record.values() for record in driver.execute_query(text, values).records]


Act = Callable[["Wire", socket.socket, socket.socket, bytes], None]
COMMIT = re.compile(rb"\x00\x02\xb0\x12\x00\x00$", re.DOTALL)
RUN = re.compile(rb"\xb1\x3f.{1,12}\x00\x00$", re.DOTALL)
"""The ends of the messages COMMIT, and PULL, which goes with every RUN; the client awaits the answer to each.

Source: https://neo4j.com/docs/bolt/current/bolt/message/
"""


class Wire:
    """Stands between a client and the server. Acts once, when the nth message of a kind comes past on its way there."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"bolt://127.0.0.1:{self._listening.getsockname()[1]}"
        self.runs = self.commits = 0
        self._awaited, self._left, self._act = COMMIT, 0, cast(Act, None)
        self.has_acted = threading.Event()
        self._swallowed: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def at(self, message: re.Pattern[bytes], number: int, act: Act) -> None:
        """Do `act` when this many messages, counted from now, have come, instead of passing the last one on."""
        self._awaited, self._left, self._act = message, number, act
        self.has_acted.clear()

    def swallow(self, far: socket.socket) -> None:
        """Let nothing come back any more from this end, and cut the line when something would."""
        self._swallowed.add(far)

    def close(self) -> None:
        """Take no more connections."""
        self._listening.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                try:
                    far = socket.create_connection(("127.0.0.1", self._server.port))
                except OSError:
                    near.close()
                    continue
                for way in (self._there, self._back):
                    threading.Thread(target=way, args=(near, far), daemon=True).start()

    def _there(self, near: socket.socket, far: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := near.recv(1 << 16):
                self.runs += RUN.search(data) is not None
                self.commits += COMMIT.search(data) is not None
                if self._left and self._awaited.search(data):
                    self._left -= 1
                    if not self._left:
                        self._act(self, near, far, data)
                        self.has_acted.set()
                        continue
                far.sendall(data)
        if far not in self._swallowed:
            cut(far)

    def _back(self, near: socket.socket, far: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while (data := far.recv(1 << 16)) and far not in self._swallowed:
                near.sendall(data)
        cut(near)
        near.close()
        cut(far)
        far.close()


def cut(end: socket.socket) -> None:
    """End a connection, in the middle of whatever it is at."""
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


def lose_message(_: Wire, near: socket.socket, far: socket.socket, __: bytes) -> None:
    """Cut the line before the message gets there."""
    cut(near)
    cut(far)


def lose_answer(wire: Wire, _: socket.socket, far: socket.socket, data: bytes) -> None:
    """Cut the line when the answer is on its way back."""
    wire.swallow(far)
    far.sendall(data)


def lose_sight(wire: Wire, near: socket.socket, far: socket.socket, data: bytes) -> None:
    """Cut the client off at once, while the server is still at work on the message."""
    wire.swallow(far)
    far.sendall(data)
    cut(near)


def pass_on(_: Wire, __: socket.socket, far: socket.socket, data: bytes) -> None:
    """Only say that the message has come."""
    far.sendall(data)


@pytest.fixture
def wire(empty: Server) -> Iterator[Wire]:
    """Give a line to the empty server that can break."""
    found = Wire(empty)
    yield found
    found.close()


@pytest.fixture
def fragile(wire: Wire) -> Iterator[Store]:
    """Give the store as seen over the line that can break."""
    found = open_store(wire.url)
    yield found
    found.close()


def many(by: str = "many", run_id: str = "", weight: str = "1") -> ChangeSet:
    """Return what a source of 15,000 links says."""
    lines = (f"r{r} REQUIRES c{c} {weight}" for r in range(ROLES) for c in range(COMPETENCIES))
    return says(*lines, by=by, run_id=run_id)


def small(by: str) -> ChangeSet:
    """Return what a source says of the same things as all the others of its kind."""
    return says(*(f"r{n} REQUIRES c{m}" for n in range(12) for m in range(12)), f"{by}:k1 DEVELOPS c1", by=by)


SEED = says("k1 DEVELOPS c1 0.5", "r1 REQUIRES c1 0.5", "r1 REQUIRES c9", by="seed")


def all_of(*said: ChangeSet) -> Statements:
    """Return what a store holds to which these were applied."""
    found = Statements()
    for changes in said:
        name = changes.source.name
        found.sources[name] = changes.source
        found.nodes.update({(name, node_id): values for node_id, values in changes.nodes.items()})
        found.links.update({(name, key): values for key, values in changes.links.items()})
    return found


def doubles(look: Look) -> int:
    """Return how many nodes and relationships of the database are there twice."""
    ((nodes,),) = look("MATCH (n:Entity) WITH n.id AS id, count(*) AS times WHERE times > 1 RETURN count(*)")
    ((links,),) = look(
        "MATCH (a)-[r]->(b) WITH elementId(a) AS a, elementId(b) AS b, type(r) AS relation, count(*) AS times "
        "WHERE times > 1 RETURN count(*)"
    )
    return int(nodes) + int(links)


def persist(do: Callable[[], object]) -> None:
    """Do it although the server may be still busy coming back."""
    for _ in range(RETRIES):
        with contextlib.suppress(StoreUnavailableError):
            do()
            return
        time.sleep(0.5)
    do()


def check_whole(store: Store, look: Look) -> bool:
    """Assert that the store holds the seed with all or nothing of `many`, then apply that; return whether it was in."""
    was_in = store.revision().number == 2
    assert statements(store) == (all_of(SEED, many()) if was_in else all_of(SEED))
    assert [run.source for run in store.runs()] == ["many", "seed"][not was_in :]
    receipt = store.apply(many())
    assert receipt.revision.number == 2
    assert receipt.difference.is_empty == was_in
    assert statements(store) == replayed(store.changes(0, 2)) == all_of(SEED, many())
    assert doubles(look) == 0
    return was_in


Moment = tuple[re.Pattern[bytes], int]
"""Which message of a client, from when on it is counted."""


@pytest.mark.parametrize("moment", [(RUN, 24), (COMMIT, 1)], ids=["middle", "commit"])
def test_a_killed_server_has_all_or_nothing(
    wire: Wire, fragile: Store, server: Server, look: Look, moment: Moment
) -> None:
    """The server dies in the middle of a job, or when it is told to commit; the writer is told."""
    fragile.apply(SEED)

    def kill(wire: Wire, near: socket.socket, far: socket.socket, data: bytes) -> None:
        pass_on(wire, near, far, data)
        server.kill()

    wire.at(*moment, kill)
    with pytest.raises(StoreUnavailableError):
        fragile.apply(many())
    assert wire.has_acted.wait(5)
    server.restart()

    store = open_store(server.url)
    was_in = check_whole(store, look)
    assert moment[0] is COMMIT or not was_in
    store.close()


@contextlib.contextmanager
def child(url: str, what: str, *names: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a process that is ready to apply `many`, or `small` under each of the names, once it is told to go."""
    command = [sys.executable, "-c", CHILD, url, what, *names]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield process
        if process.poll() is None:
            process.kill()


def let_go(process: subprocess.Popen[bytes]) -> None:
    """Tell the process to go."""
    assert process.stdin is not None
    process.stdin.write(b"go\n")
    process.stdin.flush()


@pytest.mark.parametrize("moment", [(RUN, 24), (COMMIT, 6)], ids=["middle", "commit"])
def test_a_killed_client_leaves_all_or_nothing(wire: Wire, store: Store, look: Look, moment: Moment) -> None:
    """The writing process dies in the middle, or when it commits; the lock is free, and others can write."""
    store.apply(SEED)
    with child(wire.url, "many", "many") as writer:

        def kill(wire: Wire, near: socket.socket, far: socket.socket, data: bytes) -> None:
            pass_on(wire, near, far, data)
            writer.kill()

        wire.at(*moment, kill)
        let_go(writer)
        assert wire.has_acted.wait(60)
        writer.wait()
    begun = time.monotonic()
    store.apply(says("k2 DEVELOPS c2", by="other"))  # waits for the lock
    assert time.monotonic() - begun < 15
    was_in = "many" in {source for source, _ in statements(store).nodes}
    expected = [SEED, says("k2 DEVELOPS c2", by="other"), *([many()] if was_in else [])]
    assert statements(store) == all_of(*expected)
    assert moment[0] is COMMIT or not was_in
    assert store.apply(many()).difference.is_empty == was_in
    assert store.revision().number == 3
    assert doubles(look) == 0


@pytest.fixture
def in_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make jobs of more than 1,000 changes staged ones, that count as cut off as soon as nobody writes."""
    monkeypatch.setattr(neo4j_applying, "ATOMIC_CHANGES", 1_000)
    monkeypatch.setattr(neo4j_applying, "LEASE_S", 0)


@pytest.mark.usefixtures("in_stages")
def test_a_staged_job_is_finished_after_the_server_was_killed(
    wire: Wire, fragile: Store, server: Server, look: Look
) -> None:
    """The server dies between two stages: the store keeps its revision, and `resume` makes the job whole."""
    fragile.apply(SEED)
    wire.at(COMMIT, 4, lambda *_: server.kill())
    with pytest.raises(StoreUnavailableError):
        fragile.apply(many())
    server.restart()

    store = open_store(server.url)
    assert store.revision().number == 1
    with pytest.raises(StoreUnavailableError, match="not finished"):
        statements(store)
    revision = store.resume()
    assert revision is not None
    assert revision.number == 2
    assert statements(store) == replayed(store.changes(0, 2)) == all_of(SEED, many())
    assert doubles(look) == 0
    store.close()


@pytest.mark.usefixtures("in_stages")
def test_a_staged_job_is_taken_back_after_the_line_was_cut(wire: Wire, fragile: Store, look: Look) -> None:
    """The line breaks between two stages, whose commit happened: the writer is told, `abort` takes all of it back."""
    fragile.apply(SEED)
    wire.at(COMMIT, 4, lose_answer)
    with pytest.raises(StoreUnavailableError):
        fragile.apply(many())
    assert fragile.abort()
    assert statements(fragile) == all_of(SEED)
    assert look("MATCH (n:Unasserted) RETURN n") == []
    assert fragile.apply(says("k2 DEVELOPS c2", by="other")).revision.number == 2


def test_a_commit_whose_answer_is_lost_is_looked_up(wire: Wire, fragile: Store) -> None:
    """The line breaks when the commit has happened: the writer gets its receipt, and the run is there once."""
    fragile.apply(SEED)
    wire.at(COMMIT, 1, lose_answer)
    receipt = fragile.apply(many(run_id="looked-up"))
    assert wire.has_acted.wait(5)
    assert receipt.revision == fragile.revision()
    assert [run.id for run in fragile.runs()][:-1] == ["looked-up"]
    assert statements(fragile) == all_of(SEED, many())


def test_a_commit_that_is_still_at_work_is_waited_for(wire: Wire, fragile: Store) -> None:
    """The line breaks while the server commits: the writer is not told that nothing was written, when it will be."""
    fragile.apply(SEED)
    wire.at(COMMIT, 1, lose_sight)
    receipt = fragile.apply(many(run_id="looked-up"))
    assert receipt.revision == fragile.revision()
    assert statements(fragile) == all_of(SEED, many())


def test_a_commit_that_did_not_happen_is_told(wire: Wire, fragile: Store) -> None:
    """The line breaks before the commit gets to the server: the writer is told that nothing was written."""
    fragile.apply(SEED)
    wire.at(COMMIT, 1, lose_message)
    with pytest.raises(StoreUnavailableError, match="nothing was written"):
        fragile.apply(many())
    assert statements(fragile) == all_of(SEED)


def test_a_job_too_large_for_the_memory_is_not_tried_again(
    wire: Wire, fragile: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server says that another try may help; it would not. Nothing is written, and smaller jobs go on."""
    monkeypatch.setattr(neo4j_applying, "ATOMIC_CHANGES", 1_000_000)
    fragile.apply(SEED)
    huge = says(*(f"r{r} REQUIRES c{c} 0.5" for r in range(250) for c in range(240)), by="huge")
    wire.runs = wire.commits = 0
    with pytest.raises(StoreUnavailableError, match="memory"):
        fragile.apply(huge)
    assert wire.runs < 110  # one try needs some 100 in all
    assert wire.commits == 0
    assert statements(fragile) == all_of(SEED)
    assert fragile.apply(many()).revision.number == 2


WRITERS = ("one", "two", "three", "four")


def check_written(store: Store, look: Look, names: Iterable[str]) -> None:
    """Assert that every source is there, each by a revision of its own, and nothing twice."""
    expected = [small(name) for name in names]
    assert statements(store) == replayed(store.changes(0, 99)) == all_of(*expected)
    assert [run.revision for run in store.runs()] == list(range(len(expected), 0, -1))
    assert store.revision().number == len(expected)
    assert doubles(look) == 0


def test_threads_that_share_a_store_write_one_after_the_other(store: Store, look: Look) -> None:
    """Four threads apply what speaks of the same nodes and links, to a store that none of them has used yet."""
    with ThreadPoolExecutor(len(WRITERS)) as threads:
        list(threads.map(lambda name: store.apply(small(name)), WRITERS))
    check_written(store, look, WRITERS)


def test_two_writers_make_one_store_of_a_new_database(server: Server, store: Store, look: Look) -> None:
    """Several make the store at once, constraints too: there is one, and each has its revision."""
    for (name,) in look("SHOW CONSTRAINTS YIELD name"):
        look(f"DROP CONSTRAINT {name}")
    look("DROP INDEX rolepath_log IF EXISTS")
    stores = {name: open_store(server.url) for name in WRITERS}
    with ThreadPoolExecutor(len(WRITERS)) as threads:
        list(threads.map(lambda name: stores[name].apply(small(name)), WRITERS))
    for other in stores.values():
        other.close()
    check_written(store, look, WRITERS)
    assert len(look("SHOW CONSTRAINTS")) == 4


def test_processes_write_one_after_the_other(server: Server, store: Store, look: Look) -> None:
    """Two processes apply three sources each, at once."""
    with child(server.url, "small", *"abc") as one, child(server.url, "small", *"def") as other:
        let_go(one)
        let_go(other)
        assert (one.wait(60), other.wait(60)) == (0, 0)
    check_written(store, look, "abcdef")


def test_the_same_import_at_once_is_made_once(store: Store, look: Look) -> None:
    """Of two writers with the same ChangeSet the second has nothing to do."""
    with ThreadPoolExecutor(2) as threads:
        receipts = list(threads.map(store.apply, [small("same")] * 2))
    assert sorted(receipt.difference.is_empty for receipt in receipts) == [False, True]
    check_written(store, look, ["same"])


OWN = """
CREATE (note:Note {id: 'c1', text: 'mine'}), (role:Role {id: 'r1', name: 'my role'}), (:Unasserted {mine: true}),
       (:IngestRun {mine: true}), (:RolepathNotes {mine: true}), (note)-[:REQUIRES]->(role)
"""
TELL_OWN = """
MATCH (n) WHERE NOT n:Entity AND NOT n:RolepathMeta AND NOT n:RolepathSource AND NOT n:RolepathLog
  AND NOT (n:IngestRun AND n.source IS NOT NULL)
OPTIONAL MATCH (n)-[r]->(m)
RETURN labels(n) AS labels, n {.*} AS own, type(r) AS relation, m.id AS other ORDER BY labels[0], other
"""


@pytest.fixture
def shared(store: Store, look: Look) -> Store:
    """Give a store in a database where a user has nodes of their own, one with a relationship to ours."""
    store.apply(SEED)
    look(OWN)
    look("MATCH (note:Note), (c:Entity {id: 'c1'}), (r:Entity {id: 'r1'}) CREATE (note)-[:ABOUT]->(c), (r)-[:ON]->(c)")
    return store


def test_own_nodes_of_the_user_do_not_show(shared: Store) -> None:
    """Readings, snapshots and runs hold only what was imported."""
    assert statements(shared) == all_of(SEED)
    assert set(live_links(compile_snapshot(shared))) == {(a, r, b) for a, r, b in SEED.links}
    assert [run.source for run in shared.runs()] == ["seed"]
    assert [detail.id for detail in shared.nodes([NodeId("c1"), NodeId("r1")])] == ["c1", "r1"]


def test_own_nodes_of_the_user_are_left_alone(shared: Store, look: Look) -> None:
    """Nodes come, change and go around them; theirs stay, with every property and relationship."""
    before = look(TELL_OWN)
    assert len(before) == 6
    shared.apply(says("k1 DEVELOPS c1", "r1 REQUIRES c1", "r7 REQUIRES c7", by="other", rank=1))
    shared.apply(says("k1 DEVELOPS c1", by="seed"))
    shared.apply(says(by="seed"))
    shared.apply(says(by="other", rank=1))
    assert look(TELL_OWN) == before


def test_a_node_that_the_user_points_at_outlives_its_sources(shared: Store, look: Look) -> None:
    """It is not asserted any more, and in no reading; the user's relationships stay, and it can come back."""
    shared.apply(says(by="seed"))
    assert statements(shared).nodes == {}
    assert len(compile_snapshot(shared)) == 0
    about = "MATCH (:Note)-[:ABOUT]->(n) RETURN labels(n), n.id"
    assert look(about) == [[["Entity", "Unasserted"], "c1"]]
    assert look("MATCH (:Entity {id: 'r1'})-[r:ON]->(:Entity {id: 'c1'}) RETURN count(r)") == [[1]]
    ((count,),) = look("MATCH (n:Entity) RETURN count(n)")
    assert count == 2, "of what nobody points at, nothing stays"
    shared.apply(SEED)
    assert statements(shared) == all_of(SEED)
    assert look(about) == [[["Entity", "Competency"], "c1"]]


def test_a_relationship_that_the_user_drew_between_our_nodes_is_no_statement(shared: Store, look: Look) -> None:
    """Even of a type of ours: it shows nowhere, and stays as it is while sources state the same, change it, and go."""
    look("MATCH (k:Entity {id: 'k1'}), (c:Entity {id: 'c9'}) CREATE (k)-[:DEVELOPS {mine: true}]->(c)")
    assert statements(shared) == all_of(SEED)
    other = says("k1 DEVELOPS c9 0.5", by="other")
    shared.apply(other)
    assert statements(shared) == all_of(SEED, other)
    shared.apply(says("k1 DEVELOPS c9 0.7", by="other"))
    shared.apply(says(by="other"))
    mine = "MATCH (:Entity {id: 'k1'})-[r:DEVELOPS]->(:Entity {id: 'c9'}) RETURN r {.*}"
    assert look(mine) == [[{"mine": True}]]


@dataclass
class Outage:
    """What two services answered around an outage of the server: `running` from before it, `late` started in it."""

    before: list[httpx.Response]
    running: dict[str, httpx.Response]
    late: dict[str, httpx.Response]
    load: list[httpx.Response]
    recovered: dict[str, bool]
    after: httpx.Response
    seen_s: dict[str, float]


def settings_of(url: str, folder: Path) -> Settings:
    return Settings(url, store_may_be_missing=False, state_path=folder / "state.db", cache_path=folder / "cache")


def within(seconds: float, is_so: Callable[[], bool]) -> bool:
    """Say whether it becomes so in time."""
    end = time.monotonic() + seconds
    while not (done := is_so()) and time.monotonic() < end:
        time.sleep(0.02)
    return done


def time_until(is_so: Callable[[], bool]) -> float:
    """Return after how many seconds it becomes so."""
    begun = time.monotonic()
    assert within(60, is_so)
    return time.monotonic() - begun


def is_ready(asker: Asker) -> bool:
    return bool(asker.get("/readyz").is_success)


def is_fresh(asker: Asker) -> bool:
    return is_ready(asker) and "Rolepath-Stale" not in asker.get("/readyz").headers


def is_at(asker: Asker, revision: int) -> bool:
    return bool(asker.get("/v1/gaps").headers.get("Rolepath-Revision") == str(revision))


def answers(asker: Asker) -> dict[str, httpx.Response]:
    return {path: asker.get(path) for path in ("/healthz", "/readyz", "/v1/gaps", "/v1/nodes/c1")}


@pytest.fixture(scope="module")
def outage(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Outage:
    """Kill the server under two services, start it again, apply something; once for all the tests of it."""
    empty_neo4j(server.url)
    writer = open_store(server.url)
    persist(lambda: writer.apply(SEED))
    with contextlib.ExitStack() as stack:
        running, late = (settings_of(server.url, tmp_path_factory.mktemp(name)) for name in ("running", "late"))
        first = stack.enter_context(serving(running))
        before = [first.get("/readyz"), first.get("/v1/gaps")]
        with ThreadPoolExecutor(1) as threads:
            killing = threads.submit(server.kill)
            load = [first.get("/v1/gaps")]
            while not killing.done() or is_fresh(first):
                load.append(first.get("/v1/gaps"))
        assert within(5, lambda: "Rolepath-Stale" in first.get("/v1/gaps").headers)
        while_down = answers(first)
        second = stack.enter_context(serving(late))
        while_down_late = answers(second)
        server.restart()
        askers: Mapping[str, Asker] = {"running": first, "late": second}
        recovered = {name: within(60, partial(is_fresh, asker)) for name, asker in askers.items()}
        after = first.get("/v1/gaps")
        writer.apply(says("k2 DEVELOPS c2", by="later"))
        seen = {name: time_until(partial(is_at, asker, 2)) for name, asker in askers.items()}
    writer.close()
    return Outage(before, while_down, while_down_late, load, recovered, after, seen)


def assert_unavailable(response: httpx.Response) -> None:
    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert response.json()["type"].endswith("#store-unavailable")
    assert int(response.headers["Retry-After"]) > 0


def test_fresh_answers_are_not_called_stale(outage: Outage) -> None:
    """Before the outage, and after it, no answer carries the header."""
    assert all(response.is_success for response in (*outage.before, outage.after))
    assert not any("Rolepath-Stale" in response.headers for response in (*outage.before, outage.after))


def test_answers_go_on_from_the_snapshot(outage: Outage) -> None:
    """While the server goes, and when it is gone, questions are answered as before, and say how old they are."""
    assert all(response.is_success for response in outage.load)
    gaps = outage.running["/v1/gaps"]
    assert gaps.is_success
    assert gaps.content == outage.before[1].content
    assert int(gaps.headers["Rolepath-Stale"]) >= 0


def test_an_outage_is_told_to_whoever_asks_for_readiness(outage: Outage) -> None:
    """The service is alive, and ready with what it has; what only the store can answer is unavailable for a moment."""
    assert outage.running["/healthz"].is_success
    assert outage.running["/readyz"].is_success
    assert "stale for" in outage.running["/readyz"].json()["store"]
    assert_unavailable(outage.running["/v1/nodes/c1"])


def test_a_service_that_starts_without_its_server_waits_for_it(outage: Outage) -> None:
    """It is alive, and everything else is unavailable for a moment."""
    assert outage.late["/healthz"].is_success
    for path in ("/readyz", "/v1/gaps", "/v1/nodes/c1"):
        assert_unavailable(outage.late[path])
    assert "Rolepath-Stale" not in outage.late["/v1/gaps"].headers


def test_services_recover_without_a_restart(outage: Outage) -> None:
    """Both are ready again when the server is."""
    assert outage.recovered == {"running": True, "late": True}


def test_a_revision_is_seen_after_the_outage(outage: Outage) -> None:
    """A store opened before the outage writes again, at the first try; both services answer from it within 2 s."""
    assert max(outage.seen_s.values()) < SEEN_S, outage.seen_s


def test_an_import_is_seen_by_every_service(empty: Server, store: Store, tmp_path: Path) -> None:
    """Two services, one database: what is imported beside them is answered from by both within 2 s."""
    store.apply(SEED)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with (
        serving(settings_of(empty.url, tmp_path / "one")) as one,
        serving(settings_of(empty.url, tmp_path / "two")) as two,
    ):
        assert is_at(one, 1)
        assert is_at(two, 1)
        store.apply(says("k2 DEVELOPS c2", by="later"))
        taken_s = time_until(lambda: is_at(one, 2) and is_at(two, 2))
    assert taken_s < SEEN_S
