"""Gate before questions: each has a time limit and ends when its client has gone, and the dear ones take places."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from fastapi import Request, Response
from starlette.exceptions import HTTPException

from api.principal import principal_of
from api.service.memory import give_memory_back
from api.service.places import PlaceLimits, Places, Release, caller_of
from api.service.question_costs import Cost, limit_s
from api.settings.service import ServiceSettings
from graph.cancellation import Cancellation, cancellable

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

OF_A_CALLER = 2
"""How many places one caller has at a time."""
MOST_WAITING, MOST_WAITING_OF_A_CALLER = 16, 4
"""How many questions wait for a place; whoever comes then is sent away at once."""
GRACE_S = 1.0
"""How long after its time a question may take to notice: then it is answered without it."""
TIDY_AFTER_S = 1.0
"""How long after a large question its memory is given back."""
STREAMS, STREAMS_OF_A_CALLER = 100, 8
"""How many event streams there are at a time: each keeps a connection for as long as its import takes."""


class Gate:
    """The gate of one process."""

    def __init__(self, settings: ServiceSettings) -> None:
        """Let nobody in yet."""
        self._settings = settings
        waiting = (MOST_WAITING, MOST_WAITING_OF_A_CALLER, settings.heavy_wait_s)
        self.places = Places(PlaceLimits(settings.heavy_places, OF_A_CALLER, *waiting))
        self.streams = Places(PlaceLimits(STREAMS, STREAMS_OF_A_CALLER))
        self._open: set[Cancellation] = set()
        self._working: set[asyncio.Task[Response]] = set()
        self._tidying: asyncio.TimerHandle | None = None

    async def limited(self, request: Request, handle: Handler) -> Response:
        """Return the answer to a light question, which has its time limit.

        Raises:
            TimeLimitError: it took longer.
        """
        with cancellable(Cancellation(limit_s(Cost.LIGHT, self._settings))):
            return await handle(request)

    async def answer(self, request: Request, cost: Cost, handle: Handler) -> Response:
        """Return the answer to a question, once there is a place for it; it ends when its client has gone.

        Raises:
            HTTPProblemError: 429 or 503, there is no place.
            TimeLimitError: it took longer than questions that cost so much may.
        """
        # It is kept for the handler. No place is held for a body that is slow to come.
        await request.body()
        if cost is Cost.LIGHT:
            return await self._watched(request, cost, handle, None)
        release = await self.places.take(caller_of(principal_of(request.scope)))
        return await self._watched(request, cost, handle, release)

    def end(self) -> None:
        """Let all that is being computed end at its next check."""
        if self._tidying is not None:
            self._tidying.cancel()
        for cancellation in list(self._open):
            cancellation.cancel()

    async def idle(self, within_s: float) -> bool:
        """Say whether all that was being computed has ended; wait for it so long at most."""
        if not self._working:
            return True
        _, late = await asyncio.wait(set(self._working), timeout=within_s)
        return not late

    async def _watched(self, request: Request, cost: Cost, handle: Handler, release: Release | None) -> Response:
        limit = limit_s(cost, self._settings)
        cancellation = Cancellation(limit)
        with cancellable(cancellation):
            working = asyncio.create_task(handle(request))
        self._working.add(working)
        if cost is not Cost.CHANGE:
            self._open.add(cancellation)
        # A thread cannot be ended from outside: its place is free when it has ended, whoever still waits for it.
        working.add_done_callback(lambda task: self._ended(task, cancellation, release))
        if cost is Cost.CHANGE:
            return await asyncio.shield(working)
        gone = asyncio.create_task(_gone(request))
        try:
            patience_s = None if limit is None else limit + GRACE_S
            await asyncio.wait({working, gone}, timeout=patience_s, return_when=asyncio.FIRST_COMPLETED)
            if not working.done() and not gone.done():
                raise cancellation.time_is_over()
            if not working.done():
                cancellation.cancel()
            return await asyncio.shield(working)
        finally:
            cancellation.cancel()
            gone.cancel()

    def _ended(self, working: "asyncio.Task[Response]", cancellation: Cancellation, release: Release | None) -> None:
        self._working.discard(working)
        self._open.discard(cancellation)
        if not working.cancelled():
            working.exception()  # it is told to whoever waits, or to nobody
        if release is not None:
            release()
            self._give_memory_back_soon()

    def _give_memory_back_soon(self) -> None:
        """Give memory back once for all questions that end about now."""
        if self._tidying is None:
            self._tidying = asyncio.get_running_loop().call_later(TIDY_AFTER_S, self._give_memory_back)

    def _give_memory_back(self) -> None:
        self._tidying = None
        asyncio.get_running_loop().run_in_executor(None, give_memory_back)


async def _gone(request: Request) -> None:
    """Return when the client has gone; never where what it sends after its question is too much."""
    with suppress(HTTPException):
        while (await request.receive())["type"] != "http.disconnect":
            pass
        return
    await asyncio.get_running_loop().create_future()
