"""Problem details (RFC 9457): a problem document for each error of Rolepath and of HTTP itself."""

import logging
import secrets
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from api.errors import (
    ERROR_KINDS,
    INTERNAL,
    PROBLEM_MEDIA_TYPE,
    TIME_LIMIT,
    ErrorKind,
    ProblemDetail,
    describe,
    problem,
)
from api.http.near_names import body_names, near_name, query_names
from api.http.problem_words import worded
from api.http.validation_words import words_of_fault
from graph.disk import disk_fault
from graph.errors import NoRoomError, NotFoundError, RolepathError
from graph.errors import Problem as InputProblem
from graph.messages import Message, message
from graph.messages.reader_language import reader_language
from graph.model import Frozen
from ingest.edit_document import EDITS

RETRY_AFTER_S = 2
"""After how many seconds an answer of 503 suggests to ask again."""

UNKNOWN_PATH = ErrorKind("unknown-path", 2, 404)
METHOD = ErrorKind("method-not-allowed", 2, 405)
PARAMETERS = ErrorKind("invalid-parameters", 2, 422)
BODY = ErrorKind("unreadable-body", 2, 400)
TOO_LARGE = ErrorKind("too-large", 2, 413)
WRONG_HOST = ErrorKind("wrong-host", 2, 421)
FOREIGN_ORIGIN = ErrorKind("foreign-origin", 2, 403)
NOT_ACCEPTABLE = ErrorKind("not-acceptable", 2, 406)
BEHIND = ErrorKind("revision-not-reached", 5, 409)
KEY_IN_USE = ErrorKind("idempotency-key-in-use", 5, 409)
KEY_OF_ANOTHER = ErrorKind("idempotency-key-reused", 2, 422)
BUSY = ErrorKind("busy", 3, 503)
NO_KEY = ErrorKind("no-key", 2, 401)
WRONG_KEY = ErrorKind("wrong-key", 2, 401)
WRONG_SCOPE = ErrorKind("wrong-scope", 2, 403)
TOO_MANY = ErrorKind("too-many-requests", 2, 429)
REQUEST_TIMEOUT = ErrorKind("request-timeout", 2, 408)
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
    REQUEST_TIMEOUT,
    BUSY,
    BEHIND,
    KEY_IN_USE,
    KEY_OF_ANOTHER,
)
"""The kinds that only a service has, beside those of api/errors.py."""
ALL_KINDS = (*ERROR_KINDS, *HTTP_KINDS)
MOST_FAULTS = 100
"""So many wrong parameters and fields are told at most, and how many there are."""

_BY_STATUS = {404: UNKNOWN_PATH, 405: METHOD, 400: BODY, 413: TOO_LARGE, 503: BUSY, 429: TOO_MANY}
_log = logging.getLogger(__name__)


class HTTPProblemError(HTTPException):
    """An error of HTTP, such as a place that is busy, whose detail is a message of the catalogue."""

    def __init__(self, status: int, said: Message, headers: Mapping[str, str] | None = None) -> None:
        """Keep the message."""
        super().__init__(status, str(said), headers)
        self.message = said


class FieldProblem(Frozen):
    """What is wrong with one parameter or field: `field` leads to it, as in `query.limit` or `body.scope.term`.

    `code` and `params` are the reason as a message of the catalogue; absent where another program worded it.
    """

    field: str
    reason: str
    code: str | None = None
    params: dict[str, object] | None = None

    def as_document(self) -> dict[str, object]:
        """Return the document of it; what does not apply is left out."""
        return self.model_dump(exclude_none=True)


class Fault(NamedTuple):
    """What is wrong with a parameter or field: a message, or a sentence of another program."""

    field: str
    reason: Message | str

    def told(self) -> FieldProblem:
        """Return it as documents have it."""
        if isinstance(self.reason, str):
            return FieldProblem(field=self.field, reason=self.reason)
        code, params = self.reason.code, self.reason.as_params()
        return FieldProblem(field=self.field, reason=str(self.reason), code=code, params=params)


def parameter_problem(faults: Sequence[Fault], count: int | None = None, near: Sequence[str] = ()) -> Response:
    """Return the answer to parameters or fields that are wrong, of which there are `count`: all that are given."""
    errors = [fault.told().as_document() for fault in faults]
    said = message_of(faults, len(faults) if count is None else count)
    return problem_response(problem(PARAMETERS, said, errors=errors, **({"near": list(near)} if near else {})))


def message_of(faults: Sequence[Fault], count: int) -> Message:
    """Return the message of the first of them, and how many more there are."""
    first, more = faults[0], count - 1
    if more:
        return message("parameter.at_and_more", field=first.field, reason=first.reason, n=more)
    return message("parameter.at", field=first.field, reason=first.reason)


class HttpProblem(ProblemDetail):
    """Why there is no answer: `type` leads to what to do about it, the fields that do not apply are left out.

    `errors`: what is wrong with each parameter. `what`, `value`, `near`: what was looked for, and the ids that come
    closest. `reason`: what is wrong with the value. `code`, `params`: the message that `detail` words.
    `revision` and `min_revision`: what is answered from, and what was asked for. `incident`: what to look for in the
    service's log.
    """

    errors: list[FieldProblem] | None = None
    what: str | None = None
    value: str | None = None
    near: list[str] | None = None
    reason: str | None = None
    code: str | None = None
    params: dict[str, object] | None = None
    revision: int | None = None
    min_revision: int | None = None
    incident: str | None = None


