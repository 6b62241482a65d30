"""Waiting for what must come, by condition: never for a time that is guessed."""

import time
from collections.abc import Callable


def soon(is_so: Callable[[], bool]) -> bool:
    """Say whether it becomes so: within two seconds, and three more since the machine may be busy with other tests."""
    end = time.monotonic() + 5
    while not (done := is_so()) and time.monotonic() < end:
        time.sleep(0.05)
    return done
