"""The pages of imports: each as it goes on and ends, what one may do then, and the list of all."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.jobs.excerpts import kept_excerpts
from api.jobs.history import ImportAttempt, ImportHistory
from api.jobs.imports import Imports
from api.jobs.queue import Job
from api.principal import principal_of
from api.service.event_stream import EventStream
from api.web.csv import sheet
from api.web.forms import require_own_form, with_token
from api.web.import_progress import STAGES, progress_of
from api.web.pages.import_new import ALLOWANCES, MOST_FIELDS, seen_at, wanted_in
from api.web.parameters import FormParameters
from api.web.view import PageRoute, View
from graph.document_part import is_of_document, spoken_part
from graph.errors import ConflictError, InputError
from graph.messages import Language, message
from ingest.excerpts import Excerpt
from ingest.report import IngestReport, ReportedProblem

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PAGE_SIZE = 25
MOST_SHOWN = 200
"""How many problems a page lists; the table to download has all that the report has."""
_SEEN_WITHIN_S = 3.0
_FRESH_S = 30.0
_SHOWN_SINCE = 5

RunId = Annotated[str, Path(alias="id", max_length=200)]


class RunListForm(FormParameters):
    """Which page of the list is shown."""

    page: int = Field(1, ge=1, le=1_000_000)


@router.get("/import/runs")
async def list_runs(request: Request, asked: Annotated[RunListForm, Query()]) -> Response:
    """Show every import that was tried."""
    view = View(request)
    offset = (asked.page - 1) * PAGE_SIZE
    found = await view.service.with_store(_history(view).page, offset, PAGE_SIZE)
    return await run_in_threadpool(view.render, "import_runs.html", found=found, page=asked.page, size=PAGE_SIZE)


@router.get("/import/runs/{id}")
async def show_run(request: Request, run_id: RunId) -> Response:
    """Show an import: how far it has come, and then what it did, would do, or why it did nothing."""
    view = View(request)
    service, history = view.service, _history(view)
    attempt = await service.with_store(history.find, run_id)
    imports = Imports(service)
    if attempt.outcome in {"applied", "taken_back"}:
        await _seen(view, attempt)
    base = _overtaken(attempt, (await service.with_store(service.store.revision)).number)
    return await run_in_threadpool(
        with_token,
        view,
        "import_run.html",
        attempt=attempt,
        report=attempt.report,
        progress=progress_of(view.words, attempt.progress),
        stages=STAGES[: 4 if attempt.is_preview else 5],
        has_files=await service.with_store(imports.jobs.keeps_files, run_id),
        next=await service.with_store(_gone_on_with, imports, run_id),
        base=base,
        since=[] if base is None else await service.with_store(history.since, base, _SHOWN_SINCE),
        can_undo=await service.with_store(history.can_be_undone, run_id),
        places=await service.with_store(_places, imports, attempt),
        most_shown=MOST_SHOWN,
        allowed=_allowed(attempt),
    )


@router.get("/import/runs/{id}/events")
async def watch_run(request: Request, run_id: RunId) -> Response:
    """Tell a page how far its import has come, until it is over."""
    view = View(request)
    imports = Imports(view.service)
    first = await view.service.with_store(imports.jobs.get, run_id)
    return EventStream(request, _events(view, imports, first))


@router.get("/import/runs/{id}/problems.csv")
async def list_problems(request: Request, run_id: RunId) -> Response:
    """Return the problems of an import as a table."""
    view = View(request)
    attempt = await view.service.with_store(_history(view).find, run_id)
    heads = ("where_file", "where_sheet", "where_row", "where_column", "value", "reason")
    rows = _problem_rows(attempt.report.problems if attempt.report else [], view.language)
    return await run_in_threadpool(sheet, "problems", [view.words(f"import.{head}") for head in heads], rows)


@router.post("/import/runs/{id}/apply")
async def apply_run(request: Request, run_id: RunId) -> Response:
    """Import what was previewed, at the revision that the preview was of; asked for twice, it is done once."""
    view = View(request)
    await _require_own(view)
    imports = Imports(view.service)
    going_on = await view.service.with_store(_gone_on_with, imports, run_id)
    if going_on is not None:
        return seen_at(view, going_on)
    job = await view.service.with_store(imports.jobs.get, run_id)
    if job.report is None or job.report.refused or not job.wanted.dry_run:
        raise InputError(message("import.no_preview"))
    wanted = job.wanted.model_copy(update={"dry_run": False, "expected_revision": job.report.base_revision})
    try:
        return seen_at(view, await imports.go_on(run_id, wanted, principal_of(request.scope)))
    except ConflictError:  # its page tells what happened since
        return seen_at(view, job)


@router.post("/import/runs/{id}/again")
async def preview_again(request: Request, run_id: RunId) -> Response:
    """Preview the same files once more, as the graph is now, and with other options if the form has such."""
    view = View(request)
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
        require_own_form(view, form)
        wanted = wanted_in(form)
    return seen_at(view, await Imports(view.service).go_on(run_id, wanted, principal_of(request.scope)))


@router.post("/import/runs/{id}/cancel")
async def cancel_run(request: Request, run_id: RunId) -> Response:
    """Break an import off, unless it writes already."""
    view = View(request)
    await _require_own(view)
    return seen_at(view, await Imports(view.service).cancel(run_id, principal_of(request.scope)))


def places(report: IngestReport, excerpts: list[Excerpt]) -> list[dict[str, Any]]:
    """Return the problems as the page shows them: by file and sheet, then by row, each row with its excerpt."""
    by_row = {(one.file, one.sheet, one.row): one for one in excerpts}
    found = []
    for (file, of_sheet), inside in groupby(report.problems[:MOST_SHOWN], key=lambda one: (one.file, one.sheet)):
        rows = []
        for row, same in groupby(inside, key=lambda one: one.row):
            excerpt = by_row.get((file or "", of_sheet, row or 0))
            rows.append({"row": row, "problems": list(same), "excerpt": excerpt})
        part = spoken_part(of_sheet) if of_sheet and is_of_document(of_sheet) else None
        found.append({"file": file, "sheet": of_sheet, "part": part, "rows": rows})
    return found


def _history(view: View) -> ImportHistory:
    return ImportHistory(view.service.store, view.service.state)


async def _require_own(view: View) -> None:
    async with view.request.form(max_files=0, max_fields=MOST_FIELDS) as form:
        require_own_form(view, form)


def _overtaken(attempt: ImportAttempt, revision: int) -> int | None:
    """Return the revision that an attempt builds on, where the graph is at another one now; None where all is well."""
    if attempt.outcome == "conflict" and attempt.wanted:
        return attempt.wanted.expected_revision
    if attempt.outcome == "preview" and attempt.report and attempt.report.base_revision != revision:
        return attempt.report.base_revision
    return None


def _allowed(attempt: ImportAttempt) -> list[str]:
    """Return what the import may do that it may not by default."""
    told = attempt.wanted.model_dump() if attempt.wanted else {}
    return [name for name in ALLOWANCES if told.get(name)]


def _places(imports: Imports, attempt: ImportAttempt) -> list[dict[str, Any]]:
    if attempt.report is None or not attempt.report.problems:
        return []
    return places(attempt.report, kept_excerpts(imports.jobs.folder(attempt.id)))


def _gone_on_with(imports: Imports, job_id: str) -> Job | None:
    """Return the import that applies a preview, or has applied it; None where none does."""
    vain = {"conflict", "failed", "cancelled", "lost"}
    followers = [job for job in imports.jobs.following(job_id) if not job.wanted.dry_run and job.status not in vain]
    return followers[0] if followers else None


async def _seen(view: View, attempt: ImportAttempt) -> None:
    """Wait until the service answers from what was just imported, so that the next page shows it."""
    is_fresh = (datetime.now(UTC) - attempt.at).total_seconds() < _FRESH_S
    if attempt.report is None or not is_fresh:
        return
    for _ in range(int(_SEEN_WITHIN_S / 0.1)):
        if (view.service.revision() or 0) >= attempt.report.revision:
            return
        await asyncio.sleep(0.1)


async def _events(view: View, imports: Imports, first: Job) -> AsyncIterator[str]:
    async for job in imports.watch(first):
        if job is None:
            yield ": still at it\n\n"
        else:
            told = json.dumps(progress_of(view.words, job.progress)._asdict())
            yield f"event: {'end' if job.is_over else 'progress'}\ndata: {told}\n\n"


def _problem_rows(problems: list[ReportedProblem], language: Language) -> Iterator[list[str]]:
    for one in problems:
        cells = (one.file, one.sheet, one.row, one.column, one.value, one.reason_in(language))
        yield ["" if cell is None else str(cell) for cell in cells]
