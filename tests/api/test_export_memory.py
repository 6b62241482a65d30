"""Memory of exports: none holds the rows that it writes, however large the store."""

import gc
import tracemalloc
from pathlib import Path

import pytest

from api.answers.downloads import EXPORTS, make_download
from graph.changes import ChangeSet
from graph.model import LinkKey, LinkValues, NodeId, NodeValues, Source, canonical
from graph.stores import Store, open_store
from graph.stores.restricted_view import RestrictedStore
from tests.support.factory import EVERY

FORMS = [
    pytest.param(name, form, marks=[pytest.mark.slow] if form == "xlsx" or name == "case" else [])
    for name, forms in EXPORTS.items()
    for form in forms
]
ONCE, OFTEN = 300, 1200
"""How many nodes the smaller and the larger store hold; each has three links."""


def _filled(folder: Path, size: int) -> Store:
    nodes: dict[NodeId, NodeValues] = {}
    links: dict[LinkKey, LinkValues] = {}
    for number in range(size):
        kind = "KnowledgeUnit" if number % 2 else "Competency"
        sort = "disciplinary" if number % 2 else "skill"
        text = f"what {number} is, in some more words " * 8
        nodes[NodeId(f"n{number:06d}")] = (
            kind,
            canonical({"name": f"thing {number}", "kind": sort, "description": text}),
        )
        if number % 2:
            for step in (1, 3, 5):
                key = (NodeId(f"n{number:06d}"), "DEVELOPS", NodeId(f"n{(number + step) % size:06d}"))
                links[key] = (0.5, 3, None, None, f"why {number} leads on by {step}")
    folder.mkdir()
    store = open_store(f"sqlite:///{folder / 'graph.db'}")
    store.apply(ChangeSet(Source(name="Generated", version="1"), nodes, links, EVERY))
    return store


def _peak(store: Store, name: str, form: str | None, folder: Path) -> int:
    gc.collect()
    tracemalloc.start()
    try:
        make_download(RestrictedStore(store), name, folder, form=form)  # type: ignore[arg-type]
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> list[Store]:
    folder = tmp_path_factory.mktemp("stores")
    return [_filled(folder / str(size), size) for size in (ONCE, OFTEN)]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "form"), FORMS)
def test_no_export_holds_its_rows(
    stores: list[Store], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, form: str | None
) -> None:
    """A store four times as large takes less than twice the memory, beyond what is kept of ids."""
    if form == "parquet":
        pytest.importorskip("pyarrow")
    for place in (
        "graph.stores.spool.BATCH_ROWS",
        "graph.stores.digest_sums.BATCH_ROWS",
        "ingest.formats.graph_exports.edge_list._BATCH",
        "ingest.formats.graph_exports.cypher.MOST_ROWS",
    ):
        monkeypatch.setattr(place, 50)
    peaks: list[int] = []
    for store in (stores[0], *stores):  # the first time loads modules
        folder = tmp_path / str(len(peaks))
        folder.mkdir()
        peaks.append(_peak(store, name, form, folder))
    assert peaks[2] < 2 * peaks[1]
    assert peaks[2] - peaks[1] < (OFTEN - ONCE) * 500
