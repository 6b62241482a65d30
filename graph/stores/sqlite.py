"""The embedded store: one SQLite file, nothing to install."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from pathlib import Path

from graph.changes import Change, ChangeSet
from graph.errors import ConflictError, StoreUnavailableError
from graph.model import IngestRun, NodeDetail, NodeId, Revision, merge_node
from graph.stores.base import Receipt
from graph.stores.sqlite_log import read_log
from graph.stores.sqlite_reading import NODES, SqliteReading
from graph.stores.sqlite_tables import prepare
from graph.stores.sqlite_writing import SqliteWriting

BUSY_TIMEOUT_S = 10.0
_NODES_NAMED = NODES.format(where="WHERE entity.id IN (SELECT value FROM json_each(?))")


class SqliteStore:
    """A graph in one SQLite file. Connections are one per thread; the file is made by the first `apply`."""

    def __init__(self, path: Path) -> None:
        """Name the file; nothing is opened yet."""
        self.path = path
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """See Store."""
        return f"sqlite:///{self.path}"

    @property
    def store_id(self) -> str:
        """See Store."""
        with self._translated():
            connection = self._connection()
            return str(connection.execute("SELECT store_id FROM meta").fetchone()[0]) if connection else ""

    def exists(self) -> bool:
        """See Store."""
        return self.path.is_dir() or (self.path.is_file() and self.path.stat().st_size > 0)  # a folder fails on opening

    def revision(self) -> Revision:
        """See Store."""
        with self._translated():
            return SqliteReading(self._connection()).revision

    @contextmanager
    def reading(self) -> Iterator[SqliteReading]:
        """See Store."""
        with self._translated():
            connection = self._connection()
            if connection is None:
                yield SqliteReading(None)
                return
            connection.execute("BEGIN")
            try:
                yield SqliteReading(connection)
            finally:
                connection.execute("ROLLBACK")

    def apply(
        self, changes: ChangeSet, *, expected_revision: int | None = None, report: Mapping[str, object] | None = None
    ) -> Receipt:
        """See Store."""
        with self._translated():
            connection = self._open(make=True)
            if connection is None:
                raise StoreUnavailableError(f"{self.path} cannot be made")
            connection.execute("BEGIN IMMEDIATE")  # a plain BEGIN fails when a reader turns writer beside another one
            try:
                receipt = SqliteWriting(connection, changes).apply(expected_revision, report or {})
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
            return receipt

    def changes(self, since: int, until: int) -> Iterator[Change]:
        """See Store."""
        with self.reading() as reading:
            return iter(read_log(reading, since, until))

    def nodes(self, ids: Sequence[NodeId]) -> list[NodeDetail]:
        """See Store."""
        with self.reading() as reading:
            sources = {source.name: source for source in reading.sources()}
            rows = reading.rows(_NODES_NAMED, (json.dumps(list(ids)),))
            stated = {
                node_id: [(sources[name], kind, json.loads(values)) for name, _, kind, values in group]
                for node_id, group in groupby(rows, key=lambda row: row[1])
            }
        return [merge_node(node_id, stated[node_id]) for node_id in ids if node_id in stated]

    def runs(self) -> list[IngestRun]:
        """See Store."""
        with self.reading() as reading:
            rows = list(reading.rows("SELECT id, source, applied_at, revision, report FROM run ORDER BY revision DESC"))
        return [
            IngestRun(id=i, source=s, applied_at=datetime.fromisoformat(at), revision=r, report=json.loads(report))
            for i, s, at, r, report in rows
        ]

    def health(self) -> str:
        """See Store."""
        if not self.exists():
            return f"{self.url} does not exist yet; the first import makes it"
        return f"{self.url} can be read; revision {self.revision().number}"

    def close(self) -> None:
        """See Store."""
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
        self._local = threading.local()

    def _connection(self) -> sqlite3.Connection | None:
        """Return this thread's connection; None where there is no store."""
        known: sqlite3.Connection | None = getattr(self._local, "connection", None)
        return known or (self._open(make=False) if self.exists() else None)

    def _open(self, *, make: bool) -> sqlite3.Connection | None:
        known: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if known is not None:
            return known
        if make:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreUnavailableError(f"{self.path.parent} cannot be made: {error.strerror}") from error
        connection = sqlite3.connect(self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
        is_store = False
        try:
            is_store = prepare(connection, self.path, make=make)
        finally:
            if not is_store:
                connection.close()
        if not is_store:
            return None
        self._local.connection = connection
        with self._lock:
            self._connections.append(connection)
        return connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise ConflictError(f"another job is writing to {self.path}; try again when it is done") from error
            raise StoreUnavailableError(f"{self.path} cannot be used: {error}") from error
        except sqlite3.DatabaseError as error:
            raise StoreUnavailableError(f"{self.path} is no store: {error}; name another file") from error
