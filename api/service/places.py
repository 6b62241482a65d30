"""Places for work that is dear: a few at a time, few for one caller, and a short queue before them."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from http import HTTPStatus
from typing import NamedTuple

from api.http.problems import RETRY_AFTER_S, HTTPProblemError
from api.principal import Principal
from graph.messages import message

Release = Callable[[], None]


class PlaceLimits(NamedTuple):
    """How many places there are, and of them for one caller; how many may wait for one, and how many seconds."""

    places: int
    of_a_caller: int
    waiting: int = 0
    waiting_of_a_caller: int = 0
    wait_s: float = 0.0


class _Turn(NamedTuple):
    """The turn of somebody who waits for a place."""

    caller: str
    place: "asyncio.Future[None]"


class Places:
    """The places of one process; all of it happens in its event loop, but that a place is given back anywhere in it.

    A caller who has no name is not counted: they have the queue alone.
    """

    def __init__(self, limits: PlaceLimits) -> None:
        """Make all places free."""
        self.limits = limits
        self._taken = 0
        self._by_caller: Counter[str] = Counter()
        self._queue: deque[_Turn] = deque()

    def __len__(self) -> int:
        """Return how many are taken."""
        return self._taken

    async def take(self, caller: str) -> Release:
        """Return what gives the place back that the caller has now; wait for it where there is none.

        Raises:
            HTTPProblemError: 429, the caller has as many as one may have; 503, there was none in time.
        """
        if not self._is_free(caller):
            await self._wait(caller)
        else:
            self._occupy(caller)
        return partial(self._release, caller, [])

    @asynccontextmanager
    async def taken(self, caller: str) -> AsyncIterator[None]:
        """Hold a place. Raises as `take` does."""
        release = await self.take(caller)
        try:
            yield
        finally:
            release()

    def _is_free(self, caller: str) -> bool:
        return self._taken < self.limits.places and not self._has_all(caller)

    def _has_all(self, caller: str) -> bool:
        return bool(caller) and self._by_caller[caller] >= self.limits.of_a_caller

    def _occupy(self, caller: str) -> None:
        self._taken += 1
        self._by_caller[caller] += 1

    def _release(self, caller: str, released: list[bool]) -> None:
        if released:
            return
        released.append(True)
        self._taken -= 1
        self._by_caller[caller] -= 1
        self._by_caller += Counter()  # forgets who has none
        for waiting in list(self._queue):
            if not waiting.place.done() and self._is_free(waiting.caller):
                self._occupy(waiting.caller)
                waiting.place.set_result(None)

    async def _wait(self, caller: str) -> None:
        of_caller = sum(waiting.caller == caller for waiting in self._queue)
        if caller and of_caller >= self.limits.waiting_of_a_caller:
            raise self._refusal(caller)
        if len(self._queue) >= self.limits.waiting:
            raise self._refusal(caller)
        waiting = _Turn(caller, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        try:
            await asyncio.wait_for(asyncio.shield(waiting.place), self.limits.wait_s)
        except TimeoutError:
            if not waiting.place.done():
                raise self._refusal(caller) from None
        except asyncio.CancelledError:
            if waiting.place.done():
                self._release(caller, [])
            raise
        finally:
            with suppress(ValueError):
                self._queue.remove(waiting)

    def _refusal(self, caller: str) -> HTTPProblemError:
        again = {"Retry-After": str(RETRY_AFTER_S)}
        if self._has_all(caller):
            said = message("http.own_places", n=self.limits.of_a_caller)
            return HTTPProblemError(HTTPStatus.TOO_MANY_REQUESTS, said, again)
        said = message("http.heavy_places", n=self.limits.places)
        return HTTPProblemError(HTTPStatus.SERVICE_UNAVAILABLE, said, again)


def caller_of(principal: Principal) -> str:
    """Return whose places they are: the key's, or the subject's, or the address's; empty in local mode."""
    if principal.is_here:
        return ""
    return principal.key_id or principal.subject or f"address {principal.address}"
