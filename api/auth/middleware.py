"""Authentication middleware: checks key, scope and rate limit of every request before anything is computed for it."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as Event

from api.auth.authenticator import Admission, Authenticator
from api.auth.credentials import credentials_of
from api.errors import ErrorKind, ProblemDetail, describe, problem
from api.http.problems import NO_KEY, TOO_MANY, WRONG_KEY, WRONG_SCOPE, problem_response
from api.principal import AccessScope, name_principal, needed_scope
from graph.errors import StoreUnavailableError
from graph.messages import Message, message

_UNCOUNTED = frozenset({"/healthz", "/readyz"})
_OF_ONE_CALLER = (b"cache-control", b"private, no-cache")
_CHALLENGE = 'Bearer realm="rolepath"'


class Refusal(NamedTuple):
    """Refusal of a request: why, and the headers that say so; `needed` is the scope that would open the path."""

    told: ProblemDetail
    needed: AccessScope | None
    headers: dict[str, str]


TellPerson = Callable[[Scope, Refusal], Awaitable[Response | None]]
"""Return the page that tells a person of a refusal; None where it is a program that asks."""


class AuthenticationMiddleware:
    """ASGI middleware that lets a request in by its key, or refuses it: 401, 403 or 429, before it is looked at.

    Source: RFC 6750, section 3 (challenges); RFC 6585, section 4 (429).
    """

    def __init__(self, app: ASGIApp, guard: Authenticator, tell_person: TellPerson | None) -> None:
        """Wrap the application."""
        self._app, self._guard, self._tell_person = app, guard, tell_person

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http" or scope["path"] in _UNCOUNTED:
            await self._app(scope, receive, send)
            return
        needed, credentials = needed_scope(scope["path"], scope["method"]), credentials_of(scope)
        try:
            admission = await self._guard.admit(credentials)
        except StoreUnavailableError as error:
            if needed is None:
                await self._app(scope, receive, send)
            else:
                refused = await self._refused(scope, Refusal(describe(error), needed, {}))
                await refused(scope, receive, send)
            return
        name_principal(scope, admission.principal)
        counted = _with_headers(send, admission, is_public=needed is None)
        refusal = _refusal(admission, needed)
        if refusal is None:
            await self._app(scope, receive, counted)
        else:
            refused = await self._refused(scope, refusal)
            await refused(scope, receive, counted)

    async def _refused(self, scope: Scope, refusal: Refusal) -> Response:
        page = None if self._tell_person is None else await self._tell_person(scope, refusal)
        return page or problem_response(refusal.told, refusal.headers)


def _refusal(admission: Admission, needed: AccessScope | None) -> Refusal | None:
    """Return why a request is not let in; None where it is."""
    reason = _reason(admission, needed)
    if reason is None:
        return None
    kind, detail, headers = reason
    return Refusal(problem(kind, detail), needed, headers)


def _reason(admission: Admission, needed: AccessScope | None) -> tuple[ErrorKind, Message, dict[str, str]] | None:
    if not admission.allowance.ok:
        again = admission.allowance.reset_s
        limit = admission.allowance.limit
        used_up = message("http.limit_used_up", limit=limit, policy=admission.policy, seconds=again)
        return TOO_MANY, used_up, {"Retry-After": str(again)}
    if needed is None or (needed in admission.principal.scopes and not admission.has_wrong_key):
        return None
    if admission.has_wrong_key:
        return WRONG_KEY, message("http.wrong_key"), {"WWW-Authenticate": f'{_CHALLENGE}, error="invalid_token"'}
    if not admission.principal.is_known:
        return NO_KEY, message("http.no_key", scope=needed), {"WWW-Authenticate": _CHALLENGE}
    key = admission.principal.key_id
    lacking = (
        message("http.key_lacks_scope", scope=needed, key=key)
        if key
        else message("http.token_lacks_scope", scope=needed)
    )
    challenge = f'{_CHALLENGE}, error="insufficient_scope", scope="{needed}"'
    return WRONG_SCOPE, lacking, {"WWW-Authenticate": challenge}


def _with_headers(send: Send, admission: Admission, *, is_public: bool) -> Send:
    """Return what completes an answer: by the rate limit, and so that no cache on the way serves it to others.

    Source: RFC 9111, section 5.2.2.7; without a word of it, a shared cache may keep what a cookie opened (section 3.5).
    """
    headers = admission.allowance.headers(admission.policy)

    async def complete(event: Event) -> None:
        if event["type"] == "http.response.start":
            own = {name.lower() for name, _ in event["headers"]}
            kept = [] if is_public or b"cache-control" in own else [_OF_ONE_CALLER]
            event["headers"] = [*event["headers"], *headers, *kept]
        await send(event)

    return complete