def problem_response(detail: ProblemDetail, headers: Mapping[str, str] | None = None) -> Response:
    """Return the problem as an answer, in the reader's language; one of 503 says when to ask again, if that helps."""
    may_help = detail.status == HTTPStatus.SERVICE_UNAVAILABLE and detail.type != TIME_LIMIT.type_uri
    language = reader_language()
    standing = {"Content-Language": language, "Vary": "Accept-Language"}
    again = {"Retry-After": str(RETRY_AFTER_S)} if may_help else {}
    told = worded(detail, language).model_dump_json()
    return Response(told, detail.status, {**standing, **again, **(headers or {})}, media_type=PROBLEM_MEDIA_TYPE)


def handle_problems(app: FastAPI) -> None:
    """Make the application answer every error that somebody foresaw with a problem document."""
    app.exception_handler(RolepathError)(_refused)
    app.exception_handler(OSError)(_refused_by_disk)
    app.exception_handler(RequestValidationError)(_misput)
    app.exception_handler(HTTPException)(refused_by_http)
    app.exception_handler(ClientDisconnect)(_unheard)


async def described(error: RolepathError) -> ProblemDetail:
    """Return the error as a problem object. What comes near an id is found in a thread, while other answers go on."""
    return await run_in_threadpool(describe, error) if isinstance(error, NotFoundError) else describe(error)


async def _refused(request: Request, error: RolepathError) -> Response:
    detail = await described(error)
    if error.problems:
        faults = [Fault(_field_at_fault(request, one), one.message) for one in error.problems[:MOST_FAULTS]]
        detail = detail.model_copy(update={"errors": [fault.told().as_document() for fault in faults]})
    return internal_problem(error) if detail.status == INTERNAL.http_status else problem_response(detail)


async def _refused_by_disk(_: Request, error: OSError) -> Response:
    """Tell that no room is left, such as for an upload on its way; anything else is a defect."""
    refusal = no_room(error)
    return internal_problem(error) if refusal is None else problem_response(describe(refusal))


def no_room(error: OSError) -> NoRoomError | None:
    """Return the error that says that no room is left; None where that is not what the system says."""
    fault = disk_fault(error)
    return NoRoomError(message("service.cannot_write", reason=fault.reason)) if fault.kind is NoRoomError else None


def _field_at_fault(request: Request, problem: InputProblem) -> str:
    """Return which parameter or field the problem is of: the one of its name, else the one that holds the value."""
    if problem.file == EDITS:
        edit = f".edits.{problem.row - 1}" if problem.row else ""
        return f"body{edit}.{problem.column}" if problem.column else f"body{edit}"
    asked = [("query", name, value) for name, value in request.query_params.multi_items()]
    asked += [("path", name, value) for name, value in request.path_params.items()]
    named = [f"{where}.{name}" for where, name, _ in asked if name == problem.column]
    if request.method == "POST":
        named += [f"body.{problem.column}" if problem.column else "body"]
    holding = [f"{where}.{name}" for where, name, value in asked if value and value == problem.value]
    return next(iter([*named, *holding]), f"query.{problem.column}" if problem.column else "query")


async def _unheard(_: Request, __: ClientDisconnect) -> Response:
    """Answer a client that went while it sent its body: for the log alone."""
    return problem_response(problem(REQUEST_TIMEOUT, message("http.request_too_slow")))


async def _misput(request: Request, error: RequestValidationError) -> Response:
    return parameter_problem(faults_of(error, request.scope.get("route")), len(error.errors()))


def faults_of(error: RequestValidationError, route: object = None) -> list[Fault]:
    """Return what is wrong with each of the first parameters or fields; of one that there is not, which comes near."""
    return [_fault(one, route) for one in error.errors()[:MOST_FAULTS]]


async def refused_by_http(request: Request, error: HTTPException) -> Response:
    """Return the answer to an error of HTTP itself, as a problem document."""
    kind = _BY_STATUS.get(error.status_code)
    phrase = HTTPStatus(error.status_code).phrase
    if kind is None:
        title = ProblemDetail(type="about:blank", title=phrase, status=error.status_code, detail=error.detail)
        return problem_response(title, error.headers)
    if kind is UNKNOWN_PATH:
        said: Message | str = message("http.unknown_path", path=request.url.path)
    elif kind is METHOD:
        said = message("http.method", path=request.url.path, method=request.method)
    else:
        said = error.message if isinstance(error, HTTPProblemError) else error.detail
    return problem_response(problem(kind, said), error.headers)


def internal_problem(error: Exception) -> Response:
    """Return the answer to a defect: it tells nothing but what to look for in the log."""
    incident = secrets.token_hex(6)
    _log.error("incident %s", incident, exc_info=error)
    return problem_response(problem(INTERNAL, message("http.see_log_at", incident=incident), incident=incident))


def _fault(error: Mapping[str, Any], route: object) -> Fault:
    if error["type"] == "json_invalid":
        where, at = error["loc"]
        return Fault(where, message("parameter.no_json", fault=error["ctx"]["error"], at=at))
    if error["type"] == "extra_forbidden":
        return Fault(_path(error["loc"]), _unknown(error["loc"], route))
    return Fault(_path(error["loc"]), words_of_fault(error) or str(error["msg"]).removeprefix("Value error, "))


def _unknown(loc: Sequence[str | int], route: object) -> Message:
    """Return that there is no such parameter, and which was meant; deeper within a body that is not looked for."""
    near = None
    if isinstance(route, APIRoute) and len(loc) == 2:
        known = body_names(route.dependant) if loc[0] == "body" else query_names(route.dependant)
        near = near_name(str(loc[1]), known)
    return message("parameter.unknown") if near is None else message("parameter.unknown_near", near=near)


def _path(parts: Sequence[str | int]) -> str:
    """Return the way to a field; what is no Unicode text, as a JSON key can be, is replaced."""
    return ".".join(str(part) for part in parts).encode("utf-8", "replace").decode()
