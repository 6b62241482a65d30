"""What an answer that is none means: an error of the tree in rolepath/errors.py."""

from email.utils import parsedate_to_datetime
from http import HTTPStatus
from time import time
from typing import NoReturn

from pydantic import BaseModel, ValidationError

from rolepath.client.calls import Reply
from rolepath.errors import (
    ConflictError,
    ExpiredError,
    InputError,
    InputProblem,
    NotFoundError,
    ProblemDetail,
    RolepathError,
    SchemaError,
    ServiceProblem,
    StoreUnavailableError,
)

PROBLEM_MEDIA_TYPE = "application/problem+json"
"""The media type of a ProblemDetail. Source: RFC 9457, section 3."""
NOT_FOUND, MISPUT = "not-found", "invalid-parameters"
OF_INPUT = {"invalid-input": InputError, "schema": SchemaError}
PLAIN = {
    "conflict": ConflictError,
    "expired": ExpiredError,
    "store-unavailable": StoreUnavailableError,
    "no-room": StoreUnavailableError,
}
"""Errors by the end of the problem's type."""


class _Field(BaseModel):
    field: str | None = None
    reason: str | None = None


class _Facts(BaseModel):
    """What problem documents carry beside RFC 9457's fields; what is not there is not told."""

    what: str = "node"
    value: str | None = None
    near: tuple[str, ...] = ()
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    reason: str | None = None
    errors: tuple[_Field, ...] = ()


def raise_for(reply: Reply) -> NoReturn:
    """Raise what the reply means; where it is an error of the tree, its cause is the ServiceProblem.

    Raises:
        RolepathError: always.
    """
    problem = ServiceProblem(_document(reply), reply.headers.get("x-request-id"), retry_after_s(reply))
    mapped = _mapped(problem.problem)
    if mapped is None:
        raise problem
    raise mapped from problem


def retry_after_s(reply: Reply) -> float | None:
    """Return after how many seconds the reply says to ask again. Source: RFC 9110, section 10.2.3."""
    value = reply.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time())
    except ValueError:
        return None


def _document(reply: Reply) -> ProblemDetail:
    if reply.headers.get("content-type", "").partition(";")[0].strip() == PROBLEM_MEDIA_TYPE:
        try:
            return ProblemDetail.model_validate_json(reply.body)
        except ValidationError:
            pass  # as good as none
    known = {status.value: status.phrase for status in HTTPStatus}
    title = known.get(reply.status, "An unknown status")
    detail = "the answer is no problem document: it may come from a proxy before the service"
    return ProblemDetail(type="about:blank", title=title, status=reply.status, detail=detail)


def _mapped(problem: ProblemDetail) -> RolepathError | None:
    """Return the error of the tree that the service told of; None for what only a service has."""
    slug = problem.type.rpartition("#")[2]
    try:
        facts = _Facts.model_validate(problem.model_extra or {})
    except ValidationError:  # not one of this service's
        return None
    if slug == NOT_FOUND:
        return NotFoundError(facts.what, facts.value or "", facts.near)
    if slug in OF_INPUT:
        place = facts.model_dump(include={"file", "sheet", "row", "column", "value"})
        return OF_INPUT[slug](InputProblem(facts.reason or problem.detail, **place))
    if slug == MISPUT:
        first = facts.errors[0] if facts.errors else _Field()
        return InputError(InputProblem(first.reason or problem.detail, column=first.field))
    return PLAIN[slug](problem.detail) if slug in PLAIN else None
