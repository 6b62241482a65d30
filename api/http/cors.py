"""Cross-origin resource sharing (CORS): which pages of other sites may ask the service."""

from collections.abc import Collection

from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")
ASKED_WITH = ("Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "X-Request-Id")
"""The headers that a page may send, beside those that every page may."""
TOLD = (
    "ETag",
    "Link",
    "Location",
    "Idempotency-Replayed",
    "Rolepath-Revision",
    "Rolepath-Stale",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "WWW-Authenticate",
    "X-Request-Id",
)
"""The headers of an answer that a page may read."""
KEPT_S = 600
"""For how long a browser may keep what it was told about an address."""


class CorsMiddleware:
    """CORS middleware: lets browsers show answers to the pages of the origins that are named, and to no others.

    No cookies: a page of another site has no part in a session. Answers may still say `Cross-Origin-Resource-Policy:
    same-origin`, which is asked only where a page embeds what it cannot read.

    Source: Fetch Standard, sections 3.3 (CORS protocol) and 3.7 (Cross-Origin-Resource-Policy).
    """

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        """Wrap the application."""
        self._app = app
        self._sharing = CORSMiddleware(
            app, origins, METHODS, ASKED_WITH, allow_private_network=True, expose_headers=TOLD, max_age=KEPT_S
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it where a browser only asks whether it may ask."""
        is_shared = scope["type"] == "http" and is_for_programs(scope["path"])
        await (self._sharing if is_shared else self._app)(scope, receive, send)


def is_for_programs(path: str) -> bool:
    """Say whether what stands at a path is for programs: pages and their files are for people.

    >>> [is_for_programs(path) for path in ("/v1/gaps", "/openapi.json", "/", "/v1", "/docs", "/import")]
    [True, True, False, False, False, False]
    """
    return path.startswith("/v1/") or path == "/openapi.json"


def shared_with(request: Request, origins: Collection[str]) -> list[tuple[bytes, bytes]]:
    """Return the headers that let the page that asks read an answer which did not pass through CrossOrigin."""
    origin = request.headers.get("origin", "")
    if origin not in origins or not is_for_programs(request.url.path):
        return []
    return [(b"access-control-allow-origin", origin.encode()), (b"vary", b"Origin")]
