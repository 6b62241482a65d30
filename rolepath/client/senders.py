"""The two clients: they send what the conversation says, and wait where it says so. All else is in exchange.py."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, TypeVar

import anyio
import httpx

from graph.errors import InputError
from rolepath.client.cache import Kept
from rolepath.client.calls import Asking, Listing, Page, Pause, Reply, Request, Step, Unanswered
from rolepath.client.exchange import Exchange, Retries
from rolepath.client.methods import AsyncPages, Pages, Questions
from rolepath.client.parameters import Language

P = TypeVar("P", bound=Page[Any])
R = TypeVar("R")
T = TypeVar("T")

DEFAULT_RETRIES = Retries()
_NOT_ARRIVED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class _Client(Questions):
    """What both clients are made from."""

    def __init__(
        self,
        url: str,
        key: str | None,
        *,
        lang: Language | None,
        min_revision: int | None,
        retries: Retries,
        kept_answers: int,
    ) -> None:
        self.url = url.rstrip("/")
        self._headers = _headers(key)
        asked = {"lang": lang, "min_revision": min_revision}
        self._exchange = Exchange(self.url, retries=retries, kept=Kept(kept_answers), asked=asked)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"  # the key is nobody's to read


class Rolepath(_Client):
    """Asks a service; use it as a context manager, or close it. Threads may share it.

    `key` is a key from `rolepath key create`. `timeout_s` is for each request. `lang` and `min_revision` are what every
    question is asked with that does not say otherwise. `kept_answers`: so many are kept, and asked for by their ETag.
    """

    def __init__(
        self,
        url: str = "http://127.0.0.1:8000",
        key: str | None = None,
        *,
        timeout_s: float = 30.0,
        lang: Language | None = None,
        min_revision: int | None = None,
        retries: Retries = DEFAULT_RETRIES,
        kept_answers: int = 0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Open nothing yet.

        Raises:
            InputError: the key cannot be one.
        """
        super().__init__(url, key, lang=lang, min_revision=min_revision, retries=retries, kept_answers=kept_answers)
        self._http = httpx.Client(base_url=self.url, headers=self._headers, timeout=timeout_s, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def ask(self, asking: Asking[R]) -> R:
        """Return the answer to whatever can be asked: the methods do so by name."""
        flow = asking.flow(self._exchange)
        reply: Reply | Unanswered | None = None
        try:
            while True:
                step = flow.throw(reply) if isinstance(reply, Unanswered) else flow.send(reply)
                reply = self._do(step)
        except StopIteration as end:
            found: R = end.value
            return found

    def listed(self, listing: Listing[P, T]) -> Pages[P, T]:
        """Return a list, to iterate over or to take page by page."""
        return Pages(self, listing)

    def _do(self, step: Step) -> Reply | Unanswered | None:
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


class AsyncRolepath(_Client):
    """As Rolepath, where every answer is awaited, and lists are gone through by `async for`."""

    def __init__(
        self,
        url: str = "http://127.0.0.1:8000",
        key: str | None = None,
        *,
        timeout_s: float = 30.0,
        lang: Language | None = None,
        min_revision: int | None = None,
        retries: Retries = DEFAULT_RETRIES,
        kept_answers: int = 0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Open nothing yet.

        Raises:
            InputError: the key cannot be one.
        """
        super().__init__(url, key, lang=lang, min_revision=min_revision, retries=retries, kept_answers=kept_answers)
        self._http = httpx.AsyncClient(base_url=self.url, headers=self._headers, timeout=timeout_s, transport=transport)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def ask(self, asking: Asking[R]) -> R:
        """Return the answer to whatever can be asked: the methods do so by name."""
        flow = asking.flow(self._exchange)
        reply: Reply | Unanswered | None = None
        try:
            while True:
                step = flow.throw(reply) if isinstance(reply, Unanswered) else flow.send(reply)
                reply = await self._do(step)
        except StopIteration as end:
            found: R = end.value
            return found

    def listed(self, listing: Listing[P, T]) -> AsyncPages[P, T]:
        """Return a list, to iterate over or to take page by page."""
        return AsyncPages(self, listing)

    async def _do(self, step: Step) -> Reply | Unanswered | None:
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


def _headers(key: str | None) -> dict[str, str]:
    try:
        own = version("rolepath")
    except PackageNotFoundError:  # a checkout that is not installed
        own = "0"
    headers = {"User-Agent": f"rolepath-client/{own}", "Accept": "application/json"}
    if key is None:
        return headers
    if not key.isascii() or not key.isprintable() or " " in key or not key:
        raise InputError("this is no key: a key is letters, digits and signs without white space")
    return headers | {"Authorization": f"Bearer {key}"}


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


def _unanswered(error: httpx.TransportError | httpx.DecodingError) -> Unanswered:
    why = Unanswered(
        str(error) or type(error).__name__,
        has_arrived=not isinstance(error, _NOT_ARRIVED),
        is_slow=isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout),
    )
    why.__cause__ = error
    return why
