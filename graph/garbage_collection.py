"""Garbage collection held back while much is allocated that stays, as by reading a large file.

Python looks for circles of garbage among new objects after each 700, and among old ones as these grow in number. Where
nearly all stays, that is a third of the time.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

HELD = (100_000, 1_000, 1_000)
"""After how many new objects it is looked: circles of garbage take up no more than so many."""

SHORT = (2_000, 5, 1_000_000)
"""The same while questions are answered: among young objects, 3 ms at most; among all of them never by itself."""
WHOLE_EVERY_S = 60.0
"""How often all objects are looked through then, unless an answer that took much was given back before."""


@contextmanager
def held_collection() -> Iterator[None]:
    """Hold the garbage collection of this process back until the end of the block."""
    before = gc.get_threshold()
    gc.set_threshold(*HELD)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def short_collections() -> Iterator[None]:
    """Look for garbage among young objects alone until the end of the block.

    To look through all, while something large is computed, stops every thread: 150 ms for half a million objects.
    """
    before = gc.get_threshold()
    gc.set_threshold(*SHORT)
    try:
        yield
    finally:
        gc.set_threshold(*before)


async def collect_rarely() -> None:
    """Look through all objects once a minute, without end, in a thread."""
    import asyncio  # noqa: PLC0415 - no command needs it

    while True:
        await asyncio.sleep(WHOLE_EVERY_S)
        await asyncio.to_thread(gc.collect)
