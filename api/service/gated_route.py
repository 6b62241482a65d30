"""Route behind the gate of the service."""

import asyncio
import time
from collections.abc import Callable
from functools import cached_property
from inspect import iscoroutinefunction
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from api.answers.parameters import REVISION
from api.http.language_negotiation import answer_in_language
from api.http.near_names import query_names
from api.service.gate import Handler
from api.service.question_costs import COSTS, Cost
from api.service.service import pin, service_of
from graph.errors import OvertakenError, StoreUnavailableError
from graph.freed_frames import freeing_frames
from graph.messages import message

APART_BODY_BYTES, APART_QUERY_BYTES = 32_768, 4_096
"""From these sizes on a request takes so long to read and to validate that others would notice."""

PATIENCE_S = 5.0
"""How long a question is asked again that the graph has overtaken."""


class GatedRoute(APIRoute):
    """A route whose questions pass the gate of the service."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **told: Any) -> None:  # noqa: ANN401 - as FastAPI has it
        """Set up what FastAPI needs; what an endpoint holds that runs in a thread is freed there when it breaks off."""
        super().__init__(path, endpoint if iscoroutinefunction(endpoint) else freeing_frames(endpoint), **told)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; one whose answer has names, in the language that the reader asks for."""
        if self._has_names:
            answer_in_language(scope)
        await super().handle(scope, receive, send)

    @cached_property
    def _has_names(self) -> bool:
        return "lang" in query_names(self.dependant)

    def may_be_pinned(self) -> bool:
        """Say whether its questions may name the revision that they are asked of."""
        return False

    def get_route_handler(self) -> Handler:
        """Return the handler behind the gate. A light one that stays in the event loop is over before anybody goes."""
        handle = super().get_route_handler()
        if self.dependant.query_params or self.dependant.body_params:
            handle = _apart_where_large(handle, has_body=bool(self.dependant.body_params))
        handle = _again_where_overtaken(handle)
        cost, may_be_pinned = COSTS.get(self.path, Cost.LIGHT), self.may_be_pinned()
        is_watched = cost is not Cost.LIGHT or not iscoroutinefunction(self.endpoint)
        if cost is Cost.LIGHT and "GET" not in (self.methods or ()) and not self.include_in_schema:
            return handle  # a form, which may hold files: they take the time that they take

        async def handle_behind_gate(request: Request) -> Response:
            service = service_of(request)
            number = revision_asked(request) if may_be_pinned else None
            if number is not None:
                kept = service.kept_at(number)
                if kept is None:  # to make it is dear, whatever is asked of it
                    dear = Cost.HEAVY if cost is Cost.LIGHT else cost
                    return await service.gate.answer(request, dear, _pinned_first(handle, number))
                pin(request, kept)
            gate = service.gate
            return await (gate.answer(request, cost, handle) if is_watched else gate.limited(request, handle))

        return handle_behind_gate


def revision_asked(request: Request) -> int | None:
    """Return the revision that a question names; None where it names none, or what cannot be one."""
    asked = request.query_params.get("revision")
    try:
        return None if asked is None else REVISION.validate_python(asked)
    except ValidationError:
        return None  # the route tells what is wrong with it


def _pinned_first(handle: Handler, number: int) -> Handler:
    """Return the handler, which answers from the revision, whose state is made first."""

    async def handle_pinned(request: Request) -> Response:
        pin(request, await service_of(request).at(number))
        return await handle(request)

    return handle_pinned


def _apart_where_large(handle: Handler, *, has_body: bool) -> Handler:
    """Return the handler, which reads and answers a large request in a thread, in an event loop of its own.

    FastAPI parses and validates in the loop that it is called in.
    """

    async def handle_apart(request: Request) -> Response:
        is_large = len(request.scope["query_string"]) >= APART_QUERY_BYTES
        if has_body and not is_large:
            is_large = len(await request.body()) >= APART_BODY_BYTES
        return await (run_in_threadpool(asyncio.run, handle(request)) if is_large else handle(request))

    return handle_apart


def _again_where_overtaken(handle: Handler) -> Handler:
    """Return the handler, which answers from the next revision where the store can show the one before no more."""

    async def handle_again(request: Request) -> Response:
        service, until_s = service_of(request), time.monotonic() + PATIENCE_S
        while (left_s := until_s - time.monotonic()) > 0:
            served = service.served()
            try:
                return await handle(request)
            except OvertakenError:
                await service.moves_on(served, left_s)
        raise StoreUnavailableError(message("service.rereading"))

    return handle_again
