"""A large graph is compiled apart from the processes that answer, and once for all of them."""

import os
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest

from api.service.compiler import load_beside
from api.service.current import CurrentGraph
from api.service.service import Service
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import open_store
from graph.stores.sqlite.store import SqliteStore
from queries.gaps import find_gaps
from tests.support.factory import SMALL
from tests.support.serving import settings_in


@pytest.fixture
def _nothing_is_compiled_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let whatever is compiled in this process fail, and every graph be a large one."""

    def refuse(_: object) -> Snapshot:
        raise AssertionError("compiled by the process that answers")

    monkeypatch.setattr("graph.snapshot.files.compile_snapshot", refuse)
    monkeypatch.setattr("api.service.compiler.LARGE", 0)


@pytest.mark.slow
@pytest.mark.usefixtures("_nothing_is_compiled_here")
def test_large_graph_is_compiled_by_another_process(tmp_path: Path) -> None:
    """The snapshot is the store's, though this process never compiled it; who asks next finds it saved."""
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(SMALL)
    assert load_beside(store, settings).same_arrays(compile_snapshot(store))
    assert load_beside(store, settings).revision == store.revision()
    store.close()


@pytest.mark.slow
@pytest.mark.usefixtures("_nothing_is_compiled_here")
def test_damaged_lock_keeps_nobody_from_compiling(tmp_path: Path) -> None:
    """Bytes in the file that nobody ever writes into: it is put aside."""
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(SMALL)
    settings.cache_path.mkdir(parents=True)
    (settings.cache_path / "compiling.lock").write_bytes(bytes(range(256)) * 64)
    assert load_beside(store, settings).revision == store.revision()
    store.close()


def test_warm_start_reads_no_links_and_starts_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the size of the graph: what is kept is opened before anything else is asked."""
    settings = settings_in(tmp_path)
    with closing(open_store(settings.store_url)) as store:
        store.apply(SMALL)
    Service(settings).look()
    monkeypatch.setattr("api.service.compiler.LARGE", 0)
    monkeypatch.setattr("api.service.compiler.multiprocessing", None)
    service, asked = Service(settings), list[str]()
    connection = cast(SqliteStore, service.store)._connection()
    assert connection is not None
    connection.set_trace_callback(asked.append)
    service.look()
    assert service.trouble is None
    assert service.revision() == 1
    assert any("FROM node" in text for text in asked)
    assert not any("link " in text for text in asked)
    service.store.close()


def test_small_graph_starts_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiling it takes no longer than starting one."""
    monkeypatch.setattr("api.service.compiler._compile", None)
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(SMALL)
    assert len(load_beside(store, settings)) == len(compile_snapshot(store))
    store.close()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="whoever may write everywhere is not refused")
def test_cache_that_cannot_be_written_does_not_stop_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the process that answers compiles."""
    monkeypatch.setattr("api.service.compiler.LARGE", 0)
    (tmp_path / "cache").mkdir(mode=0o500)
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(SMALL)
    assert len(load_beside(store, settings)) == len(compile_snapshot(store))
    store.close()


def test_no_request_waits_for_what_answers_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the first question of a revision would work out is there before the revision is handed out."""
    store = open_store(settings_in(tmp_path).store_url)
    store.apply(SMALL)
    handed = CurrentGraph(store, lambda _: compile_snapshot(store)).snapshot()
    expected = find_gaps(compile_snapshot(store))

    def refuse(*_: object) -> object:
        raise AssertionError("judged while a request waited")

    monkeypatch.setattr("queries.semantics.chain_arrays.ChainArrays", refuse)
    assert find_gaps(handed.in_language("zh")).counts == expected.counts
    store.close()
