"""Time travel: the snapshot of another revision, from one that is known and the log of what changed between them."""

from collections.abc import Sequence
from typing import Any

from graph.cancellation import cancellable_rows
from graph.changes import Change
from graph.errors import NotFoundError, OvertakenError
from graph.messages import message
from graph.model import Revision
from graph.schema import RELATIONS
from graph.snapshot.compile import compile_columns
from graph.snapshot.log_patch import patch_of_log
from graph.snapshot.overlay import apply_settled
from graph.snapshot.patch import NotLocalError, OtherHistoryError, Patch
from graph.snapshot.snapshot import CONTENT, INSTITUTION, Snapshot
from graph.snapshot.statement_history import StatementHistory
from graph.stores.base import Store, StoreReader
from graph.stores.content_hash import check_past
from graph.stores.past_view import PastReader

_PATCHED, _PATCHED_ROWS = 1000, 32
"""So many changes, or one for so many rows, are patched in: one costs what compiling 10 to 15 rows does."""


def snapshot_at(store: Store, revision: int, present: Snapshot) -> tuple[Snapshot, Patch | None]:
    """Return the graph as it was at the revision, and what has to become of the present one to be so.

    The patch is None where the store's statements had to be taken back one by one.

    Raises:
        NotFoundError: there was no such revision yet, or never.
        OvertakenError: the store went on to another revision while it was read, and cannot show what it was.
        StoreDamagedError: taking back the log does not give what the store held at the revision.
    """
    last = present.revision.number
    if not 0 <= revision <= last:
        raise NotFoundError(message("thing.revision"), str(revision), [str(last)])
    with store.reading() as reading:
        log = list(store.changes(revision, reading.revision.number))
        content = _content_at(reading, log, revision)
        then = Revision(number=revision, token=present.revision.token)
        try:
            return _moved(present, StatementHistory(reading, log), then, content)
        except NotLocalError:
            pass
    return _compile_past(store, then, present, content), None


def bring_forward(store: Store, snapshot: Snapshot) -> Snapshot:
    """Return the store's present revision, from the snapshot of an earlier one.

    Raises:
        OtherHistoryError: the snapshot is of no revision that the store has gone through.
        NotLocalError: it takes more than what changed since to say what became of it, or so much changed that compiling
            is faster; the message says which.
        OvertakenError: the store moved on meanwhile, and cannot show what it was.
        StoreDamagedError: taking back the log does not give what the store held at the snapshot's revision.
    """
    with store.reading() as reading:
        since, content = snapshot.revision.number, reading.content()
        if content is None or snapshot.store_id != store.store_id:
            raise OtherHistoryError("there is no content hash to tell by that it is of this store")
        if since > reading.revision.number or reading.content_hashes().get(since) != snapshot.about.get(CONTENT):
            raise OtherHistoryError(f"the store has not gone through its revision {since}")
        most = most_changes(snapshot)
        log = list(store.changes(since, reading.revision.number, most=most))
        if len(log) > most:
            raise NotLocalError(f"more than {most} statements changed")
        _content_at(reading, log, since)
        return _moved(snapshot, StatementHistory(reading, log), reading.revision, content.hash)[0]


def bring_view_forward(whole: Store, part: Store, view: Snapshot, content: str | None, to: Revision) -> Snapshot:
    """Return a view by institution at the store's present revision, from that of an earlier one.

    `part` is the institution's store over the `whole` one, which had the content hash when the view was made.

    Raises:
        OtherHistoryError: the store has not gone through what the view was made of.
        NotLocalError: as of `bring_forward`; or a source changed, and may belong to another institution since.
        OvertakenError: the store is at another revision.
    """
    since = view.revision.number
    with part.reading() as reading:
        if reading.revision != to:
            raise OvertakenError(message("revision.moved_on"))
        if content is None or whole.content_hashes().get(since) != content:
            raise OtherHistoryError(f"the store has not gone through its revision {since}")
        most = most_changes(view)
        log = list(whole.changes(since, to.number, most=most))
        if len(log) > most:
            raise NotLocalError(f"more than {most} statements changed")
        if any(change.subject is None and change.before is not None for change in log):
            raise NotLocalError("a source changed")
        counted = {source.name for source in reading.sources()}
        history = StatementHistory(reading, [change for change in log if change.source in counted])
        return _moved(view, history, to, None)[0]


def most_changes(snapshot: Snapshot) -> int:
    """Return of how many changes a patch is made: of more, compiling anew is faster."""
    links = sum(len(snapshot.out(relation).indices) for relation in RELATIONS)
    return max(_PATCHED, (len(snapshot) + links) // _PATCHED_ROWS)


def _content_at(reading: StoreReader, log: Sequence[Change], revision: int) -> str | None:
    """Return the content hash at the revision, checked by taking back the log; None where none is kept."""
    content = reading.content()
    if content is None:
        return None
    hashes = reading.content_hashes()
    check_past(content, log, hashes, revision)
    return hashes.get(revision)


def _moved(
    snapshot: Snapshot, history: StatementHistory, revision: Revision, content: str | None
) -> tuple[Snapshot, Patch]:
    """Return the snapshot at another revision of its store, and the patch that leads there."""
    settled = patch_of_log(snapshot, history, revision.number)
    moved = apply_settled(snapshot, settled)
    about = {"store_id": snapshot.store_id, "revision": revision.number, "token": revision.token}
    if content is not None and CONTENT in snapshot.about:
        about[CONTENT] = content
    return moved.altered(dict(moved.arrays), {**about, **_counts(moved)}, RELATIONS), settled.patch


def _counts(snapshot: Snapshot) -> dict[str, Any]:
    return {name: said for name, said in snapshot.about.items() if name not in {"store_id", "revision", "token"}}


def _compile_past(store: Store, revision: Revision, present: Snapshot, content: str | None) -> Snapshot:
    with store.reading() as reading:
        past = PastReader(reading, store.changes(revision.number, reading.revision.number), revision)
        sources = {source.name: source for source in past.sources()}
        nodes, links = list(cancellable_rows(past.nodes())), past.link_columns()
    about: dict[str, Any] = {"store_id": present.store_id, "revision": revision.number, "token": revision.token}
    if INSTITUTION in present.about:
        about[INSTITUTION] = present.about[INSTITUTION]
    if content is not None and CONTENT in present.about:
        about[CONTENT] = content
    return compile_columns(nodes, links, sources, about).in_language(present.language)
