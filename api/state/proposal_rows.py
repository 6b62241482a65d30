"""Rows of the tables of proposals: read, added and dropped for one store."""

import json
import secrets
import sqlite3
from collections.abc import Collection, Iterable, Mapping

from api.state.seals import checked
from api.state.table_register import StoreName

OF_STORE = "WHERE (store = ? OR store_url = ?)"
"""The condition that a row is of a store, whose name is the first two values."""


def select(
    connection: sqlite3.Connection, table: str, store: StoreName, where: str, *values: object, counts: bool = True
) -> list[sqlite3.Row]:
    """Return the store's rows of a table for which a condition in SQL holds; an order may stand behind it.

    Without `counts` the cost is that of the rows alone, and it is not found out that one is gone.
    """
    statement = f"SELECT * FROM {table} {OF_STORE} AND {where}"  # noqa: S608
    return checked(connection, table, connection.execute(statement, (*store, *values)), counts=counts)


def is_one_of(column: str, values: Collection[str]) -> tuple[str, str]:
    """Return the condition that a column has one of the values, and what stands in its one place.

    >>> is_one_of("sentence", ["a"])
    ('sentence IN (SELECT value FROM json_each(?))', '["a"]')
    """
    return f"{column} IN (SELECT value FROM json_each(?))", json.dumps(list(values))  # noqa: S608 - a column of ours


def add_rows(
    connection: sqlite3.Connection, table: str, store: StoreName, rows: Iterable[Mapping[str, object]]
) -> None:
    """Add rows of the store, each under a key of its own where it has none yet."""
    full = [{"id": secrets.token_hex(8), **row, "store": store.id, "store_url": store.url} for row in rows]
    if full:
        names = full[0].keys()
        statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608
        connection.executemany(statement, [tuple(row[name] for name in names) for row in full])


def drop_rows(
    connection: sqlite3.Connection, table: str, store: StoreName, column: str, values: Collection[str]
) -> None:
    """Drop the store's rows that have one of the values in a column."""
    where, found = is_one_of(column, values)
    connection.execute(f"DELETE FROM {table} {OF_STORE} AND {where}", (*store, found))  # noqa: S608
