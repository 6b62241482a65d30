"""Who gets in where: each route of the service with the scope that it needs, and a service that has a key of each."""

import re
from dataclasses import replace
from typing import NamedTuple

import httpx

from api.jobs.formats import FORMATS
from api.principal import AccessScope
from api.settings.service import ServiceSettings
from api.settings.settings import Settings
from api.state.database import State
from tests.support.routes import READING
from tests.support.serving import Asker

Tokens = dict[AccessScope, str]
"""A token for each scope."""
NEEDED_BY_PROGRAMS: dict[str, AccessScope | None] = {
    "GET /v1/competencies": "read",
    "GET /v1/competencies/{id}": "read",
    "GET /v1/competencies/{id}/trace": "read",
    "GET /v1/nodes": "read",
    "GET /v1/nodes/{id}": "read",
    "GET /v1/nodes/{id}/trace": "read",
    "GET /v1/search": "read",
    "GET /v1/sources": "read",
    "GET /v1/runs": "read",
    "GET /v1/revisions": "read",
    "GET /v1/changes": "read",
    "GET /v1/export/{format}": "read",
    "GET /v1/roles": "read",
    "GET /v1/roles/{id}": "read",
    "GET /v1/roles/{id}/coverage": "read",
    "POST /v1/roles/{id}/plan": "read",
    "GET /v1/coverage": "read",
    "GET /v1/align": "read",
    "GET /v1/gaps": "read",
    "GET /v1/follow-ups": "read",
    "GET /v1/proposals": "read",
    "POST /v1/proposals/judgements": "read",
    "POST /v1/proposals/apply": "ingest",
    "PUT /v1/follow-ups": "ingest",
    "GET /v1/roles/{id}/training": "read",
    "GET /v1/roles/{id}/unreachable": "read",
    "POST /v1/roles/plan": "read",
    "POST /v1/roles/match": "read",
    "GET /v1/rotation/{id}": "read",
    "GET /v1/integration": "read",
    "GET /v1/allocation": "read",
    "GET /v1/feedback": "read",
    "GET /v1/disciplines/{id}/benchmark": "read",
    "GET /v1/enterprises/{id}/leadership": "read",
    "GET /v1/enterprises/{id}/brief": "read",
    "GET /v1/signals": "read",
    "POST /v1/what-if": "read",
    "GET /v1/diff": "read",
    "GET /v1/metrics": "read",
    **dict.fromkeys((f"POST /v1/ingest/{name}" for name in FORMATS), "ingest"),
    "GET /v1/ingest/runs": "ingest",
    "GET /v1/ingest/runs/{id}": "ingest",
    "GET /v1/ingest/runs/{id}/events": "ingest",
    "DELETE /v1/ingest/runs/{id}": "ingest",
    "POST /v1/edits": "ingest",
    "POST /v1/proposals": "ingest",
    "POST /v1/undo": "ingest",
    "POST /v1/undo/{source}": "ingest",
    "GET /v1/audit": "admin",
    "GET /metrics": "read",
    "GET /healthz": None,
    "GET /readyz": None,
}
"""Every route of programs, and the scope that it needs: a new route is added here by whoever thought about it."""
FIELD_PAGES = ("integration", "allocation", "feedback", "enterprises")
NEEDED: dict[str, AccessScope | None] = {
    **NEEDED_BY_PROGRAMS,
    "GET /": "read",
    "GET /search": "read",
    "GET /nodes/{id}": "read",
    "GET /nodes/{id}/trace.svg": "read",
    "GET /gaps": "read",
    "GET /follow-ups": "read",
    "GET /follow-ups/gap": "read",
    "POST /follow-ups/gap": "ingest",
    "GET /review": "read",
    "POST /review/judge": "read",
    "POST /review/undo": "read",
    "POST /review/bulk": "read",
    "GET /review/apply": "ingest",
    "POST /review/apply": "ingest",
    "GET /gaps.csv": "read",
    "GET /gaps.xlsx": "read",
    "GET /coverage": "read",
    "GET /benchmark": "read",
    "GET /benchmark.csv": "read",
    "GET /benchmark.xlsx": "read",
    "GET /compare": "read",
    "GET /compare.csv": "read",
    "GET /compare.xlsx": "read",
    "GET /scope": "read",
    "GET /lists/{kind}": "read",
    "GET /lists/{kind}.csv": "read",
    "GET /lists/{kind}.xlsx": "read",
    "GET /graph.xlsx": "read",
    "GET /matrix": "read",
    "GET /matrix.{form}": "read",
    "POST /edit/matrix": "ingest",
    "GET /plan": "read",
    "GET /training": "read",
    "GET /nodes/{id}/trace.png": "read",
    "GET /nodes/{id}/programme.docx": "read",
    "GET /what-if": "read",
    "GET /what-if/links.csv": "read",
    "GET /what-if/what-if.json": "read",
    **dict.fromkeys((f"GET /{page}{form}" for page in FIELD_PAGES for form in ("", ".csv", ".xlsx")), "read"),
    "GET /enterprises/{id}/brief": "read",
    "GET /import": "ingest",
    "POST /import": "ingest",
    "GET /import/runs": "ingest",
    "GET /import/runs/{id}": "ingest",
    "GET /import/runs/{id}/changes": "ingest",
    "GET /import/runs/{id}/effect": "ingest",
    "GET /import/runs/{id}/events": "ingest",
    "GET /import/runs/{id}/problems.csv": "ingest",
    "POST /import/runs/{id}/again": "ingest",
    "POST /import/runs/{id}/apply": "ingest",
    "POST /import/runs/{id}/cancel": "ingest",
    "GET /proposals": "read",
    "POST /proposals/documents": "ingest",
    "GET /edit": "ingest",
    "POST /edit": "ingest",
    "GET /import/undo": "ingest",
    "POST /import/undo": "ingest",
    "POST /import/example": "ingest",
    "GET /import/template.xlsx": "ingest",
    "GET /sign-in": None,
    "POST /sign-in": None,
    "POST /sign-out": None,
    "GET /docs": None,
    "GET /docs/problems": None,
    "GET /openapi.json": None,
    "GET /assets/*": None,
    "GET /docs/static/*": None,
    "GET /docs/swagger/*": None,
}
"""Every route, and the scope that it needs: a new route is added here by whoever thought about it."""

