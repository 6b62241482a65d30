"""Transactions of Neo4j: a ChangeSet in one of them up to a size, above it in stages that can be resumed or taken back.

A staged job first logs all that it will change, and marks the store as `applying` it. Stages then write part after
part; each can be written again without harm. While a store is applying, it keeps its revision and cannot be read anew.
"""

import json
import secrets
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, NamedTuple

from graph.changes import Change, ChangeSet, Difference, difference
from graph.errors import ConflictError, StoreUnavailableError
from graph.messages import Message, message
from graph.model import Revision
from graph.stores.base import Receipt, asserted_by
from graph.stores.content_hash import Content, past_hashes, to_text
from graph.stores.digest_sums import link_sums, node_sums
from graph.stores.neo4j import cypher
from graph.stores.neo4j.codec import pack_changes, unpack_changes
from graph.stores.neo4j.read import HASHED, Neo4jReader, read_meta, read_sources, revision_of
from graph.stores.neo4j.write import Neo4jWriter, Run, parts_of, second_kind

FORMAT = 4
"""Since 2, every decimal number is a float; since 3, sums and content hashes are kept; since 4, there are institutions.

Of a store of before 4 the index of texts knows fewer kinds, and has to be made anew.
"""
_FLOATED = 2
ATOMIC_CHANGES = 50_000
"""Up to so many changes a job is one transaction: 148,000 did not fit into a server with a heap of 512 MB."""
LEASE_S = 60
"""How long after its last sign of life a staged job counts as still running."""
_HELD_BY = "#"
"""Stands in `applying` between a run's id, which messages show, and a word of who has taken the job over."""
APPLY_TIMEOUT_S = 900.0
SHOWN_FOREIGN = 5
"""How many nodes of others a refusal names."""
MENDED_AT_ONCE = 10_000
"""How many nodes or relationships of an earlier version are mended in one transaction."""
LOOK_UP_TIMEOUT_S = 60.0


class OpenTransaction(NamedTuple):
    """An open transaction: what runs a text in it, and what commits it."""

    run: Run
    commit: Callable[[], None]


Begin = Callable[[float], AbstractContextManager[OpenTransaction]]
"""Open a transaction with a time limit in seconds; it is rolled back unless it was committed."""


