"""The page that takes the last import of a source back: what that would change first, then the deed."""

from functools import partial
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.jobs.imports import Imports
from api.principal import principal_of
from api.web.forms import require_own_form, with_token
from api.web.pages.import_new import text_in
from api.web.pages.import_runs import places
from api.web.parameters import FormParameters
from api.web.view import PageRoute, View
from graph.errors import ConflictError

router = APIRouter(route_class=PageRoute, include_in_schema=False)


class UndoForm(FormParameters):
    """Whose last import is taken back."""

    source: str = Field(max_length=200)


@router.get("/import/undo")
async def preview_undo(request: Request, asked: Annotated[UndoForm, Query()]) -> Response:
    """Show what taking back the last import of a source would change."""
    return await _previewed(View(request), asked.source)


@router.post("/import/undo")
async def take_back(request: Request) -> Response:
    """Take back the import that was previewed; where another one came in between, show the preview anew."""
    view = View(request)
    async with request.form(max_files=0, max_fields=10) as form:
        require_own_form(view, form)
        source, run = text_in(form, "source"), text_in(form, "run")
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
    shown = {"report": report, "places": places(report, []), "has_moved": has_moved}
    return await run_in_threadpool(with_token, view, "import_undo.html", status, **shown)
