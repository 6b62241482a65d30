"""Vectors of names for a command: worked out while it waits, with progress on standard error, and kept."""

from collections.abc import Sequence

from api.cli.context import CommandRun
from api.embeddings.choice import ReadyVectors, ready_now
from graph.messages.reader_language import say
from graph.snapshot.snapshot import Snapshot

_WORTH_TELLING = 1_000
"""Of fewer names it takes no longer than half a second."""


def vectors_for(ask: CommandRun, snapshot: Snapshot, names: Sequence[str]) -> ReadyVectors:
    """Return the vectors of the names, or none; and what is to be said of that.

    Raises:
        InputError: the file of the key of an embedding server cannot be read.
    """

    def progress(done: int, total: int) -> None:
        if total > _WORTH_TELLING:
            ask.hint(say("meaning.progress", done=done, total=total))

    return ready_now(ask.settings, snapshot.store_id, names, progress)
