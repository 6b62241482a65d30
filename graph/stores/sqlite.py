"""The embedded store: one SQLite file, nothing to install.

Tables are system-versioned: a statement's row says since which revision it stands; a row that is replaced or removed
moves to the `_past` table and says until when it stood. The change log is read from these two, and costs nothing to
write. Ids stand once, in `entity`; statements refer to them by number.
"""

import json
import secrets
import sqlite3
import threading
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from graph.changes import Asserted, Change, ChangeSet, Difference, difference
from graph.errors import ConflictError, SchemaError, StoreUnavailableError
from graph.model import IngestRun, NodeDetail, NodeId, Revision, Source, merge_node
from graph.stores.base import EMPTY, LinkRow, NodeRow, Receipt, asserted_by

APPLICATION_ID = 0x526F6C65  # "Role": tells this file from any other SQLite file
FORMAT = 1
BUSY_TIMEOUT_S = 10.0

_TABLES = f"""
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {FORMAT};
CREATE TABLE meta (store_id TEXT NOT NULL, revision INTEGER NOT NULL, token TEXT NOT NULL);
CREATE TABLE source (
    key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, version TEXT NOT NULL, licence TEXT NOT NULL,
    url TEXT NOT NULL, rank INTEGER NOT NULL, since INTEGER NOT NULL
);
CREATE TABLE source_past (
    key INTEGER NOT NULL, version TEXT NOT NULL, licence TEXT NOT NULL, url TEXT NOT NULL, rank INTEGER NOT NULL,
    since INTEGER NOT NULL, until INTEGER NOT NULL
);
CREATE TABLE entity (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
CREATE TABLE node (
    entity INTEGER NOT NULL, source INTEGER NOT NULL, kind TEXT NOT NULL, "values" TEXT NOT NULL, since INTEGER NOT NULL,
    PRIMARY KEY (entity, source)
) WITHOUT ROWID;
CREATE TABLE node_past (
    entity INTEGER NOT NULL, source INTEGER NOT NULL, kind TEXT NOT NULL, "values" TEXT NOT NULL,
    since INTEGER NOT NULL, until INTEGER NOT NULL
);
CREATE TABLE link (
    from_entity INTEGER NOT NULL, relation TEXT NOT NULL, to_entity INTEGER NOT NULL, source INTEGER NOT NULL,
    weight REAL, level INTEGER, term INTEGER, openings INTEGER, note TEXT, since INTEGER NOT NULL,
    PRIMARY KEY (from_entity, relation, to_entity, source)
) WITHOUT ROWID;
CREATE TABLE link_past (
    from_entity INTEGER NOT NULL, relation TEXT NOT NULL, to_entity INTEGER NOT NULL, source INTEGER NOT NULL,
    weight REAL, level INTEGER, term INTEGER, openings INTEGER, note TEXT,
    since INTEGER NOT NULL, until INTEGER NOT NULL
);
CREATE TABLE run (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, applied_at TEXT NOT NULL, revision INTEGER NOT NULL, report TEXT NOT NULL
);
"""

_NODES = """
SELECT source.name, entity.id, node.kind, node."values"
FROM node JOIN entity ON entity.key = node.entity JOIN source ON source.key = node.source
{where} ORDER BY entity.id, source.name
"""
_LINKS = """
SELECT source.name, a.id, relation, b.id, weight, level, term, openings, note
FROM link JOIN entity a ON a.key = from_entity JOIN entity b ON b.key = to_entity JOIN source ON source.key = link.source
{where} ORDER BY a.id, relation, b.id, source.name
"""
_VALUES = "weight, level, term, openings, note"


