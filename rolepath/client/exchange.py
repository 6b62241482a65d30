"""Retries, cache and problems: how a question becomes an answer, whoever sends it. No input or output here."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from itertools import count
from typing import TypeVar
from uuid import uuid4

from pydantic import ValidationError

from rolepath.client.cache import AnswerCache
from rolepath.client.calls import Call, Flow, NoReplyError, Pause, Reply, Request, query_of
from rolepath.client.problems import raise_for, retry_after_s
from rolepath.errors import ProblemDetail, ServiceProblem, StoreUnavailableError

R = TypeVar("R")
_FOR_A_WHILE = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE})

_KEY_IN_USE = b'"/docs/problems#idempotency-key-in-use"'


@dataclass(frozen=True, slots=True)
class Retries:
    """How often a question is asked again, after which waits.

    The wait doubles from `first_s`, and is never shorter than the service says (Retry-After). Where that is longer than
    `most_s`, the problem is told instead: whoever asks can come back later.
    """

    most: int = 3
    first_s: float = 0.5
    most_s: float = 30.0

    def wait_s(self, failures: int, retry_after_s: float | None = None) -> float | None:
        """Return how long to wait after so many failures; None to give up.

        Up to half of a wait is by chance, or all who were sent away would come back at once.
        """
        if failures > self.most or (retry_after_s or 0) > self.most_s:
            return None
        usual_s = min(self.first_s * 2.0 ** (failures - 1), self.most_s)
        chance = random.uniform(0.5, 1.0)  # noqa: S311 - no secret
        return usual_s * chance if retry_after_s is None else retry_after_s + usual_s * (chance - 0.5)


class Exchange:
    """What every question of one client goes through."""

    def __init__(self, url: str, *, retries: Retries, cache: AnswerCache, asked: Mapping[str, object]) -> None:
        """Take what every question is asked with, unless it says otherwise itself."""
        self._url, self._retries, self._cache, self._asked = url, retries, cache, asked

    def ask(self, call: Call[R]) -> Flow[R]:
        """Send the request until it is answered, and return what the answer says.

        Raises:
            RolepathError: as the service tells, or StoreUnavailableError where it cannot be reached.
        """
        request = self._request(call)
        cached = self._cache.find(request)
        if cached is not None:
            request = replace(request, headers={"If-None-Match": cached.tag})
        reply = yield from self._send(request, is_safe=call.is_safe or call.is_keyed)
        if cached is not None and reply.status == HTTPStatus.NOT_MODIFIED:
            return self._read(call, cached.body, reply)
        if not HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES:
            raise_for(reply)
        answer = self._read(call, reply.body, reply)
        self._cache.keep(request, reply.headers.get("etag"), reply.body)
        return answer

    def _send(self, request: Request, *, is_safe: bool) -> Flow[Reply]:
        """Return the reply that is not to be asked for again."""
        for failures in count(1):
            try:
                reply = yield request
            except NoReplyError as why:
                may_repeat = not why.has_arrived or (is_safe and not why.is_slow)
                wait_s = self._retries.wait_s(failures) if may_repeat else None
                if wait_s is None:
                    raise StoreUnavailableError(f"{self._url} gives no answer: {why}") from why.__cause__
            else:
                assert reply is not None, "a request is answered by a reply"  # noqa: S101 - the sender's part
                wait_s = self._after(reply, failures, is_safe=is_safe)
                if wait_s is None:
                    return reply
            yield Pause(wait_s)
        raise AssertionError("the loop has no end")

    def _after(self, reply: Reply, failures: int, *, is_safe: bool) -> float | None:
        """Return how long to wait before asking again; None to take this reply."""
        # What was sent before with this idempotency key is still being done: its answer is waited for.
        if reply.status == HTTPStatus.CONFLICT and _KEY_IN_USE in reply.body:
            return self._retries.wait_s(failures, retry_after_s(reply))
        # What is refused by a limit has not been looked at: it can be sent again, whatever it is.
        if reply.status in _FOR_A_WHILE and (is_safe or reply.status == HTTPStatus.TOO_MANY_REQUESTS):
            return self._retries.wait_s(failures, retry_after_s(reply))
        return None

    def _request(self, call: Call[R]) -> Request:
        named = {name for name, _ in call.query}
        standing = {name: value for name, value in self._asked.items() if call.is_question and name not in named}
        query = (*call.query, *query_of(standing))
        headers = {"Idempotency-Key": call.idempotency_key or uuid4().hex} if call.is_keyed else {}
        return Request(call.method, call.path, query, headers, body=call.body, files=call.files, into=call.into)

    def _read(self, call: Call[R], body: bytes, reply: Reply) -> R:
        try:
            return call.read(body)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            detail = (
                f"the answer of {self._url}{call.path} is not as this client knows it: {where}: {first['msg']}; "
                "perhaps the service is of another version"
            )
            problem = ProblemDetail(type="about:blank", title="The answer is not understood", status=502, detail=detail)
            raise ServiceProblem(problem, reply.headers.get("x-request-id")) from error
