"""Answers as they are given page by page."""

from api.answers.page_windows import page_of
from graph.snapshot.snapshot import Snapshot
from queries.semantics.scope import EVERYTHING, Scope
from queries.trace import Trace, trace_competency


def traced(snapshot: Snapshot, competency: str, scope: Scope = EVERYTHING, *, limit: int = 20) -> Trace:
    """Return the first page of a trace."""
    return page_of(
        lambda most: trace_competency(snapshot, competency, scope, limit=most), limit, None, snapshot.revision
    )
