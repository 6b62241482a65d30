"""Every answer that is no answer: a problem document (RFC 9457) for each error of Rolepath and of HTTP itself."""

import logging
import secrets
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.errors import ERROR_KINDS, INTERNAL, PROBLEM_MEDIA_TYPE, ErrorKind, ProblemDetail, describe, problem
from graph.errors import InputError, RolepathError
from graph.errors import Problem as InputProblem
from graph.model import Frozen

RETRY_AFTER_S = 2
"""After how many seconds an answer of 503 suggests to ask again."""

UNKNOWN_PATH = ErrorKind(
    "unknown-path", "There is no such page", 2, 404, "The path is none of the service's: /docs lists them all."
)
METHOD = ErrorKind(
    "method-not-allowed",
    "The page is not asked that way",
    2,
    405,
    "The header `Allow` names the methods that it takes.",
)
PARAMETERS = ErrorKind(
    "invalid-parameters",
    "The question is not put right",
    2,
    422,
    "`errors` names each parameter or field that is missing, unknown or out of range, and what is wrong with it.",
)
BODY = ErrorKind(
    "unreadable-body", "The body cannot be read", 2, 400, "Send one JSON document, with Content-Type: application/json."
)
TOO_LARGE = ErrorKind("too-large", "The request is too large", 2, 413, "Send less at a time; `detail` names the limit.")
WRONG_HOST = ErrorKind(
    "wrong-host",
    "The service is not called that",
    2,
    421,
    "On its own machine the service answers as localhost, 127.0.0.1 or [::1] only: use one of these names.",
)
FOREIGN_ORIGIN = ErrorKind(
    "foreign-origin",
    "Pages of other sites may not ask",
    2,
    403,
    "On its own machine the service answers programs, and pages of that machine: ask from one of these.",
)
NOT_ACCEPTABLE = ErrorKind(
    "not-acceptable",
    "The answer does not come in that form",
    2,
    406,
    "`detail` names the media types that there are: name one of them in `Accept`, or leave that out.",
)
BEHIND = ErrorKind(
    "revision-not-reached",
    "The graph is not at that revision yet",
    5,
    409,
    "`min_revision` is what was asked for, `revision` what is answered from: ask again after the seconds that "
    "`Retry-After` says, or for a revision that there is.",
)
BUSY = ErrorKind(
    "busy", "Too many plans and matrices are asked for", 3, 503, "Ask again after the seconds that `Retry-After` says."
)
NO_KEY = ErrorKind(
    "no-key",
    "This needs a key",
    2,
    401,
    "Send a key as `Authorization: Bearer rolepath_...`; `rolepath key create` makes one.",
)
WRONG_KEY = ErrorKind(
    "wrong-key", "The key does not hold", 2, 401, "It is not known, was revoked, or has expired: ask for a new one."
)
WRONG_SCOPE = ErrorKind(
    "wrong-scope", "The key is not made for this", 2, 403, "`WWW-Authenticate` names the scope that a key needs."
)
TOO_MANY = ErrorKind(
    "too-many-requests", "Too many requests", 2, 429, "Ask again after the seconds that `Retry-After` says."
)
HTTP_KINDS = (
    UNKNOWN_PATH,
    METHOD,
    NOT_ACCEPTABLE,
    PARAMETERS,
    BODY,
    TOO_LARGE,
    WRONG_HOST,
    FOREIGN_ORIGIN,
    NO_KEY,
    WRONG_KEY,
    WRONG_SCOPE,
    TOO_MANY,
    BUSY,
    BEHIND,
)
"""The kinds that only a service has, beside those of api/errors.py."""
ALL_KINDS = (*ERROR_KINDS, *HTTP_KINDS)

_BY_STATUS = {404: UNKNOWN_PATH, 405: METHOD, 400: BODY, 413: TOO_LARGE, 503: BUSY}
_log = logging.getLogger(__name__)


class FieldProblem(Frozen):
    """What is wrong with one parameter or field: `field` leads to it, as in `query.limit` or `body.scope.term`."""

    field: str
    reason: str


