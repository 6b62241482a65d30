"""The page of what an import did to competencies and roles: how they stood before it, and after."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.answers.scenarios import ask_diff
from api.jobs.history import ImportHistory
from api.web.parameters import FormParameters
from api.web.short_lists import ShortListForm
from api.web.view import PageRoute, View
from graph.errors import NotFoundError
from graph.messages import message

router = APIRouter(route_class=PageRoute, include_in_schema=False)

_SHOWN = 30


class EffectForm(ShortListForm, FormParameters):
    """Which list of the page is opened."""


@router.get("/import/runs/{id}/effect")
async def show_effect(
    request: Request,
    run_id: Annotated[str, Path(alias="id", max_length=200)],
    asked: Annotated[EffectForm, Query()],
) -> Response:
    """Show what an import, or an undo, did to how competencies stand and how far roles are covered."""
    view = View(request)
    service = view.service
    attempt = await service.with_store(ImportHistory(service.store, service.state).find, run_id)
    report = attempt.report
    if attempt.outcome not in {"applied", "taken_back"} or report is None:
        raise NotFoundError(message("thing.applied_import"), run_id)
    before, after = report.base_revision, report.revision
    most = asked.most(_SHOWN)
    diff = await service.with_store(ask_diff, service.require_store(), view.snapshot, before, after, limit=most)
    found = diff.consequences
    return await run_in_threadpool(
        view.render,
        "import_effect.html",
        measures=("counts", "coverage"),
        attempt=attempt,
        report=report,
        found=found,
        competencies=asked.listed("competencies", found.competencies, found.competencies_total, _SHOWN),
        roles=asked.listed("roles", found.roles, found.roles_total, _SHOWN),
    )
