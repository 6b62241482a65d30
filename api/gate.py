"""The gate that every request passes before anything is worked out for it: keys, scopes and limits."""

from typing import cast

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access import AccessScope, name_principal, needed_scope
from api.errors import ErrorKind, describe, problem
from api.guard import Admission, Guard
from api.rest.problems import NO_KEY, TOO_MANY, WRONG_KEY, WRONG_SCOPE, problem_response
from api.security import is_local
from graph.errors import StoreUnavailableError

_UNCOUNTED = frozenset({"/healthz", "/readyz"})
_CHALLENGE = 'Bearer realm="rolepath"'


class Gate:
    """Lets a request in by its key, or tells why not: 401, 403 or 429, before it is looked at any further.

    Source: RFC 6750, section 3 (challenges); RFC 6585, section 4 (429).
    """

    def __init__(self, app: ASGIApp, guard: Guard) -> None:
        """Wrap the application."""
        self._app, self._guard = app, guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http" or scope["path"] in _UNCOUNTED:
            await self._app(scope, receive, send)
            return
        needed = needed_scope(scope["path"])
        try:
            found = self._admission(scope)
        except StoreUnavailableError as error:
            if needed is None:
                await self._app(scope, receive, send)
            else:
                await problem_response(describe(error))(scope, receive, send)
            return
        name_principal(scope, found.principal)
        counted = _with_headers(send, found)
        refusal = _refusal(found, needed)
        if refusal is None:
            await self._app(scope, receive, counted)
            return
        kind, detail, headers = refusal
        await problem_response(problem(kind, detail), headers)(scope, receive, counted)

    def _admission(self, scope: Scope) -> Admission:
        address = cast(str, (scope.get("client") or ("", 0))[0])
        return self._guard.admit(Headers(scope=scope).getlist("authorization"), address, is_local=is_local(scope))


def _refusal(found: Admission, needed: AccessScope | None) -> tuple[ErrorKind, str, dict[str, str]] | None:
    """Return why a request is not let in, with the headers that say so."""
    if not found.allowance.ok:
        again = found.allowance.reset_s
        what = f"the limit of {found.allowance.limit} a minute ({found.policy}) is used up; ask again in {again} s"
        return TOO_MANY, what, {"Retry-After": str(again)}
    if needed is None or (needed in found.principal.scopes and not found.has_wrong_key):
        return None
    if found.has_wrong_key:
        reason = "this is no key that holds: it is not known, was revoked, or has expired"
        return WRONG_KEY, reason, {"WWW-Authenticate": f'{_CHALLENGE}, error="invalid_token"'}
    if not found.principal.key_id:
        return NO_KEY, f"this needs a key with the scope {needed}", {"WWW-Authenticate": _CHALLENGE}
    reason = f"this needs a key with the scope {needed}; the key {found.principal.key_id} is not made for it"
    challenge = f'{_CHALLENGE}, error="insufficient_scope", scope="{needed}"'
    return WRONG_SCOPE, reason, {"WWW-Authenticate": challenge}


def _with_headers(send: Send, found: Admission) -> Send:
    headers = found.allowance.headers(found.policy)
    if not headers:
        return send

    async def complete(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *headers]
        await send(message)

    return complete
