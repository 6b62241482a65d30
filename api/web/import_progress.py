"""How far an import has come, in words of the viewer's language."""

import re
from typing import NamedTuple

from api.web.texts import Words

STAGES = ("waiting", "reading", "checking", "comparing", "writing")
"""What an import does, one after the other; a preview does not write."""
_READING = re.compile(r"reading (?P<file>.+): (?P<rows>[\d,]+) rows")
_CHECKING = re.compile(r"checking (?P<nodes>[\d,]+) nodes and (?P<links>[\d,]+) links")
_COMPARING = re.compile(r"comparing with what (?P<source>.+) stated before")


class ProgressView(NamedTuple):
    """Where an import stands: which of the stages, counted from 0, and what just happens there."""

    stage: int
    text: str


def progress_of(t: Words, phase: str) -> ProgressView:
    """Return how far a job of this phase has come."""
    if found := _READING.fullmatch(phase):
        return ProgressView(1, t("progress.reading_rows", **found.groupdict()))
    if found := _CHECKING.fullmatch(phase):
        return ProgressView(2, t("progress.checking_counts", **found.groupdict()))
    if found := _COMPARING.fullmatch(phase):
        return ProgressView(3, t("progress.comparing_with", **found.groupdict()))
    if phase == "writing":
        return ProgressView(4, t("progress.writing_now"))
    if phase == "waiting":
        return ProgressView(0, t("progress.waiting_turn"))
    return ProgressView(1, t("progress.opening"))
