"""Exceptions: every error that Rolepath raises on purpose.

RolepathError
|-- InputError              what was given is wrong; knows file, sheet, row, column, value
|   |-- SchemaError         it breaks the schema: an unknown kind, relation, property or joining of kinds
|   `-- RefusedEditsError   edits that the graph does not take; knows what is wrong with each
|-- NotFoundError           no such node, source or run; carries near matches
|-- ConflictError           the graph moved on, or somebody else is writing
|   |-- ExpiredError        a list was begun at a revision that is gone
|   |-- ChangedSinceError   what was to be changed was changed by somebody else; knows how it stands
|   `-- ChangedError        what is to be edited, or taken back, was changed since; knows each
|-- StoreUnavailableError   the store cannot be reached, read or written
|   |-- LoginRefusedError   it is there, and refuses user or password
|   |-- StoreDamagedError   what it holds is not what was written
|   |-- StoreAwayError      its server cannot be reached, for now
|   `-- NoRoomError         it cannot be written: the disk is full, or a quota is used up
`-- TimeLimitError          a question took longer than it may
    `-- AbandonedError      nobody waits for its answer any more

Each carries a Message: `raise ConflictError(message("store.busy", path=path))` with the text of `store.busy` in
`graph/messages/texts/`. What parses a single value raises InvalidValueError, a ValueError that carries one too, and who
knows the place makes a Problem of it: `Problem(error.message, file, sheet, row, column, value)`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from graph.document_part import spoken_part
from graph.messages import Language, Message, message, writable


class RolepathError(Exception):
    """The root of the tree. Its message names the value, the place and the way out."""

    def __init__(self, message: Message) -> None:
        """Keep the message."""
        self._message = message
        super().__init__(message)

    @property
    def message(self) -> Message:
        """What is wrong."""
        return self._message

    @property
    def problems(self) -> "tuple[Problem, ...]":
        """What is wrong one by one, where that is known."""
        return ()

    def text(self, language: Language = "en") -> str:
        """Return what is wrong, in a language."""
        return self.message.text(language)

    def __str__(self) -> str:
        """Return what is wrong, in English."""
        return self.text()


class InvalidValueError(ValueError):
    """A value cannot be what is expected; the message begins after the value's name: "is no number"."""

    def __init__(self, message: Message) -> None:
        """Keep the message."""
        self.message = message
        super().__init__(message)

    def __str__(self) -> str:
        """Return what is wrong, in English."""
        return str(self.message)


@dataclass(frozen=True, slots=True, init=False)
class Problem:
    """One thing that is wrong with what was given, and where it stands.

    `row` is the record's number as a spreadsheet shows it (the header is 1); None where the problem is not of one row.
    """

    message: Message
    file: str | None
    sheet: str | None
    row: int | None
    column: str | None
    value: str | None

    def __init__(  # noqa: PLR0917 - the parts of a place
        self,
        message: Message,
        file: str | None = None,
        sheet: str | None = None,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
    ) -> None:
        """Keep what is wrong, and where."""
        place = {"file": file, "sheet": sheet, "row": row, "column": column, "value": value}
        for name, field in {"message": message, **place}.items():
            object.__setattr__(self, name, writable(field) if isinstance(field, str) else field)

    @property
    def reason(self) -> str:
        """What is wrong, in English."""
        return str(self.message)

    @property
    def whole(self) -> Message:
        """The place, then the reason, as one message."""
        return placed(self.message, (self.file, self.sheet, self.row, self.column))

    def text(self, language: Language = "en") -> str:
        """Return the place, then the reason, as a person would read them out."""
        return self.whole.text(language)

    def __str__(self) -> str:
        """Return the place, then the reason, in English."""
        return self.text()

    def as_dict(self) -> dict[str, object]:
        """Return the fields of the ingest report's `problems`, in the report's order."""
        place = {name: getattr(self, name) for name in ("file", "sheet", "row", "column", "value")}
        return {**place, "reason": self.reason, "code": self.message.code, "params": self.message.as_params()}


class InputError(RolepathError):
    """What was given cannot be used; `problem` says where and why."""

    def __init__(self, problem: Problem | Message) -> None:
        """Keep the problem; a bare message is a problem without a place."""
        self.problem = problem if isinstance(problem, Problem) else Problem(problem)
        super().__init__(self.problem.message)
        self.args = (self.problem,)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong one by one."""
        return (self.problem,)

    def text(self, language: Language = "en") -> str:
        """Return the place, then the reason, in a language."""
        return self.problem.text(language)


class SchemaError(InputError):
    """What was given breaks the schema of the graph."""


class RefusedEditsError(InputError):
    """Edits that the graph does not take: nothing of them is applied."""

    def __init__(self, *problems: Problem | Message) -> None:
        """Keep what is wrong with each, the first edit first; there is at least one."""
        self._problems = tuple(one if isinstance(one, Problem) else Problem(one) for one in problems)
        super().__init__(self._problems[0] if len(problems) == 1 else _together(self._problems))
        self.args = self._problems

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with each edit."""
        return self._problems


