"""Backup of the state file: audit log, imports that are over, decisions; keys where asked for, sessions never."""

import os
import sqlite3
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from shutil import copyfile
from typing import NamedTuple

from api.state.database import State
from api.state.people import forgotten_names, without_names
from api.state.seals import check_rows, checked
from api.state.sentence_rows import settle_copied
from api.state.table_register import DECISIONS, TABLES, StateTable, StoreName
from graph.disk import database_fault, unwritable
from graph.draft_files import draft_beside, move_draft
from graph.errors import InputError, StoreDamagedError, StoreUnavailableError
from graph.messages import message
from graph.stores import Store

_KEPT = tuple(table for table in TABLES if table.copied is not None and not table.is_secret)
_SECRET = tuple(table for table in TABLES if table.copied is not None and table.is_secret)
_OF_STORE = "(store = :id OR store_url = :url)"
_SQLITE = b"SQLite format 3\x00"

Rows = Mapping[str, Sequence[sqlite3.Row]]


class StateCopy(NamedTuple):
    """What a copy of the state holds: lines of the audit log, keys, and rows of what people decided."""

    deeds: int
    keys: int
    decisions: int


def state_file_of(file: Path) -> Path:
    """Return the copy of the state that stands beside the copy of a store.

    >>> state_file_of(Path("graph-backup.db")).name
    'graph-backup.db.state'
    """
    return file.with_name(f"{file.name}.state")


def store_name(store: Store) -> StoreName:
    """Return how rows name a store."""
    return StoreName(store.store_id, store.url)


def require_free(file: Path, *, overwrite: bool) -> None:
    """Do nothing where a copy may be written there.

    Raises:
        InputError: the file is there, and may not be overwritten.
    """
    if file.exists() and not overwrite:
        raise InputError(message("backup.file_exists", file=str(file)))


def back_up_state(state: State, file: Path, store: StoreName, *, with_keys: bool = False) -> StateCopy:
    """Copy the state into a file, whole or not at all, at one moment; an empty one where there is no state yet.

    Of what people decided, what they decided about the store.

    Raises:
        StoreUnavailableError: the state cannot be read, or the file cannot be written.
    """
    tables = _KEPT + (_SECRET if with_keys else ())
    rows: Rows = {}
    with state.reading() as connection:
        if connection is not None:
            rows = _rows(connection, tables, store)
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
    return _counted(rows)


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


def restore_state(rows: Rows, state: State, store: StoreName) -> StateCopy:
    """Add what a copy holds to the state. Nothing that is there goes: a key that was revoked since stays so.

    What people decided is about the store from then on, whatever it was called; names that were removed since stay so.

    Raises:
        StoreUnavailableError: the state cannot be written.
    """
    with state.writing(settles=True) as connection:
        _add(connection, "forgotten", [dict(row) for row in rows.get("forgotten", ())])
        forgotten = forgotten_names(connection)
        cleaned = {
            table.name: [without_names(table, dict(row), forgotten) for row in rows.get(table.name, ())]
            for table in TABLES
        }
        for name in ("run", "job", "api_key"):
            _add(connection, name, cleaned[name])
        _add_lines(connection, cleaned["audit"])
        for table in DECISIONS:
            _add_decisions(connection, table, cleaned[table.name], store)
        settle_copied(connection, store)
        if rows.get("api_key"):
            connection.execute("DELETE FROM keys_given_up")
    return _counted(rows)


def copy_decisions(state: State, source: StoreName, target: StoreName) -> int:
    """Let what people decided about one store be decided about another, too; return how many rows that are."""
    if not state.path.exists():
        return 0
    with state.writing(settles=True) as connection:
        rows = _rows(connection, DECISIONS, source)
        for table in DECISIONS:
            _add_decisions(connection, table, [dict(row) for row in rows[table.name]], target)
        settle_copied(connection, target)
    return sum(map(len, rows.values()))


def count_decisions(state: State, store: StoreName) -> tuple[int, int]:
    """Return how many rows of what people decided are about the store, and how many about others."""
    with state.reading() as connection:
        if connection is None:
            return 0, 0
        own, every = (_rows(connection, DECISIONS, named) for named in (store, None))
    counts = [sum(map(len, rows.values())) for rows in (own, every)]
    return counts[0], counts[1] - counts[0]


def _counted(rows: Rows) -> StateCopy:
    found = {table.name: len(rows.get(table.name, ())) for table in TABLES}
    return StateCopy(found["audit"], found["api_key"], sum(found[table.name] for table in DECISIONS))


def _rows(connection: sqlite3.Connection, tables: Sequence[StateTable], store: StoreName | None = None) -> Rows:
    """Return the rows that are copied: of what people decided, all, or what they decided about the store."""
    found, named = {}, {} if store is None else store._asdict()
    for table in tables:
        every = checked(connection, table.name, connection.execute(f"SELECT * FROM {table.name} ORDER BY rowid"))  # noqa: S608
        which = f"{table.copied} AND {_OF_STORE}" if table.is_of_store and store is not None else table.copied
        keys = connection.execute(f"SELECT {table.key} FROM {table.name} WHERE {which}", named)  # noqa: S608
        wanted = {key for (key,) in keys}
        found[table.name] = [row for row in every if row[table.key] in wanted]
    return found


def _checked(connection: sqlite3.Connection, file: Path) -> Rows:
    fault = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if fault != "ok":
        raise StoreUnavailableError(message("state_backup.damaged", file=str(file), error=fault))
    check_rows(connection)
    return _rows(connection, _KEPT + _SECRET)


def _write(draft: Path, rows: Rows) -> None:
    copy = State(draft)
    with copy.writing() as connection:
        for table, found in rows.items():
            _add(connection, table, [dict(row) for row in found])
    copy.close()
    connection = sqlite3.connect(draft, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = DELETE")  # so that the copy is one file
    finally:
        connection.close()
    with draft.open("rb+") as written:
        os.fsync(written.fileno())


def _add(connection: sqlite3.Connection, table: str, rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        names = rows[0].keys()
        places = ", ".join("?" * len(names))
        statement = f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({places})"  # noqa: S608
        connection.executemany(statement, [tuple(row[name] for name in names) for row in rows])


def _add_decisions(
    connection: sqlite3.Connection, table: StateTable, rows: Sequence[Mapping[str, object]], store: StoreName
) -> None:
    """Add what was decided to what was decided about the store; by keys of their own where others have these."""
    known = {row[0]: row[1:] for row in connection.execute(f"SELECT {table.key}, store, store_url FROM {table.name}")}  # noqa: S608
    added = []
    for row in rows:
        key = str(row[table.key])
        if key in known and not store.is_of(*known[key]):
            key = blake2b(f"{key} {store.id}".encode(), digest_size=8).hexdigest()
        added.append({**row, table.key: key, "store": store.id, "store_url": store.url})
    _add(connection, table.name, added)


def _add_lines(connection: sqlite3.Connection, copied: Sequence[Mapping[str, object]]) -> None:
    """Add the lines of a log that are not there, by their own numbers where these are free, else at the end."""
    there = {tuple(row)[1:] for row in connection.execute("SELECT * FROM audit")}
    missing = [line for line in (tuple(row.values()) for row in copied) if line[1:] not in there]
    taken = {row[0] for row in connection.execute("SELECT id FROM audit")}
    lines = [(None if line[0] in taken else line[0], *line[1:]) for line in missing]
    # By their numbers first: what is added at the end would take them else.
    lines.sort(key=lambda line: line[0] is None)
    connection.executemany("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?)", lines)
