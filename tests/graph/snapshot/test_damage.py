"""A damaged compiled snapshot is never answered from: it is found out, named once, and compiled again."""

import logging
import os
import shutil
from pathlib import Path

import pytest

from graph.snapshot.compile import compile_snapshot
from graph.snapshot.files import load_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store, open_store
from tests.support.factory import says
from tests.support.random_damage import damages
from tests.support.soak import record, rounds
from tests.support.syncs import note_syncs

SEED = 1


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Give a store with a class, Chinese names, and every column that a link has."""
    found = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    found.apply(
        says(
            *(
                "a:c1 SAME_AS b:c1",
                "k1 DEVELOPS a:c1 0.5 level=3",
                "co1 SCHEDULES t1 term=2",
                "e1 EMPLOYS r1 openings=4",
            ),
            *("r1 REQUIRES b:c1", "t1 PRACTISES a:c1"),
            *(f"k{n} DEVELOPS c{n % 7} 0.{n}" for n in range(2, 40)),
            nodes={"k1": {"name_zh": "采矿知识", "hours": 12.5}, "d2": {"parent_id": "d1"}, "d1": {}},
        )
    )
    return found


@pytest.fixture
def cache(tmp_path: Path, store: Store) -> Path:
    """Give a cache with the store's snapshot."""
    load_snapshot(store, tmp_path / "cache")
    return tmp_path / "cache"


def files(cache: Path) -> list[Path]:
    """Return all that is kept of snapshots."""
    return sorted(file for file in cache.rglob("*") if file.is_file())


def is_same(one: Snapshot, other: Snapshot) -> bool:
    """Say whether both hold the same graph of the same revision."""
    return one.same_arrays(other) and one.about == other.about


@pytest.mark.soak
@pytest.mark.slow
def test_no_random_damage_is_answered_from(store: Store, cache: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Flips, truncations, zeros and noise, the times kept in half of them: each is named, and the graph is answered."""
    compiled = compile_snapshot(store)
    (file,) = files(cache)
    saved = file.read_bytes()
    found = 0
    for number, damage in enumerate(damages(file, rounds(400, 10_000), SEED)):
        is_harmless = file.read_bytes() == saved  # zeros in the place of zeros
        caplog.clear()
        assert is_same(load_snapshot(store, cache, whole=number % 2 == 0), compiled), damage
        assert len(caplog.records) == (0 if is_harmless else 1), damage
        assert file.read_bytes() == saved, damage
        found += not is_harmless
    record("damage", of="snapshot", damages=rounds(400, 10_000), found=found, wrong_answers=0)


def test_damage_is_named_once(store: Store, cache: Path, caplog: pytest.LogCaptureFixture) -> None:
    """One warning names the file; who opens the snapshot next finds it whole."""
    file = files(cache)[-1]
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    with caplog.at_level(logging.WARNING):
        assert is_same(load_snapshot(store, cache), compile_snapshot(store))
        assert is_same(load_snapshot(store, cache), compile_snapshot(store))
    (said,) = [record.getMessage() for record in caplog.records]
    assert str(file) in said


def test_damage_that_several_come_upon_is_named_once(
    store: Store, cache: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Each has the file open when it is cut off; the first mends it, the others find it mended."""
    opened = [load_snapshot(store, cache) for _ in range(3)]
    (file,) = files(cache)
    os.truncate(file, file.stat().st_size - 1)
    compiled = compile_snapshot(store)
    assert opened[0].same_arrays(compiled)
    mended = file.stat().st_ino
    assert all(one.same_arrays(compiled) for one in opened)
    assert file.stat().st_ino == mended
    assert len(caplog.records) == 1


def test_snapshot_is_one_file(cache: Path) -> None:
    """However many arrays it has."""
    assert len(files(cache)) == 1


def test_snapshot_of_another_revision_is_not_taken_for_this(store: Store, cache: Path, tmp_path: Path) -> None:
    """A snapshot copied to the name of another revision's is compiled anew, not answered from."""
    (first,) = (cache / store.store_id).iterdir()
    kept = tmp_path / "kept"
    (shutil.copytree if first.is_dir() else shutil.copy)(first, kept)
    store.apply(says("c1", by="more"))
    load_snapshot(store, cache)
    (second,) = set((cache / store.store_id).iterdir()) - {first}
    shutil.rmtree(second) if second.is_dir() else second.unlink()
    kept.rename(second)
    assert is_same(load_snapshot(store, cache), compile_snapshot(store))


@pytest.mark.skipif(os.name != "posix", reason="a folder cannot be synced there")
def test_snapshot_is_on_the_disk_before_it_has_its_name(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is synced before it is renamed, the folder after: no loss of power leaves half of it under its name."""
    steps = note_syncs(monkeypatch)
    load_snapshot(store, tmp_path / "synced")
    assert steps == ["file synced", "renamed", "folder synced"]


def test_folders_of_earlier_versions_are_tidied_away(store: Store, tmp_path: Path) -> None:
    """What an earlier version kept, a folder for each snapshot, is never opened again."""
    revision = store.revision()
    for name in (f"{revision.number:08d}-{revision.token}-3", ".draft-abc"):
        old = tmp_path / "cache" / store.store_id / name
        old.mkdir(parents=True)
        (old / "about.json").write_text('{"format": 3}')
        os.utime(old, (1, 1))
    assert is_same(load_snapshot(store, tmp_path / "cache"), compile_snapshot(store))
    assert [entry.is_file() for entry in (tmp_path / "cache" / store.store_id).iterdir()] == [True]
