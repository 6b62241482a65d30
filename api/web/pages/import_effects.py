"""The page of what an import did to competencies and roles: how they stood before it, and after."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from api.answers.scenarios import ask_diff
from api.jobs.history import ImportHistory
from api.web.view import PageRoute, View
from graph.errors import NotFoundError
from graph.messages import message

router = APIRouter(route_class=PageRoute, include_in_schema=False)

_SHOWN = 30


@router.get("/import/runs/{id}/effect")
async def show_effect(request: Request, run_id: Annotated[str, Path(alias="id", max_length=200)]) -> Response:
    """Show what an import, or an undo, did to how competencies stand and how far roles are covered."""
    view = View(request)
    service = view.service
    attempt = await service.with_store(ImportHistory(service.store, service.state).find, run_id)
    report = attempt.report
    if attempt.outcome not in {"applied", "taken_back"} or report is None:
        raise NotFoundError(message("thing.applied_import"), run_id)
    before, after = report.base_revision, report.revision
    found = await service.with_store(ask_diff, service.require_store(), view.snapshot, before, after, limit=_SHOWN)
    shown = {"attempt": attempt, "report": report, "found": found.consequences}
    return await run_in_threadpool(view.render, "import_effect.html", **shown)
