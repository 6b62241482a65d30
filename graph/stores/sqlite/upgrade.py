"""Migration of the embedded store to the present format: seals, sums, content hashes, institutions of sources."""

import sqlite3

from graph.stores.content_hash import Content, past_hashes, to_text
from graph.stores.digest_sums import link_sums, node_sums
from graph.stores.sqlite.ddl import (
    ADDED,
    FORMAT,
    HEAD_SEALED,
    INSTITUTIONS,
    SEALED,
    SOURCES_SEALED_ANEW,
    format_of,
)
from graph.stores.sqlite.log import read_log
from graph.stores.sqlite.open_file import transaction
from graph.stores.sqlite.read import SqliteReader

_SEALS = (
    """UPDATE node SET seal = seal((SELECT name FROM source WHERE key = node.source),
    (SELECT id FROM entity WHERE key = node.entity), kind, "values", since, NULL)""",
    """UPDATE node_past SET seal = seal((SELECT name FROM source WHERE key = node_past.source),
    (SELECT id FROM entity WHERE key = node_past.entity), kind, "values", since, until)""",
    """UPDATE link SET seal = seal((SELECT name FROM source WHERE key = link.source),
    (SELECT id FROM entity WHERE key = from_entity), relation, (SELECT id FROM entity WHERE key = to_entity),
    weight, level, term, openings, note, since, NULL)""",
    """UPDATE link_past SET seal = seal((SELECT name FROM source WHERE key = link_past.source),
    (SELECT id FROM entity WHERE key = from_entity), relation, (SELECT id FROM entity WHERE key = to_entity),
    weight, level, term, openings, note, since, until)""",
    "UPDATE source SET seal = seal(name, version, licence, url, rank, since, NULL)",
    """UPDATE source_past SET seal = seal((SELECT name FROM source WHERE source.key = source_past.key),
    version, licence, url, rank, since, until)""",
)
_SEAL_HEAD = "UPDATE meta SET seal = seal(store_id, revision, token)"
_SEAL_RUNS = "UPDATE run SET seal = seal(id, source, applied_at, revision, report, content_hash)"


def upgrade(connection: sqlite3.Connection) -> bool:
    """Bring an open store up to the present format, as one transaction; False where it is.

    What it says stays as it is, and so do its revisions.

    Raises:
        sqlite3.Error: it cannot be read or written.
    """
    if format_of(connection) >= FORMAT:
        _drop_views(connection)
        return False
    with transaction(connection):
        if format_of(connection) < SEALED:  # nobody was faster
            _seal_rows(connection, *_sums_and_hashes(connection))
        if format_of(connection) < HEAD_SEALED:
            _add_columns(connection, HEAD_SEALED)
            connection.execute(_SEAL_HEAD)
        if format_of(connection) < INSTITUTIONS:
            _add_columns(connection, INSTITUTIONS)
            for table, sealed in SOURCES_SEALED_ANEW.items():
                connection.execute(f"UPDATE {table} SET seal = {sealed}")
        connection.execute(f"PRAGMA user_version = {FORMAT}")
    return True


def _drop_views(connection: sqlite3.Connection) -> None:
    """Drop what stood for columns that somebody else has added since: nothing can be written through a view."""
    for (name,) in connection.execute("SELECT name FROM sqlite_temp_master WHERE type = 'view'").fetchall():
        connection.execute(f"DROP VIEW temp.{name}")


def _sums_and_hashes(connection: sqlite3.Connection) -> tuple[Content, dict[int, str]]:
    """Return the present content, and the content hash of each revision."""
    reading = SqliteReader(connection)
    content = Content(
        {source.name: source for source in reading.sources()}, node_sums(reading.nodes()), link_sums(reading.links())
    )
    last = reading.revision.number
    return content, past_hashes(content, read_log(reading, 0, last), last)


def _seal_rows(connection: sqlite3.Connection, content: Content, hashes: dict[int, str]) -> None:
    _add_columns(connection, SEALED)
    connection.executemany("UPDATE run SET content_hash = ? WHERE revision = ?", ((h, n) for n, h in hashes.items()))
    rows = [(to_text(content.nodes.get(n, 0)), to_text(content.links.get(n, 0)), n) for n in content.sources]
    connection.executemany("UPDATE source SET node_sum = ?, link_sum = ? WHERE name = ?", rows)
    for statement in (*_SEALS, _SEAL_RUNS):
        connection.execute(statement)


def _add_columns(connection: sqlite3.Connection, number: int) -> None:
    """Add the columns of a format, in the place of the views that stood for them."""
    for table, columns in ADDED[number].items():
        connection.execute(f"DROP VIEW IF EXISTS temp.{table}")
        for column in columns:
            connection.execute(f"ALTER TABLE main.{table} ADD COLUMN {column}")
