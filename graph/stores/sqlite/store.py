"""SQLite store, embedded: one file, nothing to install."""

import json
import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from itertools import groupby
from pathlib import Path
from weakref import WeakSet

from graph.changes import Change, ChangeSet
from graph.disk import database_fault, disk_fault, sync_folder, unwritable
from graph.draft_files import draft_beside
from graph.errors import ConflictError, StoreDamagedError, StoreUnavailableError
from graph.messages import Message, message
from graph.model import IngestRun, NodeDetail, NodeId, Revision, merge_node
from graph.stores.base import NodeRow, Receipt, ServiceClaim
from graph.stores.content_hash import DamageError
from graph.stores.sqlite.backup import put_in_place
from graph.stores.sqlite.ddl import check_file, check_whole, has_mark, make_file, put_claim, put_mark, read_claim
from graph.stores.sqlite.integrity import check_store, is_damage
from graph.stores.sqlite.log import past_nodes, past_sources, read_log
from graph.stores.sqlite.open_file import connect, settle, transaction, write_back
from graph.stores.sqlite.read import SPANS_NODES, SqliteReader
from graph.stores.sqlite.upgrade import upgrade
from graph.stores.sqlite.write import SqliteWriter

BUSY_TIMEOUT_S = 10.0
LOOKS_FOR_S = 3.0
"""For how long health looks through a file that was changed: who asks for it does not wait for more."""
_NODES_NAMED = SPANS_NODES.format(where="WHERE entity.id IN (SELECT value FROM json_each(?))")
_RUNS = "SELECT id, source, applied_at, revision, report, content_hash, seal FROM run ORDER BY revision DESC"


class _Connection(sqlite3.Connection):
    """A connection that ends with its thread: unlike its base, it can be held weakly."""


