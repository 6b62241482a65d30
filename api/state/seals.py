"""Seals of the state file: a digest of every row that lets somebody in, or is shown, kept apart from the row.

So a row that was changed, that is gone or that has come back is found out wherever it is read. Triggers of the
connection write them, whatever statement it is that writes, and refuse to write over a row that is damaged.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence

from api.state.table_register import TABLES
from graph.messages import message
from graph.stores.sqlite.seals import add_function, seal

_KEYS = {table.name: table.key for table in TABLES}
"""The sealed tables, each with the column by which its rows are told apart."""
_BESIDE = {table.name: table.beside for table in TABLES}
_PARTS = {table.name: table.part for table in TABLES if table.part is not None}
"""The column by which rows of a table are asked for: it stands with the seal, too."""
TABLE = """CREATE TABLE seal (
    of TEXT NOT NULL, row NOT NULL, part TEXT, seal INTEGER NOT NULL, PRIMARY KEY (of, row)) WITHOUT ROWID"""
_TRIGGERS = """
CREATE TEMP TRIGGER {table}_inserted AFTER INSERT ON main.{table} BEGIN
    DELETE FROM seal WHERE of = '{table}' AND row = NEW.{key};
    INSERT INTO seal VALUES ('{table}', NEW.{key}, {part}, seal('{table}', {new}));
END;
CREATE TEMP TRIGGER {table}_deleted AFTER DELETE ON main.{table} BEGIN
    DELETE FROM seal WHERE of = '{table}' AND row = OLD.{key};
END;
CREATE TEMP TRIGGER {table}_to_update BEFORE UPDATE ON main.{table}
WHEN (SELECT seal FROM seal WHERE of = '{table}' AND row = OLD.{key}) IS NOT seal('{table}', {old}) BEGIN
    SELECT RAISE(ABORT, 'a row of {table} is not what was kept');
END;
CREATE TEMP TRIGGER {table}_updated AFTER UPDATE ON main.{table} BEGIN
    UPDATE seal SET seal = seal('{table}', {new}) WHERE of = '{table}' AND row = NEW.{key};
END;
"""


class DamagedRowError(ValueError):
    """A row is not what was kept, is gone, or has come back."""

    def __init__(self, table: str) -> None:
        """Name the table."""
        super().__init__(str(message("state.damaged_row", table=table)))


def watch(connection: sqlite3.Connection) -> None:
    """Let the connection seal what it writes."""
    add_function(connection)
    if connection.execute("SELECT 1 FROM sqlite_temp_master WHERE name = 'forgotten_updated'").fetchone():
        return
    connection.execute("PRAGMA temp_store = MEMORY")  # a full disk has no room for them
    for table, key in _KEYS.items():
        columns = [row[1] for row in connection.execute(f"PRAGMA main.table_info({table})")]
        new, old = (", ".join(f"{which}.{column}" for column in columns) for which in ("NEW", "OLD"))
        part = f"NEW.{_PARTS[table]}" if table in _PARTS else "NULL"
        for trigger in _TRIGGERS.format(table=table, key=key, part=part, new=new, old=old).split("END;")[:-1]:
            connection.execute(f"{trigger}END")


def seal_all(connection: sqlite3.Connection) -> None:
    """Seal what a file of before seals holds."""
    for table, key in _KEYS.items():
        found = connection.execute(f"SELECT {key}, {_PARTS.get(table, 'NULL')}, * FROM {table}").fetchall()  # noqa: S608
        rows = ((table, row[0], row[1], seal(table, *tuple(row)[2:])) for row in found)
        connection.executemany("INSERT INTO seal VALUES (?, ?, ?, ?)", rows)


def checked(
    connection: sqlite3.Connection,
    table: str,
    rows: Iterable[sqlite3.Row],
    *,
    parts: Sequence[str] = (),
    counts: bool = True,
) -> list[sqlite3.Row]:
    """Return some rows of the table with all their columns, when they were kept so, and none is gone or has come back.

    `parts` are the values of the column by which they were asked for. Without `counts`, whose cost grows with the
    table, it is not found out that a row is gone.

    Raises:
        DamagedRowError: they are not.
    """
    found, key = list(rows), _KEYS[table]
    try:
        wanted = json.dumps([row[key] for row in found])
    except (TypeError, IndexError):  # bytes in the place of text, or another name in that of the column
        raise DamagedRowError(table) from None
    seals = connection.execute(
        f"SELECT row, seal, (SELECT {_BESIDE[table]} FROM {table} WHERE {key} = value)"  # noqa: S608
        " FROM json_each(?) CROSS JOIN seal ON of = ? AND row = value",  # each found by its key, not all gone through
        (wanted, table),
    )
    kept = {row: sealed for row, sealed, _ in seals}
    rows_kept, seals_kept = _counts(connection, table, parts) if counts else (0, 0)
    if rows_kept != seals_kept or any(kept.get(row[key]) != seal(table, *row) for row in found):
        raise DamagedRowError(table)
    return found


def _counts(connection: sqlite3.Connection, table: str, parts: Sequence[str]) -> tuple[int, int]:
    """Return how many rows there are, and how many seals of such."""
    of_rows = f"WHERE {_PARTS[table]} IN (SELECT value FROM json_each(?))" if parts else ""  # noqa: S608
    of_seals = "AND part IN (SELECT value FROM json_each(?))" if parts else ""
    values = (json.dumps(list(parts)),) if parts else ()
    rows = connection.execute(f"SELECT count(*) FROM {table} {of_rows}", values)  # noqa: S608
    seals = connection.execute(f"SELECT count(*) FROM seal WHERE of = ? {of_seals}", (table, *values))  # noqa: S608
    return rows.fetchone()[0], seals.fetchone()[0]


def check_gone(connection: sqlite3.Connection, table: str, key: str) -> None:
    """Check that no row of this key was kept, where none was found. Raises DamagedRowError: an index is damaged."""
    if connection.execute("SELECT 1 FROM seal WHERE of = ? AND row = ?", (table, key)).fetchone():
        raise DamagedRowError(table)


def check_rows(connection: sqlite3.Connection) -> None:
    """Check every sealed row. Raises DamagedRowError."""
    for table in _KEYS:
        checked(connection, table, connection.execute(f"SELECT * FROM {table}"))  # noqa: S608
