"""Security middleware: security headers, host check and request size, as plain ASGI middleware."""

from collections.abc import Callable, Collection, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as Event

from api.errors import ErrorKind, problem
from api.http.cors import is_for_programs
from api.http.loopback import is_loopback
from api.http.problems import FOREIGN_ORIGIN, TOO_LARGE, WRONG_HOST, HTTPProblemError, problem_response
from graph.messages import Message, message

RawHeaders = Sequence[tuple[bytes, bytes]]
"""Headers as ASGI passes them: names in lower case."""

SECURITY_HEADERS: RawHeaders = (
    (b"content-security-policy", b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
"""The headers of every answer that does not set them otherwise: an answer is data, and no page that may load or embed.

Source: OWASP REST Security Cheat Sheet, "Security Headers".
"""


MOST_PASSED = 5
"""How many times the limit a browser may send before its connection is cut: until then a page can tell it why."""


class SecurityHeaders:
    """Security header middleware: gives every answer the standing headers, where it has not set them itself."""

    def __init__(self, app: ASGIApp, headers: Callable[[int], RawHeaders]) -> None:
        """Wrap the application; `headers` is asked anew for every answer, by its status."""
        self._app, self._headers = app, headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and complete its answer."""

        async def complete(event: Event) -> None:
            if event["type"] == "http.response.start":
                event["headers"] = completed(event["headers"], self._headers(event["status"]))
            await send(event)

        await self._app(scope, receive, complete if scope["type"] == "http" else send)


def completed(headers: RawHeaders, standing: RawHeaders) -> list[tuple[bytes, bytes]]:
    """Return the headers, with those standing ones that they do not set themselves."""
    own = {name for name, _ in headers}
    return [*headers, *(header for header in standing if header[0] not in own)]


class LocalHostCheck:
    """Host check against DNS rebinding: on a loopback address, only the names of this machine are answered to.

    A page of another site can make its own name resolve to 127.0.0.1, and then read what a local service tells (DNS
    rebinding): its requests carry the site's name in Host. Those of other pages carry it in Origin.
    """

    def __init__(self, app: ASGIApp, is_on: Callable[[], bool], origins: Collection[str] = ()) -> None:
        """Wrap the application; `is_on` says whether it is needed, which it is not where nothing is let in by name.

        Pages of the `origins` may ask what is for programs, too.
        """
        self._app, self._is_on, self._origins = app, is_on, origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        is_asked = scope["type"] == "http" and is_local(scope) and self._is_on()
        known = self._origins if is_asked and is_for_programs(scope["path"]) else ()
        refusal = _refusal(Headers(scope=scope), known) if is_asked else None
        if refusal is None:
            await self._app(scope, receive, send)
        else:
            await problem_response(problem(*refusal))(scope, receive, send)


class RequestSizeLimit:
    """Request size limit: refuses a body above it by what it declares, else as soon as it exceeds it."""

    def __init__(self, app: ASGIApp, limit_bytes: Callable[[str], int]) -> None:
        """Wrap the application; `limit_bytes` tells the limit by the path."""
        self._app, self._limit_at = app, limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit_at(scope["path"])
        told = message("http.body_too_large", bytes=limit)
        headers = Headers(scope=scope)
        declared = headers.get("content-length", "")
        is_declared = declared.isdecimal() and int(declared[:20]) > limit
        is_of_page = "text/html" in headers.get("accept", "")
        if is_declared and not is_of_page:
            refusal = problem(TOO_LARGE, told)
            await problem_response(refusal, {"Connection": "close"})(scope, receive, send)
            return
        read = 0

        async def counted() -> Event:
            nonlocal read
            event = await receive()
            read += len(event.get("body", b""))
            # A browser shows an answer only when it has sent all: what is too large goes past, up to a bound.
            while (
                is_of_page and (is_declared or read > limit) and event.get("more_body") and read < MOST_PASSED * limit
            ):
                event = await receive()
                read += len(event.get("body", b""))
            if read > limit:
                raise HTTPProblemError(413, told, {"Connection": "close"})
            return event

        await self._app(scope, counted, send)


def is_local(scope: Scope) -> bool:
    """Say whether the connection came in on a loopback address. On a Unix socket it is a proxy, which has own names."""
    address, port = scope.get("server") or ("localhost", 0)
    return port is not None and is_loopback(address)


def _refusal(headers: Headers, known: Collection[str]) -> tuple[ErrorKind, Message] | None:
    hosts = headers.getlist("host")
    if len(hosts) != 1 or not is_loopback(_host_of(f"//{hosts[0]}")):
        return WRONG_HOST, message("http.other_host", names=hosts) if hosts else message("http.no_host")
    origins = [origin for origin in headers.getlist("origin") if origin not in known]
    foreign = [origin for origin in origins if not is_loopback(_host_of(origin))]
    return (FOREIGN_ORIGIN, message("http.foreign_page", origin=foreign[0])) if foreign else None


def _host_of(url: str) -> str:
    """Return the host of a URL; empty where it has none, or cannot be told."""
    try:
        parts = urlsplit(url)
        is_plain = parts.username is None and (parts.port is None or parts.port > 0)
    except ValueError:
        return ""
    return parts.hostname or "" if is_plain else ""
