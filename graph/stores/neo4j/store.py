"""Neo4j store: a database, cluster or Aura instance."""

import json
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import Any

from graph.changes import Change, ChangeSet
from graph.errors import ConflictError, OvertakenError, StoreUnavailableError
from graph.messages import Message, message
from graph.model import IngestRun, NodeDetail, NodeId, Revision, Source, merge_node
from graph.stores.base import Receipt, ServiceClaim
from graph.stores.content_hash import check_history
from graph.stores.neo4j import cypher
from graph.stores.neo4j.apply import (
    FORMAT,
    ChangeSetWriter,
    foreign_nodes,
    mend,
    refuse_foreign,
    refuse_newer,
    unfinished,
)
from graph.stores.neo4j.codec import StatedNode, unpack_changes
from graph.stores.neo4j.connection import CONNECT_TIMEOUT_S, READ_TIMEOUT_S, Neo4jConnection
from graph.stores.neo4j.read import Neo4jReader, read_meta, revision_of
from graph.stores.neo4j.write import Run
from graph.stores.past_view import PastReader

CONSTRAINT_ATTEMPTS = 10
PATIENCE = 2
"""After so many readings in a row that writers made worthless, a reading keeps writers out until it ends."""
LOOK_UP_ATTEMPTS = 5
"""How often nodes are looked up while writers move the store on."""


