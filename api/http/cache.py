"""HTTP response cache and ETags: the same question at the same revision is computed, and compressed, once."""

import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.accept import ranks_in
from api.http.compression import Encoding, compressed, encoding_for
from api.http.headers import REVISION_HEADER
from api.http.language_negotiation import language_of
from api.http.shared_answers import DEAR_S, SharedAnswer, SharedAnswers
from api.principal import AccessScope, principal_of, sees_whole
from graph.messages import Language
from graph.model import Revision

MOST_ANSWERS = 4096
"""How many answers are kept at most, beside the limit in bytes."""
ENTRY_SHARE = 8
"""One answer takes at most this part of the cache: else a single export would push everything else out."""
IN_THREAD_BYTES = 128 * 1024
"""From this size on a body is compressed in a thread, so that other answers do not wait for it."""

_ASKED = "rolepath.asked"
_REVISION = re.compile("[0-9]{1,16}")

RawHeaders = list[tuple[bytes, bytes]]


class CacheKey(NamedTuple):
    """Cache key: all that an answer at one revision depends on."""

    path: bytes
    query: bytes
    accept: bytes
    scopes: frozenset[AccessScope]
    is_whole: bool
    language: Language
    root: str
    pinned: Revision | None


class CachedAnswer(NamedTuple):
    """Cached bytes of an answer in the encodings asked for so far; `route` names the path's template for the log."""

    tag: bytes
    headers: RawHeaders
    bodies: dict[Encoding, bytes]
    route: object


