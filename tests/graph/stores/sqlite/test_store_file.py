"""The file of the embedded store: what it is not made over, and where it cannot be made."""

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.errors import InputError, StoreUnavailableError
from graph.stores import Store, open_store
from tests.support.factory import says, stated, statements

EVERY_USE: list[Callable[[Store], object]] = [
    lambda store: store.revision(),
    lambda store: store.store_id,
    lambda store: store.runs(),
    lambda store: store.health(),
    statements,
    lambda store: store.apply(says("c1")),
]


def refuses_every_use(path: Path) -> bool:
    """Say whether each use of the file as a store raises StoreUnavailableError that names it."""
    for use in EVERY_USE:
        store = open_store(f"sqlite:///{path}")
        with pytest.raises(StoreUnavailableError, match=re.escape(str(path))):
            use(store)
        store.close()
    return True


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    """A SQLite file without our mark is refused and stays byte for byte as it was."""
    path = tmp_path / "foreign.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE meta (store_id, revision, token)")
    connection.close()
    before = path.read_bytes()
    assert refuses_every_use(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    """Any other file is refused and stays as it was."""
    path = tmp_path / "notes.txt"
    path.write_text("not a database at all, but long enough to look at\n" * 20)
    before = path.read_bytes()
    assert refuses_every_use(path)
    assert path.read_bytes() == before


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    """A folder's path is refused, for reading too."""
    assert refuses_every_use(tmp_path)


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """Where a file stands in the way of the store's folder, the job ends with StoreUnavailableError."""
    (tmp_path / "file").write_text("")
    store = open_store(f"sqlite:///{tmp_path / 'file' / 'graph.db'}")
    with pytest.raises(StoreUnavailableError):
        store.apply(says("c1"))


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    """A store of a later Rolepath is neither read nor written."""
    path = tmp_path / "newer.db"
    store = open_store(f"sqlite:///{path}")
    store.apply(says("c1"))
    store.close()
    with sqlite3.connect(path) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute(f"PRAGMA user_version = {version + 1}")
    connection.close()
    assert refuses_every_use(path)


def test_an_empty_file_is_a_store_yet_to_be_made(tmp_path: Path) -> None:
    """It reads as empty, and the first job fills it."""
    path = tmp_path / "empty.db"
    path.touch()
    store = open_store(f"sqlite:///{path}")
    assert store.revision().number == 0
    store.apply(says("c1"))
    assert stated(store) == {"c1"}
    store.close()


def test_missing_folders_are_made(tmp_path: Path) -> None:
    """The first job makes the folders on the way, reading does not."""
    store = open_store(f"sqlite:///{tmp_path / 'a' / 'b' / 'graph.db'}")
    assert store.revision().number == 0
    assert not (tmp_path / "a").exists()
    store.apply(says("c1"))
    assert store.exists()
    store.close()


@pytest.mark.parametrize("url", ["", "graph.db", "sqlite:///", "sqlite://graph.db", "postgres://localhost/graph"])
def test_an_unknown_url_is_refused(url: str) -> None:
    """What names no kind of store is an InputError that says how to write one."""
    with pytest.raises(InputError, match="sqlite:///"):
        open_store(url)
