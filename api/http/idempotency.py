"""Idempotency keys: a request that writes is done once, however often it is sent with the same `Idempotency-Key`.

Source: draft-ietf-httpapi-idempotency-key-header-07.
"""

import hashlib
import json
import re
from typing import NamedTuple, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import ErrorKind, ProblemDetail, problem
from api.http.body_digest import BodyDigest
from api.http.headers import IDEMPOTENCY_KEY, REPLAYED_HEADER
from api.http.problems import (
    KEY_IN_USE,
    KEY_OF_ANOTHER,
    RETRY_AFTER_S,
    Fault,
    HTTPProblemError,
    parameter_problem,
    problem_response,
    refused_by_http,
)
from api.principal import Principal, needed_scope, principal_of
from graph.messages import message

MOST_LENGTH = 255
_NAME = IDEMPOTENCY_KEY.lower()
_KEPT_HEADERS = frozenset({"content-type", "content-language", "location"})
_UNSETTLED = 500
"""What ended so, or was broken off, may have been written: its key is not free again."""


class KeptReply(NamedTuple):
    """What was answered to a request, and the digest of that request; `status` is 0 while it is being done."""

    digest: str
    status: int
    headers: dict[str, str]
    body: bytes


class ReplyStore(Protocol):
    """Where replies are kept by the id of their request, for all workers."""

    def claim(self, request_id: str) -> KeptReply | None:
        """Return what is kept; None where nothing was, and the id is now claimed."""
        ...

    def keep(self, request_id: str, reply: KeptReply) -> None:
        """Keep the reply to a request whose id was claimed."""
        ...

    def release(self, request_id: str) -> None:
        """Forget that the id was claimed."""
        ...


class IdempotencyMiddleware:
    """ASGI middleware that answers a request that was done before with the reply of then.

    What is refused, and so wrote nothing, may be sent again with its key.
    """

    def __init__(self, app: ASGIApp, replies: ReplyStore) -> None:
        """Wrap the application."""
        self._app, self._replies = app, replies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it."""
        key = Headers(scope=scope).get(_NAME) if _writes(scope) else None
        if key is None:
            await self._app(scope, receive, send)
            return
        plain = _plain(key)
        if plain is None:
            fault = Fault(f"header.{IDEMPOTENCY_KEY}", message("http.no_idempotency_key", most=MOST_LENGTH))
            await parameter_problem([fault])(scope, receive, send)
            return
        request_id = _request_id(principal_of(scope), plain)
        known = await run_in_threadpool(self._replies.claim, request_id)
        if known is None:
            await self._do(request_id, scope, receive, send)
        else:
            response = await _again(known, scope, receive)
            await response(scope, receive, send)

    async def _do(self, request_id: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the request done, and keep what is answered before it is sent."""
        digest, reply = BodyDigest(scope), _Reply()

        async def read() -> Message:
            event = await receive()
            digest.add(event.get("body", b""))
            return event

        async def hold(event: Message) -> None:
            reply.add(event)
            if reply.is_whole:
                kept = KeptReply(digest.value(), reply.status, reply.headers, reply.body)
                await self._settle(request_id, kept)
                for part in reply.events:
                    await send(part)

        await self._app(scope, read, hold)

    async def _settle(self, request_id: str, kept: KeptReply) -> None:
        if 200 <= kept.status < 300:
            await run_in_threadpool(self._replies.keep, request_id, kept)
        elif kept.status != _UNSETTLED:
            await run_in_threadpool(self._replies.release, request_id)


class _Reply:
    """An answer as it comes, until it is whole."""

    def __init__(self) -> None:
        self.events: list[Message] = []
        self.is_whole = False

    def add(self, event: Message) -> None:
        self.events.append(event)
        self.is_whole = event["type"] == "http.response.body" and not event.get("more_body", False)

    @property
    def status(self) -> int:
        return int(self.events[0]["status"])

    @property
    def headers(self) -> dict[str, str]:
        return {name: value for name, value in Headers(raw=self.events[0]["headers"]).items() if name in _KEPT_HEADERS}

    @property
    def body(self) -> bytes:
        return b"".join(event.get("body", b"") for event in self.events[1:])


async def _again(known: KeptReply, scope: Scope, receive: Receive) -> Response:
    """Return the reply of then, where it is the same request; else why there is none."""
    if not known.status:
        again = {"Retry-After": str(RETRY_AFTER_S)}
        return problem_response(_refusal(KEY_IN_USE, "http.key_in_use"), again)
    digest, request = BodyDigest(scope), Request(scope, receive)
    try:
        async for part in request.stream():
            digest.add(part)
    except HTTPProblemError as error:
        return await refused_by_http(request, error)
    if digest.value() != known.digest:
        return problem_response(_refusal(KEY_OF_ANOTHER, "http.key_of_another"))
    return Response(known.body, known.status, {**known.headers, REPLAYED_HEADER: "true"})


def _refusal(kind: ErrorKind, code: str) -> ProblemDetail:
    return problem(kind, message(code))


def _writes(scope: Scope) -> bool:
    return bool(
        scope["type"] == "http"
        and scope["method"] == "POST"
        and scope["path"].startswith("/v1/")
        and needed_scope(scope["path"], "POST") not in {None, "read"}
    )


def _plain(key: str) -> str | None:
    """Return the key, whose quotation marks may be left out; None where it cannot be one.

    >>> _plain('"8e03978e"'), _plain("8e03978e"), _plain('""'), _plain("a b")
    ('8e03978e', '8e03978e', None, None)
    """
    quoted = re.fullmatch(r'"(.*)"', key)
    plain = quoted[1] if quoted else key
    return plain if re.fullmatch(f"[!-~]{{1,{MOST_LENGTH}}}", plain) else None


def _request_id(who: Principal, key: str) -> str:
    """Return what a request is kept by: keys of one caller mean nothing to another."""
    return hashlib.sha256(json.dumps([who.key_id, who.subject, key]).encode()).hexdigest()
