"""Jobs that are written to Neo4j in stages: cut off anywhere, they can be finished, or taken back without a trace."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import neo4j
import pytest

from graph.changes import Change, ChangeSet
from graph.errors import ConflictError, SchemaError, StoreUnavailableError
from graph.migrate import migrate
from graph.model import NodeId
from graph.snapshot.compile import compile_snapshot
from graph.stores import Store, open_store
from graph.stores.neo4j import apply as neo4j_applying
from graph.stores.neo4j import cypher
from graph.stores.neo4j import write as neo4j_writing
from graph.stores.neo4j.apply import LostAnswerError, OpenTransaction
from graph.stores.neo4j.store import Neo4jStore
from graph.stores.neo4j.write import Run
from tests.support.factory import node, says, statements
from tests.support.paths import ROOT
from tests.support.stores import empty_neo4j

pytestmark = pytest.mark.neo4j


PART = 3
AT_ONCE = 1_000_000


def recast(changes: ChangeSet, node_id: str, kind: str) -> ChangeSet:
    """Return the same, but for the kind of one node."""
    nodes = {**changes.nodes, NodeId(node_id): node(node_id, kind=kind)}
    return ChangeSet(changes.source, nodes, changes.links, changes.replaces, run_id=changes.run_id)


BEFORE = (
    says("k1 DEVELOPS c1 0.5 level=4", "k2 DEVELOPS c1 1", "t1 PRACTISES c8", "t1", ends=False, by="other", rank=50),
    says("k1 DEVELOPS c1", "k2 DEVELOPS c1", "r1 REQUIRES c1", by="first", rank=1, nodes={"c1": {"name": "First"}}),
    says(
        "k1 DEVELOPS c1 0.25 note=old", "k3 DEVELOPS c2", "t2 PRACTISES c2", "c9", by="job", nodes={"c1": {"code": "o"}}
    ),
)
JOB = recast(
    says(
        "k1 DEVELOPS c1 0.75",
        "k2 DEVELOPS c1 0.125",
        "k4 DEVELOPS c3 note=new",
        "r1 REQUIRES c1 1",
        "t1 PRACTISES c8 1",
        "c9",
        by="job",
        rank=10,
        run_id="the-job",
        nodes={"c1": {"name": "Job"}, "c8": {"name": "wakes"}},
    ),
    "c9",
    "Role",
)
"""Adds, changes and removes statements that others share or not, changes its source's rank and a node's kind."""
KNOWN = "known source"
CASES = {KNOWN: (BEFORE, 8), "new source": (BEFORE[:2], 6), "first source": ((), 6)}
"""Whose job it is: what the store held before, and in how many parts that makes the job."""
MOMENTS = [(case, moment) for case, (_, parts) in CASES.items() for moment in range(parts + 1)]
"""Each moment at which the job may be cut off: with so many parts done; after the last it is still not finished."""
HALF = 4


class CutOffError(Exception):
    """Stands for whatever ends a process."""


@pytest.fixture
def store(neo4j_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Give an empty store; jobs count as cut off at once, and parts are small."""
    empty_neo4j(neo4j_url)
    monkeypatch.setattr(neo4j_writing, "PART", PART)
    monkeypatch.setattr(neo4j_applying, "LEASE_S", 0)
    found = open_store(neo4j_url)
    yield found
    found.close()


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[Store]:
    """Give an empty store in a file."""
    found = open_store(f"sqlite:///{tmp_path / 'twin.db'}")
    yield found
    found.close()


def fill(store: Store, before: Sequence[ChangeSet] = BEFORE) -> None:
    """Apply what comes before the job."""
    for changes in before:
        store.apply(changes)


