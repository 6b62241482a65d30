"""Every error that the client raises on purpose.

RolepathError
|-- InputError              what was given is wrong; knows file, sheet, row, column, value
|   `-- SchemaError         it breaks the schema of the graph
|-- NotFoundError           no such node, source or import; carries near matches
|-- ConflictError           the graph moved on, or somebody else is writing
|   `-- ExpiredError        a list was begun at a revision that is gone
|-- StoreUnavailableError   the service cannot be reached, or cannot read its store
`-- ServiceProblem          anything else that the service tells: a key that does not hold, a limit, a defect
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict


class RolepathError(Exception):
    """The root of the tree. Its message names the value, the place and the way out."""


@dataclass(frozen=True, slots=True)
class InputProblem:
    """What is wrong with something that was given, and where it stands.

    `row` is the record's number as a spreadsheet shows it (the header is 1); None where the problem is not of one row.
    """

    reason: str
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        """Return the place, then the reason, as a person would read them out."""
        place = [self.file] if self.file else []
        place += [f"sheet {self.sheet}"] if self.sheet else []
        place += [f"row {self.row}"] if self.row is not None else []
        place += [f"column {self.column}"] if self.column else []
        return f"{', '.join(place)}: {self.reason}" if place else self.reason


class InputError(RolepathError):
    """What was given cannot be used; `problem` says where and why."""

    def __init__(self, problem: InputProblem | str) -> None:
        """Keep the problem; a bare sentence is a problem without a place."""
        self.problem = InputProblem(problem) if isinstance(problem, str) else problem
        super().__init__(str(self.problem))


class SchemaError(InputError):
    """What was given breaks the schema of the graph."""


class NotFoundError(RolepathError):
    """There is no such thing; `near` holds the ids that come closest, nearest first."""

    def __init__(self, what: str, value: str, near: Sequence[str] = ()) -> None:
        """Keep what was looked for, and what comes near."""
        self.what, self.value, self.near = what, value, tuple(near)
        hint = f" Did you mean {', '.join(self.near)}?" if self.near else ""
        super().__init__(f"There is no {what} {value!r}.{hint}")


class ConflictError(RolepathError):
    """The graph has changed since the given revision, or another writer holds it."""


class ExpiredError(ConflictError):
    """A cursor speaks of a revision that is not kept any more: begin the list again."""


class StoreUnavailableError(RolepathError):
    """The service cannot be reached, or cannot read its store; the message says what to check."""


class ProblemDetail(BaseModel):
    """A problem document; beside these fields it carries facts of its own, in `model_extra`.

    Source: RFC 9457, section 3.1.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    type: str
    title: str
    status: int
    detail: str


class ServiceProblem(RolepathError):  # noqa: N818 - it tells a problem document, and is called as that is
    """The service tells a problem: `problem` is its document, `request_id` what stands in its log.

    `retry_after_s` is after how many seconds it says to ask again; None where it says nothing.
    """

    def __init__(
        self, problem: ProblemDetail, request_id: str | None = None, retry_after_s: float | None = None
    ) -> None:
        """Keep what the service told."""
        self.problem, self.request_id, self.retry_after_s = problem, request_id, retry_after_s
        request = f", request {request_id}" if request_id else ""
        super().__init__(f"{problem.title}: {problem.detail} ({problem.status}{request})")
