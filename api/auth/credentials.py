"""Request credentials: a bearer token in the header, a session in the cookie, and where the request comes from."""

from typing import NamedTuple, cast

from starlette.datastructures import Headers
from starlette.types import Scope

from api.auth.sessions import token_in
from api.http.security import is_local

_SAFE = frozenset({"GET", "HEAD"})
_FORWARDING = frozenset({"forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via"})
"""Headers by which a proxy passes on whose request it is: who is behind it is not on this machine."""


class Credentials(NamedTuple):
    """Credentials of a request; `is_local` says that it came in on a loopback address, and not through a proxy.

    `bearer` is None where there is no header `Authorization`, and empty where that holds no bearer token, or there are
    several. `session` is the token of a session, empty where there is none that counts.
    """

    bearer: str | None
    session: str
    address: str
    is_local: bool


def credentials_of(scope: Scope) -> Credentials:
    """Return what the request brings."""
    headers = Headers(scope=scope)
    address = cast(str, (scope.get("client") or ("", 0))[0])
    session = token_in(scope) if _may_use_session(scope) else ""
    is_forwarded = any(name in _FORWARDING for name in headers)
    bearer = _bearer(headers.getlist("authorization"))
    return Credentials(bearer, session, address, is_local(scope) and not is_forwarded)


def _bearer(headers: list[str]) -> str | None:
    """Return the bearer token. Source: RFC 6750, section 2.1."""
    if not headers:
        return None
    scheme, _, token = headers[0].partition(" ")
    return token.strip() if len(headers) == 1 and scheme.lower() == "bearer" else ""


def _may_use_session(scope: Scope) -> bool:
    """Say whether a session opens this: a page, or a question that a page asks.

    A browser sends cookies along with whatever another site makes it send. Pages answer by tokens of their own which of
    their forms they sent; the interface for programs has no such tokens, so there a cookie opens nothing that writes.
    """
    return scope["method"] in _SAFE or not scope["path"].startswith("/v1/")
