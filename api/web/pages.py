"""The pages, put together: their routers, and the files that they load."""

from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from api.errors import problem
from api.rest.problems import UNKNOWN_PATH, refused_by_http
from api.web import coverage, gaps, home, importing, nodes, planning, searching, signing
from api.web.frame import View, problem_page
from api.web.uploads import MOST_UPLOAD_BYTES

ROUTERS = (home, searching, nodes, gaps, coverage, planning, importing, signing)
MOST_BYTES_BY_PATH = {
    "/import": MOST_UPLOAD_BYTES + 100_000,
    "/sign-in": signing.MOST_FORM_BYTES,
    "/sign-out": signing.MOST_FORM_BYTES,
}
"""How large a request to a path may be: an upload has its fields, and what parts them, besides."""


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
    return problem_page(View(request), problem(UNKNOWN_PATH, request.url.path))
