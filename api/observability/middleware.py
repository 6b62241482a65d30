"""Observability middleware: a request id, a line in the log, and the figures of how each request went."""

import logging
import time

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.observability.logs import id_for_request, request_id
from api.observability.prometheus import PrometheusMetrics
from api.principal import principal_of

HEADER = b"x-request-id"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_log = logging.getLogger("rolepath.requests")


class ObservabilityMiddleware:
    """ASGI middleware that names every request, times and counts it, and writes a line at the level `info`."""

    def __init__(self, app: ASGIApp, metrics: PrometheusMetrics) -> None:
        """Wrap the application."""
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method, path = scope["method"], scope["path"]
        name = id_for_request(Headers(scope=scope).get("x-request-id", ""))
        shown = (HEADER, name.encode())
        token = request_id.set(name)
        begun, status = time.perf_counter(), 500

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], shown]
            await send(message)

        try:
            await self._app(scope, receive, named)
        finally:
            self._tell(scope, method, path, status, time.perf_counter() - begun)
            request_id.reset(token)

    def _tell(self, scope: Scope, method: str, path: str, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "other")
        is_cached = scope.get("rolepath.cached", False)
        # Labels are of a fixed number, whatever is asked: else anybody could fill the memory.
        known = method if method in _METHODS else "other"
        self._metrics.count(known, route, status, seconds, is_cached=is_cached)
        if _log.isEnabledFor(logging.INFO):
            who = principal_of(scope)
            fields = {"method": known, "path": path, "route": route, "status": status, "cached": is_cached}
            whose = {"key": who.key_id, "session": who.session, "subject": who.subject, "address": who.address}
            more = {"duration_ms": round(seconds * 1000, 3), **whose}
            _log.info("%s %s %d", known, path, status, extra={**fields, **more})
