"""Online backup and restore: a whole copy of the embedded store at one moment, while others read and write."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from graph.disk import database_fault, unwritable
from graph.draft_files import draft_beside, move_draft
from graph.errors import ConflictError, InputError, StoreDamagedError, StoreUnavailableError
from graph.messages import message
from graph.stores.content_hash import DamageError
from graph.stores.sqlite.ddl import check_file
from graph.stores.sqlite.integrity import check_store, is_damage
from graph.stores.sqlite.open_file import connect
from graph.stores.sqlite.read import SqliteReader

_PAGES = 4096
"""How much is copied at a time; in between, writers get in, and the copy begins anew where they did."""
_BESIDE = ("-wal", "-shm", "-journal")
"""How the names of the files end that SQLite keeps beside a store."""


def back_up(store: Path, file: Path, *, overwrite: bool = False) -> int:
    """Copy the store into the file, checked and whole or not at all, and return its revision.

    Raises:
        InputError: the file is there, and may not be overwritten.
        StoreDamagedError: what the store holds is not what was written.
        StoreUnavailableError: there is no store, or the file cannot be written.
    """
    if file.exists() and not overwrite:
        raise InputError(message("backup.file_exists", file=str(file)))
    with _copy(store, file, "DELETE") as copy:  # so that the copy is one file
        move_draft(copy.path, file)
    return copy.revision


def restore(file: Path, store: Path, *, overwrite: bool = False) -> int:
    """Put a backup in the place of the store, or of what is left of it; return its revision.

    A service that runs takes it over.

    Raises:
        ConflictError: there is a store, and it may not be replaced.
        StoreDamagedError: the backup is damaged.
        StoreUnavailableError: the file is no store, or the store cannot be written.
    """
    if store.is_dir():
        raise StoreUnavailableError(message("backup.folder", store=str(store)))
    if store.exists() and not overwrite:
        raise ConflictError(message("backup.store_exists", store=str(store)))
    with _copy(file, store, "WAL") as copy:
        put_in_place(copy.path, store)
    return copy.revision


def put_in_place(draft: Path, store: Path) -> None:
    """Put a whole store, of which nobody knows yet, in the place of another, or of what is left of it.

    Raises:
        OSError, sqlite3.Error: the place cannot be written.
    """
    if not (store.exists() and _written_into(draft, store)):
        for end in _BESIDE:  # what was to be written into a file that is none any more
            store.with_name(store.name + end).unlink(missing_ok=True)
        move_draft(draft, store)


def _written_into(draft: Path, store: Path) -> bool:
    """Write the copy into the store's file, as one transaction; False where that is no SQLite file any more.

    Whoever has the store open would, on closing a file that was put aside, remove the log of changes of the one in its
    place: therefore into the file, wherever that can be.
    """
    try:
        with _opened(draft) as here, _opened(store) as there:
            if there.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                return False  # emptied, for one: who has it open as it was would be waited for without end
            here.backup(there)
            return bool(there.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            return False
        raise


class _Copy(NamedTuple):
    path: Path
    revision: int


@contextmanager
def _copy(source: Path, target: Path, journal: str) -> Iterator[_Copy]:
    """Give a checked copy beside the target, which is gone at the end unless it was moved."""
    if not source.is_file():
        raise StoreUnavailableError(message("backup.no_store", store=str(source)))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with draft_beside(target) as draft:
            yield _Copy(draft, _copied(source, draft, journal))
    except sqlite3.Error as error:
        fault = database_fault(target, error)
        if fault is not None:
            raise fault.kind(message("file.unwritable_at", file=str(target), error=fault.reason)) from error
        raise StoreUnavailableError(
            message("backup.not_replaced", source=str(source), target=str(target), error=str(error))
        ) from error
    except OSError as error:
        raise unwritable(target, error) from error


def _copied(source: Path, draft: Path, journal: str) -> int:
    """Copy the source into the draft, check that, and return its revision."""
    try:
        with _opened(source) as here, _opened(draft, make=True) as there:
            here.backup(there, pages=_PAGES)
            check_file(there, source)
            reading = SqliteReader(there)
            check_store(reading)
            there.execute(f"PRAGMA journal_mode = {journal}")
    except DamageError as error:
        raise StoreDamagedError(message("backup.damaged", store=str(source), fault=error.fault)) from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if isinstance(error, sqlite3.Error) and not is_damage(error):
            raise
        raise StoreDamagedError(message("backup.damaged", store=str(source), fault=str(error))) from error
    return reading.revision.number


@contextmanager
def _opened(path: Path, *, make: bool = False) -> Iterator[sqlite3.Connection]:
    if make:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(connect(path, sqlite3.Connection).connection) as connection:
        yield connection
