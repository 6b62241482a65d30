"""Revisions, promised by every store: when there is a new one, and its log and run."""

from datetime import UTC, datetime

import pytest

from graph.changes import ChangeSet
from graph.errors import ConflictError
from graph.model import NodeId, Source
from graph.stores import Store
from tests.support.factory import replayed, says, stated, statements
from tests.support.stores import MakeStore

C1 = NodeId("c1")
DEVELOPS = (NodeId("k1"), "DEVELOPS", C1)


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


def test_an_applied_job_is_kept_as_a_run(make_store: MakeStore) -> None:
    """Its id, source, revision, moment and report can be read again, the latest first."""
    store, began = make_store(), datetime.now(UTC).replace(microsecond=0)
    store.apply(says("c1", by="a", run_id="first"), report={"notes": ["采"]})
    store.apply(says("c1", by="b", run_id="second"))
    second, first = store.runs()
    assert (second.id, second.source, second.revision) == ("second", "b", 2)
    assert (first.id, first.report) == ("first", {"notes": ["采"]})
    assert first.applied_at.tzinfo is not None
    assert began <= first.applied_at <= second.applied_at <= datetime.now(UTC)


def test_a_refused_job_leaves_no_run(make_store: MakeStore) -> None:
    """What was not applied is not in the store."""
    store = make_store()
    store.apply(says("c1", run_id="first"))
    with pytest.raises(ConflictError):
        store.apply(says("c2", run_id="second"), expected_revision=0)
    assert [run.id for run in store.runs()] == ["first"]
