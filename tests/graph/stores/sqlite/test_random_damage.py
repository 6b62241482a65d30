"""Random damage to a store, to the log beside it and to its backups: named, or it changes nothing that is answered."""

import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from graph.errors import StoreUnavailableError
from graph.stores.sqlite.backup import back_up, restore
from graph.stores.sqlite.store import SqliteStore
from tests.support.bit_flips import compact, eventful, everything, outcome, written
from tests.support.factory import says
from tests.support.random_damage import damages
from tests.support.soak import record, rounds


def beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


def cleared(path: Path) -> Path:
    """Return the path, beside which nothing stands any more."""
    for end in ("-wal", "-shm", "-journal"):
        beside(path, end).unlink(missing_ok=True)
    return path


@pytest.mark.soak
def test_random_damage_to_a_store_is_named_or_harmless(tmp_path: Path) -> None:
    """Runs of zeros and of noise, truncations and flips; half of them with the times kept."""
    store = eventful(tmp_path / "whole.db")
    store.close()
    path = written(tmp_path / "store.db", compact(store.path, tmp_path / "compact.db"))
    truth = everything(path)
    cleared(path)
    told: Counter[str] = Counter()
    for damage in damages(path, number := rounds(100, 2_500), 5):
        found = outcome(partial(everything, path), truth)
        cleared(path)
        told[found if found in {"equal", "named"} else f"{damage}: {found}"] += 1
    assert told.keys() <= {"equal", "named"}, told
    record("damage", of="store", damages=number, **told)


@pytest.mark.soak
def test_random_damage_to_the_log_gives_a_whole_revision(tmp_path: Path) -> None:
    """A log that somebody else keeps from being written back: what was whole before the damage, or it is named."""
    store = SqliteStore(tmp_path / "store.db")
    store.apply(says("k1 DEVELOPS c1 0.5"))
    path, truths = tmp_path / "copy.db", list[object]()
    with closing(sqlite3.connect(store.path, isolation_level=None)) as held:
        held.execute("BEGIN")
        held.execute("SELECT * FROM meta").fetchall()
        for number in range(4):
            if number:
                store.apply(says(f"k{number} DEVELOPS c1 0.5", f"r1 REQUIRES c{number}", by=f"s{number}"))
            for end in ("", "-wal"):
                shutil.copy(beside(store.path, end), beside(path, end))
            truths.append(everything(path))
        for end in ("", "-wal"):
            shutil.copy(beside(store.path, end), beside(tmp_path / "kept.db", end))
    store.close()
    told: Counter[str] = Counter()
    log = beside(tmp_path / "kept.db", "-wal")
    for damage in damages(log, number := rounds(20, 500), 6):
        for end in ("", "-wal"):
            shutil.copy(beside(tmp_path / "kept.db", end), beside(cleared(path) if not end else path, end))
        found = {outcome(partial(everything, path), truth) for truth in truths}
        what = "whole" if "equal" in found else "named"
        told[what if found <= {"equal", "named", "another answer"} and len(found) <= 2 else f"{damage}: {found}"] += 1
    assert told.keys() <= {"whole", "named"}, told
    record("damage", of="log of a store", damages=number, **told)


def test_an_import_stands_in_the_file(tmp_path: Path) -> None:
    """Nothing of it is left to the log beside it, whoever has the store open: a log that is lost takes nothing back."""
    store = SqliteStore(tmp_path / "store.db")
    store.apply(says("k1 DEVELOPS c1"))
    with closing(sqlite3.connect(store.path)) as other:
        other.execute("SELECT * FROM meta").fetchall()
        other.rollback()
        store.apply(says("k2 DEVELOPS c1", by="b"))
        assert beside(store.path, "-wal").stat().st_size == 0
        shutil.copy(store.path, tmp_path / "alone.db")
    assert SqliteStore(tmp_path / "alone.db").revision().number == 2


@pytest.mark.soak
def test_random_damage_to_a_backup_is_named_or_harmless(tmp_path: Path) -> None:
    """What is damaged is not put back, and the store stays as it was; what is put back is what was copied."""
    store = eventful(tmp_path / "store.db")
    truth = everything(store.path)
    back_up(store.path, tmp_path / "b.db")
    store.close()
    (tmp_path / "b.db").write_bytes(compact(tmp_path / "b.db", tmp_path / "compact.db"))
    told: Counter[str] = Counter()
    for damage in damages(tmp_path / "b.db", number := rounds(40, 800), 7):
        target = cleared(tmp_path / "restored.db")
        target.unlink(missing_ok=True)
        try:
            restore(tmp_path / "b.db", target)
        except StoreUnavailableError as error:
            found = "named" if "b.db" in str(error) and not target.exists() else f"{damage}: {error}"
        else:
            found = "equal" if everything(target) == truth else f"{damage}: another answer"
        told[found] += 1
    assert told.keys() <= {"equal", "named"}, told
    record("damage", of="backup", damages=number, **told)
