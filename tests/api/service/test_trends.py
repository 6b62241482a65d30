"""Trends: the share of demand at each revision of a programme's own sources, worked out once for each content."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from api.service import trend_job
from api.service.compiler import only_one
from api.service.trend_files import read_trend, trend_file
from api.service.trend_job import POINTS, trend_beside, work_out
from graph.changes import ChangeSet
from graph.snapshot.compile import compile_snapshot
from graph.stores import Store, open_store
from queries.semantics.connected_share import connected_share
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import Scope
from tests.support.conditions import eventually
from tests.support.factory import says
from tests.support.serving import Asker, serving, settings_in
from tests.support.stores import MakeStore

OFFER = ("d1 OFFERS co1", "co1 COVERS k1", "co1 COVERS k2", "d1 TARGETS r1", "d1 SCHEDULES t1", "k1", "k2")
TAUGHT = (
    (),
    ("k1 DEVELOPS c1", "t1 PRACTISES c1"),
    ("k1 DEVELOPS c1", "t1 PRACTISES c1", "k2 DEVELOPS c2", "t1 PRACTISES c2"),
)
NEEDS = says("r1 REQUIRES c1 weight=0.3", "r1 REQUIRES c2 weight=0.6", by="hiring", rank=50)


def _college(step: int) -> ChangeSet:
    return says(*OFFER, *TAUGHT[step], by="college")


def _shares(store: Store, folder: Path) -> list[float | None]:
    """Work out the trend, and return its shares."""
    settings, snapshot = settings_in(folder), compile_snapshot(store)
    work_out(store, settings, snapshot, "d1", lambda: False)
    found = read_trend(settings.cache_path, snapshot.store_id, "d1")
    assert found is not None
    assert (found.revision, found.token) == (snapshot.revision.number, snapshot.revision.token)
    return [point.share for point in found.points]


def test_trend_is_what_each_revision_said(
    make_store: MakeStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the own source's revisions alone, the latest twelve; what comes back is not worked out again."""
    store, said = make_store(), list[float | None]()
    for n in range(8):
        store.apply(NEEDS if n == 0 else says(f"r{n + 1} REQUIRES c9", by="others"))
        store.apply(_college(n % 3))
        then = compile_snapshot(store)
        said.append(connected_share(then, resolve(then, Scope(discipline="d1"), focused=True)).of_demand)
    assert said[:3] == [0.0, pytest.approx(1 / 3), 1.0]
    assert _shares(store, tmp_path) == pytest.approx(said[-POINTS:])

    before = compile_snapshot(store).about["content"]
    store.apply(_college(2))
    assert _shares(store, tmp_path) == pytest.approx([*said, 1.0][-POINTS:])

    def refuse(*_: object) -> None:
        raise AssertionError("the past is gone through again")

    monkeypatch.setattr(trend_job, "snapshot_at", refuse)
    store.apply(_college(1))  # as undo does: the content that was there before
    assert compile_snapshot(store).about["content"] == before
    assert _shares(store, tmp_path) == pytest.approx([*said, 1.0, said[-1]][-POINTS:])


def test_damaged_file_is_worked_out_anew(tmp_path: Path) -> None:
    """What cannot be read counts as nothing, whoever wrote into it."""
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(NEEDS)
    store.apply(_college(1))
    first = _shares(store, tmp_path)
    trend_file(settings.cache_path, store.store_id, "d1").write_bytes(b"{}garbled")
    assert read_trend(settings.cache_path, store.store_id, "d1") is None
    assert _shares(store, tmp_path) == first
    store.close()


def test_one_process_works_at_a_time(tmp_path: Path) -> None:
    """While another does, nobody waits: it is tried again later."""
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(NEEDS)
    store.apply(_college(1))
    snapshot = compile_snapshot(store)
    settings.cache_path.mkdir(parents=True)
    with closing(only_one(settings.cache_path, "trends")):
        assert not trend_beside(store, settings, snapshot, "d1", lambda: False)
        with pytest.raises(sqlite3.OperationalError):
            only_one(settings.cache_path, "trends", patience_s=0)
    assert trend_beside(store, settings, snapshot, "d1", lambda: False)
    store.close()


def _drawn(asker: Asker) -> str:
    """Return the page from its trend on; nothing while there is no line."""
    text = asker.get("/nodes/d1?lang=en").text.partition('class="trend"')[2]
    return text if "<path d=" in text else ""


def test_page_says_that_it_waits_then_shows_the_line(tmp_path: Path) -> None:
    """The page never waits for the trend; a moment later it is there, as a line and as a table."""
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(NEEDS)
    for step in (0, 1, 2):
        store.apply(_college(step))
    store.close()
    with serving(settings) as asker:
        assert "is being worked out" in asker.get("/nodes/d1?lang=en").text
        text = eventually(lambda: _drawn(asker))
        assert text.count("<circle") == 3
        assert "33.3 %" in text
        assert "is being worked out" not in text
