"""HTTP methods: HEAD and OPTIONS for every path, and which methods it takes."""

import re
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Paths = Callable[[], dict[str, Any]]
"""Return the paths of the OpenAPI document: operations by method, by template."""


class MethodsMiddleware:
    """HTTP method middleware: HEAD as GET without its body, OPTIONS with the methods of the path, `Allow` with all.

    Source: RFC 9110, sections 9.3.2, 9.3.7 and 10.2.1.
    """

    def __init__(self, app: ASGIApp, paths: Paths) -> None:
        """Wrap the application."""
        self._app, self._paths = app, paths
        self._allowed: list[tuple[re.Pattern[str], bytes]] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as what it comes to, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            await send(
                {
                    "type": "http.response.start",
                    "status": 204,
                    "headers": [(b"allow", await self._allowed_at(scope["path"]))],
                }
            )
            await send({"type": "http.response.body", "body": b""})
        elif scope["method"] == "HEAD":
            scope["method"] = "GET"
            await self._app(scope, receive, _without_body(self._naming_methods(scope, send)))
        else:
            await self._app(scope, receive, self._naming_methods(scope, send))

    def _naming_methods(self, scope: Scope, send: Send) -> Send:
        async def named(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 405:
                others = [header for header in message["headers"] if header[0] != b"allow"]
                message["headers"] = [*others, (b"allow", await self._allowed_at(scope["path"]))]
            await send(message)

        return named

    async def _allowed_at(self, path: str) -> bytes:
        """Return the methods of a path; of pages and files, which the document does not have, those of reading."""
        if self._allowed is None:
            self._allowed = await run_in_threadpool(self._patterns)
        return next((routes for pattern, routes in self._allowed if pattern.fullmatch(path)), b"GET, HEAD, OPTIONS")

    def _patterns(self) -> list[tuple[re.Pattern[str], bytes]]:
        # Source: OpenAPI Specification 3.1.1, section 4.8.8: a path without templates goes before one with them.
        paths = sorted(self._paths().items(), key=lambda item: "{" in item[0])
        return [(_pattern(template), _methods(routes)) for template, routes in paths]


def _without_body(send: Send) -> Send:
    async def headers_only(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return headers_only


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)))


def _methods(operations: dict[str, Any]) -> bytes:
    own = sorted(method.upper() for method in operations)
    return ", ".join([*own, *(["HEAD"] if "GET" in own else []), "OPTIONS"]).encode()
