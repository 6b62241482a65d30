"""Waiting for what must come, by condition: never for a time that is guessed."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(condition: Callable[[], T], within_s: float = 60) -> T:
    """Return what the condition gives as soon as that is true; the time is for the slowest machine, not to be spent."""
    end = time.monotonic() + within_s
    pause_s = 0.01
    while not (result := condition()):
        assert time.monotonic() < end, f"it was never so within {within_s} s; at the end: {result!r}"
        time.sleep(pause_s)
        pause_s = min(2 * pause_s, 0.2)
    return result