class AnswerCache:
    """ASGI middleware that answers GET from bytes prepared before, and `If-None-Match` with 304.

    An answer is kept where it is 200, names the revision that is asked (so it is made from the graph alone) and does
    not say `no-store`. The least recently asked goes first; when the graph moves on, all go but what was asked of a
    revision by its number. One per worker; what took long to make is shared with the other workers.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        revision: Callable[[], Revision | None],
        pinned: Callable[[int], Revision | None],
        version: str,
        most_bytes: int,
        shared: SharedAnswers | None = None,
    ) -> None:
        """Wrap the application; `most_bytes` of 0 keeps nothing, and still answers with ETag and 304.

        `pinned` tells an earlier revision by its number, by a token that stays: so do the ETags of what is asked of it.
        """
        self._app, self._revision, self._version, self._most_bytes = app, revision, version, most_bytes
        self._pinned = pinned
        self._shared = shared if most_bytes else None
        # Within the cache, so that what is kept does not pass it; it leaves alone what is compressed already.
        self._packing = GZipMiddleware(self._pass_on, compresslevel=6)
        self._kept: OrderedDict[CacheKey, CachedAnswer] = OrderedDict()
        self._bytes = 0
        self._of: Revision | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what is kept, or pass the request on and keep the answer."""
        revision = self._revision()
        headers = dict(reversed(list(scope.get("headers", ()))))  # of several of one name, the first
        encoding = encoding_for(headers.get(b"accept-encoding", b"").decode("latin-1"))
        if scope["type"] == "http":
            scope["headers"] = _plain_encodings(scope["headers"])
        if revision is None or not _is_question(scope):
            await self._packing(scope, receive, send)
            return
        self._forget_unless(revision)
        question = _question(scope, headers, self._asked_of(scope["query_string"]))
        revision = question.pinned or revision
        cached = self._kept.get(question) or await self._taken_over(revision, question)
        tag = self._tag(revision, question) if cached is None else cached.tag
        if cached is not None:
            if question in self._kept:
                self._kept.move_to_end(question)
            scope["route"], scope["rolepath.cached"] = cached.route, True
        known = headers.get(b"if-none-match", b"")
        unchanged: RawHeaders = [(b"etag", tag), *_caching(scope)]
        has_any = known.strip() == b"*"
        if tag in known or (has_any and cached is not None):
            await _send(send, 304, unchanged, b"")
            return
        if has_any:
            send = _unless_found(send, unchanged)
        if cached is None:
            scope[_ASKED] = _PendingAnswer(revision, question, tag, encoding, time.monotonic())
            await self._packing(scope, receive, send)
            return
        await self.answer(send, scope, question, cached, encoding)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        pending = scope.get(_ASKED)
        await self._app(scope, receive, _Recorder(self, scope, send, pending).send if pending else send)

    async def answer(
        self, send: Send, scope: Scope, question: CacheKey, cached: CachedAnswer, encoding: Encoding
    ) -> None:
        """Send an answer, compressed as asked for where that makes it smaller.

        What caches on the way may do is said to each asker anew: those of one scope need not all be known.
        """
        body = cached.bodies.get(encoding)
        if body is None:
            plain = cached.bodies["identity"]
            if len(plain) < IN_THREAD_BYTES:
                body = compressed(plain, encoding)
            else:
                body = await run_in_threadpool(compressed, plain, encoding)
            cached.bodies[encoding] = body
            if self._kept.get(question) is cached:
                self._bytes += len(body)
                self._shrink()
        headers = [*cached.headers, *_caching(scope), (b"content-length", str(len(body)).encode())]
        if encoding != "identity" and len(body) < len(cached.bodies["identity"]):
            headers.append((b"content-encoding", encoding.encode()))
        await _send(send, 200, headers, body)

    def keep(self, revision: Revision, question: CacheKey, cached: CachedAnswer) -> None:
        """Keep an answer of the revision, unless it is too large, or the graph has moved on since it was asked for."""
        size = _size(cached)
        is_present = self._revision() == revision == self._of
        if (is_present or question.pinned) and size * ENTRY_SHARE <= self._most_bytes:
            replaced = self._kept.pop(question, None)
            self._bytes += size - (_size(replaced) if replaced else 0)
            self._kept[question] = cached
            self._shrink()

    async def _taken_over(self, revision: Revision, question: CacheKey) -> CachedAnswer | None:
        """Return what another worker has kept for this question, and keep it here too."""
        if self._shared is None or question.pinned:
            return None
        tag = self._tag(revision, question)
        if not self._shared.has(revision, tag):
            return None
        found = await run_in_threadpool(self._shared.find, revision, tag, self._parts(revision, question))
        if found is None:
            return None
        cached = CachedAnswer(tag, found.headers, {"identity": found.body}, _Route(found.path))
        self.keep(revision, question, cached)
        return cached

    async def share(self, revision: Revision, question: CacheKey, cached: CachedAnswer, took_s: float) -> None:
        """Keep an answer for the other workers too, where it took long to make."""
        body = cached.bodies["identity"]
        is_small = len(body) * ENTRY_SHARE <= self._most_bytes
        if self._shared is not None and not question.pinned and took_s >= DEAR_S and is_small:
            answer = SharedAnswer(cached.headers, body, getattr(cached.route, "path", "other"))
            parts = self._parts(revision, question)
            await run_in_threadpool(self._shared.keep, revision, cached.tag, parts, answer)

    def __len__(self) -> int:
        """Return how many answers are kept."""
        return len(self._kept)

    def _shrink(self) -> None:
        while self._kept and (self._bytes > self._most_bytes or len(self._kept) > MOST_ANSWERS):
            self._bytes -= _size(self._kept.popitem(last=False)[1])

    def _forget_unless(self, revision: Revision) -> None:
        if self._of != revision:
            self._kept = OrderedDict((asked, kept) for asked, kept in self._kept.items() if asked.pinned)
            self._bytes, self._of = sum(map(_size, self._kept.values())), revision

    def _asked_of(self, query: bytes) -> Revision | None:
        """Return the revision that the question names; None where it names none that there is."""
        if b"revision=" not in query:
            return None
        named = [value for name, value in parse_qsl(query.decode("latin-1")) if name == "revision"]
        return self._pinned(int(named[-1])) if named and _REVISION.fullmatch(named[-1]) else None

    def _tag(self, revision: Revision, question: CacheKey) -> bytes:
        """Return the ETag: weak, since it is one for all encodings. Source: RFC 9110, section 8.8.1."""
        digest = hashlib.sha256(self._parts(revision, question)).hexdigest()
        return f'W/"{digest[:32]}"'.encode()

    def _parts(self, revision: Revision, question: CacheKey) -> bytes:
        """Return all that an answer depends on: who asks with which view, and what, of which revision."""
        parts = (
            f"{revision.number} {revision.token} {self._version}".encode(),
            f"{' '.join(sorted(question.scopes))} {question.is_whole} {question.language}".encode(),
            question.accept,
            question.root.encode(),
            question.path + b"?" + question.query,
        )
        return b"\n".join(parts)


