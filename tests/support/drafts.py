"""What a draft says beside its statements, as people read it in English."""

from ingest.draft import Draft


def notes_of(draft: Draft) -> list[str]:
    """Return the notes, in their order."""
    return [str(note) for note in draft.notes]


def skipped_of(draft: Draft) -> dict[str, int]:
    """Return how many records were left out, for each reason."""
    return {str(reason): records for reason, records in draft.skipped.items()}
