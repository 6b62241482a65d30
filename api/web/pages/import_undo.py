"""The page that takes a run back, or the last import of a source: what that would change first, then the deed."""

from functools import partial
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.jobs.edits import Edits
from api.jobs.imports import Imports
from api.principal import principal_of
from api.web.forms import require_own_form, with_token
from api.web.pages.import_new import text_in
from api.web.pages.import_runs import places
from api.web.parameters import FormParameters
from api.web.view import PageRoute, View
from graph.errors import ConflictError, InputError
from graph.messages import message
from ingest.run_undo import UndoPreview
from queries.what_if import WhatIf

router = APIRouter(route_class=PageRoute, include_in_schema=False)

_SHOWN = 1000
"""How many changes of chains the page has, all but the first of them folded."""
"""How many competencies and roles are listed that stand otherwise."""


class UndoForm(FormParameters):
    """Whose last import is taken back, or which run, whatever came later."""

    source: str = Field("", max_length=200)
    run: str | None = Field(None, max_length=200)


@router.get("/import/undo")
async def preview_undo(request: Request, asked: Annotated[UndoForm, Query()]) -> Response:
    """Show what taking back a run, or the last import of a source, would change."""
    if asked.run is not None and not asked.source:
        return await _run_previewed(View(request), asked.run)
    if not asked.source:
        raise InputError(message("undo.of_what"))
    return await _previewed(View(request), asked.source)


@router.post("/import/undo")
async def take_back(request: Request) -> Response:
    """Take back the import that was previewed; where another one came in between, show the preview anew."""
    view = View(request)
    async with request.form(max_files=0, max_fields=10) as form:
        require_own_form(view, form)
        source, run = text_in(form, "source"), text_in(form, "run")
    if not source and run:
        return await _run_taken_back(view, run)
    undo = partial(Imports(view.service).take_back, source, principal_of(request.scope))
    try:
        report = await view.service.with_store(undo, expected_run=run or None)
    except ConflictError:
        return await _previewed(view, source, HTTPStatus.CONFLICT)
    if report.refused:
        return await _previewed(view, source, HTTPStatus.UNPROCESSABLE_ENTITY)
    return RedirectResponse(view.url(f"import/runs/{report.run}"), HTTPStatus.SEE_OTHER)


async def _previewed(view: View, source: str, status: int = 200) -> Response:
    undo = partial(Imports(view.service).take_back, source, principal_of(view.request.scope))
    report = await view.service.with_store(undo, dry_run=True)
    has_moved = status == HTTPStatus.CONFLICT
    shown = {"report": report, "places": places(report, []), "has_moved": has_moved, "effects": None}
    return await run_in_threadpool(with_token, view, "import_undo.html", status, **shown)


async def _run_taken_back(view: View, run: str) -> Response:
    """Take one run back; a later run that changed the same is named on the page of the problem."""
    undo = partial(Edits(view.service).take_back, run, principal_of(view.request.scope))
    report = await view.service.with_store(undo)
    if report.refused:
        return await _run_previewed(view, run, HTTPStatus.UNPROCESSABLE_ENTITY)
    return RedirectResponse(view.url(f"import/runs/{report.run}"), HTTPStatus.SEE_OTHER)


async def _run_previewed(view: View, run: str, status: int = 200) -> Response:
    found, effects = await view.service.with_store(_run_effects, view, run)
    report = found.report
    shown = {"report": report, "places": places(report, []), "has_moved": False, "effects": effects}
    return await run_in_threadpool(with_token, view, "import_undo.html", status, **shown)


def _run_effects(view: View, run: str) -> tuple[UndoPreview, WhatIf]:
    """Return what taking the run back would do, and its effects on chains."""
    edits = Edits(view.service)
    found = edits.preview_take_back(run)
    return found, edits.seen(found, view.snapshot).effects(limit=_SHOWN)