FILES = {"/assets/*": "rolepath.css", "/docs/static/*": "problems.css", "/docs/swagger/*": "swagger-ui.css"}
FORM_TOKEN = "0123456789abcdef" * 2


class Open(NamedTuple):
    """A service, with a key and a session for each scope."""

    asker: Asker
    tokens: Tokens
    sessions: Tokens


def with_service(settings: Settings, **service: object) -> Settings:
    """Return the settings with these of the service."""
    return replace(settings, service=ServiceSettings.model_validate(service))


def counted(settings: Settings, subjects: str) -> int:
    """Return how many requests the state file has of the subjects whose names begin so."""
    with State(settings.state_path).reading() as connection:
        assert connection is not None
        row = connection.execute("SELECT sum(requests) FROM used WHERE subject LIKE ?", (f"{subjects} %",)).fetchone()
    return row[0] or 0


def bearing(token: str) -> dict[str, str]:
    """Return the header that shows a token."""
    return {"Authorization": f"Bearer {token}"}


def ask(service: Open, route: str, headers: dict[str, str]) -> httpx.Response:
    """Ask a route; a form that would be sent carries what shows that it is from our own page."""
    method, path = route.split()
    for folder, file in FILES.items():
        path = path.replace(folder, folder[:-1] + file)
    cookie = "; ".join([*filter(None, [headers.get("Cookie")]), f"rolepath_form={FORM_TOKEN}"])
    data = {} if method in READING or path.startswith("/v1/") else {"data": {"token": FORM_TOKEN}}
    filled = re.sub(r"\{\w+\}", "c1", path)
    return service.asker.ask(method, filled, headers={**headers, "Cookie": cookie}, **data)  # type: ignore[arg-type]
