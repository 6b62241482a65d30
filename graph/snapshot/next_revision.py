"""Next revision: the snapshot as it would be once a difference is applied, before anything is written."""

from collections.abc import Iterator

from graph.changes import Change, Delta, Difference
from graph.errors import OvertakenError
from graph.messages import message
from graph.snapshot.compile import compile_columns
from graph.snapshot.log_patch import patch_of_log
from graph.snapshot.overlay import apply_settled
from graph.snapshot.past import most_changes
from graph.snapshot.patch import NotLocalError, Patch
from graph.snapshot.snapshot import INSTITUTION, Snapshot
from graph.snapshot.statement_history import StatementHistory
from graph.stores.base import Store, StoreReader
from graph.stores.past_view import PastReader


def snapshot_after(store: Store, snapshot: Snapshot, difference: Difference) -> tuple[Snapshot, Patch | None]:
    """Return the store's present snapshot with the difference, and what becomes of which nodes and links.

    It costs what changes; where a source comes to speak in another place, what compiling the store does: the patch is
    then None. The revision stays that of the snapshot.

    Raises:
        OvertakenError: the store is at another revision than the snapshot.
    """
    number = snapshot.revision.number
    log = list(_log(difference, number + 1))
    with store.reading() as reading:
        if reading.revision != snapshot.revision:
            raise OvertakenError(message("revision.moved_on"))
        coming = PastReader(reading, [_reversed(change) for change in log], snapshot.revision)
        if len(log) > most_changes(snapshot):  # compiling is faster
            return _compiled(coming, snapshot), None
        try:
            settled = patch_of_log(snapshot, StatementHistory(coming, log), number + 1)
        except NotLocalError:
            return _compiled(coming, snapshot), None
    return apply_settled(snapshot, settled), settled.patch


def _compiled(reading: StoreReader, snapshot: Snapshot) -> Snapshot:
    sources = {source.name: source for source in reading.sources()}
    nodes, links = list(reading.nodes()), reading.link_columns()
    names = ("store_id", "revision", "token", INSTITUTION)
    about = {name: snapshot.about[name] for name in names if name in snapshot.about}
    return compile_columns(nodes, links, sources, about).in_language(snapshot.language)


def _log(difference: Difference, number: int) -> Iterator[Change]:
    """Yield what the log will say of the difference."""
    before, after = difference.source_before, difference.source_after
    if before != after:
        yield Change(number, after.name, None, before, after)
    for delta in (difference.nodes, difference.links):
        yield from _entries(delta, number, after.name)


def _entries(delta: Delta, number: int, source: str) -> Iterator[Change]:  # type: ignore[type-arg]
    for subject, added in delta.added.items():
        yield Change(number, source, subject, None, added)
    for subject, (was, now) in delta.changed.items():
        yield Change(number, source, subject, was, now)
    for subject, removed in delta.removed.items():
        yield Change(number, source, subject, removed, None)


def _reversed(change: Change) -> Change:
    return change._replace(before=change.after, after=change.before)
