"""The page of what an import changed, or would: all of its nodes or links that come, change or go, page by page."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.jobs.history import ImportAttempt, ImportHistory
from api.jobs.imports import Imports
from api.jobs.kept_changes import Change, Statement, kept_changes
from api.web.pages.import_runs import RunId
from api.web.parameters import FormParameters
from api.web.view import PageRoute, View
from graph import changes
from graph.errors import NotFoundError
from graph.messages import message
from graph.stores import Store
from ingest.effects import MOST_KEPT, LinkExample, NodeExample, logged_examples
from ingest.report import IngestReport

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PAGE_SIZE = 100


class ChangesForm(FormParameters):
    """Which changes are listed."""

    change: Change = "added"
    of: Statement = "nodes"
    page: int = Field(1, ge=1, le=1_000_000)

    @property
    def first(self) -> int:
        """The first one on the page, counted from 0."""
        return (self.page - 1) * PAGE_SIZE


@router.get("/import/runs/{id}/changes")
async def show_changes(request: Request, run_id: RunId, asked: Annotated[ChangesForm, Query()]) -> Response:
    """Show one sort of what an import changed; of a preview, what it would change."""
    view = View(request)
    service = view.service
    attempt = await service.with_store(ImportHistory(service.store, service.state).find, run_id)
    report = attempt.report
    if report is None:
        raise NotFoundError(message("thing.applied_import"), run_id)
    items = await service.with_store(_changes, view, attempt, report, asked)
    total = getattr(getattr(report, asked.change), asked.of)
    return await run_in_threadpool(
        view.render,
        "import_all_changes.html",
        attempt=attempt,
        report=report,
        asked=asked,
        items=items,
        total=total if attempt.outcome != "preview" else min(total, MOST_KEPT),
        whole=total,
        size=PAGE_SIZE,
    )


def _changes(
    view: View, attempt: ImportAttempt, report: IngestReport, asked: ChangesForm
) -> Sequence[NodeExample | LinkExample] | None:
    """Return those of the page: of what was applied, by the change log; of a preview, as they were kept."""
    if attempt.outcome in {"applied", "taken_back"}:
        store = view.service.require_store()
        log = islice(_logged(store, report, asked), asked.first, asked.first + PAGE_SIZE)
        return getattr(logged_examples(log, store), asked.of)  # type: ignore[no-any-return]
    folder = Imports(view.service).jobs.folder(attempt.id)
    return kept_changes(folder, asked.change, asked.of, asked.first, PAGE_SIZE)


def _logged(store: Store, report: IngestReport, asked: ChangesForm) -> Iterator[changes.Change]:
    for entry in store.changes(report.base_revision, report.revision):
        if entry.subject is None or isinstance(entry.subject, tuple) != (asked.of == "links"):
            continue
        change = "added" if entry.before is None else "removed" if entry.after is None else "changed"
        if change == asked.change:
            yield entry
