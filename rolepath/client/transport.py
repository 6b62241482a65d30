"""Requests over HTTP, by httpx; imported when a client is made, so that importing `rolepath` needs no httpx."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import anyio
import httpx

from rolepath.client.calls import NoReplyError, Pause, Reply, Request, Step

_NOT_ARRIVED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Transport:
    """Does what a conversation asks for: sends a request, or waits."""

    def __init__(
        self, url: str, headers: Mapping[str, str], timeout_s: float, transport: httpx.BaseTransport | None
    ) -> None:
        """Open nothing yet."""
        self._http = httpx.Client(base_url=url, headers=headers, timeout=timeout_s, transport=transport)

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def do(self, step: Step) -> Reply | NoReplyError | None:
        """Return the reply, or why there is none; None after a wait."""
        if isinstance(step, Pause):
            time.sleep(step.seconds)
            return None
        try:
            with _prepared(self._http, step) as request:
                response = self._http.send(request, stream=True)
                try:
                    if step.into is None or not response.is_success:
                        response.read()
                    else:
                        with _whole(step.into) as file:
                            for part in response.iter_bytes():
                                file.write(part)
                finally:
                    response.close()
        except (httpx.TransportError, httpx.DecodingError) as error:
            return _unanswered(error)
        return _reply(response, step)


class AsyncTransport:
    """As Transport, beside asyncio or trio."""

    def __init__(
        self, url: str, headers: Mapping[str, str], timeout_s: float, transport: httpx.AsyncBaseTransport | None
    ) -> None:
        """Open nothing yet."""
        self._http = httpx.AsyncClient(base_url=url, headers=headers, timeout=timeout_s, transport=transport)

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def do(self, step: Step) -> Reply | NoReplyError | None:
        """Return the reply, or why there is none; None after a wait."""
        if isinstance(step, Pause):
            await anyio.sleep(step.seconds)
            return None
        try:
            with _prepared(self._http, step) as request:
                response = await self._http.send(request, stream=True)
                try:
                    if step.into is None or not response.is_success:
                        await response.aread()
                    else:
                        with _whole(step.into) as file:
                            async for part in response.aiter_bytes():
                                await anyio.to_thread.run_sync(file.write, part)
                finally:
                    await response.aclose()
        except (httpx.TransportError, httpx.DecodingError) as error:
            return _unanswered(error)
        return _reply(response, step)


@contextmanager
def _prepared(http: httpx.Client | httpx.AsyncClient, asked: Request) -> Iterator[httpx.Request]:
    """Give the request, with the files that it sends open."""
    with ExitStack() as files:
        uploads: list[tuple[str, tuple[str, IO[bytes] | bytes]]] = []
        for name, file in asked.files:
            if isinstance(file, Path):
                uploads.append((name, (file.name, files.enter_context(file.open("rb")))))
            else:
                uploads.append((name, file))
        headers = dict(asked.headers)
        if asked.into is not None:
            headers["Accept"] = "*/*"
        yield http.build_request(
            asked.method,
            asked.path,
            params=asked.query or None,
            headers=headers,
            json=asked.body,
            files=uploads or None,
        )


@contextmanager
def _whole(into: Path) -> Iterator[IO[bytes]]:
    """Give a file beside the one that is meant; it takes its place when all is written, and is gone if it is not."""
    part = into.with_name(f".{into.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        os.replace(part, into)  # noqa: PTH105 - over one that is there, on every system
    finally:
        part.unlink(missing_ok=True)


def _reply(response: httpx.Response, asked: Request) -> Reply:
    is_kept = asked.into is None or not response.is_success
    return Reply(response.status_code, dict(response.headers), response.content if is_kept else b"")


def _unanswered(error: httpx.TransportError | httpx.DecodingError) -> NoReplyError:
    why = NoReplyError(
        str(error) or type(error).__name__,
        has_arrived=not isinstance(error, _NOT_ARRIVED),
        is_slow=isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout),
    )
    why.__cause__ = error
    return why