class SqliteStore:
    """A graph in one SQLite file. Connections are one per thread; the file is made by the first `apply`."""

    def __init__(self, path: Path) -> None:
        """Name the file; nothing is opened yet."""
        self.path = path
        self._local = threading.local()
        self._connections: WeakSet[_Connection] = WeakSet()
        self._lock = threading.Lock()
        self._seen_whole: tuple[int, int, int] | None = None

    @property
    def url(self) -> str:
        """See Store."""
        return f"sqlite:///{self.path}"

    @property
    def store_id(self) -> str:
        """See Store."""
        with self._translated():
            return SqliteReader(self._connection()).store_id

    def exists(self) -> bool:
        """See Store."""
        return self.path.is_dir() or (self.path.is_file() and self.path.stat().st_size > 0)  # a folder fails on opening

    def revision(self) -> Revision:
        """See Store."""
        with self._translated():
            return SqliteReader(self._connection()).revision

    @contextmanager
    def reading(self) -> Iterator[SqliteReader]:
        """See Store."""
        with self._translated():
            connection = self._connection()
            if connection is None:
                yield SqliteReader(None)
                return
            if connection.in_transaction:  # within another reading of this thread: the same revision
                yield SqliteReader(connection)
                return
            connection.execute("BEGIN")
            try:
                yield SqliteReader(connection)
            finally:
                with suppress(sqlite3.ProgrammingError):  # it is closed: what is read there is damaged
                    connection.execute("ROLLBACK")

    def apply(
        self,
        changes: ChangeSet,
        *,
        expected_revision: int | None = None,
        report: Mapping[str, object] | None = None,
        applied_at: datetime | None = None,
    ) -> Receipt:
        """See Store."""
        with self._translated():
            connection = self._make()
            upgrade(connection)
            with transaction(connection):
                receipt = SqliteWriter(connection, changes).apply(expected_revision, report or {}, applied_at)
            settle(connection)
            return receipt

    @contextmanager
    def building(self) -> Iterator["SqliteStore"]:
        """See Store."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with draft_beside(self.path) as draft, closing(SqliteStore(draft)) as store:
                yield store
                if store.exists():
                    store._write_back()
                    store.close()
                    self._become(draft)
        except OSError as error:
            raise unwritable(self.path, error) from error

    def _write_back(self) -> None:
        """Have all that was written in the file itself."""
        with self._translated():
            if (connection := self._connection()) is not None:
                write_back(connection)

    def _become(self, draft: Path) -> None:
        """Put a draft in the place of this store, which holds nothing."""
        try:
            os.link(draft, self.path)
            sync_folder(self.path.parent)
        except FileExistsError:
            if number := self.revision().number:
                raise ConflictError(message("migration.not_empty", store=self.url, revision=number)) from None
            with self._translated():
                put_in_place(draft, self.path)

    def resume(self) -> Revision | None:
        """See Store. A job is one transaction here: none is ever cut off half-way."""
        return None

    def abort(self) -> bool:
        """See Store."""
        return False

    def changes(self, since: int, until: int, *, kind: str | None = None, most: int | None = None) -> Iterator[Change]:
        """See Store."""
        with self.reading() as reading:
            return iter(read_log(reading, since, until, kind, most))

    def nodes(self, ids: Sequence[NodeId], *, at: int | None = None) -> list[NodeDetail]:
        """See Store."""
        with self.reading() as reading:
            is_past = at is not None and at < reading.revision.number
            asked = past_sources(reading, at or 0) if is_past else reading.sources()
            sources = {source.name: source for source in asked}
            wanted = json.dumps(list(ids))
            rows = past_nodes(reading, wanted, at or 0) if is_past else _present_nodes(reading, wanted)
            stated = {
                node_id: [(sources[name], kind, json.loads(values)) for name, _, kind, values in group]
                for node_id, group in groupby(rows, key=lambda row: row[1])
            }
            reading.missed(len(set(ids)) - len(stated))
        return [merge_node(node_id, stated[node_id]) for node_id in ids if node_id in stated]

    def runs(self) -> list[IngestRun]:
        """See Store."""
        with self.reading() as reading:
            rows = list(reading.checked(_RUNS, "run"))
        return [
            IngestRun(id=i, source=s, applied_at=datetime.fromisoformat(at), revision=r, report=json.loads(report))
            for i, s, at, r, report, _ in rows
        ]

    def content_hashes(self) -> dict[int, str]:
        """See Store."""
        with self.reading() as reading:
            return reading.content_hashes()

    def upgrade(self) -> bool:
        """See Store."""
        with self._translated():
            connection = self._connection()
            return connection is not None and upgrade(connection)

    def check(self) -> str:
        """See Store."""
        with self.reading() as reading:
            return check_store(reading)

    def needs_keys(self) -> bool:
        """See Store."""
        with self._translated():
            connection = self._connection()
            return connection is not None and has_mark(connection)

    def note_keys(self, *, needed: bool) -> None:
        """See Store."""
        with self._translated():
            connection = self._connection()
            if connection is not None:
                put_mark(connection, is_set=needed)
                settle(connection)

    def claim(self) -> ServiceClaim | None:
        """See Store."""
        with self._translated():
            connection = self._connection()
            found = None if connection is None else read_claim(connection)
            return None if found is None else ServiceClaim(*found)

    def note_claim(self, claim: ServiceClaim) -> None:
        """See Store."""
        with self._translated():
            connection = self._connection()
            if connection is not None:
                put_claim(connection, claim)

    def health(self) -> Message:
        """See Store."""
        if not self.exists():
            if self.path.is_file():
                raise self._damaged(message("damage.empty"))
            return message("store.not_made", store=self.url)
        with self._translated():
            return message("store.readable", store=self.url, revision=self._revision_in_file())

    def _revision_in_file(self) -> int:
        """Return the revision by a connection that remembers nothing, after a look at all of a file that was changed.

        Raises:
            sqlite3.Error: it cannot be read, or is damaged.
            StoreUnavailableError: likewise, or it is no store.
        """
        stat = self.path.stat()
        with closing(connect(self.path, _Connection, BUSY_TIMEOUT_S).connection) as connection:
            check_file(connection, self.path)
            seen = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
            if seen != self._seen_whole:
                check_whole(connection, self.path, LOOKS_FOR_S)
                self._seen_whole = seen
            return SqliteReader(connection).revision.number

    def warnings(self) -> list[Message]:
        """See Store. A job is one transaction here."""
        return []

    def close(self) -> None:
        """See Store."""
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
        self._local = threading.local()

    def _connection(self) -> "_Connection | None":
        """Return this thread's connection; None where there is no store."""
        return self._known() or (self._open() if self.exists() else None)

    def _known(self) -> "_Connection | None":
        """Return this thread's open connection, unless the file has been removed or replaced since it was opened."""
        known: _Connection | None = getattr(self._local, "connection", None)
        if known is None or self._local.file == _file_at(self.path):
            return known
        self._let_go(known)
        return None

    def _let_go(self, known: "_Connection") -> None:
        """Close this thread's connection."""
        del self._local.connection
        with self._lock:
            self._connections.discard(known)
        known.close()

    def _open(self) -> "_Connection":
        opened = connect(self.path, _Connection, BUSY_TIMEOUT_S)
        connection = opened.connection
        try:
            check_file(connection, self.path)
        except BaseException:
            connection.close()
            raise
        self._local.connection, self._local.file = connection, _file_at(self.path)
        self._local.is_lasting = opened.is_lasting
        with self._lock:
            self._connections.add(connection)
        return connection

    def _make(self) -> "_Connection":
        """Return this thread's connection to the store, which is made where there is none."""
        if not self.exists():
            try:
                make_file(self.path)
            except OSError as error:
                fault = disk_fault(error)
                raise fault.kind(message("store.unmakeable", file=str(self.path), error=fault.reason)) from error
        return self._known() or self._open()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DamageError as error:
            raise self._damaged(error.fault) from error
        except UnicodeDecodeError as error:  # of a name in the file's own catalogue
            raise self._damaged(str(error)) from error
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise ConflictError(message("store.busy", store=str(self.path))) from error
            fault = database_fault(self.path, error)
            if fault is not None:
                raise fault.kind(message("store.unusable", file=str(self.path), error=fault.reason)) from error
            if is_damage(error):
                raise self._damaged(str(error)) from error
            raise StoreUnavailableError(message("store.unusable", file=str(self.path), error=str(error))) from error
        except sqlite3.DatabaseError as error:
            raise self._damaged(str(error)) from error
        finally:
            known: _Connection | None = getattr(self._local, "connection", None)
            if known is not None and not self._local.is_lasting and not known.in_transaction:
                self._let_go(known)  # nobody else can use the file meanwhile

    def _damaged(self, fault: Message | str) -> StoreDamagedError:
        """Return the error, and close this thread's connection.

        A query that is cut short would keep it where it is for as long as somebody keeps the error, whatever is
        restored meanwhile.
        """
        known: _Connection | None = getattr(self._local, "connection", None)
        if known is not None:
            self._let_go(known)
        return StoreDamagedError(message("store.damaged", store=str(self.path), fault=fault))


def _present_nodes(reading: SqliteReader, ids: str) -> Iterator[NodeRow]:
    return (row[:4] for row in reading.checked(_NODES_NAMED, "node", (ids,)))


def _file_at(path: Path) -> tuple[int, int] | None:
    """Return what tells the file at the path from any other, also from one that stood there before; None for none."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino
