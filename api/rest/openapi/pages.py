"""The pages for people: the interface to try out, and what each problem means. They need nothing from elsewhere."""

from html import escape
from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from api.errors import PROBLEM_MEDIA_TYPE, ErrorKind
from api.http.problems import ALL_KINDS
from graph.messages import text

OWN_FILES = Path(__file__).parent / "static"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""`data:` is for the small pictures that Swagger UI's style sheet carries."""

router = APIRouter(include_in_schema=False)

# Addresses are relative, so that the pages work below any prefix that a proxy adds.
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
{head}</head>
<body>
{body}</body>
</html>
"""
_INTERFACE_HEAD = """<link rel="stylesheet" href="docs/swagger/swagger-ui.css">
<script defer src="docs/swagger/swagger-ui-bundle.js"></script>
<script defer src="docs/static/interface.js"></script>
"""
_PROBLEMS_HEAD = '<link rel="stylesheet" href="static/problems.css">\n'


def serve_docs(app: FastAPI) -> None:
    """Add the pages, and the files that they load: our own, and Swagger UI's as a package carries them."""
    app.include_router(router)
    app.mount("/docs/static", StaticFiles(directory=OWN_FILES))
    app.mount("/docs/swagger", StaticFiles(directory=_swagger_files()))


@router.get("/openapi.json")
def show_document(request: Request) -> JSONResponse:
    """Return the OpenAPI document, with the prefix that a proxy adds."""
    document = request.app.openapi()
    root_path = request.scope.get("root_path", "").rstrip("/")
    return JSONResponse(document | ({"servers": [{"url": root_path}]} if root_path else {}))


@router.get("/docs")
async def show_interface() -> HTMLResponse:
    """Show every endpoint, to read about and to try out."""
    description = f'<a href="openapi.json">{text("openapi_page.description_itself")}</a>'
    warning = text("openapi_page.needs_javascript", description=description)
    body = f'<div id="interface"></div>\n<noscript><p>{warning}</p></noscript>\n'
    return _page(_PAGE.format(title=text("openapi_page.interface_title"), head=_INTERFACE_HEAD, body=body))


@router.get("/docs/problems")
async def show_problems() -> HTMLResponse:
    """Show every type of problem, and what to do about it."""
    media_type, type_field = f"<code>{PROBLEM_MEDIA_TYPE}</code>", "<code>type</code>"
    about = text("openapi_page.about_problems", media_type=media_type, type=type_field)
    sections = "".join(_section(kind) for kind in ALL_KINDS)
    body = f"<h1>{text('openapi_page.problems')}</h1>\n<p>{about}</p>\n{sections}"
    return _page(_PAGE.format(title=text("openapi_page.problems_title"), head=_PROBLEMS_HEAD, body=body))


def _section(kind: ErrorKind) -> str:
    meaning = "".join(
        f"<code>{escape(part)}</code>" if is_code else escape(part)
        for is_code, part in ((at % 2 == 1, part) for at, part in enumerate(kind.meaning.split("`")))
    )
    slug = f"<code>{kind.slug}</code>"
    statuses = text("openapi_page.statuses", slug=slug, http_status=kind.http_status, exit_status=kind.exit_status)
    title = escape(kind.title)
    return f'<section id="{kind.slug}">\n<h2>{title}</h2>\n<p>{meaning}</p>\n<p>{statuses}</p>\n</section>\n'


def _page(html: str) -> HTMLResponse:
    return HTMLResponse(html, headers={"Content-Security-Policy": CONTENT_SECURITY_POLICY})


def _swagger_files() -> Path:
    """Return the folder of Swagger UI's files, without importing the package that carries them."""
    spec = find_spec("fastapi_offline")
    if spec is None or spec.origin is None:
        raise RuntimeError("the package fastapi-offline is not installed, which carries the files of /docs")
    return Path(spec.origin).parent / "static"
