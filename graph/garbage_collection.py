"""Garbage collection held back while much is allocated that stays, as by reading a large file.

Python looks for circles of garbage among new objects after each 700, and among old ones as these grow in number. Where
nearly all stays, that is a third of the time.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

HELD = (100_000, 1_000, 1_000)
"""After how many new objects it is looked: circles of garbage take up no more than so many."""


@contextmanager
def held_collection() -> Iterator[None]:
    """Hold the garbage collection of this process back until the end of the block."""
    before = gc.get_threshold()
    gc.set_threshold(*HELD)
    try:
        yield
    finally:
        gc.set_threshold(*before)
