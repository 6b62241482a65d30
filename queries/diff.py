"""Diff: what changed in the graph between two states of it, and what that did to coverage and gaps."""

from graph.model import Frozen
from graph.snapshot.snapshot import Snapshot
from queries.compare.answer_changes import Consequences, compare, focus_after
from queries.compare.change_candidates import ChangeCandidates, find_candidates
from queries.compare.graph_changes import GraphChanges, tell_changes
from queries.semantics.focus_note import Focus
from queries.semantics.scope import EVERYTHING, Scope


class Diff(Frozen):
    """What changed from `since` to `until`, as they are called, in the scope.

    `revision` and `focus` are those of the later one; the revision is 0 where it is no store.
    """

    since: str
    until: str
    changes: GraphChanges
    consequences: Consequences
    focus: Focus
    scope: Scope
    next: str | None = None
    revision: int


class Sides(Frozen):
    """What the two states are called."""

    since: str
    until: str


def diff(
    before: Snapshot,
    after: Snapshot,
    sides: Sides,
    touched: ChangeCandidates | None = None,
    scope: Scope = EVERYTHING,
    *,
    limit: int = 20,
) -> Diff:
    """Return what changed from the one to the other; `touched` is all that may differ, None where that is not known.

    Every list is cut at the limit; the totals count all.

    Raises:
        NotFoundError: the scope names something that is not there before and after.
    """
    touched = find_candidates(before, after) if touched is None else touched
    return Diff(
        since=sides.since,
        until=sides.until,
        changes=tell_changes(before, after, touched, limit=limit),
        consequences=compare(before, after, touched, scope, limit=limit),
        focus=focus_after(after, scope),
        scope=scope,
        revision=after.revision.number,
    )
