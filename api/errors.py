"""Error mapping: one problem object (RFC 9457), one exit status, one HTTP status for each kind of error."""

from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from graph.errors import (
    AbandonedError,
    ChangedError,
    ChangedSinceError,
    ConflictError,
    ExpiredError,
    InputError,
    LoginRefusedError,
    NoRoomError,
    NotFoundError,
    OvertakenError,
    RefusedEditsError,
    RolepathError,
    SchemaError,
    StoreAwayError,
    StoreDamagedError,
    StoreUnavailableError,
    TimeLimitError,
)
from graph.messages import Message, message, text

PROBLEM_MEDIA_TYPE = "application/problem+json"
"""The media type of a ProblemDetail. Source: RFC 9457, section 3."""


class ErrorKind(NamedTuple):
    """How one kind of error is told: `slug` ends its type URI, and names its texts in the catalogue."""

    slug: str
    exit_status: int
    http_status: int

    @property
    def type_uri(self) -> str:
        """The problem's type, where it is explained."""
        return f"/docs/problems#{self.slug}"

    @property
    def title(self) -> str:
        """What the kind is called."""
        return text(f"problem_title.{self.slug}")

    @property
    def meaning(self) -> str:
        """What the kind means, and the way out, as the page of problems explains it."""
        return text(f"problem_meaning.{self.slug}")


INPUT = ErrorKind("invalid-input", 1, 422)
SCHEMA = ErrorKind("schema", 1, 422)
USAGE = ErrorKind("usage", 2, 400)
UNAVAILABLE = ErrorKind("store-unavailable", 3, 503)
TIME_LIMIT = ErrorKind("time-limit", 3, 503)
NO_ROOM = ErrorKind("no-room", 3, 507)
NOT_FOUND = ErrorKind("not-found", 4, 404)
CONFLICT = ErrorKind("conflict", 5, 409)
EXPIRED = ErrorKind("expired", 5, 410)
INTERNAL = ErrorKind("internal", 70, 500)
ERROR_KINDS = (INPUT, SCHEMA, USAGE, UNAVAILABLE, NO_ROOM, TIME_LIMIT, NOT_FOUND, CONFLICT, EXPIRED, INTERNAL)
"""Every kind, in the order of the exit statuses."""


class ProblemDetail(BaseModel):
    """An error as a document; beside these fields it carries the error's own attributes.

    Source: RFC 9457, section 3.1.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    type: str
    title: str
    status: int
    detail: str


KIND_OF_ERROR: dict[type[RolepathError], ErrorKind] = {
    RolepathError: INTERNAL,
    InputError: INPUT,
    SchemaError: SCHEMA,
    RefusedEditsError: INPUT,
    NotFoundError: NOT_FOUND,
    ConflictError: CONFLICT,
    ChangedSinceError: CONFLICT,
    OvertakenError: CONFLICT,
    ExpiredError: EXPIRED,
    ChangedError: CONFLICT,
    StoreUnavailableError: UNAVAILABLE,
    LoginRefusedError: UNAVAILABLE,
    StoreAwayError: UNAVAILABLE,
    StoreDamagedError: UNAVAILABLE,
    TimeLimitError: TIME_LIMIT,
    AbandonedError: TIME_LIMIT,
    NoRoomError: NO_ROOM,
}
"""The one mapping of errors to statuses; a test holds it against the tree in graph/errors.py."""


def kind_of(error: BaseException) -> ErrorKind:
    """Return how the error is told; what Rolepath did not raise on purpose is internal."""
    return next((KIND_OF_ERROR[cls] for cls in type(error).__mro__ if cls in KIND_OF_ERROR), INTERNAL)


def describe(error: BaseException) -> ProblemDetail:
    """Return the error as a problem object; of an internal error, nothing that should stay inside."""
    kind = kind_of(error)
    if isinstance(error, InputError):  # its message is the reason; the detail says the place too
        return problem(kind, str(error), **_attributes(error))
    detail = error.message if isinstance(error, RolepathError) else message("http.see_log")
    return problem(kind, detail, **_attributes(error))


def problem(kind: ErrorKind, detail: Message | str, **attributes: object) -> ProblemDetail:
    """Return a problem object for something that no exception stands for, such as a wrong option.

    Of a message it carries the `code` and the `params` as well.
    """
    coded = {"code": detail.code, "params": detail.as_params()} if isinstance(detail, Message) else {}
    standing = {"type": kind.type_uri, "title": kind.title, "status": kind.http_status, "detail": str(detail)}
    return ProblemDetail.model_validate({**attributes, **coded, **standing})


def _attributes(error: BaseException) -> dict[str, object]:
    if isinstance(error, InputError):
        return {name: value for name, value in error.problem.as_dict().items() if value is not None}
    if isinstance(error, NotFoundError):
        return {"what": error.what, "value": error.value, "near": list(error.near)}
    if isinstance(error, ChangedSinceError):
        return {"latest": error.latest}
    return {}
