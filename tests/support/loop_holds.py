"""How long callbacks hold an event loop, by the processor time of its thread: what others compute does not count."""

import sys
import time
from asyncio import Handle
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import get_ident
from types import FrameType
from typing import Any, NamedTuple
from unittest.mock import patch
from urllib.parse import unquote

from anyio import sleep_forever
from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.types import ASGIApp, Message

from api.app import create_app
from api.jobs.executor import run_in_line
from api.rest.openapi.document import DocumentedApp
from api.settings.settings import Settings


class Question(NamedTuple):
    """A request: its method, its path with its query, and what it carries."""

    method: str
    path: str
    body: bytes = b""
    media_type: str = "application/json"
    accept: str = "*/*"


class Held(NamedTuple):
    """An answer's status, and the longest that the loop was held for it, in milliseconds."""

    status: int
    longest_ms: float


class MeasuredService:
    """A service whose event loop is measured; routes and OpenAPI document are built."""

    def __init__(self, app: DocumentedApp, portal: BlockingPortal, holds: "_Holds") -> None:
        self.app, self._portal, self._holds = app, portal, holds

    def ask(self, question: Question) -> Held:
        """Return what is answered, and how long the loop was held."""
        self._holds.longest_s = 0.0
        status = self._portal.call(_status, self.app, question)
        return Held(status, 1000 * self._holds.longest_s)

    def run(self, act: Callable[[], Awaitable[None]]) -> None:
        """Run something in the loop."""
        self._portal.call(act)

    def hold_during(self, act: Callable[[], object], is_over: Callable[[], bool], within_s: float) -> Held:
        """Return how long the loop was held at most while this thread did something, and until it is over.

        The status is 200 when it was over in time, else 503.
        """
        self._holds.longest_s = 0.0
        act()
        until = time.monotonic() + within_s
        while not is_over() and time.monotonic() < until:
            time.sleep(0.01)
        return Held(200 if is_over() else 503, 1000 * self._holds.longest_s)

    def files_run_for(self, question: Question) -> set[str]:
        """Return the files, and names of templates, whose functions ran in the loop's thread for an answer."""
        files: set[str] = set()

        def note(frame: FrameType, event: str, _: object) -> None:
            if event == "call":
                files.add(frame.f_code.co_filename)

        async def profiled() -> None:
            sys.setprofile(note)
            try:
                await _status(self.app, question)
            finally:
                sys.setprofile(None)

        self._portal.call(profiled)
        return files


class _Holds:
    def __init__(self, thread: int) -> None:
        self._thread, self.longest_s = thread, 0.0

    def measure(self, run: Any) -> Any:  # noqa: ANN401 - of the standard library
        def timed(handle: Handle) -> None:
            if get_ident() != self._thread:  # a loop of somebody else
                run(handle)
                return
            begin = time.thread_time()
            run(handle)
            self.longest_s = max(self.longest_s, time.thread_time() - begin)

        return timed


@contextmanager
def measured_service(settings: Settings) -> Iterator[MeasuredService]:
    """Serve the store that the settings name, and measure every callback of the loop."""
    app = create_app(settings, run_in_line)
    with start_blocking_portal() as portal:
        holds = _Holds(portal.call(get_ident))
        with (
            portal.wrap_async_context_manager(app.router.lifespan_context(app)),
            patch.object(Handle, "_run", holds.measure(Handle._run)),
        ):
            app.prepare()
            yield MeasuredService(app, portal, holds)


async def _status(app: ASGIApp, question: Question) -> int:
    """Return the status of the answer, of which the rest is not kept."""
    path, _, query = question.path.partition("?")
    headers = {
        "host": "127.0.0.1:8000",
        "accept": question.accept,
        "accept-encoding": "gzip",
        "content-type": question.media_type,
        "content-length": str(len(question.body)),
    }
    scope: Mapping[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": question.method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 9),
        "server": ("127.0.0.1", 8000),
    }
    parts = [{"type": "http.request", "body": question.body, "more_body": False}]
    status: list[int] = []

    async def receive() -> Message:
        if not parts:
            await sleep_forever()  # the client waits for its answer
        return parts.pop()

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            status.append(message["status"])

    await app(dict(scope), receive, send)
    return status[0]
