"""Supervisor of background loops: one that fails is begun again with back-off, whatever becomes of the others."""

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Mapping

AGAIN_AFTER_S = 1.0
"""How long a loop rests that has failed for the first time; twice as long each time after that."""
MOST_REST_S = 30.0
WELL_AFTER_S = 5.0
"""How long a loop that was begun again must hold before it is no longer called failing."""
FORGIVEN_AFTER_S = 60.0
"""How long a loop must hold for its next failure to count as its first."""

AsyncLoop = Callable[[], Awaitable[None]]
_log = logging.getLogger(__name__)


class _Failures:
    """What is known of one loop: since when it runs, and how often it failed one after another."""

    def __init__(self) -> None:
        self.count, self.begun_at = 0, time.monotonic()
        self.is_resting = False

    def begin(self) -> None:
        self.begun_at, self.is_resting = time.monotonic(), False

    def rest_s(self, name: str, error: BaseException | None) -> float:
        """Note that the loop ended, and return how long it rests."""
        if time.monotonic() - self.begun_at > FORGIVEN_AFTER_S:
            self.count = 0
        rest_s = min(AGAIN_AFTER_S * 2.0 ** min(self.count, 10), MOST_REST_S)
        self.count, self.is_resting = self.count + 1, True
        _log.error("the loop %r ended, and is begun again in %g s", name, rest_s, exc_info=error)
        return rest_s

    def is_failing(self) -> bool:
        return self.is_resting or (self.count > 0 and time.monotonic() - self.begun_at < WELL_AFTER_S)


class Supervisor:
    """Background loops of a process, by name; each is to go on until it is cancelled or stopped."""

    def __init__(self) -> None:
        """Watch over nothing yet."""
        self._failures: dict[str, _Failures] = {}

    def failing(self) -> tuple[str, ...]:
        """Return the names of the loops that have ended and were not well since, in alphabetical order."""
        return tuple(sorted(name for name, known in list(self._failures.items()) if known.is_failing()))

    async def keep_up(self, loops: Mapping[str, AsyncLoop]) -> None:
        """Keep the loops going, each by itself, until cancelled."""
        await asyncio.gather(*(self._keep_up(name, loop) for name, loop in loops.items()))

    async def _keep_up(self, name: str, loop: AsyncLoop) -> None:
        known = self._failures[name] = _Failures()
        while True:
            known.begin()
            error = None
            try:
                await loop()
            except (asyncio.CancelledError, KeyboardInterrupt, SystemExit):
                raise
            except BaseException as raised:  # noqa: BLE001 - a panic of a library in Rust is no Exception
                error = raised
            await asyncio.sleep(known.rest_s(name, error))

    def keep_up_here(self, name: str, loop: Callable[[], None], stop: threading.Event) -> None:
        """Keep a loop going in the thread that calls, until `stop` is set."""
        known = self._failures[name] = _Failures()
        while not stop.is_set():
            known.begin()
            error = None
            try:
                loop()
            except BaseException as raised:  # noqa: BLE001 - nobody would hear of what a thread dies of
                error = raised
            if not stop.is_set():
                stop.wait(known.rest_s(name, error))
