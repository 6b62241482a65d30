"""Time travel: the snapshot of a past revision, from the present one and the log of what changed since."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, cast

from graph.cancellation import cancellable_rows
from graph.changes import Change
from graph.errors import ConflictError, NotFoundError
from graph.messages import message
from graph.model import LinkKey, LinkValues, NodeId, NodeValues, Source, Value, merge_link
from graph.snapshot.compile import compile_rows
from graph.snapshot.overlay import apply_patch
from graph.snapshot.patch import LinkAfter, NodeAfter, NotLocalError, Patch
from graph.snapshot.scenario import link_of
from graph.snapshot.snapshot import Snapshot
from graph.stores.base import LinkRow, NodeRow, Store
from graph.stores.content_hash import check_past

_Subject = NodeId | LinkKey


def snapshot_at(store: Store, revision: int, present: Snapshot) -> tuple[Snapshot, Patch | None]:
    """Return the graph as it was at the revision, and what has to become of the present one to be so.

    The patch is None where the store's statements had to be taken back one by one.

    Raises:
        NotFoundError: there was no such revision yet, or never.
        ConflictError: the store's statements had to be read, and it went on to another revision.
        StoreDamagedError: taking back the log does not give what the store held at the revision.
    """
    last = present.revision.number
    if not 0 <= revision <= last:
        raise NotFoundError(message("thing.revision"), str(revision), [str(last)])
    log = list(store.changes(revision, last))
    _check(store, log, revision, last)
    try:
        patch = _undone(present, log, store)
        return _numbered(apply_patch(present, patch), revision), patch
    except NotLocalError:
        return _compile_past(store, revision, present, log), None


def _check(store: Store, log: Sequence[Change], revision: int, last: int) -> None:
    """Check the log against the content hash that is kept with the revision, while the store is where the log ends."""
    with store.reading() as reading:
        content = reading.content()
        if content is not None and reading.revision.number == last:
            check_past(content, log, reading.content_hashes(), revision)


def _numbered(snapshot: Snapshot, revision: int) -> Snapshot:
    return snapshot.altered(dict(snapshot.arrays), {**snapshot.about, "revision": revision}, ())


def _undone(present: Snapshot, log: Sequence[Change], store: Store) -> Patch:
    """Return what each node and link was, where nobody but the sources of the log have a part in it."""
    if any(change.subject is None and _turns(change) for change in log):
        raise NotLocalError("a source speaks in another place")
    sources = _sources(store)
    states: defaultdict[_Subject, dict[str, list[Any]]] = defaultdict(dict)
    for change in cancellable_rows(log):
        if change.subject is not None:
            states[change.subject].setdefault(change.source, [change.before, None])[1] = change.after
    nodes: dict[NodeId, NodeAfter | None] = {}
    links: dict[LinkKey, LinkAfter | None] = {}
    for subject, by in cancellable_rows(states.items()):
        _check_alone(present, subject, sum(now is not None for _, now in by.values()))
        spoken = sorted((sources[name].precedence, before) for name, (before, _) in by.items() if before is not None)
        if isinstance(subject, tuple):
            stated = [cast(LinkValues, before) for _, before in spoken]
            if stated or link_of(present, subject) is not None:
                links[subject] = LinkAfter(merge_link(stated), len(stated)) if stated else None
        else:
            nodes[subject] = _merged([before for _, before in spoken])
    return Patch(_without_nothing(present, nodes), links)


def _without_nothing(present: Snapshot, nodes: dict[NodeId, NodeAfter | None]) -> dict[NodeId, NodeAfter | None]:
    """Return the nodes without those that came and went within the log."""
    return {
        node_id: after for node_id, after in nodes.items() if after is not None or present.position(node_id) is not None
    }


def _merged(stated: Sequence[NodeValues]) -> NodeAfter | None:
    if not stated:
        return None
    values: dict[str, Value] = {}
    for _, text in stated:
        for name, value in json.loads(text).items():
            values.setdefault(name, value)
    return NodeAfter(stated[0][0], values, len(stated))


def _check_alone(present: Snapshot, subject: _Subject, voices: int) -> None:
    """Refuse where a source that the log does not speak of states the subject too."""
    if isinstance(subject, tuple):
        link = link_of(present, subject)
        voices_now = 0 if link is None else link.voices
    else:
        i = present.position(subject)
        voices_now = 0 if i is None else int(present.arrays["voices"][i])
    if voices_now != voices:
        raise NotLocalError(subject)


def _turns(change: Change) -> bool:
    """Say whether a source that stands before and after speaks in another place."""
    before, after = cast(Source | None, change.before), cast(Source | None, change.after)
    return before is not None and after is not None and before.precedence != after.precedence


def _sources(store: Store) -> dict[str, Source]:
    with store.reading() as reading:
        return {source.name: source for source in reading.sources()}


def _compile_past(store: Store, revision: int, present: Snapshot, log: Iterable[Change]) -> Snapshot:
    with store.reading() as reading:
        if reading.revision != present.revision:
            raise ConflictError(message("revision.moved_on"))
        sources: dict[str, Source] = {source.name: source for source in reading.sources()}
        nodes: dict[tuple[str, NodeId], NodeValues] = {(row[0], row[1]): row[2:] for row in reading.nodes()}
        links: dict[tuple[str, LinkKey], LinkValues] = {(row[0], row[1:4]): row[4:] for row in reading.links()}
    for change in cancellable_rows(sorted(log, key=lambda change: change.revision, reverse=True)):
        if change.subject is None:
            _restore(sources, change.source, change.before)
        elif isinstance(change.subject, tuple):
            _restore(links, (change.source, change.subject), change.before)
        else:
            _restore(nodes, (change.source, change.subject), change.before)
    node_rows: list[NodeRow] = [(name, node_id, *values) for (name, node_id), values in nodes.items()]
    link_rows: list[LinkRow] = [(name, *key, *values) for (name, key), values in links.items()]
    node_rows.sort(key=lambda row: (row[1], row[0]))
    link_rows.sort(key=lambda row: (row[1:4], row[0]))
    about = {"store_id": present.store_id, "revision": revision, "token": present.revision.token}
    return compile_rows(node_rows, link_rows, sources, about).in_language(present.language)


def _restore(standing: dict[Any, Any], key: object, before: object) -> None:
    if before is None:
        standing.pop(key, None)
    else:
        standing[key] = before
