"""A new revision is patched from the last one, and what all answers share is worked out once for all workers."""

import logging
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from api.service.compiler import load_beside
from api.service.current import CurrentGraph, prepared
from api.settings.settings import Settings
from graph.errors import StoreUnavailableError
from graph.messages import message
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.files import damaged_snapshots, load_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store, open_store
from queries.gaps import find_gaps
from queries.semantics.chain_arrays import chain_arrays
from queries.semantics.derived_arrays import pack
from queries.semantics.resolved_scope import resolve
from tests.support.factory import SMALL, says
from tests.support.serving import serving, settings_in
from tests.support.uploads import uploads

MORE = says("k3 DEVELOPS c2 0.5", "t2 PRACTISES c2", "r1 REQUIRES c2", by="more")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    store = open_store(settings.store_url)
    store.apply(SMALL)
    yield store
    store.close()


def refuse(*_: object) -> NoReturn:
    raise AssertionError("all of it was read or worked out again")


def current(store: Store, settings: Settings) -> CurrentGraph:
    return CurrentGraph(store, lambda known: load_beside(store, settings, known), settings.cache_path)


def test_next_revision_reads_no_more_than_what_changed(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither does the worker that patches it read all statements, nor any other, nor a command."""
    first, second = current(store, settings), current(store, settings)
    first.snapshot(), second.snapshot()
    store.apply(MORE)
    monkeypatch.setattr("graph.stores.sqlite.read.SqliteReader.links", refuse)
    monkeypatch.setattr("graph.stores.sqlite.read.SqliteReader.nodes", refuse)
    patched = first.snapshot()
    assert (patched.revision, list(patched.text_list("dormant"))) == (store.revision(), [])
    monkeypatch.setattr("graph.snapshot.files.bring_forward", refuse)
    opened = second.snapshot(), load_snapshot(store, settings.cache_path)
    monkeypatch.undo()
    compiled = compile_snapshot(store)
    for one in (patched, *opened):
        assert one.same_arrays(compiled)
        assert one.about == compiled.about


def test_a_command_patches_what_the_cache_has(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It keeps nothing in memory, and begins with the latest file."""
    load_snapshot(store, settings.cache_path)
    store.apply(MORE)
    compiled = compile_snapshot(store)
    monkeypatch.setattr("graph.snapshot.files.compile_snapshot", refuse)
    assert load_snapshot(store, settings.cache_path).same_arrays(compiled)


def test_a_store_that_went_another_way_is_compiled(
    store: Store, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Restored to an earlier revision, it comes to the same number with other content; the log says so."""
    caplog.set_level(logging.INFO)
    served = current(store, settings)
    served.snapshot()
    file = Path(store.url.removeprefix("sqlite:///"))
    store.close()
    shutil.copy(file, tmp_path / "backup.db")
    store.apply(MORE)
    gone = served.snapshot()
    store.close()
    shutil.copy(tmp_path / "backup.db", file)
    store.apply(says("k3 DEVELOPS c1", by="other"))
    store.apply(says("k3 DEVELOPS c1", "k4 DEVELOPS c1", by="other"))
    assert served.snapshot().same_arrays(compile_snapshot(store))
    assert f"the store has not gone through its revision {gone.revision.number}" in caplog.text
    assert "compiled anew" not in caplog.text  # the first revision was in the cache, and led there


def test_what_cannot_be_patched_is_compiled_and_the_log_says_why(
    store: Store, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """SAME_AS makes and unmakes classes."""
    caplog.set_level(logging.INFO)
    served = current(store, settings)
    served.snapshot()
    store.apply(says("a:c1 SAME_AS b:c1", by="same"))
    assert served.snapshot().same_arrays(compile_snapshot(store))
    assert "compiled anew: what is the same changes: a:c1 SAME_AS b:c1" in caplog.text


def test_a_store_that_is_away_keeps_the_last(store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is half changed: the next look begins where the last good one ended."""
    served = current(store, settings)
    before = served.snapshot()
    store.apply(MORE)

    def away(*_: object) -> NoReturn:
        raise StoreUnavailableError(message("service.unread"))

    with monkeypatch.context() as patch:
        patch.setattr("graph.snapshot.files.bring_forward", away)
        with pytest.raises(StoreUnavailableError):
            served.snapshot()
    assert before.revision.number == 1
    assert served.snapshot().same_arrays(compile_snapshot(store))


# What all answers share


def saved(store: Store, settings: Settings) -> Snapshot:
    return load_snapshot(store, settings.cache_path, whole=True)


def derived_file(settings: Settings) -> Path:
    (file,) = settings.cache_path.glob("*/*.derived")
    return file


def test_one_process_judges_for_all(store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next takes over requirements, joints and judgement, and answers the same."""
    store.apply(MORE)
    first = prepared(saved(store, settings), settings.cache_path)
    for name in ("requirements._needs", "chain_joints.expand", "chain_arrays.chain_stages"):
        monkeypatch.setattr(f"queries.semantics.{name}", refuse)
    second = prepared(saved(store, settings), settings.cache_path)
    assert find_gaps(second) == find_gaps(first)
    assert [array.tolist() for array in pack(second).values()] == [array.tolist() for array in pack(first).values()]
    assert chain_arrays(second, resolve(second)).flaws.shape == chain_arrays(first, resolve(first)).flaws.shape


def test_other_code_judges_itself(store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an earlier version worked out is not taken over, but written anew."""
    prepared(saved(store, settings), settings.cache_path)
    before = derived_file(settings).read_bytes()
    monkeypatch.setattr("api.service.current.code_checksum", lambda: "other")
    prepared(saved(store, settings), settings.cache_path)
    assert derived_file(settings).read_bytes() != before


def test_damage_in_what_was_kept_is_named_and_mended(
    store: Store, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """Answers are as before, and `doctor` finds the file."""
    before = find_gaps(prepared(saved(store, settings), settings.cache_path))
    file = derived_file(settings)
    whole = file.read_bytes()
    for place in (3, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        caplog.clear()
        assert find_gaps(prepared(saved(store, settings), settings.cache_path)) == before
        assert str(file) in caplog.text
        assert file.read_bytes() == whole
    file.write_bytes(whole[:-1])
    assert list(damaged_snapshots(store, settings.cache_path)) == [file]


def test_what_was_derived_goes_with_its_snapshot(store: Store, settings: Settings) -> None:
    """Of revisions that are kept no longer nothing is left."""
    for number in range(4):
        store.apply(says(f"k{number + 5} DEVELOPS c1", by="more"))
        prepared(saved(store, settings), settings.cache_path)
    names = sorted(file.name for file in settings.cache_path.glob("*/*"))
    assert [name.partition(".")[2] for name in names] == ["derived", "snapshot"] * 2


# When the store is looked at


@pytest.fixture
def _looks_rarely(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the store be looked at as good as never by itself."""
    monkeypatch.setattr("api.service.service.LOOK_EVERY_S", 600.0)


@pytest.mark.usefixtures("_looks_rarely")
def test_a_question_for_a_later_revision_has_the_store_looked_at(store: Store, settings: Settings) -> None:
    """It is answered from what another process has just applied."""
    with serving(settings) as asker:
        assert asker.get("/v1/gaps").headers["Rolepath-Revision"] == "1"
        store.apply(MORE)
        assert asker.get("/v1/gaps?min_revision=2").headers["Rolepath-Revision"] == "2"


@pytest.mark.usefixtures("_looks_rarely")
def test_an_import_has_the_store_looked_at(store: Store, settings: Settings) -> None:
    """By the worker that did it, as soon as it has ended."""
    with serving(settings) as asker:
        job = asker.post("/v1/ingest/native?source=College", files=uploads()).headers["Location"]
        until(lambda: asker.get(job).json()["status"] == "done")
        until(lambda: asker.get("/v1/gaps").headers["Rolepath-Revision"] == "2")
    assert store.revision().number == 2


def until(is_so: Callable[[], bool], within_s: float = 60.0) -> None:
    """Wait until it is so."""
    end = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)