@contextmanager
def in_stages(limit: int = 1) -> Iterator[None]:
    """Write jobs of more changes than that in stages."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(neo4j_applying, "ATOMIC_CHANGES", limit)
        yield


@contextmanager
def cut_after(parts: int) -> Iterator[None]:
    """Have whoever writes die in the transaction that follows on so many parts."""
    left = parts
    write, finish = neo4j_applying._write, neo4j_applying._finish

    def write_or_die(run: Run, part: Sequence[Change]) -> None:
        nonlocal left
        write(run, part)
        if not left:
            raise CutOffError
        left -= 1

    def die(*told: Any) -> None:  # noqa: ANN401 - whatever it is given
        finish(*told)
        raise CutOffError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(neo4j_applying, "_write", write_or_die)
        patch.setattr(neo4j_applying, "_finish", die)
        try:
            yield
        except CutOffError:
            return
    pytest.fail("nobody was cut off")


def cut_off(store: Store, parts: int = HALF, changes: ChangeSet = JOB) -> None:
    """Begin the job in stages, and die when so many parts are done."""
    with in_stages(), cut_after(parts):
        store.apply(changes)


Dump = tuple[list[str], list[str]]


def dump(url: str) -> Dump:
    """Return every node and relationship of the graph, sources and log, whole, as text."""
    with neo4j.GraphDatabase.driver(url, notifications_min_severity="OFF") as driver:
        nodes = driver.execute_query(
            "MATCH (n) WHERE any(label IN labels(n) WHERE label IN $kept) RETURN labels(n), properties(n)",
            kept=["Entity", "RolepathSource", "RolepathLog"],
        )
        links = driver.execute_query("MATCH (a)-[r]->(b) RETURN a.id, type(r), b.id, properties(r)")
    return (
        sorted(repr((sorted(labels), sorted(held.items()))) for labels, held in nodes.records),
        sorted(repr((a, relation, b, sorted(held.items()))) for a, relation, b, held in links.records),
    )


@pytest.fixture(scope="module")
def wholes(neo4j_url: str) -> dict[str, Dump]:
    """Give what a store holds, in each case, in which the job was one transaction."""
    found = {}
    for case, (before, _) in CASES.items():
        empty_neo4j(neo4j_url)
        store = open_store(neo4j_url)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(neo4j_writing, "PART", PART)
            fill(store, before)
            assert store.apply(JOB).atomic
        store.close()
        found[case] = dump(neo4j_url)
    return found


# Whole


@pytest.mark.parametrize("case", CASES)
def test_a_job_in_stages_is_the_same_as_at_once(
    store: Store, neo4j_url: str, wholes: dict[str, Dump], case: str
) -> None:
    """The receipt tells them apart, the database does not: labels, merged values, statements and log."""
    fill(store, CASES[case][0])
    with in_stages():
        receipt = store.apply(JOB)
    assert not receipt.atomic
    assert receipt.revision == store.revision()
    assert dump(neo4j_url) == wholes[case]


@pytest.mark.parametrize("case", CASES)
def test_every_moment_is_tried(store: Store, neo4j_url: str, case: str) -> None:
    """The job has as many parts as the tests below count with."""
    before, parts = CASES[case]
    fill(store, before)
    cut_off(store, parts)
    with neo4j.GraphDatabase.driver(neo4j_url) as driver:
        ((logged, done),) = driver.execute_query(
            "MATCH (m:RolepathMeta) MATCH (l:RolepathLog {revision: m.revision + 1}) RETURN count(l), m.done"
        ).records
    assert (logged, done) == (parts, parts)


# While it is cut off


def test_reading_waits_for_the_end_of_the_job(store: Store) -> None:
    """What is half written is not read: the store cannot be used, and says which job is not finished."""
    fill(store)
    cut_off(store)
    with pytest.raises(StoreUnavailableError, match=r"job the-job .*not finished \(4 parts are\)"):
        statements(store)
    with pytest.raises(StoreUnavailableError):
        store.nodes([NodeId("c1")])


def test_the_revision_stays_until_the_end_of_the_job(store: Store) -> None:
    """Revision, log and runs are those of before."""
    fill(store)
    before = store.revision(), list(store.changes(0, 9)), store.runs()
    cut_off(store)
    assert (store.revision(), list(store.changes(0, 9)), store.runs()) == before


def test_no_other_job_is_applied_in_between(store: Store) -> None:
    """The conflict names both ways out."""
    fill(store)
    cut_off(store)
    with pytest.raises(ConflictError, match=r"the-job .*rolepath runs resume.*rolepath runs abort"):
        store.apply(says("c1", by="late"))


@pytest.mark.parametrize("way", [Store.resume, Store.abort])
def test_a_job_that_may_be_at_work_is_left_alone(
    store: Store, monkeypatch: pytest.MonkeyPatch, way: Callable[[Store], object]
) -> None:
    """Less than a minute after its last sign of life nobody ends it."""
    fill(store)
    monkeypatch.setattr(neo4j_applying, "LEASE_S", 60)
    cut_off(store)
    with pytest.raises(ConflictError, match=r"job the-job .*try again in \d+ s"):
        getattr(store, way.__name__)()


def test_it_is_not_copied(store: Store, twin: Store) -> None:
    """A store with a job half-way is no source of a migration."""
    fill(store)
    cut_off(store)
    with pytest.raises(StoreUnavailableError, match="not finished"):
        migrate(store, twin)
    assert not twin.exists()


def test_where_nothing_was_cut_off_nothing_is_done(store: Store) -> None:
    """Neither in a store that is whole, nor in one that does not exist."""
    assert (store.resume(), store.abort(), store.exists()) == (None, False, False)
    fill(store)
    before = store.revision(), statements(store)
    assert (store.resume(), store.abort()) == (None, False)
    assert (store.revision(), statements(store)) == before


# Finished


@pytest.mark.parametrize(("case", "moment"), MOMENTS)
def test_a_job_that_is_finished_is_whole(
    store: Store, twin: Store, wholes: dict[str, Dump], case: str, moment: int
) -> None:
    """Wherever it was cut off: the same statements, log, runs and snapshot as a job that was not."""
    before, _ = CASES[case]
    for filled in (store, twin):
        fill(filled, before)
    twin.apply(JOB)
    cut_off(store, moment)
    assert store.resume() == store.revision()
    assert store.revision().number == len(before) + 1
    assert statements(store) == statements(twin)
    assert list(store.changes(0, 9)) == list(twin.changes(0, 9))
    assert [(run.source, run.revision) for run in store.runs()] == [(run.source, run.revision) for run in twin.runs()]
    assert store.runs()[0].id == "the-job"
    assert compile_snapshot(store).same_arrays(compile_snapshot(twin))
    assert dump(store.url) == wholes[case]


def test_finishing_can_be_cut_off_too(store: Store, twin: Store) -> None:
    """It goes on from where it was."""
    for filled in (store, twin):
        fill(filled)
    twin.apply(JOB)
    cut_off(store, 2)
    for parts in (0, 1, 3):
        with cut_after(parts):
            store.resume()
    assert store.resume() is not None
    assert statements(store) == statements(twin)
    assert store.runs()[0].id == "the-job"


def test_the_report_is_kept(store: Store) -> None:
    """A run that was finished later has the report that it began with."""
    with in_stages(), cut_after(1):
        store.apply(JOB, report={"read": 7})
    store.resume()
    assert store.runs()[0].report == {"read": 7}


# Taken back


@pytest.mark.parametrize(("case", "moment"), MOMENTS)
def test_a_job_that_is_taken_back_leaves_no_trace(store: Store, neo4j_url: str, case: str, moment: int) -> None:
    """Wherever it was cut off: the database is as before, to the last label, value and part of the log."""
    fill(store, CASES[case][0])
    was = store.revision(), dump(neo4j_url), store.runs()
    cut_off(store, moment)
    assert store.abort()
    assert (store.revision(), dump(neo4j_url), store.runs()) == was
    assert not store.abort()


def test_what_was_taken_back_can_be_read(store: Store, twin: Store) -> None:
    """Statements, snapshot and log are those of a store that never saw the job."""
    for filled in (store, twin):
        fill(filled)
    cut_off(store)
    store.abort()
    assert statements(store) == statements(twin)
    assert compile_snapshot(store).same_arrays(compile_snapshot(twin))
    assert list(store.changes(0, 9)) == list(twin.changes(0, 9))


@pytest.mark.parametrize("parts", range(HALF + 1))
def test_taking_back_can_be_cut_off_too(store: Store, neo4j_url: str, parts: int) -> None:
    """It goes on from where it was."""
    fill(store)
    was = dump(neo4j_url)
    cut_off(store)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cypher, "END_STAGES", "RETURN 1 / 0")  # where nothing is left to be written back
        with cut_after(parts) if parts < HALF else pytest.raises(StoreUnavailableError):
            store.abort()
    assert store.abort()
    assert dump(neo4j_url) == was


def test_a_job_that_was_half_taken_back_can_be_finished(store: Store, neo4j_url: str, wholes: dict[str, Dump]) -> None:
    """Who began to take it back may think better of it."""
    fill(store)
    cut_off(store)
    with cut_after(2):
        store.abort()
    assert store.resume() is not None
    assert dump(neo4j_url) == wholes[KNOWN]


def test_a_job_that_was_taken_back_can_be_applied_again(store: Store, neo4j_url: str, wholes: dict[str, Dump]) -> None:
    """It gets the revision that it would have had."""
    fill(store)
    cut_off(store)
    store.abort()
    assert store.apply(JOB).revision.number == len(BEFORE) + 1
    assert dump(neo4j_url) == wholes[KNOWN]


# What cuts it off

CHILD = f"""
import os, signal, sys
from graph.stores import open_store
from graph.stores.neo4j import apply as neo4j_applying, write as neo4j_writing
from tests.neo4j.test_stages import JOB
neo4j_applying.ATOMIC_CHANGES, neo4j_applying.LEASE_S, neo4j_writing.PART = 1, 0, {PART}
left, write = int(sys.argv[2]), neo4j_applying._write
def write_or_die(run, part):
    global left
    write(run, part)
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
neo4j_applying._write = write_or_die
open_store(sys.argv[1]).apply(JOB)
"""


def test_a_process_that_is_killed_can_be_made_good(store: Store, neo4j_url: str, wholes: dict[str, Dump]) -> None:
    """It dies with a stage half-way: that is not written, and another process finishes the job."""
    fill(store)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", CHILD, neo4j_url, str(HALF)], cwd=ROOT, env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
    assert store.resume() is not None
    assert dump(neo4j_url) == wholes[KNOWN]


Begin = Callable[[float], AbstractContextManager[OpenTransaction]]


def slowed(store: Store, transaction: int, meanwhile: Callable[[], object]) -> Store:
    """Return the store; before its so manieth transaction, something else happens."""
    assert isinstance(store, Neo4jStore)
    begin, begun = store._writer._begin, 0

    def begin_late(timeout_s: float) -> AbstractContextManager[OpenTransaction]:
        nonlocal begun
        begun += 1
        if begun == transaction:
            meanwhile()
        return begin(timeout_s)

    store._writer._begin = begin_late
    return store


@pytest.mark.parametrize("transaction", range(2, 12))
def test_a_writer_that_was_only_slow_spoils_nothing(store: Store, neo4j_url: str, transaction: int) -> None:
    """Its job is taken back half-way by somebody who dies in doing so: the writer must not go on with it."""
    fill(store)
    was = dump(neo4j_url)
    other = open_store(neo4j_url)

    def begin_to_take_back() -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(cypher, "DROP_LOG", "RETURN 1 / 0")
            with pytest.raises(StoreUnavailableError):
                other.abort()

    with in_stages(), pytest.raises(ConflictError, match="somebody else"):
        slowed(store, transaction, begin_to_take_back).apply(JOB)
    assert other.abort()
    other.close()
    assert dump(neo4j_url) == was


def test_two_do_not_end_a_job_at_once(
    store: Store, neo4j_url: str, wholes: dict[str, Dump], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who finishes it has it to himself: nobody takes it back beneath his hands."""
    fill(store)
    cut_off(store)
    monkeypatch.setattr(neo4j_applying, "LEASE_S", 60)
    other = open_store(neo4j_url)

    def take_back() -> None:
        with pytest.raises(ConflictError, match="was at work less than a minute ago"):
            other.abort()

    slowed(store, 2, take_back).resume()
    other.close()
    assert dump(neo4j_url) == wholes[KNOWN]


