"""Undo by run: the inverse of what one run changed, also after later ones; refused where these changed the same."""

import itertools
from pathlib import Path
from typing import Any

import pytest

from graph.errors import ChangedError, NotFoundError
from graph.model import NodeId
from graph.snapshot.compile import compile_snapshot
from graph.stores import Store, open_store
from ingest.edit_document import EditDocument
from ingest.edits import apply_edits
from ingest.run_undo import undo_run
from ingest.undo import undo
from tests.support.factory import says, statements
from tests.support.stores import MakeStore

KEY = (NodeId("k1"), "DEVELOPS", NodeId("c1"))
LINK = {"from_id": "k1", "relation": "DEVELOPS", "to_id": "c1"}


def edit(store: Store, *edits: dict[str, Any], source: str = "mine") -> str:
    return apply_edits(EditDocument.model_validate({"edits": list(edits), "source": source}), store).report.run


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    store.apply(says("co1 COVERS k1", "k1 DEVELOPS c1 0.3", by="College"))
    return store


def test_a_run_is_taken_back_after_later_ones(make_store: MakeStore) -> None:
    """In any order, by the inverse: at the end everything is as it was, arrays and content hash."""
    edits: tuple[tuple[dict[str, Any], ...], ...] = (
        ({"op": "change_link", **LINK, "weight": 0.6},),
        ({"op": "add_node", "id": "t1", "kind": "TrainingTask", "values": {"name": "T", "kind": "lab"}},),
        ({"op": "change_node", "id": "co1", "values": {"term": 3}},),
    )
    for number, order in enumerate(itertools.permutations(range(3))):
        store = make_store(f"graph{number}")
        if number % 3 and not store.url.startswith("sqlite"):
            continue  # a server takes its time for each
        store.apply(says("co1 COVERS k1", "k1 DEVELOPS c1 0.3", by="College"))
        before, arrays, said = store.content_hashes()[1], compile_snapshot(store), statements(store)
        runs = [edit(store, *some) for some in edits]
        for which in order:
            report = undo_run(store, runs[which])
            assert report.undoes == runs[which]
        assert store.content_hashes()[store.revision().number] == before
        assert compile_snapshot(store).same_arrays(arrays)
        assert (statements(store).nodes, statements(store).links) == (said.nodes, said.links)


def test_a_run_whose_statements_a_later_one_changed_is_not_taken_back(store: Store) -> None:
    """Both runs are named; once the later one is taken back, it can be; and an undo can be undone."""
    first = edit(store, {"op": "change_link", **LINK, "weight": 0.6})
    second = edit(store, {"op": "change_link", **LINK, "weight": 0.7})
    with pytest.raises(ChangedError) as refused:
        undo_run(store, first)
    assert first in str(refused.value)
    assert second in str(refused.value)
    back = undo_run(store, second[:8])
    with pytest.raises(ChangedError, match=f"taken back already, by run {back.run}"):
        undo_run(store, second)
    gone = undo_run(store, first)
    assert ("mine", KEY) not in statements(store).links
    undo_run(store, gone.run)
    assert statements(store).links["mine", KEY][0] == 0.6
    undo(store, "mine")
    assert ("mine", KEY) not in statements(store).links
    with pytest.raises(NotFoundError):
        undo_run(store, "nothing")


def test_an_import_is_taken_back_as_an_edit_is(store: Store) -> None:
    """Whatever it changed, and what other sources came to state stays."""
    before = statements(store)
    store.apply(says("co1 COVERS k1", "k1 DEVELOPS c2", by="College", run_id="0123456789ab"))
    edit(store, {"op": "change_node", "id": "c2", "values": {"code": "X"}})
    with pytest.raises(NotFoundError):
        undo_run(store, "")
    report = undo_run(store, "0123456789ab", dry_run=True)
    assert report.dry_run
    undo_run(store, "0123456789ab")
    found = statements(store)
    assert {key: said for key, said in found.links.items() if key[0] == "College"} == before.links
    assert ("mine", "c2") in found.nodes


def test_a_rank_that_later_values_rest_on_is_not_taken_back(store: Store) -> None:
    """The run by which the source speaks before others stays while a later run's value is heard only by it."""
    store.apply(says("k1", by="Mine", rank=200, merges=True))
    first = edit(store, {"op": "change_link", **LINK, "weight": 0.6}, source="Mine")
    other = {"op": "change_node", "id": "co1", "values": {"name": "Another"}}
    second = edit(store, other, source="Mine")
    with pytest.raises(ChangedError, match=second):
        undo_run(store, first)
    undo_run(store, second)
    undo_run(store, first)
    assert statements(store).sources["Mine"].rank == 200
