"""A store that is copied into another of any kind is the same store: what it holds, its log and its runs."""

import sqlite3
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.examples import example
from graph.changes import Change, ChangeSet
from graph.errors import ConflictError, StoreDamagedError
from graph.migrate import Migration, migrate
from graph.model import IngestRun, NodeId, Revision
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store, open_store
from ingest.formats.native import read as native
from ingest.job import ingest
from tests.support.examples import examples
from tests.support.factory import Statements, node, replayed, says, statements
from tests.support.stores import STORES, empty_neo4j

FIRST = datetime(2024, 2, 29, 12, 30, tzinfo=UTC)


def recast(changes: ChangeSet, node_id: str, kind: str) -> ChangeSet:
    """Return the same, but for the kind of one node."""
    nodes = {**changes.nodes, NodeId(node_id): node(node_id, kind=kind)}
    return ChangeSet(changes.source, nodes, changes.links, changes.replaces)


HISTORY = (
    says("k1 DEVELOPS c1 0.5 level=4 note=why", "k2 DEVELOPS c1", "c9", by="a", nodes={"c1": {"code": "A"}}),
    says("t1 PRACTISES c1 1", "t1 PRACTISES c8", "t1", ends=False, by="b", rank=7),
    says("k1 DEVELOPS c1 0.25", "c1 SAME_AS z:c1 1", "z:c1 BROADER c2", by="c", nodes={"z:c1": {"name_zh": "能力"}}),
    says("k1 DEVELOPS c1 level=5", "k3 DEVELOPS c1", by="a", merges=True, nodes={"c1": {"framework": "F"}}),
    says("k1 DEVELOPS c1", "k3 DEVELOPS c1", "c9", by="a", nodes={"c1": {"name": "Eins"}}),
    says("t1 PRACTISES c1 1", "t1 PRACTISES c8", "t1", ends=False, by="b", rank=200),
    recast(says("k1 DEVELOPS c1", "k3 DEVELOPS c1", by="a"), "c9", "Role"),
    says("k3 DEVELOPS c1 0.5", by="a", replaces=["DEVELOPS"]),
    says(by="c", rank=3),
    says("e1 EMPLOYS r1 openings=3", "co1 SCHEDULES t1 term=2", by="d"),
    says("r1", by="d", replaces=["Enterprise", "SCHEDULES"]),
    says("k1 DEVELOPS c1 0.25", by="c", rank=3),
)
"""Several sources that come, change, change their rank and go, of ends that nobody states, of one thing twice."""


def fill(store: Store) -> None:
    """Apply the history, a day for each job."""
    for number, changes in enumerate(HISTORY):
        receipt = store.apply(changes, report={"read": number, "notes": ["说"]}, applied_at=FIRST + timedelta(number))
        assert receipt.revision.number == number + 1


class Held(NamedTuple):
    """All that can be told of a store."""

    store_id: str
    revision: Revision
    statements: Statements
    log: list[Change]
    runs: list[IngestRun]
    snapshot: Snapshot


def held(store: Store) -> Held:
    """Return what can be told of the store now."""
    revision = store.revision()
    log = list(store.changes(0, revision.number))
    return Held(store.store_id, revision, statements(store), log, store.runs(), compile_snapshot(store))


WAYS = (
    "sqlite to sqlite",
    pytest.param("sqlite to neo4j", marks=pytest.mark.neo4j),
    pytest.param("neo4j to sqlite", marks=pytest.mark.neo4j),
)


@pytest.fixture(scope="module", params=WAYS)
def copied(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Held, Held]:
    """Give what a store with the history and its copy hold."""
    urls = []
    for kind in request.param.split(" to "):
        if kind == "neo4j":
            urls.append(request.getfixturevalue("neo4j_url"))
            empty_neo4j(urls[-1])
        else:
            urls.append(f"sqlite:///{tmp_path_factory.mktemp('graph') / 'graph'}.db")
    source, target = (open_store(url) for url in urls)
    fill(source)
    migrate(source, target)
    found = held(source), held(target)
    source.close()
    target.close()
    return found