class SqliteReading:
    """One read transaction: sees the file as it was when it began."""

    def __init__(self, connection: sqlite3.Connection | None) -> None:
        """Pin the revision; without a connection there is nothing to read."""
        self._connection = connection
        row = connection.execute("SELECT revision, token FROM meta").fetchone() if connection else None
        self.revision = Revision(number=row[0], token=row[1]) if row else EMPTY

    def _rows(self, sql: str, *values: object) -> Iterator[Any]:
        return iter(()) if self._connection is None else self._connection.execute(sql, values)

    def sources(self) -> list[Source]:
        """See Reading."""
        rows = self._rows("SELECT name, version, licence, url, rank FROM source ORDER BY rank, name")
        return [Source(name=n, version=v, licence=li, url=u, rank=r) for n, v, li, u, r in rows]

    def nodes(self, source: str | None = None) -> Iterator[NodeRow]:
        """See Reading."""
        return self._rows(_NODES.format(where="")) if source is None else self._rows(_NODES.format(where=_OF), source)

    def links(self, source: str | None = None) -> Iterator[LinkRow]:
        """See Reading."""
        return self._rows(_LINKS.format(where="")) if source is None else self._rows(_LINKS.format(where=_OF), source)

    def asserted(self, ids: Collection[NodeId]) -> Asserted:
        """See Reading."""
        rows = self._rows(
            "SELECT entity.id, node.kind, source.name FROM json_each(?) wanted JOIN entity ON entity.id = wanted.value"
            " JOIN node ON node.entity = entity.key JOIN source ON source.key = node.source",
            json.dumps(list(ids)),
        )
        found: dict[NodeId, tuple[str, frozenset[str]]] = {}
        for node_id, kind, source in rows:
            others = found[node_id][1] if node_id in found else frozenset()
            found[node_id] = (kind, others | {source})
        return found

    def kinds_of(self, source: str) -> frozenset[str]:
        """See Reading."""
        rows = self._rows(f"SELECT DISTINCT node.kind FROM node JOIN source ON source.key = node.source {_OF}", source)
        return frozenset(kind for (kind,) in rows)


_OF = "WHERE source.name = ?"


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
        return self.path.is_file() and self.path.stat().st_size > 0

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
            connection = self._connection(make=True)
            assert connection is not None
            connection.execute("BEGIN IMMEDIATE")  # a plain BEGIN fails when a reader turns writer beside another one
            try:
                receipt = _Writing(connection, changes).apply(expected_revision, report or {})
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
            return receipt

    def changes(self, since: int, until: int) -> Iterator[Change]:
        """See Store."""
        with self.reading() as reading:
            found = [*_source_changes(reading), *_node_changes(reading), *_link_changes(reading)]
        wanted = [change for change in found if since < change.revision <= until]
        return iter(sorted(wanted, key=_log_order))

    def nodes(self, ids: Sequence[NodeId]) -> list[NodeDetail]:
        """See Store."""
        with self.reading() as reading:
            sources = {source.name: source for source in reading.sources()}
            rows = reading._rows(
                f"{_NODES.format(where='WHERE entity.id IN (SELECT value FROM json_each(?))')}", json.dumps(list(ids))
            )
            stated = {
                node_id: [(sources[name], kind, json.loads(values)) for name, _, kind, values in group]
                for node_id, group in groupby(rows, key=lambda row: row[1])
            }
        return [merge_node(node_id, stated[node_id]) for node_id in ids if node_id in stated]

    def runs(self) -> list[IngestRun]:
        """See Store."""
        with self.reading() as reading:
            rows = list(reading._rows("SELECT id, source, applied_at, revision, report FROM run ORDER BY revision DESC"))
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

    def _connection(self, *, make: bool = False) -> sqlite3.Connection | None:
        known: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if known is not None:
            return known
        if not make and not self.exists():
            return None
        if make:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
        try:
            if not self._prepare(connection, make=make):
                connection.close()
                return None
        except BaseException:
            connection.close()
            raise
        self._local.connection = connection
        with self._lock:
            self._connections.append(connection)
        return connection

    def _prepare(self, connection: sqlite3.Connection, *, make: bool) -> bool:
        """Check that the file is a store, making it if asked; return False for one that was begun and never finished."""
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        made_by = connection.execute("PRAGMA application_id").fetchone()[0]
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if not tables:
            if not make:
                return False
            connection.execute("PRAGMA journal_mode = WAL")
            _make_tables(connection)
        elif made_by != APPLICATION_ID:
            raise StoreUnavailableError(f"{self.path} is a SQLite file of another program; name another file")
        elif version > FORMAT:
            raise StoreUnavailableError(f"{self.path} was written by a newer Rolepath (format {version}); update Rolepath")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA cache_size = -65536")
        return True

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
        except OSError as error:
            raise StoreUnavailableError(f"{self.path} cannot be made: {error.strerror}") from error


