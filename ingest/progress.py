"""Progress of an import job, as data: the stage it is at, and how far it is; each face words it for its reader."""

from collections.abc import Callable
from enum import StrEnum

from pydantic import Field

from graph.messages import Message, message
from graph.model import Frozen


class Stage(StrEnum):
    """What a job does, one after the other; a job that changed the graph is not broken off from `writing` on."""

    WAITING = "waiting"
    STARTING = "starting"
    UNPACKING = "unpacking"
    READING = "reading"
    CHECKING = "checking"
    COMPARING = "comparing"
    WRITING = "writing"
    OVER = "over"


class Progress(Frozen):
    """How far a job is: `file` and `rows` while it reads, `nodes` and `links` while it checks, `source` to compare."""

    stage: Stage
    file: str | None = None
    rows: int | None = Field(None, ge=0)
    nodes: int | None = Field(None, ge=0)
    links: int | None = Field(None, ge=0)
    source: str | None = None

    @property
    def message(self) -> Message:
        """What the job does, in a few words."""
        return message(f"phase.{self.stage}", **self.model_dump(exclude={"stage"}, exclude_none=True))


OnProgress = Callable[[Progress], None]
"""Told what a job does now."""


def rows_read(file: str, rows: int) -> Progress:
    """Return the progress of a job that has read so many rows of a file."""
    return Progress(stage=Stage.READING, file=file, rows=rows)


def ignore(_progress: Progress) -> None:
    """Stand in where nobody watches."""
