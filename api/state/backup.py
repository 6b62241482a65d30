"""Backup of the state file: the audit log and imports that are over; keys only where asked for, sessions never."""

import os
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from shutil import copyfile
from typing import NamedTuple

from api.state.database import State
from api.state.seals import check_rows, checked
from graph.disk import database_fault, unwritable
from graph.draft_files import draft_beside, move_draft
from graph.errors import InputError, StoreDamagedError, StoreUnavailableError
from graph.messages import message

_KEPT = {"run": "TRUE", "audit": "TRUE", "job": "ended_at > ''"}
"""The tables that are copied, and which of their rows: an upload of an import that is not over is in no copy."""
_KEYS = {"api_key": "TRUE"}
_SQLITE = b"SQLite format 3\x00"

Rows = Mapping[str, Sequence[sqlite3.Row]]


class StateCopy(NamedTuple):
    """What a copy of the state holds."""

    deeds: int
    keys: int


def state_file_of(file: Path) -> Path:
    """Return the copy of the state that stands beside the copy of a store.

    >>> state_file_of(Path("graph-backup.db")).name
    'graph-backup.db.state'
    """
    return file.with_name(f"{file.name}.state")


def require_free(file: Path, *, overwrite: bool) -> None:
    """Do nothing where a copy may be written there.

    Raises:
        InputError: the file is there, and may not be overwritten.
    """
    if file.exists() and not overwrite:
        raise InputError(message("backup.file_exists", file=str(file)))


def back_up_state(state: State, file: Path, *, with_keys: bool = False) -> StateCopy:
    """Copy the state into a file, whole or not at all, at one moment; an empty one where there is no state yet.

    Raises:
        StoreUnavailableError: the state cannot be read, or the file cannot be written.
    """
    tables = _KEPT | (_KEYS if with_keys else {})
    rows: Rows = {}
    with state.reading() as connection:
        if connection is not None:
            rows = _rows(connection, tables)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with draft_beside(file) as draft:
            _write(draft, rows)
            move_draft(draft, file)
    except sqlite3.Error as error:
        fault = database_fault(file, error)
        kind = StoreUnavailableError if fault is None else fault.kind
        reason = str(error) if fault is None else fault.reason
        raise kind(message("file.unwritable_at", file=str(file), error=reason)) from error
    except OSError as error:
        raise unwritable(file, error) from error
    return StateCopy(len(rows.get("audit", ())), len(rows.get("api_key", ())))


def read_state_copy(file: Path) -> Rows:
    """Return what a copy holds, by table; one of an earlier version is brought up to date aside.

    Raises:
        StoreUnavailableError: it is missing, damaged, or no copy of a state.
    """
    if not file.is_file():
        raise StoreUnavailableError(message("state_backup.missing", file=str(file)))
    try:
        with file.open("rb") as opened:
            if opened.read(len(_SQLITE)) != _SQLITE:
                raise StoreUnavailableError(message("state_backup.other", file=str(file)))
        with draft_beside(file) as draft:
            copyfile(file, draft)
            copy = State(draft)
            try:
                with copy.reading() as connection:
                    return {} if connection is None else _checked(connection, file)
            finally:
                copy.close()
    except OSError as error:
        raise StoreUnavailableError(message("state_backup.unreadable", file=str(file), error=str(error))) from error
    except StoreDamagedError as error:
        fault = str(error.__cause__ or error)
        raise StoreDamagedError(message("state_backup.damaged", file=str(file), error=fault)) from error


def restore_state(rows: Rows, state: State) -> StateCopy:
    """Add what a copy holds to the state. Nothing that is there goes: a key that was revoked since stays so.

    Raises:
        StoreUnavailableError: the state cannot be written.
    """
    with state.writing(settles=True) as connection:
        for table in ("run", "job", "api_key"):
            _add(connection, table, rows.get(table, ()))
        _add_lines(connection, rows.get("audit", ()))
        if rows.get("api_key"):
            connection.execute("DELETE FROM keys_given_up")
    return StateCopy(len(rows.get("audit", ())), len(rows.get("api_key", ())))


def _rows(connection: sqlite3.Connection, tables: Mapping[str, str]) -> Rows:
    return {
        table: checked(connection, table, connection.execute(f"SELECT * FROM {table} WHERE {which} ORDER BY rowid"))  # noqa: S608
        for table, which in tables.items()
    }


def _checked(connection: sqlite3.Connection, file: Path) -> Rows:
    fault = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if fault != "ok":
        raise StoreUnavailableError(message("state_backup.damaged", file=str(file), error=fault))
    check_rows(connection)
    return _rows(connection, _KEPT | _KEYS)


def _write(draft: Path, rows: Rows) -> None:
    copy = State(draft)
    with copy.writing() as connection:
        for table, found in rows.items():
            _add(connection, table, found)
    copy.close()
    connection = sqlite3.connect(draft, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = DELETE")  # so that the copy is one file
    finally:
        connection.close()
    with draft.open("rb+") as written:
        os.fsync(written.fileno())


def _add(connection: sqlite3.Connection, table: str, rows: Sequence[sqlite3.Row]) -> None:
    if rows:
        names = rows[0].keys()
        places = ", ".join("?" * len(names))
        statement = f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({places})"  # noqa: S608
        connection.executemany(statement, [tuple(row) for row in rows])


def _add_lines(connection: sqlite3.Connection, copied: Sequence[sqlite3.Row]) -> None:
    """Add the lines of a log that are not there, by their own numbers where these are free, else at the end."""
    there = {tuple(row)[1:] for row in connection.execute("SELECT * FROM audit")}
    missing = [tuple(row) for row in copied if tuple(row)[1:] not in there]
    taken = {row[0] for row in connection.execute("SELECT id FROM audit")}
    lines = [(None if line[0] in taken else line[0], *line[1:]) for line in missing]
    # By their numbers first: what is added at the end would take them else.
    lines.sort(key=lambda line: line[0] is None)
    connection.executemany("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?)", lines)
