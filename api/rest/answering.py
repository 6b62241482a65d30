"""How a query's result becomes an answer, and how routes declare the answers that they give."""

from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlencode

from fastapi import Request, Response

from api.rest.problems import Problem

REVISION_HEADER = "Rolepath-Revision"
STALE_HEADER = "Rolepath-Stale"
_LINK = {"description": 'The next page, as `<...>; rel="next"`; absent on the last.', "schema": {"type": "string"}}
_RETRY_AFTER = {"description": "The seconds after which to ask again.", "schema": {"type": "integer"}}
_MEANINGS = {
    404: "There is no such node, or it is of another kind.",
    409: "The graph is not at the expected revision, went on while the question was answered, or is being written.",
    410: "The cursor is of a revision that has passed: begin the list again.",
    413: "The body is larger than the service takes.",
    422: "A parameter or field is missing, unknown or out of range.",
    500: "A defect of the service; the log says more at `incident`.",
    503: "The store cannot be read at the moment, or too much is asked for at once.",
}


class Result(Protocol):
    """What a query returns."""

    @property
    def revision(self) -> int:
        """The revision of the graph that it was read from."""
        ...

    def model_dump_json(self) -> str:
        """Return it as JSON."""
        ...


class Page(Result, Protocol):
    """What a query for a list returns."""

    @property
    def next(self) -> str | None:
        """The cursor of the next page; None on the last."""
        ...


def answer(result: Result, headers: Mapping[str, str] | None = None) -> Response:
    """Return the result as the answer, in the very form that the command line prints."""
    return Response(
        result.model_dump_json().encode(),
        headers={REVISION_HEADER: str(result.revision), **(headers or {})},
        media_type="application/json",
    )


NOT_KEPT = {"Cache-Control": "no-store"}
"""For answers that are made from more than the graph, and may change while it stands still."""


def answer_page(result: Page, request: Request, headers: Mapping[str, str] | None = None) -> Response:
    """Return the page as the answer, with a link to the next one where there is one."""
    if result.next is None:
        return answer(result, headers)
    asked = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    query = urlencode([*asked, ("cursor", result.next)])
    return answer(result, {"Link": f'<{request.url.path}?{query}>; rel="next"', **(headers or {})})


def declared(*problems: int, paged: bool = False) -> dict[int | str, dict[str, Any]]:
    """Return the answers that a route declares: its own, the problems named, and those that every route may give.

    What is answered before a route is reached is added to the document by api/rest/contract.py.
    """
    own = {"headers": {"Link": _LINK}} if paged else {}
    found: dict[int | str, dict[str, Any]] = {200: {"description": "The answer.", **own}}
    for status in sorted({*problems, 422, 500, 503}):
        more = {"headers": {"Retry-After": _RETRY_AFTER}} if status == 503 else {}
        found[status] = {"model": Problem, "description": _MEANINGS[status], **more}
    return found
