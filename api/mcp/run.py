"""MCP server start: which service it asks, and by which transport it is asked."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory

import anyio
import httpx
import uvicorn
from starlette.types import ASGIApp

import rolepath.errors
from api.auth.authenticator import Authenticator
from api.auth.middleware import AuthenticationMiddleware
from api.http.connections import BoundedConfig
from api.http.descriptors import raise_descriptor_limit
from api.http.security import SECURITY_HEADERS, LocalHostCheck, SecurityHeaders
from api.mcp.server import build_server
from api.mcp.stdin import ended_by_signals
from api.observability.supervisor import Supervisor
from api.settings.service import ServiceSettings
from api.settings.settings import Settings, store_of
from api.state.database import State
from graph.errors import InputError, verbatim
from rolepath.client import AsyncRolepath

HERE = "http://127.0.0.1:8000"
"""How the service within this process is called; nobody listens there."""
KEPT_ANSWERS = 512
"""How many answers are kept: looking up who states what asks for the same nodes again and again."""
TIMEOUT_S = 120.0
"""For one question: a plan with alternatives takes its time."""

Client = AbstractAsyncContextManager[AsyncRolepath]


def service_at(url: str, key: str | None) -> Client:
    """Return a client of a service that runs elsewhere.

    Raises:
        InputError: the key cannot be one.
    """
    try:
        return AsyncRolepath(url, key, timeout_s=TIMEOUT_S, kept_answers=KEPT_ANSWERS, restricted=True)
    except rolepath.errors.InputError as error:
        raise InputError(verbatim(str(error))) from error


@asynccontextmanager
async def service_within(settings: Settings) -> AsyncIterator[AsyncRolepath]:
    """Give a client of a service in this process, over the store of the settings: the same answers, without a port.

    Whoever runs it can read the store anyway, so no key is asked for: its state is its own, and gone at the end.
    """
    from api.app import create_app  # noqa: PLC0415 - a service elsewhere does without

    with TemporaryDirectory(prefix="rolepath-mcp-") as folder:
        own = replace(settings, state_path=Path(folder) / "state.db", service=ServiceSettings())
        app = create_app(own, is_in_process=True)
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            async with AsyncRolepath(
                HERE, timeout_s=TIMEOUT_S, kept_answers=KEPT_ANSWERS, transport=transport
            ) as client:
                yield client


async def run_stdio(service: Client) -> None:
    """Answer on standard input and output until the input ends, or a signal does."""
    with ended_by_signals():
        async with service as client:
            await build_server(client).run_stdio_async()


async def run_http(service: Client, listening: socket, settings: Settings) -> None:
    """Answer at /mcp on the socket until it is ended. Who may ask is as in the service: with a key, once any is made.

    Source: Model Context Protocol, "Transports", Streamable HTTP and its security warning.
    """
    guard = Authenticator(settings, State(settings.state_path), store_of(settings), is_bound_locally=True)
    async with service as client, anyio.create_task_group() as background:
        app: ASGIApp = build_server(client).streamable_http_app()
        # No person looks at what an assistant is told.
        gate = AuthenticationMiddleware(app, guard, tell_person=None)
        app = SecurityHeaders(LocalHostCheck(gate, guard.is_local_mode), lambda _status: SECURITY_HEADERS)
        await guard.bring_up_to_date()
        background.start_soon(Supervisor().keep_up, guard.loops())
        raise_descriptor_limit()
        limits = settings.service.connection_limits
        config = BoundedConfig(app, limits, log_level="warning", access_log=False, server_header=False, lifespan="on")
        with suppress(KeyboardInterrupt):  # the way to end it
            await uvicorn.Server(config).serve(sockets=[listening])
        background.cancel_scope.cancel()