@pytest.fixture
def files(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Give two files, the first with the history, the second with nothing."""
    source, target = (open_store(f"sqlite:///{tmp_path / name}.db") for name in ("from", "to"))
    fill(source)
    yield source, target
    source.close()
    target.close()


def check_same(source: Store, target: Store) -> None:
    """Assert that the two cannot be told apart but by names and tokens."""
    one, other = held(source), held(target)
    assert one[2:5] == other[2:5]
    assert one.revision.number == other.revision.number
    assert one.snapshot.same_arrays(other.snapshot)


def test_statements_are_copied(copied: tuple[Held, Held]) -> None:
    """Every source's every statement is there, dormant links and sources that say nothing any more too."""
    assert copied[1].statements == copied[0].statements


def test_the_log_is_copied(copied: tuple[Held, Held]) -> None:
    """Each revision has the changes that it had, and replaying them gives what is there."""
    assert copied[1].revision.number == len(HISTORY)
    assert copied[1].log == copied[0].log
    assert replayed(copied[1].log) == copied[1].statements


def test_runs_are_copied(copied: tuple[Held, Held]) -> None:
    """They keep their ids, sources, days, revisions and reports."""
    assert copied[1].runs == copied[0].runs
    assert [run.applied_at for run in copied[1].runs] == [FIRST + timedelta(n) for n in reversed(range(len(HISTORY)))]


def test_snapshots_are_equal(copied: tuple[Held, Held]) -> None:
    """What is compiled from the copy has the same bytes."""
    assert copied[1].snapshot.same_arrays(copied[0].snapshot)


def test_the_copy_is_a_store_of_its_own(copied: tuple[Held, Held]) -> None:
    """It has another name and another token, so that no cache takes one for the other."""
    assert copied[1].store_id != copied[0].store_id
    assert copied[1].revision.token != copied[0].revision.token


def test_there_and_back_is_the_same(neo4j_url: str, files: tuple[Store, Store]) -> None:
    """From a file to a server and into another file, nothing is lost."""
    first, last = files
    empty_neo4j(neo4j_url)
    between = open_store(neo4j_url)
    migrate(first, between)
    migrate(between, last)
    between.close()
    check_same(first, last)


def test_the_example_can_be_copied(neo4j_url: str, tmp_path: Path) -> None:
    """The bundled polytechnic, as it was imported."""
    empty_neo4j(neo4j_url)
    source, target = open_store(f"sqlite:///{tmp_path / 'graph.db'}"), open_store(neo4j_url)
    with example("polytechnic") as folder:
        ingest(lambda: native.read(folder), source)
    migrate(source, target)
    check_same(source, target)
    source.close()
    target.close()


JOBS = st.lists(
    st.builds(
        lambda lines, by, rank, replaces, merges: says(*lines, by=by, rank=rank, replaces=replaces, merges=merges),
        st.lists(
            st.sampled_from(
                ("k1 DEVELOPS c1", "k1 DEVELOPS c1 0.5", "k2 DEVELOPS c1", "k1 DEVELOPS c2", "t1 PRACTISES c1", "t2")
            ),
            unique_by=lambda line: tuple(line.split()[:3]),
        ),
        st.sampled_from("ab"),
        st.sampled_from((1, 100)),
        st.sets(st.sampled_from(("KnowledgeUnit", "Competency", "TrainingTask", "DEVELOPS", "PRACTISES"))),
        st.booleans(),
    ),
    max_size=8,
)


@examples(40)
@given(jobs=JOBS)
def test_any_history_can_be_copied(tmp_path_factory: pytest.TempPathFactory, jobs: list[ChangeSet]) -> None:
    """Whatever jobs were applied, in replace or merge mode, whole or in part."""
    folder = tmp_path_factory.mktemp("any")
    source, target = (open_store(f"sqlite:///{folder / name}.db") for name in ("from", "to"))
    for changes in jobs:
        source.apply(changes)
    migrate(source, target)
    check_same(source, target)
    source.close()
    target.close()


def test_what_was_copied_is_counted(files: tuple[Store, Store]) -> None:
    """A node or link counts once, however many state it, and also when it is dormant."""
    source, target = files
    assert migrate(source, target) == Migration(len(HISTORY), nodes=7, links=5, sources=4, runs=len(HISTORY))


def test_progress_is_told(files: tuple[Store, Store]) -> None:
    """Each revision that is done, and how many there are."""
    told: list[tuple[int, int]] = []
    migrate(*files, lambda done, total: told.append((done, total)))
    assert told == [(number + 1, len(HISTORY)) for number in range(len(HISTORY))]


def test_nothing_can_be_copied(tmp_path: Path) -> None:
    """A store that holds nothing leaves the other one unmade."""
    source, target = (open_store(f"sqlite:///{tmp_path / name}.db") for name in ("from", "to"))
    assert migrate(source, target) == Migration(0, 0, 0, 0, 0)
    assert not target.exists()


@pytest.mark.parametrize("kind", STORES)
def test_a_target_that_holds_something_is_refused(
    request: pytest.FixtureRequest, files: tuple[Store, Store], kind: str
) -> None:
    """It stays as it is, and the message names its revision."""
    source, target = files
    if kind == "neo4j":
        url = request.getfixturevalue("neo4j_url")
        empty_neo4j(url)
        target = open_store(url)
    target.apply(says("c1", by="before"))
    target.apply(says("c2", by="before"))
    before = target.revision(), statements(target), target.runs()
    with pytest.raises(ConflictError, match="not empty, it is at revision 2"):
        migrate(source, target)
    assert (target.revision(), statements(target), target.runs()) == before
    target.close()


def test_a_store_is_not_copied_into_itself(files: tuple[Store, Store]) -> None:
    """It is not empty."""
    with pytest.raises(ConflictError, match="not empty"):
        migrate(files[0], files[0])


def test_a_source_that_goes_on_is_told(files: tuple[Store, Store]) -> None:
    """Who writes to it meanwhile has not got everything copied."""
    source, target = files

    def go_on(done: int, _: int) -> None:
        if done == 2:
            source.apply(says("c1", by="late"))

    with pytest.raises(ConflictError, match=f"went on to revision {len(HISTORY) + 1}"):
        migrate(source, target, go_on)


def test_a_target_that_others_write_to_is_told(files: tuple[Store, Store]) -> None:
    """What they state is not mixed with what is copied."""
    source, target = files

    def come_between(done: int, _: int) -> None:
        if done == 2:
            target.apply(says("c1", by="late"))

    with pytest.raises(ConflictError, match="not empty, it is at revision 1"):
        migrate(source, target, come_between)
    assert [run.source for run in target.runs()] == ["late"]


@pytest.mark.parametrize(
    "harm",
    [
        """UPDATE node SET "values" = '{"kind":"knowledge","name":"another"}'""",
        """UPDATE node SET "values" = json_set("values", '$.description', 'which no snapshot holds')""",
        "UPDATE link SET weight = 0.125",
        "DELETE FROM link",
        "UPDATE source SET licence = 'none'",
    ],
)
def test_a_copy_that_differs_is_told(files: tuple[Store, Store], tmp_path: Path, harm: str) -> None:
    """The two are compared at the end: nodes, links and sources."""
    source, target = files

    def spoil(done: int, total: int) -> None:
        if done == total:
            (draft,) = (path for path in tmp_path.glob(".to.db.*") if len(path.suffix) == len(uuid.uuid4().hex) + 1)
            with sqlite3.connect(draft) as connection:
                connection.execute(harm)
            connection.close()

    with pytest.raises(StoreDamagedError, match=r"to\.db.* is damaged"):
        migrate(source, target, spoil)
    assert not target.exists()


def test_mark_of_keys_comes_along(tmp_path: Path) -> None:
    """A copy of a store that was served with access keys is no way around them."""
    source, target = (open_store(f"sqlite:///{tmp_path / name}.db") for name in ("from", "to"))
    source.apply(says("k1 DEVELOPS c1"), report={})
    source.note_keys(needed=True)
    migrate(source, target)
    assert target.needs_keys()
    source.close()
    target.close()


class CutOffError(Exception):
    """What ends a copy before its time."""


def cut_off(done: int, _: int) -> None:
    if done == 5:
        raise CutOffError


def test_copy_that_was_cut_off_leaves_no_file(files: tuple[Store, Store], tmp_path: Path) -> None:
    """Nor anything beside it; and it can be copied then."""
    source, target = files
    with pytest.raises(CutOffError):
        migrate(source, target, cut_off)
    assert not list(tmp_path.glob("*to.db*"))
    migrate(source, target)
    check_same(source, target)


def test_file_that_was_touched_is_filled(files: tuple[Store, Store], tmp_path: Path) -> None:
    """An empty file claims a name."""
    source, target = files
    (tmp_path / "to.db").touch()
    migrate(source, target)
    check_same(source, target)


def test_copy_that_was_cut_off_is_gone_on_with(files: tuple[Store, Store], neo4j_url: str) -> None:
    """A server stands as far as it came; the same command copies the rest, and finds nothing to do after that."""
    source, _ = files
    empty_neo4j(neo4j_url)
    target = open_store(neo4j_url)
    with pytest.raises(CutOffError):
        migrate(source, target, cut_off)
    assert target.revision().number == 5
    told: list[int] = []
    assert migrate(source, target, lambda done, _: told.append(done)).revisions == len(HISTORY)
    assert told == list(range(6, len(HISTORY) + 1))
    check_same(source, target)
    migrate(source, target)
    check_same(source, target)
    target.close()
