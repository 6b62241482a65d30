"""Backups of the embedded store: whole, checked, and put back as they were."""

import sqlite3
from pathlib import Path

import pytest

from graph.errors import ConflictError, InputError, StoreUnavailableError
from graph.stores import open_store
from graph.stores.sqlite.backup import back_up, restore
from graph.stores.sqlite.store import SqliteStore
from tests.support.commanding import Commands
from tests.support.conditions import eventually
from tests.support.factory import SMALL, says
from tests.support.serving import serving, settings_in


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    found = SqliteStore(tmp_path / "graph.db")
    found.apply(SMALL)
    return found


def test_backup_is_the_store(store: SqliteStore, tmp_path: Path) -> None:
    """The copy has the same statements, log and revision, in one file, while the store is open."""
    assert back_up(store.path, tmp_path / "b.db") == 1
    assert {file.name for file in tmp_path.glob("*b.db*")} == {"b.db"}
    copy = SqliteStore(tmp_path / "b.db")
    assert copy.revision() == store.revision()
    assert copy.runs() == store.runs()
    assert list(copy.changes(0, 1)) == list(store.changes(0, 1)) != []
    copy.close()
    store.close()


def test_restored_store_is_served(store: SqliteStore, tmp_path: Path) -> None:
    """What was imported after the backup is gone, also for a service that runs, and for who has the store open."""
    back_up(store.path, tmp_path / "b.db")
    store.apply(says("k3 DEVELOPS c3", by="more"))
    with serving(settings_in(tmp_path)) as asker:
        assert asker.get("/v1/competencies").json()["total"] == 3
        assert restore(tmp_path / "b.db", store.path, overwrite=True) == 1
        eventually(lambda: asker.get("/v1/competencies").json()["total"] == 2)
    assert store.revision().number == 1
    store.apply(says("k4 DEVELOPS c4", by="later"))
    assert store.revision().number == 2
    store.close()


def test_nothing_is_overwritten_unasked(store: SqliteStore, tmp_path: Path) -> None:
    """Neither a file nor a store."""
    back_up(store.path, tmp_path / "b.db")
    with pytest.raises(InputError):
        back_up(store.path, tmp_path / "b.db")
    with pytest.raises(ConflictError):
        restore(tmp_path / "b.db", store.path)
    store.close()


@pytest.mark.parametrize("kind", ["missing", "text", "other", "cut"])
def test_what_is_no_store_is_not_put_back(store: SqliteStore, tmp_path: Path, kind: str) -> None:
    """The store stays as it was."""
    file = tmp_path / "b.db"
    if kind == "text":
        file.write_text("this is no database" * 100, encoding="utf-8")
    elif kind == "other":
        connection = sqlite3.connect(file)
        connection.execute("CREATE TABLE a (b)")
        connection.close()
    elif kind == "cut":
        back_up(store.path, file)
        file.write_bytes(file.read_bytes()[:20_000])
    with pytest.raises(StoreUnavailableError):
        restore(file, store.path, overwrite=True)
    assert store.revision().number == 1
    assert not list(tmp_path.glob(".*"))
    store.close()


def test_commands_back_up_and_restore(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was backed up can be asked again; a server that is away is told of, with its address."""
    command = Commands(tmp_path, monkeypatch, capsys)
    command.filled()
    assert command("backup", tmp_path / "b.db", "--json").document["revision"] == 1
    assert command("backup", tmp_path / "b.db").status == 1
    assert command("restore", tmp_path / "b.db").status == 5
    assert command("restore", tmp_path / "b.db", "--store", f"sqlite:///{tmp_path}/new.db").status == 0
    assert command("gaps", "--store", f"sqlite:///{tmp_path}/new.db", "--json").document["revision"] == 1
    assert command("backup", tmp_path / "c.db", "--store", "neo4j://localhost:1").status == 3
    assert open_store(f"sqlite:///{tmp_path}/new.db").exists()
