"""How long callbacks hold an event loop, by the processor time of its thread: what others compute does not count."""

import time
from asyncio import Handle
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch


class LoopHolds:
    """The longest hold since it was last taken, in milliseconds."""

    def __init__(self) -> None:
        self._longest_s = 0.0

    def note(self, took_s: float) -> None:
        """Note one callback."""
        self._longest_s = max(self._longest_s, took_s)

    def take(self) -> float:
        """Return the longest hold, and begin anew."""
        longest_s, self._longest_s = self._longest_s, 0.0
        return 1000 * longest_s


@contextmanager
def measured_holds() -> Iterator[LoopHolds]:
    """Measure every callback of every event loop of this process until the end of the block."""
    holds, run = LoopHolds(), Handle._run

    def timed(handle: Handle) -> None:
        begin = time.thread_time()
        run(handle)
        holds.note(time.thread_time() - begin)

    with patch.object(Handle, "_run", timed):
        yield holds
