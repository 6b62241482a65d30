"""Documents that join what a store keeps with what a query says; the command line and REST print the same ones."""

from datetime import datetime
from difflib import get_close_matches
from typing import Any, Literal

from pydantic import Field

from api.state.database import State
from graph.errors import NotFoundError
from graph.messages import message
from graph.model import Conflict, Frozen, IngestRun, NodeId, NodeStatement, Source, Value
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from graph.stores.restricted_reports import restricted_report
from graph.stores.restricted_view import RestrictedStore
from queries.node import RelationLinks, describe_node
from queries.parameters.description import describe
from queries.semantics.cursors import next_cursor, read_cursor

Outcome = Literal["applied", "unchanged", "refused"]


class NodeView(Frozen):
    """A node, whole: what each source states of it, where they disagree, and its live links.

    `id` is the id that was asked for, and `values` to `conflicts` are its own. `ids`, `name`, `kind` and `links` are
    those of its class: the nodes that SAME_AS makes one with it, its representative first.
    """

    id: NodeId
    ids: list[NodeId]
    name: str
    kind: str
    values: dict[str, Value]
    statements: list[NodeStatement]
    conflicts: list[Conflict]
    links: list[RelationLinks]
    next: str | None = None
    revision: int


class SourceView(Source):
    """A source, and when it was imported last; None where no run of it is kept."""

    last_import: datetime | None
    last_revision: int | None


class SourceList(Frozen):
    """Every source of a store, the first speaker first; `next` is None, since they are few."""

    items: list[SourceView]
    next: str | None = Field(None, description=describe("one_page"))
    revision: int


class RunView(Frozen):
    """An import that was tried: applied, without effect, or refused; `report` is the report that it ended with."""

    id: str
    source: str
    at: datetime
    outcome: Outcome
    revision: int
    report: dict[str, Any]


class RunList(Frozen):
    """A page of imports, the latest first; `total` counts them all."""

    items: list[RunView]
    total: int = Field(ge=0)
    next: str | None
    revision: int


class RevisionView(Frozen):
    """A revision of the graph: the import that made it, and how many statements that added, changed and removed."""

    revision: int
    at: datetime
    source: str
    run: str
    added: int | None
    changed: int | None
    removed: int | None


class RevisionList(Frozen):
    """A page of the revisions, the latest first; `total` counts them all. Revision 0 is the empty graph."""

    items: list[RevisionView]
    total: int = Field(ge=0)
    next: str | None
    revision: int


def node_view(store: Store, snapshot: Snapshot, node_id: str, *, limit: int = 50) -> NodeView:
    """Return the node with this id, and at most `limit` neighbours of each relation and direction.

    Raises:
        NotFoundError: there is no such node.
        ConflictError: the store has gone on from the snapshot's revision, and cannot show what it was.
    """
    described = describe_node(snapshot, node_id, limit=limit)
    details = store.nodes([NodeId(node_id)], at=snapshot.revision.number)
    if not details:
        raise NotFoundError(message("thing.node"), node_id)
    return NodeView(
        id=details[0].id,
        ids=described.ids,
        name=described.name,
        kind=described.kind,
        values=details[0].values,
        statements=details[0].statements,
        conflicts=details[0].conflicts,
        links=described.links,
        revision=described.revision,
    )


def list_sources(store: Store) -> SourceList:
    """Return every source of the store, the first speaker first; none where the store does not exist."""
    with store.reading() as reading:
        sources, revision = reading.sources(), reading.revision
    last: dict[str, IngestRun] = {}
    for run in store.runs():  # the latest first
        last.setdefault(run.source, run)
    items = []
    for source in sources:
        latest = last.get(source.name)
        items.append(
            SourceView(
                **source.model_dump(),
                last_import=latest.applied_at if latest else None,
                last_revision=latest.revision if latest else None,
            )
        )
    return SourceList(items=items, revision=revision.number)


def list_runs(
    store: Store, state: State, *, source: str | None = None, limit: int = 20, cursor: str | None = None
) -> RunList:
    """Return a page of the imports into a store, of one source or of all: applied ones, and those without a trace.

    Raises:
        ExpiredError: the cursor is of another revision.
        NotFoundError: nothing of a source of that name was ever tried.
    """
    revision = store.revision()
    offset = read_cursor(cursor, revision)
    runs = _all_runs(store, state)
    if source is not None:
        names = {run.source for run in runs}
        if source not in names:
            raise NotFoundError(message("thing.source"), source, near=get_close_matches(source, names, 3, 0.3))
        runs = [run for run in runs if run.source == source]
    return RunList(
        items=runs[offset : offset + limit],
        total=len(runs),
        next=next_cursor(revision, offset + limit, len(runs)),
        revision=revision.number,
    )


def list_revisions(store: Store, *, limit: int = 20, cursor: str | None = None) -> RevisionList:
    """Return a page of the revisions that the store has been at; none where it does not exist.

    Raises:
        ExpiredError: the cursor is of another revision.
    """
    revision = store.revision()
    offset = read_cursor(cursor, revision)
    runs = sorted(store.runs(), key=lambda run: run.revision, reverse=True)
    return RevisionList(
        items=[_revision_view(run) for run in runs[offset : offset + limit]],
        total=len(runs),
        next=next_cursor(revision, offset + limit, len(runs)),
        revision=revision.number,
    )


def find_run(store: Store, state: State, run_id: str) -> RunView:
    """Return the import with this id, or the one whose id alone begins so.

    Raises:
        NotFoundError: there is none, or there are several.
    """
    runs = _all_runs(store, state)
    matching = [run for run in runs if run.id == run_id] or [
        run for run in runs if run_id and run.id.startswith(run_id)
    ]
    if len(matching) != 1:
        near = [run.id for run in matching] or get_close_matches(run_id, [run.id for run in runs], 3, 0.3)
        raise NotFoundError(message("thing.run"), run_id, near=near[:3])
    return matching[0]


def _all_runs(store: Store, state: State) -> list[RunView]:
    """Return every import that was tried, the latest first."""
    runs = [_run_view(run, applied=True) for run in store.runs()]
    others = [_run_view(run, applied=False) for run in state.runs(store.url)]
    if isinstance(store, RestrictedStore):  # which tells of its own runs alone
        others = [run.model_copy(update={"report": restricted_report(run.report)}) for run in others]
    runs += others
    return sorted(runs, key=lambda run: run.at, reverse=True)


def _run_view(run: IngestRun, *, applied: bool) -> RunView:
    outcome: Outcome = "applied" if applied else "refused" if run.report.get("refused") else "unchanged"
    return RunView(
        id=run.id, source=run.source, at=run.applied_at, outcome=outcome, revision=run.revision, report=run.report
    )


def _revision_view(run: IngestRun) -> RevisionView:
    def count(what: str) -> int | None:
        counts = run.report.get(what)
        return sum(counts.values()) if isinstance(counts, dict) else None

    return RevisionView(
        revision=run.revision,
        at=run.applied_at,
        source=run.source,
        run=run.id,
        added=count("added"),
        changed=count("changed"),
        removed=count("removed"),
    )
