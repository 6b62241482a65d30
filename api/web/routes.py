"""Page routes, put together: their routers, and the files that they load."""

from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from api.errors import problem
from api.http.problems import UNKNOWN_PATH, refused_by_http
from api.web.pages import (
    allocation,
    benchmark,
    brief,
    comparison,
    coverage,
    feedback,
    follow_ups,
    gaps,
    home,
    import_changes,
    import_effects,
    import_runs,
    integration,
    leadership,
    lists,
    matrix,
    matrix_edits,
    programme_document,
    proposals,
    review,
    review_apply,
    review_judgements,
    scope_choice,
    what_if,
)
from api.web.pages import edits as editing
from api.web.pages import import_new as importing
from api.web.pages import import_undo as undoing
from api.web.pages import node as nodes
from api.web.pages import plan as planning
from api.web.pages import search as searching
from api.web.pages import sign_in as signing
from api.web.pages import trace_picture as pictures
from api.web.pages import training as train
from api.web.view import shown_problem

ROUTERS = (
    home,
    searching,
    scope_choice,
    nodes,
    lists,
    programme_document,
    pictures,
    what_if,
    editing,
    gaps,
    follow_ups,
    review,
    review_apply,
    review_judgements,
    coverage,
    matrix,
    matrix_edits,
    comparison,
    benchmark,
    planning,
    train,
    integration,
    allocation,
    feedback,
    leadership,
    brief,
    proposals,
    importing,
    import_runs,
    import_changes,
    import_effects,
    undoing,
    signing,
)
UPLOAD_PATHS = frozenset({"/import", "/proposals/documents"})
"""The pages whose forms carry files."""
FORM_BYTES = {"/sign-in": signing.MOST_FORM_BYTES, "/sign-out": signing.MOST_FORM_BYTES}
"""How large the forms may be that anybody can send."""


def serve_pages(app: FastAPI) -> None:
    """Add the pages, and the files that they load."""
    for module in ROUTERS:
        app.include_router(module.router)
    app.exception_handler(404)(_tell_missing)
    app.mount("/assets", StaticFiles(directory=Path(__file__).parent / "static"))


async def _tell_missing(request: Request, error: HTTPException) -> Response:
    """Answer a browser that is at no page with a page, and a program with a problem document."""
    if "text/html" not in request.headers.get("accept", ""):
        return await refused_by_http(request, error)
    return await shown_problem(request, problem(UNKNOWN_PATH, request.url.path))
