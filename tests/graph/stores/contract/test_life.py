"""The life of a store, promised by every one: made, opened again, marked, healthy."""

from pathlib import Path

from graph.model import NodeId
from graph.snapshot.compile import compile_snapshot
from graph.stores import open_store
from graph.stores.base import ServiceClaim
from tests.support.factory import says, statements
from tests.support.stores import MakeStore

C1 = NodeId("c1")


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


def test_claim_of_a_state_file_is_no_part_of_the_graph(make_store: MakeStore) -> None:
    """It is the last that was noted, also when the store is opened anew; a store that does not exist has none."""
    store = make_store()
    claim = ServiceClaim("name", "host:/state.db", store.url, 12.5)
    store.note_claim(claim)
    assert (store.exists(), store.claim()) == (False, None)
    store.apply(says("k1 DEVELOPS c1"))
    before = (store.revision(), store.check())
    for one in (claim._replace(state="before"), claim):
        store.note_claim(one)
    assert make_store().claim() == claim
    assert (store.revision(), store.check()) == before
