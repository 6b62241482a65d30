"""What a draft says beside its statements, as people read it in English."""

from collections.abc import Iterable

from graph.errors import Problem
from ingest.draft import Draft


def notes_of(draft: Draft) -> list[str]:
    """Return the notes, in their order."""
    return [str(note) for note in draft.notes]


def skipped_of(draft: Draft) -> dict[str, int]:
    """Return how many records were left out, for each reason."""
    return {str(reason): records for reason, records in draft.skipped.items()}


def as_worded(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems with their English reasons alone, as a sentence that stands for itself."""
    return [Problem(one.reason, one.file, one.sheet, one.row, one.column, one.value) for one in problems]