class NotFoundError(RolepathError):
    """There is no such thing; `near` holds the ids that come closest, nearest first."""

    def __init__(
        self, what: Message, value: str, near: Iterable[str] | Mapping[str, str] | Callable[[], Mapping[str, str]] = ()
    ) -> None:
        """Keep what was looked for, and what comes near, or what finds it, once somebody is to be told.

        What comes near may have names, by id.
        """
        self.what, self.value = str(what), writable(value)
        self._what, self._near = what, near if callable(near) or isinstance(near, Mapping) else dict.fromkeys(near, "")
        super().__init__(message("problem.not_found", what=what, value=value))

    @property
    def near(self) -> tuple[str, ...]:
        """The ids that come closest, nearest first. Finding them may take some milliseconds the first time."""
        return tuple(self.near_names)

    @property
    def near_names(self) -> Mapping[str, str]:
        """The same with their names, empty where there is none but the id."""
        if callable(self._near):
            self._near = self._near()
        return self._near

    @property
    def message(self) -> Message:
        """What is wrong, and what comes near."""
        if not self.near:
            return super().message
        near = [message("problem.near_named", id=i, name=name) if name else i for i, name in self.near_names.items()]
        return message("problem.not_found_near", what=self._what, value=self.value, near=near)

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """Return how another process gets it: with what comes near, without what finds it."""
        return type(self), (self._what, self.value, self.near_names)


class ConflictError(RolepathError):
    """The graph has changed since the given revision, or another writer holds it."""


class ChangedSinceError(ConflictError):
    """Somebody has changed what was to be changed since it was read; `latest` is how it stands, None where nowhere."""

    def __init__(self, text: Message, latest: Mapping[str, object] | None = None) -> None:
        """Keep how it stands, as plain data."""
        self.latest = latest
        super().__init__(text)

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """Return how another process gets it."""
        return type(self), (self.message, self.latest)


class OvertakenError(ConflictError):
    """The graph moved on while a question of an earlier revision was read: asked again, it is answered."""


class ExpiredError(ConflictError):
    """A cursor speaks of a revision that is not kept any more: begin the list again."""


class ChangedError(ConflictError):
    """What is to be edited, or taken back, was changed since: both values are named, and nothing is overwritten."""

    def __init__(self, *problems: Problem | Message) -> None:
        """Keep what was changed, in order; there is at least one."""
        self._problems = tuple(one if isinstance(one, Problem) else Problem(one) for one in problems)
        super().__init__(self._problems[0].message if len(problems) == 1 else _together(self._problems))
        self.args = self._problems

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was changed, one by one."""
        return self._problems


class StoreUnavailableError(RolepathError):
    """The store cannot be reached, read or written; the message says what to check."""


class LoginRefusedError(StoreUnavailableError):
    """The store refuses user or password: asking again does not help, and may lock the account."""


class StoreDamagedError(StoreUnavailableError):
    """What the store holds is not what was written: nothing is answered from it; a backup takes its place."""


class TimeLimitError(RolepathError):
    """A question took longer than it may: narrow it, or ask it where there is no limit."""


class AbandonedError(TimeLimitError):
    """Nobody waits for the answer any more."""


class NoRoomError(StoreUnavailableError):
    """Nothing more can be written where it is to be kept; what is there can be read."""


def verbatim(sentence: str) -> Message:
    """Return the message of a sentence that others worded, such as a driver or a library: it stays as it is."""
    return message("problem.verbatim", text=sentence)


_MOST_SAID = 5


def _together(problems: Sequence[Problem]) -> Message:
    """Return the first of several problems in one message, and how many more there are."""
    shown, more = [problem.whole for problem in problems[:_MOST_SAID]], len(problems) - _MOST_SAID
    together = reduce(lambda first, last: message("scenario.both", first=first, last=last), shown)
    return message("scenario.and_more", problems=together, more=more) if more > 0 else together


def placed(reason: Message, place: tuple[str | None, str | None, int | None, str | None]) -> Message:
    """Return the place (file, sheet, row, column), then the reason; the reason alone where there is no place."""
    file, sheet, row, column = place
    parts: list[str | Message] = [file] if file else []
    parts += [spoken_part(sheet)] if sheet else []
    parts += [message("place.row", row=row)] if row is not None else []
    parts += [message("place.column", column=column)] if column else []
    return message("place.reason", place=parts, reason=reason) if parts else reason


class StoreAwayError(StoreUnavailableError):
    """The store's server cannot be reached, or does not serve yet: it may come back by itself, so ask less often."""
