"""Event stream (server-sent events), of which there are few at a time."""

from collections.abc import AsyncIterable

from fastapi import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api.principal import principal_of
from api.service.places import caller_of
from api.service.service import service_of

_HEADERS = {
    # As a header, or `; charset=utf-8` would be added: an event stream is always UTF-8.
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
}


class EventStream(StreamingResponse):
    """The events as an answer, which holds one of the places for streams until it ends, or its client goes."""

    def __init__(self, request: Request, events: AsyncIterable[str]) -> None:
        """Answer the request with the events."""
        super().__init__(events, headers=_HEADERS)
        self._streams = service_of(request).gate.streams
        self._caller = caller_of(principal_of(request.scope))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events.

        Raises:
            HTTPProblemError: 429 or 503, there is no place.
        """
        async with self._streams.taken(self._caller):
            await super().__call__(scope, receive, send)
