"""Status of training tasks: whether a task is still given, as it is stated of it."""

import re
from typing import Literal, cast

from graph.snapshot.snapshot import Snapshot

TaskStatus = Literal["active", "deprecated", "past"]

_IN_WORDS = re.compile(r"\bstatus:? (active|deprecated|past)\b")
"""How descriptions state what sources without a column of their own for it know."""


def status_of(snapshot: Snapshot, task: int) -> TaskStatus | None:
    """Return the task's status: as stated, else as its description words it (`status deprecated`); else None."""
    stated = snapshot.word("status", task)
    if stated is None:
        found = _IN_WORDS.search(snapshot.text("description")[task])
        stated = found and found[1]
    return cast(TaskStatus | None, stated)


def is_active(snapshot: Snapshot, task: int) -> bool:
    """Say whether the task is still given, as is one of which no status is known."""
    return status_of(snapshot, task) in {None, "active"}
