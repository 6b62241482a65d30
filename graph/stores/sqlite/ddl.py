"""DDL of the embedded store: system-versioned tables, and the check that a file is such a store.

System-versioned: a statement's row says since which revision it stands; a row that is replaced or removed
moves to the `_past` table and says until when it stood. The change log is read from these two, and costs nothing to
write. Ids stand once, in `entity`; statements refer to them by number. Each row bears a seal, a digest of what it says
with its span (`graph/stores/sqlite/seals.py`), so that damage is found where a single row is read, too.
"""

import os
import sqlite3
import time
import uuid
from contextlib import suppress
from pathlib import Path

from graph.disk import sync_folder
from graph.draft_files import draft_beside
from graph.errors import StoreUnavailableError
from graph.messages import message
from graph.stores.content_hash import DamageError
from graph.stores.sqlite.open_file import transaction
from graph.stores.sqlite.seals import add_function, seal

APPLICATION_ID = 0x526F6C65  # "Role": tells this file from any other SQLite file
FORMAT = 4
"""1 had no seals, no sums, and no content hash; 2 no seal of the head; 3 no institutions of sources."""
SEALED, HEAD_SEALED, INSTITUTIONS = 2, 3, 4
"""The formats from which on rows, and the head, are sealed; and sources may belong to institutions."""
_STEPS = 20_000
"""After how many steps of SQLite it is looked whether the time is up."""

_TABLES = f"""
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {FORMAT};
CREATE TABLE meta (store_id TEXT NOT NULL, revision INTEGER NOT NULL, token TEXT NOT NULL, seal INTEGER);
CREATE TABLE source (
    key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, version TEXT NOT NULL, licence TEXT NOT NULL,
    url TEXT NOT NULL, rank INTEGER NOT NULL, since INTEGER NOT NULL, seal INTEGER, node_sum TEXT, link_sum TEXT,
    institution_id TEXT NOT NULL DEFAULT ''
);
CREATE TABLE source_past (
    key INTEGER NOT NULL, version TEXT NOT NULL, licence TEXT NOT NULL, url TEXT NOT NULL, rank INTEGER NOT NULL,
    since INTEGER NOT NULL, until INTEGER NOT NULL, seal INTEGER, institution_id TEXT NOT NULL DEFAULT ''
);
CREATE TABLE entity (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
CREATE TABLE node (
    entity INTEGER NOT NULL, source INTEGER NOT NULL, kind TEXT NOT NULL, "values" TEXT NOT NULL,
    since INTEGER NOT NULL, seal INTEGER,
    PRIMARY KEY (entity, source)
) WITHOUT ROWID;
CREATE TABLE node_past (
    entity INTEGER NOT NULL, source INTEGER NOT NULL, kind TEXT NOT NULL, "values" TEXT NOT NULL,
    since INTEGER NOT NULL, until INTEGER NOT NULL, seal INTEGER
);
CREATE INDEX node_past_of ON node_past (entity);
CREATE TABLE link (
    from_entity INTEGER NOT NULL, relation TEXT NOT NULL, to_entity INTEGER NOT NULL, source INTEGER NOT NULL,
    weight REAL, level INTEGER, term INTEGER, openings INTEGER, note TEXT, since INTEGER NOT NULL,
    seal INTEGER,
    PRIMARY KEY (from_entity, relation, to_entity, source)
) WITHOUT ROWID;
CREATE TABLE link_past (
    from_entity INTEGER NOT NULL, relation TEXT NOT NULL, to_entity INTEGER NOT NULL, source INTEGER NOT NULL,
    weight REAL, level INTEGER, term INTEGER, openings INTEGER, note TEXT,
    since INTEGER NOT NULL, until INTEGER NOT NULL, seal INTEGER
);
CREATE TABLE run (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, applied_at TEXT NOT NULL, revision INTEGER NOT NULL,
    report TEXT NOT NULL, content_hash TEXT, seal INTEGER
);
"""


_INSTITUTION = "institution_id TEXT NOT NULL DEFAULT ''"
_EMPTY = {_INSTITUTION: "''"}
ADDED: dict[int, dict[str, tuple[str, ...]]] = {
    SEALED: {
        **dict.fromkeys(("node", "node_past", "link", "link_past", "source_past"), ("seal INTEGER",)),
        "source": ("seal INTEGER", "node_sum TEXT", "link_sum TEXT"),
        "run": ("content_hash TEXT", "seal INTEGER"),
    },
    HEAD_SEALED: {"meta": ("seal INTEGER",)},
    INSTITUTIONS: {"source": (_INSTITUTION,), "source_past": (_INSTITUTION,)},
}
"""The columns that a format added, at the end of tables."""
SOURCES_SEALED_ANEW = {
    "source": """CASE WHEN seal = seal(name, version, licence, url, rank, since, NULL)
THEN seal(name, version, licence, url, rank, '', since, NULL) ELSE seal END""",
    "source_past": """CASE WHEN seal =
seal((SELECT name FROM main.source WHERE source.key = source_past.key), version, licence, url, rank, since, until)
THEN seal((SELECT name FROM main.source WHERE source.key = source_past.key), version, licence, url, rank, '',
since, until) ELSE seal END""",
}
"""The seals of sources with an institution in place of those without; one that does not fit stays, and does not fit."""


