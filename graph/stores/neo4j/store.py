"""Neo4j store: a database, cluster or Aura instance. The only file that imports the driver."""

import json
import random
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from operator import attrgetter
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import neo4j
from neo4j import exceptions

from graph.changes import Change, ChangeSet
from graph.errors import ConflictError, InputError, LoginRefusedError, StoreUnavailableError
from graph.messages import Message, message
from graph.model import IngestRun, NodeDetail, NodeId, Revision, merge_node
from graph.stores.base import Receipt
from graph.stores.neo4j import cypher
from graph.stores.neo4j.apply import (
    FORMAT,
    ChangeSetWriter,
    LostAnswerError,
    OpenTransaction,
    mend,
    refuse_foreign,
    unfinished,
)
from graph.stores.neo4j.codec import read_node, unpack_changes
from graph.stores.neo4j.read import Neo4jReader, read_meta, revision_of
from graph.stores.neo4j.write import Run

CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 300.0
CONSTRAINT_ATTEMPTS = 10
PATIENCE = 2
"""After so many readings in a row that writers made worthless, a reading keeps writers out until it ends."""
IDLE_S = 1.0
"""How long a connection may have been idle before it is tried out: the server may have been started again since."""


class Neo4jStore:
    """A graph in a Neo4j database. The driver keeps a pool of connections; the store is made by the first `apply`."""

    def __init__(self, url: str, password: str | None = None) -> None:
        """Read the URL `scheme://user:password@host:port/database`; nothing is opened yet.

        Raises:
            InputError: the URL names no host, or its parts cannot be told from each other.
        """
        parts, port = _split(url)
        self._database = unquote(parts.path.strip("/")) or None
        name = parts.hostname or ""
        host = f"[{name}]" if ":" in name else name
        self._uri = f"{parts.scheme}://{host}" + (f":{port}" if port else "")
        secret = unquote(parts.password) if parts.password is not None else password
        user = unquote(parts.username) if parts.username else ("neo4j" if secret else "")
        self._auth = (user, secret or "") if user else None
        self._writer = ChangeSetWriter(self._transaction, self.url)
        self._driver: neo4j.Driver | None = None
        self._opening = threading.Lock()
        self._missed = 0
        self._is_prepared = False

    @property
    def url(self) -> str:
        """See Store."""
        return self._uri + (f"/{self._database}" if self._database else "")

    @property
    def store_id(self) -> str:
        """See Store."""
        meta = self._meta()
        return "" if meta is None else str(meta["store_id"])

    def exists(self) -> bool:
        """See Store."""
        return self._meta() is not None

    def revision(self) -> Revision:
        """See Store."""
        return revision_of(self._meta())

    @contextmanager
    def reading(self) -> Iterator[Neo4jReader]:
        """See Store."""
        with self._transaction(READ_TIMEOUT_S) as (run, _):
            holds = self._missed >= PATIENCE
            meta = _settled_meta(run) if holds else self._settled()
            _refuse_unfinished(self.url, meta)
            try:
                yield Neo4jReader(run, meta, None if holds else self._settled)
            except ConflictError:
                self._missed += 1
                raise
            self._missed = 0

    def apply(
        self,
        changes: ChangeSet,
        *,
        expected_revision: int | None = None,
        report: Mapping[str, object] | None = None,
        applied_at: datetime | None = None,
    ) -> Receipt:
        """See Store."""
        self._prepare()
        return self._writer.apply(changes, expected_revision, report or {}, applied_at)

    def resume(self) -> Revision | None:
        """See Store."""
        return self._writer.resume()

    def abort(self) -> bool:
        """See Store."""
        return self._writer.abort()

    def changes(self, since: int, until: int, *, kind: str | None = None) -> Iterator[Change]:
        """See Store."""
        with self._transaction(READ_TIMEOUT_S) as (run, _):
            written = min(until, revision_of(read_meta(run)).number)  # a job that is not finished has logged already
            records = list(run(cypher.LOG, since=since, until=written))
        changes = [change for revision, _, packed in records for change in unpack_changes(packed, revision)]
        if kind is not None:
            changes = [change for change in changes if change.kind == kind]
        return iter(sorted(changes, key=attrgetter("place")))

    def nodes(self, ids: Sequence[NodeId], *, at: int | None = None) -> list[NodeDetail]:
        """See Store."""
        with self._transaction(READ_TIMEOUT_S) as (run, _):
            meta = read_meta(run)
            _refuse_unfinished(self.url, meta)
            if at is not None and at != revision_of(meta).number:
                raise ConflictError(message("store.gone_on", store=self.url, revision=at))
            asserted = {node_id: read_node(text) for node_id, text in run(cypher.NODES_NAMED, ids=list(ids))}
            sources = {source.name: source for source in Neo4jReader(run, meta).sources()}
            if not sources.keys() >= {name for stated in asserted.values() for name in stated}:
                self._settled()  # a new source's statements were there before the source, in one commit
                sources = {source.name: source for source in Neo4jReader(run, meta).sources()}
        return [
            merge_node(
                node_id,
                [(sources[name], kind, json.loads(values)) for name, (kind, values) in asserted[node_id].items()],
            )
            for node_id in ids
            if node_id in asserted
        ]

    def runs(self) -> list[IngestRun]:
        """See Store."""
        with self._transaction(READ_TIMEOUT_S) as (run, _):
            records = [dict(record[0]) for record in run(cypher.RUNS)]
        return [
            IngestRun(
                id=record["id"],
                source=record["source"],
                applied_at=datetime.fromisoformat(record["applied_at"]),
                revision=record["revision"],
                report=json.loads(record["report"]),
            )
            for record in records
        ]

    def needs_keys(self) -> bool:
        """See Store."""
        return bool((self._meta() or {}).get("needs_keys"))

    def note_keys(self, *, needed: bool) -> None:
        """See Store."""
        with self._transaction(CONNECT_TIMEOUT_S) as (run, commit):
            run(cypher.NOTE_KEYS, needed=needed or None)
            commit()

    def health(self) -> Message:
        """See Store."""
        if not self.exists():
            return message("store.reachable", store=self.url)
        return message("store.readable", store=self.url, revision=self.revision().number)

    def close(self) -> None:
        """See Store."""
        if self._driver is not None:
            self._driver.close()
            self._driver = None

    def _meta(self) -> dict[str, Any] | None:
        with self._transaction(READ_TIMEOUT_S) as (run, _):
            return read_meta(run)

    def _settled(self) -> dict[str, Any] | None:
        # Neo4j shows a commit piece by piece, so the revision alone does not tell that all of it can be seen.
        with self._transaction(READ_TIMEOUT_S) as (run, _):
            return _settled_meta(run)

    def _prepare(self) -> None:
        """Make the constraints, once, and mend a store of an earlier version; neither goes together with data."""
        if self._is_prepared:
            return
        with self._transaction(READ_TIMEOUT_S) as (run, _):
            refuse_foreign(run, self.url)  # before anything is made in a database that is somebody else's
            meta = read_meta(run)
        for text in cypher.CONSTRAINTS:
            for left in reversed(range(CONSTRAINT_ATTEMPTS)):
                try:
                    with self._transaction(READ_TIMEOUT_S) as (run, commit):
                        run(text)
                        commit()
                    break
                except ConflictError:  # others make the same; that two of them deadlock is nobody's mistake
                    if not left:
                        raise
                    time.sleep(random.uniform(0.05, 0.2))  # noqa: S311
        if meta is not None and meta["format"] < FORMAT:
            mend(self._transaction)
        self._is_prepared = True

    @contextmanager
    def _transaction(self, timeout_s: float) -> Iterator[OpenTransaction]:
        """Open one transaction; it is rolled back unless it was committed.

        Every transaction goes to the member that writes, so that a worker of a cluster reads what it wrote.
        """
        with self._translated():
            session = self._connected().session(database=self._database, default_access_mode=neo4j.WRITE_ACCESS)
            with session, session.begin_transaction(timeout=timeout_s) as transaction:

                def run(text: str, **values: object) -> list[Sequence[Any]]:
                    return [record.values() for record in transaction.run(text, values)]

                def commit() -> None:
                    try:
                        transaction.commit()
                    except (exceptions.ServiceUnavailable, exceptions.SessionExpired) as error:
                        raise LostAnswerError from error

                yield OpenTransaction(run, commit)

    def _connected(self) -> neo4j.Driver:
        with self._opening:
            if self._driver is None:
                self._driver = neo4j.GraphDatabase.driver(
                    self._uri,
                    auth=self._auth,
                    connection_timeout=CONNECT_TIMEOUT_S,
                    connection_acquisition_timeout=2 * CONNECT_TIMEOUT_S,
                    liveness_check_timeout=IDLE_S,
                    notifications_min_severity="OFF",
                    telemetry_disabled=True,
                )
            return self._driver

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except exceptions.AuthError as error:
            raise LoginRefusedError(message("store.login_refused", store=self.url)) from error
        except exceptions.Neo4jError as error:
            raise self._meaning(error) from error
        except LostAnswerError as error:
            raise StoreUnavailableError(message("store.lost", store=self.url)) from error
        except exceptions.DriverError as error:
            raise StoreUnavailableError(message("store.unreachable", store=self.url, error=str(error))) from error

    def _meaning(self, error: exceptions.Neo4jError) -> Exception:
        code = error.code or ""
        if "DatabaseNotFound" in code:
            return StoreUnavailableError(message("store.no_database", store=self.url, database=self._database))
        if "MemoryPool" in code or "OutOfMemory" in code:
            return StoreUnavailableError(message("store.out_of_memory", store=self.url))
        if "NotALeader" in code or "ReadOnly" in code:
            return StoreUnavailableError(message("store.reads_only", store=self.url))
        if any(word in code for word in ("Lock", "Deadlock", "TimedOut", "Timeout", "SchemaRuleAlreadyExists")):
            return ConflictError(message("store.busy", store=self.url))
        return StoreUnavailableError(message("store.says", store=self.url, error=error.message or code))


def _settled_meta(run: Run) -> dict[str, Any] | None:
    for (meta,) in run(cypher.SETTLED):
        return dict(meta)
    return None


def _refuse_unfinished(url: str, meta: Mapping[str, Any] | None) -> None:
    if meta is not None and "applying" in meta:
        raise StoreUnavailableError(message("store.unreadable_yet", store=url, unfinished=unfinished(meta)))


def _split(url: str) -> tuple[SplitResult, int | None]:
    """Return the parts of the URL and its port. What is refused is not repeated: a password may stand in it."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise InputError(message("store.no_port", way=message("store.way"))) from None
    if not parts.hostname:
        raise InputError(message("store.way"))
    if "@" in parts.path or parts.query or parts.fragment:
        raise InputError(message("store.no_url", way=message("store.way")))
    return parts, port
