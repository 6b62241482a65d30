"""What the outside sees of an error: one problem object (RFC 9457), one exit status, one HTTP status for each kind."""

from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from graph.errors import (
    ConflictError,
    ExpiredError,
    InputError,
    LoginRefusedError,
    NotFoundError,
    RolepathError,
    SchemaError,
    StoreUnavailableError,
)

PROBLEM_MEDIA_TYPE = "application/problem+json"
"""The media type of a ProblemDetail. Source: RFC 9457, section 3."""


class ErrorKind(NamedTuple):
    """How one kind of error is told: `slug` ends its type URI, `meaning` explains it on the page of problems."""

    slug: str
    title: str
    exit_status: int
    http_status: int
    meaning: str

    @property
    def type_uri(self) -> str:
        """The problem's type, where it is explained."""
        return f"/docs/problems#{self.slug}"


INPUT = ErrorKind(
    "invalid-input", "The input cannot be used", 1, 422, "What was given is wrong; `file`, `row`, `column` say where."
)
SCHEMA = ErrorKind(
    "schema", "The input breaks the schema", 1, 422, "It names a kind, relation or property that does not go there."
)
USAGE = ErrorKind(
    "usage", "The question is not put right", 2, 400, "An option or parameter is missing, unknown or out of range."
)
UNAVAILABLE = ErrorKind(
    "store-unavailable", "The store cannot be used", 3, 503, "It cannot be reached, read or written, or is not there."
)
NOT_FOUND = ErrorKind(
    "not-found", "There is no such thing", 4, 404, "No node, source or run has this id; `near` holds those like it."
)
CONFLICT = ErrorKind(
    "conflict",
    "The graph has changed meanwhile",
    5,
    409,
    "Somebody else was faster, or is writing: look, try again.",
)
EXPIRED = ErrorKind(
    "expired", "The list was begun too long ago", 5, 410, "The graph has changed since its first page: begin it again."
)
INTERNAL = ErrorKind(
    "internal", "Something went wrong inside Rolepath", 70, 500, "This is a defect, and nobody's mistake in using it."
)
ERROR_KINDS = (INPUT, SCHEMA, USAGE, UNAVAILABLE, NOT_FOUND, CONFLICT, EXPIRED, INTERNAL)
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


class ServiceProblem(RolepathError):  # noqa: N818 - it tells a problem document, and is called as that is
    """A service that was asked tells a problem: `problem` is its document, `request_id` what stands in its log.

    `retry_after_s` is after how many seconds it says to ask again; None where it says nothing.
    """

    def __init__(
        self, problem: ProblemDetail, request_id: str | None = None, retry_after_s: float | None = None
    ) -> None:
        """Keep what the service told."""
        self.problem, self.request_id, self.retry_after_s = problem, request_id, retry_after_s
        request = f", request {request_id}" if request_id else ""
        super().__init__(f"{problem.title}: {problem.detail} ({problem.status}{request})")


KIND_OF_ERROR: dict[type[RolepathError], ErrorKind] = {
    RolepathError: INTERNAL,
    InputError: INPUT,
    SchemaError: SCHEMA,
    NotFoundError: NOT_FOUND,
    ConflictError: CONFLICT,
    ExpiredError: EXPIRED,
    StoreUnavailableError: UNAVAILABLE,
    LoginRefusedError: UNAVAILABLE,
    ServiceProblem: UNAVAILABLE,
}
"""The one mapping of errors to statuses; a test holds it against the tree in graph/errors.py, and what was added."""


def kind_of(error: BaseException) -> ErrorKind:
    """Return how the error is told; what Rolepath did not raise on purpose is internal."""
    return next((KIND_OF_ERROR[cls] for cls in type(error).__mro__ if cls in KIND_OF_ERROR), INTERNAL)


def describe(error: BaseException) -> ProblemDetail:
    """Return the error as a problem object; of an internal error, nothing that should stay inside."""
    kind = kind_of(error)
    detail = str(error) if isinstance(error, RolepathError) else "the log says more"
    return problem(kind, detail, **_attributes(error))


def problem(kind: ErrorKind, detail: str, **attributes: object) -> ProblemDetail:
    """Return a problem object for something that no exception stands for, such as a wrong option."""
    return ProblemDetail.model_validate(
        {**attributes, "type": kind.type_uri, "title": kind.title, "status": kind.http_status, "detail": detail}
    )


def _attributes(error: BaseException) -> dict[str, object]:
    if isinstance(error, InputError):
        return {name: value for name, value in error.problem.as_dict().items() if value is not None}
    if isinstance(error, NotFoundError):
        return {"what": error.what, "value": error.value, "near": list(error.near)}
    return {}
