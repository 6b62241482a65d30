"""The service in memory, asked as a client would: every answer is held against the OpenAPI document."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict, Unpack

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal

from api.app import create_app
from api.jobs.executor import Executor, run_in_line
from api.rest.openapi.document import DocumentedApp
from api.service.places import PlaceLimits, Places
from api.service.service import Service
from api.settings.service import ServiceSettings
from api.settings.settings import Settings
from tests.support.conforming import PROBLEM, contract_of, document_in
from tests.support.openapi import Document, parameters_of

HERE = "http://127.0.0.1:8000"
__all__ = [
    "HERE",
    "PROBLEM",
    "Asked",
    "Asker",
    "Document",
    "assert_problem",
    "document_in",
    "parameters_of",
    "service",
    "serving",
    "settings_in",
    "without_places",
]


class Asked(TypedDict, total=False):
    """What a request may carry."""

    json: object
    files: Sequence[tuple[str, tuple[str, bytes]]]
    content: bytes | AsyncIterator[bytes]
    headers: Mapping[str, str] | Mapping[bytes, bytes]
    params: Mapping[str, str | int]
    data: Mapping[str, str]


class Asker:
    """A client of one service, without a socket between them."""

    def __init__(self, app: DocumentedApp, portal: BlockingPortal) -> None:
        self.app, self._portal = app, portal
        self._contract = contract_of(app)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url=HERE)

    def get(self, url: str, **asked: Unpack[Asked]) -> httpx.Response:
        """Return the answer to a GET request; see `ask`."""
        return self.ask("GET", url, **asked)

    def post(self, url: str, **asked: Unpack[Asked]) -> httpx.Response:
        """Return the answer to a POST request; see `ask`."""
        return self.ask("POST", url, **asked)

    def ask(self, method: str, url: str, **asked: Unpack[Asked]) -> httpx.Response:
        """Return the answer; it must be as the document declares."""
        return self.begin(method, url, **asked).result()

    def begin(self, method: str, url: str, **asked: Unpack[Asked]) -> Future[httpx.Response]:
        """Return the answer that is to come, as `ask` does."""

        async def send() -> httpx.Response:
            response = await self._client.request(method, url, **asked)
            self._contract.check(method, response)
            return response

        return self._portal.start_task_soon(send)


def settings_in(folder: Path, *, is_default: bool = True) -> Settings:
    """Return settings that keep everything in the folder; with `is_default`, nobody named the store."""
    url = f"sqlite:///{folder / 'graph.db'}"
    alike = ServiceSettings(meaning=False)  # the same answers with the extra `meaning` and without it
    return Settings(url, is_default, folder / "state.db", folder / "cache", service=alike)


@contextmanager
def serving(settings: Settings, executor: Executor = run_in_line) -> Iterator[Asker]:
    """Serve the store that the settings name; imports are done in this process, unless another executor is given."""
    app = create_app(settings, executor)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(app.router.lifespan_context(app)):
        yield Asker(app, portal)


def service(asker: Asker) -> Service:
    """Return what the application asks its questions of."""
    served: Service = asker.app.state.service
    return served


@contextmanager
def without_places(asker: Asker) -> Iterator[None]:
    """Let the service have no place for large questions, and nobody wait for one."""
    gate = service(asker).gate
    places, gate.places = gate.places, Places(PlaceLimits(0, 0))
    yield
    gate.places = places


def assert_problem(response: httpx.Response, status: int, slug: str) -> dict[str, object]:
    """Assert that the answer is this problem document, and return it."""
    assert response.headers["content-type"] == PROBLEM
    problem: dict[str, object] = response.json()
    assert (response.status_code, problem["status"], problem["type"]) == (status, status, f"/docs/problems#{slug}")
    return problem