class HttpProblem(ProblemDetail):
    """Why there is no answer: `type` leads to what to do about it, the fields that do not apply are left out.

    `errors`: what is wrong with each parameter. `what`, `value`, `near`: what was looked for, and the ids that come
    closest. `reason`: what is wrong with the value. `revision` and `min_revision`: what is answered from, and what was
    asked for. `incident`: what to look for in the service's log.
    """

    errors: list[FieldProblem] | None = None
    what: str | None = None
    value: str | None = None
    near: list[str] | None = None
    reason: str | None = None
    revision: int | None = None
    min_revision: int | None = None
    incident: str | None = None


def problem_response(detail: ProblemDetail, headers: Mapping[str, str] | None = None) -> Response:
    """Return the problem as an answer; one of 503 says when to ask again."""
    standing = {"Retry-After": str(RETRY_AFTER_S)} if detail.status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return Response(
        detail.model_dump_json(), detail.status, {**standing, **(headers or {})}, media_type=PROBLEM_MEDIA_TYPE
    )


def handle_problems(app: FastAPI) -> None:
    """Make the application answer every error that somebody foresaw with a problem document."""
    app.exception_handler(RolepathError)(_refused)
    app.exception_handler(RequestValidationError)(_misput)
    app.exception_handler(HTTPException)(refused_by_http)


async def _refused(request: Request, error: RolepathError) -> Response:
    detail = describe(error)
    if isinstance(error, InputError):
        found = FieldProblem(field=_field_at_fault(request, error.problem), reason=error.problem.reason)
        detail = detail.model_copy(update={"errors": [found.model_dump()]})
    return internal_problem(error) if detail.status == INTERNAL.http_status else problem_response(detail)


def _field_at_fault(request: Request, found: InputProblem) -> str:
    """Return which parameter or field the problem is of: the one of its name, else the one that holds the value."""
    asked = [("query", name, value) for name, value in request.query_params.multi_items()]
    asked += [("path", name, value) for name, value in request.path_params.items()]
    named = [f"{where}.{name}" for where, name, _ in asked if name == found.column]
    if request.method == "POST":
        named += [f"body.{found.column}" if found.column else "body"]
    holding = [f"{where}.{name}" for where, name, value in asked if value and value == found.value]
    return next(iter([*named, *holding]), f"query.{found.column}" if found.column else "query")


async def _misput(_: Request, error: RequestValidationError) -> Response:
    errors = [_field_problem(found) for found in error.errors()]
    first = errors[0]
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return problem_response(
        problem(PARAMETERS, f"{first.field}: {first.reason}{more}", errors=[found.model_dump() for found in errors])
    )


async def refused_by_http(request: Request, error: HTTPException) -> Response:
    """Return the answer to an error of HTTP itself, as a problem document."""
    kind = _BY_STATUS.get(error.status_code)
    phrase = HTTPStatus(error.status_code).phrase
    if kind is None:
        title = ProblemDetail(type="about:blank", title=phrase, status=error.status_code, detail=error.detail)
        return problem_response(title, error.headers)
    if kind is UNKNOWN_PATH:
        detail = f"there is nothing at {request.url.path!r}; /docs lists what there is"
    elif kind is METHOD:
        detail = f"{request.url.path} does not take {request.method}"
    else:
        detail = error.detail
    return problem_response(problem(kind, detail), error.headers)


def internal_problem(error: Exception) -> Response:
    """Return the answer to a defect: it tells nothing but what to look for in the log."""
    incident = secrets.token_hex(6)
    _log.error("incident %s", incident, exc_info=error)
    return problem_response(problem(INTERNAL, f"the log says more, at incident {incident}", incident=incident))


def _field_problem(found: Mapping[str, Any]) -> FieldProblem:
    if found["type"] == "json_invalid":
        where, at = found["loc"]
        return FieldProblem(field=where, reason=f"it is no JSON: {found['ctx']['error']}, at character {at}")
    reason = str(found["msg"]).removeprefix("Value error, ")
    if found["type"] == "extra_forbidden":
        reason = "there is no such parameter or field"
    return FieldProblem(field=_path(found["loc"]), reason=reason)


def _path(parts: Sequence[str | int]) -> str:
    """Return the way to a field; what is no Unicode text, as a JSON key can be, is replaced."""
    return ".".join(str(part) for part in parts).encode("utf-8", "replace").decode()
