"""The pages, put together: their routers, and the files that they load."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from api.web import coverage, gaps, home, importing, nodes, planning, searching
from api.web.uploads import MOST_UPLOAD_BYTES

ROUTERS = (home, searching, nodes, gaps, coverage, planning, importing)
MOST_BYTES_BY_PATH = {"/import": MOST_UPLOAD_BYTES + 100_000}
"""How large a request to a path may be: an upload has its fields, and what parts them, besides."""


def serve_pages(app: FastAPI) -> None:
    """Add the pages, and the files that they load."""
    for module in ROUTERS:
        app.include_router(module.router)
    app.mount("/assets", StaticFiles(directory=Path(__file__).parent / "static"))
