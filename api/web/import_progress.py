"""How far an import has come, in words of the viewer's language."""

from typing import NamedTuple

from api.web.texts import Words
from ingest.progress import Progress, Stage

STAGES = (Stage.WAITING, Stage.READING, Stage.CHECKING, Stage.COMPARING, Stage.WRITING)
"""What a page shows that an import does, one after the other; a preview does not write."""
_TEXTS = {
    Stage.WAITING: "progress.waiting_turn",
    Stage.READING: "progress.reading_rows",
    Stage.CHECKING: "progress.checking_counts",
    Stage.COMPARING: "progress.comparing_with",
    Stage.WRITING: "progress.writing_now",
}


class ProgressView(NamedTuple):
    """Where an import stands: which of the stages, counted from 0, and what just happens there."""

    stage: int
    text: str


def progress_of(t: Words, progress: Progress) -> ProgressView:
    """Return how far a job has come; what is at no stage that is shown opens its files, which belongs to reading."""
    key = _TEXTS.get(progress.stage, "progress.opening")
    shown = progress.stage if progress.stage in STAGES else Stage.READING
    return ProgressView(STAGES.index(shown), t(key, **progress.model_dump(exclude={"stage"})))