class ChangeSetWriter:
    """Transactional writer of ChangeSets to one database. `url` is for messages."""

    def __init__(self, begin: Begin, url: str) -> None:
        """Open nothing yet."""
        self._begin = begin
        self._url = url

    def apply(
        self,
        changes: ChangeSet,
        expected_revision: int | None,
        report: Mapping[str, object],
        applied_at: datetime | None,
    ) -> Receipt:
        """Make true what the ChangeSet says, under optimistic concurrency (`expected_revision`). See Store.apply."""
        run_id = changes.run_id or secrets.token_hex(6)
        with self._begin(APPLY_TIMEOUT_S) as work:
            meta = self._lock(work.run, run_id)
            refuse_foreign(work.run, self._url)
            here = revision_of(meta)
            if expected_revision is not None and expected_revision != here.number:
                raise ConflictError(message("store.overtaken", revision=here.number, expected=expected_revision))
            reading = Neo4jReader(work.run, meta)
            change = _difference(changes, reading)
            if change.is_empty:
                return Receipt(here, change, atomic=True)
            revision = Revision(number=here.number + 1, token=secrets.token_hex(8))
            parts = parts_of(change, revision.number)
            is_atomic = sum(len(part) for part in parts) <= ATOMIC_CHANGES
            properties = _run_properties(run_id, changes.source.name, revision, report, applied_at)
            sums = _hashed(properties, reading, change)
            for number, part in enumerate(parts):
                packed = {"revision": revision.number, "part": number, "changes": pack_changes(part)}
                work.run(cypher.PUT_LOG, rows=[packed])
                if is_atomic:
                    _write(work.run, part)
            if is_atomic:
                _finish(work.run, revision, properties, sums)
                self._commit(work, _has_run(run_id))
            else:
                _refuse_second_kinds(change, reading)
                pending = json.dumps({"token": revision.token, "run": properties, "sums": sums}, ensure_ascii=False)
                work.run(cypher.BEGIN_STAGES, run=run_id, pending=pending, lease_s=LEASE_S)
                self._commit(work, lambda run: (read_meta(run) or {}).get("applying") == run_id)
        if not is_atomic:
            self._write_stages(run_id)
        return Receipt(revision, change, atomic=is_atomic)

    def resume(self) -> Revision | None:
        """Finish the job that was cut off. See Store.resume."""
        meta = self._take_over()
        if meta is None:
            return None
        self._write_stages(meta["applying"])
        with self._begin(APPLY_TIMEOUT_S) as work:
            return revision_of(read_meta(work.run))

    def abort(self) -> bool:
        """Take back what a job that was cut off has written. See Store.abort."""
        meta = self._take_over()
        if meta is None:
            return False
        revision = meta["revision"] + 1
        with self._cut_off_told():
            for number in range(meta["done"] - 1, -1, -1):
                with self._begin(APPLY_TIMEOUT_S) as work:
                    self._hold(work.run, meta["applying"])
                    back = [
                        change._replace(before=change.after, after=change.before)
                        for change in _logged(work.run, revision, number)
                    ]
                    _write(work.run, back)
                    work.run(cypher.STAGE_DONE, done=number, lease_s=LEASE_S)
                    work.commit()
            with self._begin(APPLY_TIMEOUT_S) as work:
                self._hold(work.run, meta["applying"])
                work.run(cypher.DROP_LONELY)
                work.run(cypher.DROP_LOG, revision=revision)
                work.run(cypher.END_STAGES)
                work.commit()
        return True

    def _write_stages(self, holder: str) -> None:
        """Write what the log says that this job still has to write, and finish it."""
        with self._cut_off_told():
            with self._begin(APPLY_TIMEOUT_S) as work:
                meta = self._hold(work.run, holder)
                revision, done = meta["revision"] + 1, meta["done"]
                ((count,),) = work.run(cypher.COUNT_LOG, revision=revision)
            for number in range(done, int(count)):
                with self._begin(APPLY_TIMEOUT_S) as work:
                    self._hold(work.run, holder)
                    refuse_foreign(work.run, self._url)
                    _write(work.run, _logged(work.run, revision, number))
                    work.run(cypher.STAGE_DONE, done=number + 1, lease_s=LEASE_S)
                    work.commit()
            with self._begin(APPLY_TIMEOUT_S) as work:
                pending = json.loads(self._hold(work.run, holder)["pending"])
                _finish(
                    work.run,
                    Revision(number=revision, token=pending["token"]),
                    pending["run"],
                    pending.get("sums", []),  # a job of an earlier version has none
                )
                self._commit(work, _has_run(pending["run"]["id"]))

    @contextmanager
    def _cut_off_told(self) -> Iterator[None]:
        """Say of whatever ends a staged job before its time that it was cut off, and what to do."""
        try:
            yield
        except StoreUnavailableError as error:
            raise StoreUnavailableError(message("store.cut_off", error=error.message)) from error

    def _lock(self, run: Run, run_id: str) -> dict[str, Any]:
        """Take the write lock that every apply takes first, and return the meta node's properties."""
        ((record,),) = run(cypher.LOCK, store_id=str(uuid.uuid4()), format=FORMAT, run=run_id)
        meta = dict(record)
        refuse_newer(meta, self._url)
        if "applying" in meta:
            raise ConflictError(message("store.wait", unfinished=unfinished(meta)))
        return meta

    def _hold(self, run: Run, run_id: str) -> dict[str, Any]:
        """Take the write lock within a staged job, which must still be this one."""
        ((record,),) = run(cypher.LOCK, store_id="", format=FORMAT, run=run_id)
        meta = dict(record)
        if meta.get("applying") != run_id:
            raise ConflictError(message("store.lost_job", run=run_id))
        return meta

    def _take_over(self) -> dict[str, Any] | None:
        """Make the staged job that was cut off this one's to end; return the meta node's properties, None for no job.

        It gets another holder. Whoever held it, and may only have been slow, or began to end it too, can write no more.
        """
        with self._cut_off_told(), self._begin(APPLY_TIMEOUT_S) as work:
            meta = read_meta(work.run)
            if meta is None or "applying" not in meta:
                return None
            meta = self._hold(work.run, meta["applying"])
            ((left_s,),) = work.run(cypher.LEASE_LEFT_S)
            if left_s > 0:
                raise ConflictError(message("store.at_work", unfinished=unfinished(meta), seconds=left_s))
            meta["applying"] = f"{_job(meta)}{_HELD_BY}{secrets.token_hex(3)}"
            work.run(cypher.BEGIN_STAGES, run=meta["applying"], pending=meta["pending"], lease_s=LEASE_S)
            work.run(cypher.STAGE_DONE, done=meta["done"], lease_s=LEASE_S)
            work.commit()
        return meta

    def _commit(self, work: OpenTransaction, has_happened: Callable[[Run], bool]) -> None:
        """Commit; where the answer was lost, look whether it has happened."""
        try:
            work.commit()
        except LostAnswerError as error:
            try:
                with self._begin(LOOK_UP_TIMEOUT_S) as other:
                    # A commit that is still at work holds the lock: this waits for it, and is itself not committed.
                    other.run(cypher.LOCK, store_id="", format=FORMAT, run="")
                    is_there = has_happened(other.run)
            except (ConflictError, StoreUnavailableError):
                raise StoreUnavailableError(message("store.lost_answer", store=self._url)) from error
            if not is_there:
                raise StoreUnavailableError(message("store.lost_commit", store=self._url)) from error


