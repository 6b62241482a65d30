"""Change feed: what each revision changed, by kind of node and relation, for whoever follows the graph."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import Field

from graph.cancellation import cancellable_rows
from graph.changes import Change
from graph.errors import NotFoundError
from graph.messages import message
from graph.model import Frozen, IngestRun
from graph.stores import Store
from graph.stores.past_view import PastStore
from graph.stores.restricted_view import RestrictedStore
from queries.semantics.cursors import read_number

Way = Literal["added", "changed", "removed"]


class KindTally(Frozen):
    """How many statements of nodes of a kind were added, changed and removed."""

    kind: str
    added: int
    changed: int
    removed: int


class RelationTally(Frozen):
    """How many statements of links of a relation were added, changed and removed."""

    relation: str
    added: int
    changed: int
    removed: int


class RevisionChanges(Frozen):
    """What a revision changed: the import that made it, and counts of its statements, by kind and by relation.

    `content` is the content hash of the graph then; None where it would tell what whoever asks is not shown.
    `source_changed` says that the source itself came, or has another version, licence, address, rank or institution.
    """

    revision: int
    at: datetime
    source: str
    run: str
    content: str | None
    source_changed: bool
    nodes: list[KindTally]
    links: list[RelationTally]


class ChangeFeed(Frozen):
    """What the revisions after the one that was named changed, the earliest first.

    `next` leads on where there is more; it never expires. Where it is None, ask again with `since` as `revision` is.
    """

    items: list[RevisionChanges]
    next: str | None = Field(json_schema_extra={"pattern": "^[0-9]+$"})
    revision: int


def list_changes(store: Store, since: int = 0, *, limit: int = 20, cursor: str | None = None) -> ChangeFeed:
    """Return a page of what changed after a revision, or after the one that a cursor stands for.

    Raises:
        InputError: it is no cursor.
        NotFoundError: the store has not been at that revision: it was restored to an earlier one, say.
    """
    first, last = since if cursor is None else read_number(cursor), store.revision().number
    if first > last:
        raise NotFoundError(message("thing.revision"), str(first), [str(last)])
    until = min(first + limit, last)
    runs = {run.revision: run for run in store.runs() if first < run.revision <= until}
    told, by_revision = _told_hashes(store, last), defaultdict[int, list[Change]](list)
    for change in cancellable_rows(store.changes(first, until)):
        by_revision[change.revision].append(change)
    items = [_changes_of(run, by_revision[number], told.get(number)) for number, run in sorted(runs.items())]
    return ChangeFeed(items=items, next=None if until == last else str(until), revision=last)


def _told_hashes(store: Store, last: int) -> dict[int, str]:
    """Return the content hash of each revision; to readers, of those before the first that hides something."""
    seen = store.whole if isinstance(store, PastStore) else store
    hides = seen.hides_from(last) if isinstance(seen, RestrictedStore) else None
    hashes = store.content_hashes()
    return hashes if hides is None else {number: kept for number, kept in hashes.items() if number < hides}


def _changes_of(run: IngestRun, log: Iterable[Change], content: str | None) -> RevisionChanges:
    nodes, links = defaultdict[str, Counter[Way]](Counter), defaultdict[str, Counter[Way]](Counter)
    source_changed = False
    for change in log:
        way: Way = "added" if change.before is None else "removed" if change.after is None else "changed"
        if change.subject is None:
            source_changed = True
        elif isinstance(change.subject, tuple):
            links[change.subject[1]][way] += 1
        else:
            nodes[change.kind or ""][way] += 1
    return RevisionChanges(
        revision=run.revision,
        at=run.applied_at,
        source=run.source,
        run=run.id,
        content=content,
        source_changed=source_changed,
        nodes=[KindTally(kind=kind, **_counts(ways)) for kind, ways in sorted(nodes.items())],
        links=[RelationTally(relation=name, **_counts(ways)) for name, ways in sorted(links.items())],
    )


def _counts(ways: Counter[Way]) -> dict[str, int]:
    return {"added": ways["added"], "changed": ways["changed"], "removed": ways["removed"]}
