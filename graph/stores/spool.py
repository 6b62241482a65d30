"""Spool: statements of one reading in a temporary file, in order, to be read as often as wanted."""

import sqlite3
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar

from graph.cancellation import cancellable_rows
from graph.errors import NoRoomError
from graph.messages import message
from graph.stores.base import LinkRow, NodeRow

BATCH_ROWS = 1000
"""How many rows are held at once, on their way in and out."""
# The file has no name: it is gone with the connection, also where the process is killed.
_SET_UP = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -8192;
CREATE TABLE node (id, source, kind, "values", PRIMARY KEY (id, source)) WITHOUT ROWID;
CREATE TABLE link (
    from_id, relation, to_id, source, weight, level, term, openings, note,
    PRIMARY KEY (from_id, relation, to_id, source)
) WITHOUT ROWID;
BEGIN
"""

T = TypeVar("T", covariant=True)  # noqa: PLC0105 - the rows of one kind, whichever


class Rows(Protocol[T]):
    """Rows that can be read again and counted: a list, or rows of a spool."""

    def __iter__(self) -> Iterator[T]:
        """Yield them from the first, in their order."""
        ...

    def __len__(self) -> int:
        """Return how many there are."""
        ...


class Spool:
    """Tables `node` and `link` of statements, of which the last holds where one comes twice; gone when nobody holds it.

    Raises:
        NoRoomError: the disk for temporary files takes no more; so do all methods.
    """

    def __init__(self, nodes: Iterable[NodeRow], links: Iterable[LinkRow]) -> None:
        """Write the rows, in any order."""
        self._connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        weakref.finalize(self, self._connection.close)
        self._connection.executescript(_SET_UP)
        by_key = ((row[1], row[0], *row[2:]) for row in nodes)
        self.fill("INSERT OR REPLACE INTO node VALUES (?, ?, ?, ?)", by_key)
        by_ends = ((*row[1:4], row[0], *row[4:]) for row in links)
        self.fill("INSERT OR REPLACE INTO link VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", by_ends)

    def fill(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run a text with each of the rows."""
        remaining = iter(rows)
        while batch := list(islice(remaining, BATCH_ROWS)):
            self._translated(lambda batch=batch: self._connection.executemany(sql, batch))  # type: ignore[misc]

    def change(self, sql: str, values: Sequence[object] = ()) -> None:
        """Run a text."""
        self._translated(lambda: self._connection.execute(sql, values))

    def rows(self, sql: str, values: Sequence[object] = ()) -> Iterator[Any]:
        """Yield what a query finds, holding few rows at a time."""
        cursor = self._translated(lambda: self._connection.execute(sql, values))
        while batch := self._translated(lambda: cursor.fetchmany(BATCH_ROWS)):
            yield from cancellable_rows(batch)

    def first(self, sql: str, values: Sequence[object] = ()) -> Any:  # noqa: ANN401 - a row of whatever was asked for
        """Return the first row that a query finds; None where it finds none."""
        return self._translated(lambda: self._connection.execute(sql, values).fetchone())

    def _translated(self, run: "Callable[[], Any]") -> Any:  # noqa: ANN401 - as above
        try:
            return run()
        except sqlite3.OperationalError as error:
            raise NoRoomError(message("disk.no_temporary")) from error


class SpooledRows(Generic[T]):
    """Rows that a query finds in a spool, made of what it found as they are read."""

    def __init__(self, spool: Spool, count: str, sql: str, made: Callable[[Iterator[Any]], Iterator[T]]) -> None:
        """Count them by the query `count`; `sql` holds `{where}` where a condition may stand."""
        self.spool = spool
        self._sql, self._made = sql, made
        self._count = int(spool.first(count)[0])

    def __iter__(self) -> Iterator[T]:
        """Yield them in the order of the query."""
        return self.where()

    def __len__(self) -> int:
        """Return how many there are."""
        return self._count

    def where(self, condition: str = "", *values: object) -> Iterator[T]:
        """Yield those of which the condition holds."""
        return self._made(self.spool.rows(self._sql.format(where=condition and f"WHERE {condition}"), values))