class LostAnswerError(Exception):
    """The connection broke while a commit was under way: it may have happened, or not."""


def refuse_newer(meta: Mapping[str, Any] | None, url: str) -> None:
    """Raise StoreUnavailableError where the meta node is one of a format that is not known yet."""
    if meta is not None and meta["format"] > FORMAT:
        raise StoreUnavailableError(message("store.newer", store=url, format=meta["format"]))


def refuse_foreign(run: Run, url: str) -> None:
    """Raise StoreUnavailableError where `:Entity` nodes are there that this store has not made."""
    if (found := foreign_nodes(run, url)) is not None:
        raise StoreUnavailableError(found)


def foreign_nodes(run: Run, url: str) -> Message | None:
    """Return what is to be said of `:Entity` nodes that this store has not made, naming some; None where none are."""
    ((count, names),) = run(cypher.FOREIGN, shown=SHOWN_FOREIGN)
    return message("store.foreign_nodes", store=url, count=count, names=", ".join(names)) if count else None


def mend(begin: Begin, version: int) -> None:
    """Bring a store of an earlier format up to date, a batch at a time; it can be cut off, and read, at any moment.

    Nothing that is stated changes, so that there is no new revision.
    """
    for text in (cypher.FLOAT_LINKS, *cypher.FLOAT_NODES) if version < _FLOATED else ():
        mended = 1
        while mended:
            with begin(APPLY_TIMEOUT_S) as work:
                ((mended,),) = work.run(text, batch=MENDED_AT_ONCE)
                work.commit()
    with begin(APPLY_TIMEOUT_S) as work:
        _put_hashes(work.run)
        work.run(cypher.SET_FORMAT, format=FORMAT)
        work.commit()


