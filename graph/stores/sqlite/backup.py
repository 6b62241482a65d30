"""Online backup and restore: a whole copy of the embedded store at one moment, while others read and write."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from graph.disk import database_fault, unwritable
from graph.errors import ConflictError, InputError, StoreUnavailableError
from graph.messages import message
from graph.stores.sqlite.connection import connect
from graph.stores.sqlite.ddl import check_file
from graph.stores.sqlite.draft_files import draft_beside

_PAGES = 4096
"""How much is copied at a time; in between, writers get in, and the copy begins anew where they did."""


def back_up(store: Path, file: Path, *, overwrite: bool = False) -> int:
    """Copy the store into the file, checked and whole or not at all, and return its revision.

    Raises:
        InputError: the file is there, and may not be overwritten.
        StoreUnavailableError: there is no store, it is damaged, or the file cannot be written.
    """
    if file.exists() and not overwrite:
        raise InputError(message("backup.file_exists", file=str(file)))
    with _copy(store, file, "DELETE") as copy:  # so that the copy is one file
        copy.path.replace(file)
    return copy.revision


def restore(file: Path, store: Path, *, overwrite: bool = False) -> int:
    """Put a backup in the store's place, and return its revision; a service that runs takes it over.

    Raises:
        ConflictError: there is a store, and it may not be replaced.
        StoreUnavailableError: the file is no whole store, or the store cannot be written.
    """
    if store.exists() and not overwrite:
        raise ConflictError(message("backup.store_exists", store=str(store)))
    with _copy(file, store, "WAL") as copy:
        if store.exists():
            # Written into the file, as one transaction: whoever has the store open would, on closing a file that was
            # put aside, remove the log of changes of the one in its place.
            with _opened(copy.path) as here, _opened(store) as there:
                here.backup(there)
        else:
            copy.path.replace(store)
    return copy.revision


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
            with _opened(source) as here, _opened(draft, make=True) as there:
                here.backup(there, pages=_PAGES)
                revision = _checked(there, source)
                there.execute(f"PRAGMA journal_mode = {journal}")
            yield _Copy(draft, revision)
    except sqlite3.Error as error:
        fault = database_fault(target, error)
        if fault is not None:
            raise fault.kind(message("file.unwritable_at", file=str(target), error=fault.reason)) from error
        raise StoreUnavailableError(
            message("backup.not_whole", source=str(source), target=str(target), error=str(error))
        ) from error
    except OSError as error:
        raise unwritable(target, error) from error


def _checked(copy: sqlite3.Connection, source: Path) -> int:
    """Return the revision of a copy that is found whole."""
    check_file(copy, source)
    integrity = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if integrity != "ok":
        raise StoreUnavailableError(message("backup.damaged", store=str(source), fault=integrity))
    revision: int = copy.execute("SELECT revision FROM meta").fetchone()[0]
    return revision


@contextmanager
def _opened(path: Path, *, make: bool = False) -> Iterator[sqlite3.Connection]:
    if make:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    connection = connect(path, sqlite3.Connection).connection
    try:
        yield connection
    finally:
        connection.close()