def make_file(path: Path) -> None:
    """Make the file of an empty store, unless somebody is faster: it appears whole, whoever looks on.

    Raises:
        OSError: nothing can be made there.
    """
    if path.exists():
        _fill(path)  # somebody touched it, to claim the name
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with draft_beside(path) as draft:
        _fill(draft)
        with suppress(FileExistsError):
            os.link(draft, path)
            sync_folder(path.parent)


def _fill(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("BEGIN EXCLUSIVE")
        if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:  # nobody was faster
            for statement in _TABLES.split(";"):
                connection.execute(statement)
            head = (str(uuid.uuid4()), 0, "")
            connection.execute("INSERT INTO meta VALUES (?, ?, ?, ?)", (*head, seal(*head)))
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()


def format_of(connection: sqlite3.Connection) -> int:
    """Return the format that the open file says it has."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def check_file(connection: sqlite3.Connection, path: Path) -> None:
    """Check that the open file is a store, and set the connection up: one of an earlier format can be read as it is.

    Raises:
        StoreUnavailableError: the file is another program's, damaged, or of a newer format.
    """
    version = format_of(connection)
    made_by = connection.execute("PRAGMA application_id").fetchone()[0]
    if made_by != APPLICATION_ID:
        raise StoreUnavailableError(message("store.foreign_file", file=str(path)))
    if version > FORMAT:
        raise StoreUnavailableError(message("store.newer_file", file=str(path), format=version))
    if version < 1:
        raise DamageError(message("damage.head"))
    add_function(connection)
    _add_views(connection, version)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA cache_size = -65536")


def _add_views(connection: sqlite3.Connection, version: int) -> None:
    """Let a connection read a store of an earlier format by the same texts.

    Of two columns of a name the first counts: where others bring the file up to date meanwhile, the present one; but a
    seal that is made anew, which stays as it is once it does not fit as one of before.

    Raises:
        DamageError: the store has those columns, so that it is not of the format that it says.
    """
    added: dict[str, tuple[str, ...]] = {}
    for number in range(version + 1, FORMAT + 1):
        for table, columns in ADDED[number].items():
            added[table] = (*added.get(table, ()), *columns)
    for table, columns in added.items():
        known = {row[1] for row in connection.execute(f"PRAGMA main.table_info({table})")}
        if not known.isdisjoint(column.split()[0] for column in columns):
            raise DamageError(message("damage.head"))
        empty = [f"{_EMPTY.get(column, 'NULL')} AS {column.split()[0]}" for column in columns]
        anew = [f"{SOURCES_SEALED_ANEW[table]} AS seal"] if table in SOURCES_SEALED_ANEW and "seal" in known else []
        connection.execute(f"CREATE TEMP VIEW {table} AS SELECT {', '.join([*anew, '*', *empty])} FROM main.{table}")


def check_whole(connection: sqlite3.Connection, path: Path, within_s: float) -> None:
    """Check that the pages of the open file fit together, as far as that is found within the time.

    Raises:
        StoreUnavailableError: they do not.
    """
    end = time.monotonic() + within_s
    connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
    try:
        fault = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        return
    finally:
        connection.set_progress_handler(None, 0)
    if fault != "ok":
        raise StoreUnavailableError(message("backup.damaged", store=str(path), fault=fault))


def has_mark(connection: sqlite3.Connection) -> bool:
    """Say whether the store bears the mark of having been served with access keys.

    Raises:
        DamageError: the name of its table, which stands in the catalogue three times, is not what was written.
    """
    made = connection.execute(
        "SELECT name = 'needs_keys' FROM sqlite_master"
        " WHERE 'needs_keys' IN (name, tbl_name) OR instr(sql, 'needs_keys')"
    ).fetchone()
    if made is not None and not made[0]:
        raise DamageError(message("damage.head"))
    return made is not None and connection.execute("SELECT 1 FROM needs_keys").fetchone() is not None


def put_mark(connection: sqlite3.Connection, *, is_set: bool) -> None:
    """Set or remove that mark. Its table is made when it is first set: stores written before have none."""
    with transaction(connection):
        connection.execute("CREATE TABLE IF NOT EXISTS needs_keys (since TEXT NOT NULL)")
        connection.execute("DELETE FROM needs_keys")
        if is_set:
            connection.execute("INSERT INTO needs_keys VALUES (datetime('now'))")


def read_claim(connection: sqlite3.Connection) -> tuple[str, str, str, float] | None:
    """Return which state file goes with the store: its name, its place, and since when that is known."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'claim'").fetchone() is None:
        return None
    found = connection.execute("SELECT state, place, store_url, at FROM claim").fetchone()
    return None if found is None else (str(found[0]), str(found[1]), str(found[2]), float(found[3]))


def put_claim(connection: sqlite3.Connection, claim: tuple[str, str, str, float]) -> None:
    """Say which state file goes with the store. The table is made when it is first said."""
    with transaction(connection):
        connection.execute(
            "CREATE TABLE IF NOT EXISTS claim"
            " (state TEXT NOT NULL, place TEXT NOT NULL, store_url TEXT NOT NULL, at REAL NOT NULL)"
        )
        connection.execute("DELETE FROM claim")
        connection.execute("INSERT INTO claim VALUES (?, ?, ?, ?)", claim)
