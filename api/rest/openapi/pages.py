"""The pages for people: the interface to try out, and what each problem means. They need nothing from elsewhere."""

from html import escape
from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from api.errors import ErrorKind
from api.http.problems import ALL_KINDS

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
_INTERFACE = _PAGE.format(
    title="Rolepath: interface",
    head="""<link rel="stylesheet" href="docs/swagger/swagger-ui.css">
<script defer src="docs/swagger/swagger-ui-bundle.js"></script>
<script defer src="docs/static/interface.js"></script>
""",
    body="""<div id="interface"></div>
<noscript><p>This page needs JavaScript; <a href="openapi.json">the description itself</a> does not.</p></noscript>
""",
)


def serve_docs(app: FastAPI) -> None:
    """Add the pages, and the files that they load: our own, and Swagger UI's as a package carries them."""
    app.include_router(router)
    app.mount("/docs/static", StaticFiles(directory=OWN_FILES))
    app.mount("/docs/swagger", StaticFiles(directory=_swagger_files()))


@router.get("/docs")
async def show_interface() -> HTMLResponse:
    """Show every endpoint, to read about and to try out."""
    return _page(_INTERFACE)


@router.get("/docs/problems")
async def show_problems() -> HTMLResponse:
    """Show every type of problem, and what to do about it."""
    body = (
        "<h1>Problems</h1>\n"
        "<p>An answer of the media type <code>application/problem+json</code> says why a question was not answered. "
        "Its <code>type</code> leads to one of these.</p>\n" + "".join(_section(kind) for kind in ALL_KINDS)
    )
    style = '<link rel="stylesheet" href="static/problems.css">\n'
    return _page(_PAGE.format(title="Rolepath: problems", head=style, body=body))


def _section(kind: ErrorKind) -> str:
    meaning = "".join(
        f"<code>{escape(part)}</code>" if is_code else escape(part)
        for is_code, part in ((at % 2 == 1, part) for at, part in enumerate(kind.meaning.split("`")))
    )
    return (
        f'<section id="{kind.slug}">\n<h2>{escape(kind.title)}</h2>\n<p>{meaning}</p>\n'
        f"<p><code>{kind.slug}</code>: HTTP status {kind.http_status}, exit status {kind.exit_status}</p>\n</section>\n"
    )


def _page(text: str) -> HTMLResponse:
    return HTMLResponse(text, headers={"Content-Security-Policy": CONTENT_SECURITY_POLICY})


def _swagger_files() -> Path:
    """Return the folder of Swagger UI's files, without importing the package that carries them."""
    spec = find_spec("fastapi_offline")
    if spec is None or spec.origin is None:
        raise RuntimeError("the package fastapi-offline is not installed, which carries the files of /docs")
    return Path(spec.origin).parent / "static"
