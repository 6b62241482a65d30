"""Exceptions: every error that Rolepath raises on purpose.

RolepathError
|-- InputError              what was given is wrong; knows file, sheet, row, column, value
|   `-- SchemaError         it breaks the schema: an unknown kind, relation, property or joining of kinds
|-- NotFoundError           no such node, source or run; carries near matches
|-- ConflictError           the graph moved on, or somebody else is writing
|   `-- ExpiredError        a list was begun at a revision that is gone
`-- StoreUnavailableError   the store cannot be reached, read or written
    `-- LoginRefusedError   it is there, and refuses user or password
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass


class RolepathError(Exception):
    """The root of the tree. Its message names the value, the place and the way out."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with what was given, and where it stands.

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

    def as_dict(self) -> dict[str, str | int | None]:
        """Return the fields of the ingest report's `problems`, in the report's order."""
        fields = asdict(self)
        return {name: fields[name] for name in ("file", "sheet", "row", "column", "value", "reason")}


class InputError(RolepathError):
    """What was given cannot be used; `problem` says where and why."""

    def __init__(self, problem: Problem | str) -> None:
        """Keep the problem; a bare sentence is a problem without a place."""
        self.problem = Problem(problem) if isinstance(problem, str) else problem
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
    """The store cannot be reached, read or written; the message says what to check."""


class LoginRefusedError(StoreUnavailableError):
    """The store refuses user or password: asking again does not help, and may lock the account."""