class _PendingAnswer(NamedTuple):
    """Answer being made: at which revision, under which ETag, for a client that takes which encoding."""

    revision: Revision
    question: CacheKey
    tag: bytes
    encoding: Encoding
    since_s: float


class _Route(NamedTuple):
    """The route of an answer that another worker made, as the log asks for it."""

    path: str


class _Recorder:
    """Holds an answer back until it is whole, where it is one to keep; passes any other on as it comes."""

    def __init__(self, cache: AnswerCache, scope: Scope, send: Send, pending: _PendingAnswer) -> None:
        self._cache, self._scope, self._send, self._asked = cache, scope, send, pending
        self._start: Message | None = None
        self._parts: list[bytes] = []

    async def send(self, message: Message) -> None:
        """Take the next part of the answer."""
        if message["type"] == "http.response.start" and self._is_kept(message):
            self._start = message
            return
        if self._start is None:
            await self._send(message)
            return
        self._parts.append(message.get("body", b""))
        if message.get("more_body", False):
            return
        revision, question, tag, encoding, since_s = self._asked
        took_s = time.monotonic() - since_s
        own = [header for header in self._start["headers"] if header[0] != b"content-length"]
        cached = CachedAnswer(
            tag,
            [*own, (b"etag", tag)],
            {"identity": b"".join(self._parts)},
            self._scope.get("route"),
        )
        self._cache.keep(revision, question, cached)
        await self._cache.answer(self._send, self._scope, question, cached, encoding)
        await self._cache.share(revision, question, cached, took_s)

    def _is_kept(self, start: Message) -> bool:
        headers = Headers(raw=start["headers"])
        return bool(
            start["status"] == 200
            and headers.get(REVISION_HEADER) == str(self._asked.revision.number)
            and "content-encoding" not in headers
            and "content-length" in headers  # else it is a stream, which is not held back
            and "no-store" not in headers.get("cache-control", "")
        )


def _is_question(scope: Scope) -> bool:
    return bool(scope["type"] == "http" and scope["method"] == "GET" and scope["path"].startswith("/v1/"))


def _question(scope: Scope, headers: Mapping[bytes, bytes], pinned: Revision | None) -> CacheKey:
    path = scope.get("raw_path") or scope["path"].encode()
    accept, scopes = headers.get(b"accept", b"*/*"), principal_of(scope).scopes
    root = scope.get("root_path", "")
    return CacheKey(path, scope["query_string"], accept, scopes, sees_whole(scope), language_of(scope), root, pinned)


def _caching(scope: Scope) -> RawHeaders:
    """Return what caches on the way may do: ask each time whether it still holds; shared ones, only what is public."""
    whose = b"private, no-cache" if principal_of(scope).is_known else b"no-cache"
    return [
        (b"cache-control", whose),
        (b"vary", b"Accept, Accept-Encoding, Accept-Language, Authorization, Cookie, Rolepath-View"),
    ]


def _size(cached: CachedAnswer) -> int:
    return sum(map(len, cached.bodies.values())) + 1000  # and the headers, roughly


async def _send(send: Send, status: int, headers: RawHeaders, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _unless_found(send: Send, headers: RawHeaders) -> Send:
    """Return what sends 304 for an answer of 200: the client has one already, whichever. Source: RFC 9110, 13.1.2."""
    is_found = False

    async def send_unless_found(message: Message) -> None:
        nonlocal is_found
        if message["type"] == "http.response.start":
            is_found = message["status"] == HTTPStatus.OK
            if is_found:
                await _send(send, HTTPStatus.NOT_MODIFIED, headers, b"")
        if not is_found:
            await send(message)

    return send_unless_found


def _plain_encodings(headers: RawHeaders) -> RawHeaders:
    """Return the headers with `Accept-Encoding` as Starlette's compression reads it: it passes over quality values."""
    accepted = b", ".join(value for name, value in headers if name == b"accept-encoding").decode("latin-1")
    if ";" not in accepted:
        return headers
    ranks = ranks_in(accepted)
    plain = b"gzip" if ranks.get("gzip", ranks.get("*", 0.0)) > 0 else b"identity"
    return [*((name, value) for name, value in headers if name != b"accept-encoding"), (b"accept-encoding", plain)]