def _make_tables(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:  # nobody was faster
            for statement in _TABLES.split(";"):
                connection.execute(statement)
            connection.execute("INSERT INTO meta VALUES (?, 0, '')", (str(uuid.uuid4()),))
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


class _Writing:
    """One ChangeSet on its way into the tables, within a write transaction that the store holds."""

    def __init__(self, connection: sqlite3.Connection, changes: ChangeSet) -> None:
        self._connection = connection
        self._changes = changes
        self._reading = SqliteReading(connection)
        self._number = self._reading.revision.number + 1

    def apply(self, expected: int | None, report: Mapping[str, object]) -> Receipt:
        here = self._reading.revision
        if expected is not None and expected != here.number:
            raise ConflictError(
                f"the graph is at revision {here.number}, not {expected}: somebody was faster; look at the preview again"
            )
        difference = self._difference()
        if difference.is_empty:
            return Receipt(here, difference, atomic=True)
        source = self._write_source(difference)
        keys = self._entity_keys(difference)
        self._write_nodes(difference, source, keys)
        self._write_links(difference, source, keys)
        self._refuse_second_kinds()
        revision = Revision(number=self._number, token=secrets.token_hex(8))
        self._connection.execute("UPDATE meta SET revision = ?, token = ?", (revision.number, revision.token))
        self._connection.execute(
            "INSERT INTO run VALUES (?, ?, ?, ?, ?)",
            (
                self._changes.run_id or secrets.token_hex(6),
                self._changes.source.name,
                datetime.now(UTC).isoformat(timespec="seconds"),
                self._number,
                json.dumps(report, ensure_ascii=False),
            ),
        )
        return Receipt(revision, difference, atomic=True)

    def _difference(self) -> Difference:
        name = self._changes.source.name
        before = next((source for source in self._reading.sources() if source.name == name), None)
        return difference(self._changes, before, *asserted_by(self._reading, name))

    def _write_source(self, difference: Difference) -> int:
        before, after = difference.source_before, difference.source_after
        run = self._connection.execute
        values = (after.version, after.licence, after.url, after.rank, self._number)
        if before is None:
            run("INSERT INTO source (version, licence, url, rank, since, name) VALUES (?, ?, ?, ?, ?, ?)", (*values, after.name))
        elif before != after:
            run(
                "INSERT INTO source_past SELECT key, version, licence, url, rank, since, ? FROM source WHERE name = ?",
                (self._number, after.name),
            )
            run("UPDATE source SET version = ?, licence = ?, url = ?, rank = ?, since = ? WHERE name = ?", (*values, after.name))
        return int(run("SELECT key FROM source WHERE name = ?", (after.name,)).fetchone()[0])

    def _entity_keys(self, difference: Difference) -> dict[str, int]:
        """Return the number of every id that the difference names, giving new ids theirs in the order of the ids."""
        nodes, links = difference.nodes, difference.links
        ids: set[str] = {*nodes.added, *nodes.changed, *nodes.removed}
        for mapping in (links.added, links.changed, links.removed):
            ids.update(key[0] for key in mapping)
            ids.update(key[2] for key in mapping)
        self._connection.executemany("INSERT OR IGNORE INTO entity (id) VALUES (?)", ((node_id,) for node_id in sorted(ids)))
        rows = self._connection.execute("SELECT id, key FROM entity WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),))
        return dict(rows)

    def _write_nodes(self, difference: Difference, source: int, keys: Mapping[str, int]) -> None:
        nodes, number = difference.nodes, self._number
        gone = ((number, keys[node_id], source) for node_id in (*nodes.changed, *nodes.removed))
        self._retire("node", 'entity, source, kind, "values", since', "entity = ? AND source = ?", gone)
        standing = (*nodes.added.items(), *((node_id, after) for node_id, (_, after) in nodes.changed.items()))
        rows = sorted((keys[node_id], source, kind, values, number) for node_id, (kind, values) in standing)
        self._connection.executemany("INSERT INTO node VALUES (?, ?, ?, ?, ?)", rows)

    def _write_links(self, difference: Difference, source: int, keys: Mapping[str, int]) -> None:
        links, number = difference.links, self._number
        gone = ((number, keys[a], relation, keys[b], source) for a, relation, b in (*links.changed, *links.removed))
        columns = f"from_entity, relation, to_entity, source, {_VALUES}, since"
        self._retire("link", columns, "from_entity = ? AND relation = ? AND to_entity = ? AND source = ?", gone)
        standing = (*links.added.items(), *((key, after) for key, (_, after) in links.changed.items()))
        rows = [(keys[a], relation, keys[b], source, *values, number) for (a, relation, b), values in standing]
        rows.sort(key=lambda row: row[:3])
        self._connection.executemany("INSERT INTO link VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def _retire(self, table: str, columns: str, where: str, gone: Iterable[tuple[object, ...]]) -> None:
        for values in gone:
            self._connection.execute(f"INSERT INTO {table}_past SELECT {columns}, ? FROM {table} WHERE {where}", values)
            self._connection.execute(f"DELETE FROM {table} WHERE {where}", values[1:])

    def _refuse_second_kinds(self) -> None:
        row = self._connection.execute(
            "SELECT id, min(kind), max(kind) FROM node JOIN entity ON key = entity"
            " WHERE entity IN (SELECT entity FROM node WHERE since = ?) GROUP BY entity HAVING min(kind) <> max(kind)",
            (self._number,),
        ).fetchone()
        if row:
            raise SchemaError(f"{row[0]} cannot be both a {row[1]} and a {row[2]}: one id has one kind; use another id")


def _log_order(change: Change) -> tuple[int, str, int, tuple[str, ...]]:
    subject = change.subject
    if subject is None:
        return (change.revision, change.source, 0, ())
    is_link = isinstance(subject, tuple)
    return (change.revision, change.source, 1 + is_link, subject if isinstance(subject, tuple) else (subject,))


def _source_changes(reading: SqliteReading) -> Iterator[Change]:
    columns = "source.name, {t}.version, {t}.licence, {t}.url, {t}.rank, {t}.since"
    rows = reading._rows(
        f"SELECT {columns.format(t='source')}, NULL FROM source UNION ALL"
        f" SELECT {columns.format(t='source_past')}, until FROM source_past JOIN source USING (key) ORDER BY 1, 6"
    )
    spans = ((n, None, Source(name=n, version=v, licence=li, url=u, rank=r), since, until) for n, v, li, u, r, since, until in rows)
    return _from_spans(spans)


def _node_changes(reading: SqliteReading) -> Iterator[Change]:
    return _from_spans(
        (source, node_id, (kind, values), since, until)
        for source, node_id, kind, values, since, until in reading._rows(
            'SELECT source.name, id, kind, "values", spans.since, until FROM'
            ' (SELECT entity, source, kind, "values", since, NULL until FROM node UNION ALL SELECT * FROM node_past) spans'
            " JOIN entity ON entity.key = entity JOIN source ON source.key = spans.source"
        )
    )


def _link_changes(reading: SqliteReading) -> Iterator[Change]:
    return _from_spans(
        (row[0], row[1:4], row[4:9], row[9], row[10])
        for row in reading._rows(
            f"SELECT source.name, a.id, relation, b.id, {_VALUES}, spans.since, until FROM"
            f" (SELECT from_entity, relation, to_entity, source, {_VALUES}, since, NULL until FROM link"
            " UNION ALL SELECT * FROM link_past) spans JOIN entity a ON a.key = from_entity"
            " JOIN entity b ON b.key = to_entity JOIN source ON source.key = spans.source"
        )
    )


def _from_spans(spans: Iterable[tuple[str, Any, Any, int, int | None]]) -> Iterator[Change]:
    """Yield the changes that lie behind spans `(source, subject, values, since, until)`.

    A span that ends where the next of its subject begins is a change of values, not a removal and an addition.
    """
    began: dict[tuple[str, Any, int], Any] = {}
    ended: dict[tuple[str, Any, int], Any] = {}
    for source, subject, values, since, until in spans:
        began[source, subject, since] = values
        if until is not None:
            ended[source, subject, until] = values
    for source, subject, revision in began.keys() | ended.keys():
        key = (source, subject, revision)
        yield Change(revision, source, subject, ended.get(key), began.get(key))