def losing(store: Store, transaction: int) -> Store:
    """Return the store; the answer to the commit of its so manieth transaction is lost."""
    assert isinstance(store, Neo4jStore)
    begin, begun = store._writer._begin, 0

    @contextmanager
    def begin_losing(timeout_s: float) -> Iterator[OpenTransaction]:
        nonlocal begun
        begun += 1
        is_lost = begun == transaction
        with begin(timeout_s) as work:

            def commit() -> None:
                work.commit()
                if is_lost:
                    raise LostAnswerError

            yield OpenTransaction(work.run, commit)

    store._writer._begin = begin_losing
    return store


def test_a_lost_stage_is_told_with_the_ways_out(store: Store, neo4j_url: str, wholes: dict[str, Dump]) -> None:
    """A stage whose commit is not answered leaves a job that was cut off."""
    fill(store)
    with in_stages(), pytest.raises(StoreUnavailableError, match=r"rolepath runs resume.*rolepath runs abort"):
        losing(store, 3).apply(JOB)
    store.resume()
    assert dump(neo4j_url) == wholes[KNOWN]


@pytest.mark.parametrize("transaction", [1, 11])
def test_a_lost_beginning_or_end_is_looked_up(
    store: Store, neo4j_url: str, wholes: dict[str, Dump], transaction: int
) -> None:
    """The job goes on where its beginning was written, and is done where its end was."""
    fill(store)
    with in_stages():
        losing(store, transaction).apply(JOB)
    assert dump(neo4j_url) == wholes[KNOWN]
    assert store.runs()[0].id == "the-job"


def test_a_second_kind_is_refused_before_anything_is_written(store: Store, neo4j_url: str) -> None:
    """A job in stages that breaks the schema leaves the store as it was, and free."""
    fill(store)
    was = dump(neo4j_url)
    with in_stages(), pytest.raises(SchemaError, match="c1 cannot be both a Competency and a Role"):
        store.apply(recast(JOB, "c1", "Role"))
    assert dump(neo4j_url) == was
    assert store.apply(JOB).revision.number == len(BEFORE) + 1


@pytest.mark.parametrize("limit", [1, AT_ONCE])
def test_a_node_has_the_label_of_its_kind_alone(store: Store, neo4j_url: str, limit: int) -> None:
    """A kind that was corrected leaves no label behind, in stages or at once."""
    fill(store)
    with in_stages(limit):
        store.apply(JOB)
    with neo4j.GraphDatabase.driver(neo4j_url) as driver:
        ((labels,),) = driver.execute_query("MATCH (n:Entity {id: 'c9'}) RETURN labels(n)").records
    assert sorted(labels) == ["Entity", "Role"]
