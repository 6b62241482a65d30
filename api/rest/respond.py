"""Responses: how a query's result becomes an answer, and how routes declare the answers that they give."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from pydantic import BaseModel

from api.answers.stamps import rolepath_version
from api.http.headers import CONTENT_HEADER, REVISION_HEADER, VERSION_HEADER
from api.http.language_negotiation import content_language
from api.http.problems import HttpProblem
from api.rest.openapi.header_components import references
from api.rest.shape import shape_of
from api.service.service import service_of
from graph.messages import text

_MEANINGS = {
    404: "not_found",
    409: "conflict",
    410: "expired",
    413: "too_large",
    422: "invalid",
    500: "defect",
    503: "unavailable",
    507: "no_room",
}
"""What each status means, as the catalogue calls it."""


def answer(result: BaseModel, request: Request, headers: Mapping[str, str] | None = None) -> Response:
    """Return the result as the answer, in the shape that was asked for: as it is, in the form of the command line."""
    body, media_type = shape_of(request).written(result)
    revision = getattr(result, "revision", None)
    named = {} if revision is None else stamp_headers(revision, service_of(request).content_at(revision))
    told = content_language(request.scope)
    return Response(body, headers={**named, **told, **(headers or {})}, media_type=media_type)


def stamp_headers(revision: int, content: str | None) -> dict[str, str]:
    """Return the headers by which an answer is cited: the revision, its content hash, the version of Rolepath."""
    hashed = {CONTENT_HEADER: content} if content else {}
    return {REVISION_HEADER: str(revision), **hashed, VERSION_HEADER: rolepath_version()}


NOT_KEPT = {"Cache-Control": "no-store"}
"""For answers that are made from more than the graph, and may change while it stands still."""


_LAST_DAY = datetime(2027, 12, 31, 23, 59, 59, tzinfo=UTC)
SUNSET = {"Deprecation": "@1795910400", "Sunset": format_datetime(_LAST_DAY, usegmt=True)}
"""For answers to who asked by an old name: since when it is old, and until when it is understood (RFC 9745, 8594)."""


def answer_page(result: BaseModel, request: Request, headers: Mapping[str, str] | None = None) -> Response:
    """Return the page as the answer, with a link to the next one where there is one."""
    cursor = getattr(result, "next", None)
    if cursor is None:
        return answer(result, request, headers)
    asked = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    query = urlencode([*asked, ("cursor", cursor)])
    return answer(result, request, {"Link": f'<{request.url.path}?{query}>; rel="next"', **(headers or {})})


def declared(*problems: int, paged: bool = False) -> dict[int | str, dict[str, Any]]:
    """Return the answers that a route declares: its own, the problems named, and those that every route may give.

    What is answered before a route is reached is added to the document by api/rest/openapi/document.py.
    """
    own = {"headers": references("Link")} if paged else {}
    responses: dict[int | str, dict[str, Any]] = {200: {"description": text("openapi_answer.answer"), **own}}
    for status in sorted({*problems, 422, 500, 503}):
        more = {"headers": references("Retry-After")} if status == 503 else {}
        responses[status] = {"model": HttpProblem, "description": text(f"openapi_answer.{_MEANINGS[status]}"), **more}
    return responses