def _put_hashes(run: Run) -> None:
    """Put the sums and the content hash of every revision into a store that has none; who writes waits meanwhile."""
    ((record,),) = run(cypher.LOCK, store_id="", format=FORMAT, run="")
    meta = dict(record)
    if meta["format"] >= HASHED:
        return  # somebody was faster
    if "applying" in meta:
        raise ConflictError(message("store.wait", unfinished=unfinished(meta)))
    reading = Neo4jReader(run, meta)
    content = Content(
        {source.name: source for source in reading.sources()}, node_sums(reading.nodes()), link_sums(reading.links())
    )
    last = reading.revision.number
    records = list(run(cypher.LOG, since=0, until=last))
    log = [change for revision, _, packed in records for change in unpack_changes(packed, revision)]
    hashes = past_hashes(content, sorted(log, key=attrgetter("place")), last)
    run(cypher.PUT_SUMS, rows=_sum_rows(content, content.sources))
    run(cypher.PUT_HASHES, rows=[list(one) for one in hashes.items()])


def unfinished(meta: Mapping[str, Any]) -> Message:
    """Return what is to be said of the staged job that a meta node speaks of."""
    return message("store.unfinished", run=_job(meta), parts=meta["done"])


def _job(meta: Mapping[str, Any]) -> str:
    return str(meta["applying"]).partition(_HELD_BY)[0]


def _has_run(run_id: str) -> Callable[[Run], bool]:
    return lambda run: bool(list(run(cypher.HAS_RUN, run=run_id)))


def _difference(changes: ChangeSet, reading: Neo4jReader) -> Difference:
    name = changes.source.name
    before = next((source for source in reading.sources() if source.name == name), None)
    if before is None:
        return difference(changes, None, (), ())
    return difference(changes, before, *asserted_by(reading, name))


def _refuse_second_kinds(change: Difference, reading: Neo4jReader) -> None:
    """Raise SchemaError before anything is written in stages: a stage that is refused could never be finished."""
    nodes = {**change.nodes.added, **{node_id: after for node_id, (_, after) in change.nodes.changed.items()}}
    for node_id, (kind, sources) in reading.asserted(nodes).items():
        if kind != nodes[node_id][0] and sources != {change.source_after.name}:
            raise second_kind(node_id, kind, nodes[node_id][0])


def _write(run: Run, part: Sequence[Change]) -> None:
    sources = {source.name: source for source in read_sources(run)}
    Neo4jWriter(run, part[0].source, sources).write(part)


def _logged(run: Run, revision: int, number: int) -> list[Change]:
    return [
        change
        for (packed,) in run(cypher.LOG_PART, revision=revision, part=number)
        for change in unpack_changes(packed, revision)
    ]


def _hashed(properties: dict[str, object], reading: Neo4jReader, change: Difference) -> list[list[str]]:
    """Put the content hash after the change among the run's properties; return the new sums of its source."""
    content = reading.content()
    if content is None:
        return []
    after = content.after(change)
    properties["content_hash"] = after.hash
    return _sum_rows(after, [change.source_after.name])


def _sum_rows(content: Content, names: Iterable[str]) -> list[list[str]]:
    return [[name, to_text(content.nodes.get(name, 0)), to_text(content.links.get(name, 0))] for name in names]


def _finish(run: Run, revision: Revision, properties: Mapping[str, object], sums: Sequence[Sequence[str]]) -> None:
    run(cypher.DROP_LONELY)
    run(cypher.PUT_SUMS, rows=sums)
    run(cypher.FINISH, revision=revision.number, token=revision.token)
    run(cypher.PUT_RUN, properties=dict(properties))


def _run_properties(
    run_id: str, source: str, revision: Revision, report: Mapping[str, object], applied_at: datetime | None
) -> dict[str, object]:
    return {
        "id": run_id,
        "source": source,
        "applied_at": (applied_at or datetime.now(UTC)).isoformat(timespec="seconds"),
        "revision": revision.number,
        "report": json.dumps(report, ensure_ascii=False),
    }
