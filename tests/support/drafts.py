"""What a draft says beside its statements, as people read it in English."""

from collections.abc import Iterable
from typing import Any

from graph.errors import Problem, verbatim
from ingest.draft import Draft


def notes_of(draft: Draft) -> list[str]:
    """Return the notes, in their order."""
    return [str(note) for note in draft.notes]


def skipped_of(draft: Draft) -> dict[str, int]:
    """Return how many records were left out, for each reason."""
    return {str(reason): records for reason, records in draft.skipped.items()}


def as_worded(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems with their English reasons alone, as a sentence that stands for itself."""
    return [Problem(verbatim(one.reason), one.file, one.sheet, one.row, one.column, one.value) for one in problems]


def worded_problem(reason: str, *place: Any, **named: Any) -> Problem:  # noqa: ANN401 - as Problem takes them
    """Return a problem of an English sentence, with the place as Problem takes it, to compare `as_worded` with."""
    return Problem(verbatim(reason), *place, **named)