class Neo4jStore:
    """A graph in a Neo4j database. The driver keeps a pool of connections; the store is made by the first `apply`."""

    def __init__(self, url: str, password: str | None = None) -> None:
        """Read the URL `scheme://user:password@host:port/database`; nothing is opened yet.

        Raises:
            InputError: the URL names no host, or its parts cannot be told from each other.
        """
        connection = Neo4jConnection(url, password)
        self.url = connection.url
        self._connection = connection
        self._reads, self._transaction = connection.reads, connection.transaction
        self._writer = ChangeSetWriter(connection.transaction, connection.url)
        self._missed = 0
        self._is_prepared = False

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
        with self._held() if self._missed >= PATIENCE else self._bracketed() as reader:
            try:
                yield reader
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

    @contextmanager
    def building(self) -> Iterator["Neo4jStore"]:
        """See Store."""
        yield self

    def resume(self) -> Revision | None:
        """See Store."""
        return self._writer.resume()

    def abort(self) -> bool:
        """See Store."""
        return self._writer.abort()

    def changes(self, since: int, until: int, *, kind: str | None = None, most: int | None = None) -> Iterator[Change]:
        """See Store."""
        with self._reads() as run:
            written = min(until, revision_of(read_meta(run)).number)  # a job that is not finished has logged already
            records = list(run(cypher.LOG, since=since, until=written))
        unpacked = (change for revision, _, packed in records for change in unpack_changes(packed, revision, kind))
        wanted = (change for change in unpacked if kind in {None, change.kind})
        changes = islice(wanted, None if most is None else most + 1)
        return iter(sorted(changes, key=attrgetter("place")))

    def nodes(self, ids: Sequence[NodeId], *, at: int | None = None) -> list[NodeDetail]:
        """See Store."""
        is_past = at is not None and at < self.revision().number
        asserted, sources = self._past(ids, at or 0) if is_past else self._looked_up(ids, at)
        return [
            merge_node(
                node_id,
                [(sources[name], kind, json.loads(values)) for name, (kind, values) in asserted[node_id].items()],
            )
            for node_id in ids
            if node_id in asserted
        ]

    def _looked_up(self, ids: Sequence[NodeId], at: int | None) -> tuple[dict[NodeId, StatedNode], dict[str, Source]]:
        """Return what is stated of the nodes, and every source, of one revision; it is read again where it moved on."""
        for left in reversed(range(LOOK_UP_ATTEMPTS)):
            try:
                with self._bracketed() as reader:
                    self._refuse_other(at, reader)
                    return reader.stated(ids), {source.name: source for source in reader.sources()}
            except ConflictError:
                if at is not None or not left:
                    raise
        raise AssertionError("unreachable")

    def _past(self, ids: Sequence[NodeId], at: int) -> tuple[dict[NodeId, StatedNode], dict[str, Source]]:
        """Return what was stated of the nodes at an earlier revision, and every source, by the log since then."""
        with self.reading() as reading:
            past = PastReader(reading, self.changes(at, reading.revision.number), Revision(number=at, token=""))
            stated: dict[NodeId, StatedNode] = {}
            for name, node_id, kind, values in past.nodes_named(ids, expected=False):
                stated.setdefault(node_id, {})[name] = (kind, values)
            return stated, {source.name: source for source in past.sources()}

    def _refuse_other(self, at: int | None, reader: Neo4jReader) -> None:
        if at is not None and at != reader.revision.number:
            raise OvertakenError(message("store.gone_on", store=self.url, revision=at))

    def runs(self) -> list[IngestRun]:
        """See Store."""
        with self._reads() as run:
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

    def content_hashes(self) -> dict[int, str]:
        """See Store."""
        with self._reads() as run:
            return Neo4jReader(run, read_meta(run)).content_hashes()

    def upgrade(self) -> bool:
        """See Store."""
        meta = self._meta()
        if meta is None or meta["format"] >= FORMAT:
            return False
        self._prepare()
        return True

    def check(self) -> str:
        """See Store."""
        with self.reading() as reading:
            content = reading.content()
            last = reading.revision.number
            reading.nodes()
            reading.links()
            if content is None:
                return ""
            check_history(content, self.changes(0, last), reading.content_hashes(), last)
            return content.hash

    def needs_keys(self) -> bool:
        """See Store."""
        return bool((self._meta() or {}).get("needs_keys"))

    def note_keys(self, *, needed: bool) -> None:
        """See Store."""
        with self._transaction(CONNECT_TIMEOUT_S) as (run, commit):
            run(cypher.NOTE_KEYS, needed=needed or None)
            commit()

    def claim(self) -> ServiceClaim | None:
        """See Store."""
        meta = self._meta() or {}
        found = [meta.get(f"claim_{part}") for part in ServiceClaim._fields]
        if found[0] is None:
            return None
        return ServiceClaim(str(found[0]), str(found[1]), str(found[2]), float(found[3] or 0))

    def note_claim(self, claim: ServiceClaim) -> None:
        """See Store."""
        with self._transaction(CONNECT_TIMEOUT_S) as (run, commit):
            run(cypher.NOTE_CLAIM, **claim._asdict())
            commit()

    def health(self) -> Message:
        """See Store."""
        if not self.exists():
            return message("store.reachable", store=self.url)
        return message("store.readable", store=self.url, revision=self.revision().number)

    def warnings(self) -> list[Message]:
        """See Store."""
        with self._reads() as run:
            meta, foreign = read_meta(run), foreign_nodes(run, self.url)
        half_written = (
            [] if meta is None or "applying" not in meta else [message("store.wait", unfinished=unfinished(meta))]
        )
        return [*half_written, *([] if foreign is None else [foreign])]

    def close(self) -> None:
        """See Store."""
        self._connection.close()

    def _meta(self) -> dict[str, Any] | None:
        with self._reads() as run:
            meta = read_meta(run)
        refuse_newer(meta, self.url)
        return meta

    @contextmanager
    def _bracketed(self) -> Iterator[Neo4jReader]:
        """Read without a lock: each answer is of the revision at the beginning, or OvertakenError."""
        with self._reads() as run:
            meta = read_meta(run)
            _refuse_unreadable(self.url, meta)
            yield Neo4jReader(run, meta, is_bracketed=True)

    @contextmanager
    def _held(self) -> Iterator[Neo4jReader]:
        """Read while writers are kept out; without a lock where this user, or member, may not take one."""
        with ExitStack() as stack:
            try:
                run = stack.enter_context(self._transaction(READ_TIMEOUT_S)).run
                meta = _locked_meta(run)
            except StoreUnavailableError:
                yield stack.enter_context(self._bracketed())
            else:
                _refuse_unreadable(self.url, meta)
                yield Neo4jReader(run, meta)

    def _prepare(self) -> None:
        """Make the constraints, once, and mend a store of an earlier version; neither goes together with data."""
        if self._is_prepared:
            return
        with self._reads() as run:
            refuse_foreign(run, self.url)  # before anything is made in a database that is somebody else's
            meta = read_meta(run)
        version = FORMAT if meta is None else meta["format"]
        # Where a text index stands, it would not be made anew.
        dropped = [cypher.DROP_TEXT_INDEX] if version < FORMAT else []
        for texts in (*([text] for text in cypher.CONSTRAINTS), dropped, cypher.INDEXES):
            for left in reversed(range(CONSTRAINT_ATTEMPTS)):
                try:
                    with self._transaction(READ_TIMEOUT_S) as (run, commit):
                        for text in texts:
                            run(text)
                        commit()
                    break
                except ConflictError:  # others make the same; that two of them deadlock is nobody's mistake
                    if not left:
                        raise
                    time.sleep(random.uniform(0.05, 0.2))  # noqa: S311
        if version < FORMAT:
            mend(self._transaction, version)
        self._is_prepared = True


def _locked_meta(run: Run) -> dict[str, Any] | None:
    for (meta,) in run(cypher.HOLD):
        return dict(meta)
    return None


def _refuse_unreadable(url: str, meta: Mapping[str, Any] | None) -> None:
    refuse_newer(meta, url)
    if meta is not None and "applying" in meta:
        raise StoreUnavailableError(message("store.unreadable_yet", store=url, unfinished=unfinished(meta)))
