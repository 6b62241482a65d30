"""Health: for whoever, or whatever, keeps the service running."""

import asyncio
from typing import Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from api.rest.respond import NOT_KEPT, answer, declared
from api.service.service import Service, service_of
from graph.disk import DiskFault
from graph.errors import StoreAwayError, StoreUnavailableError
from graph.messages import message, text
from graph.model import Frozen
from graph.stores.open import SQLITE

router = APIRouter(tags=["health"])

TOO_OLD_S = 60
"""After how many seconds without a look at the store its answers are too old for requests to be sent here."""
NEEDED = frozenset({"graph", "keys"})
"""The loops without which no answer can be relied on; without another, all but what it does goes on."""
PATIENCE_S = 5.0
"""How long the store may take to say that it can be read; a network that is lost says nothing for minutes."""


class Liveness(Frozen):
    """The service runs."""

    status: Literal["ok"] = "ok"


class Readiness(Frozen):
    """The service can answer: `store` says in a line what it answers from, `failing` which loops are begun again.

    `writable` says whether imports, undo and new sessions can be kept: where the disk is full, they are refused.
    """

    status: Literal["ready"] = "ready"
    store: str
    revision: int
    writable: bool = True
    failing: tuple[str, ...] = ()


@router.get("/healthz", response_model=Liveness, responses=declared())
async def tell_health() -> Response:
    """Tell that the service runs, whatever its store does."""
    return Response(Liveness().model_dump_json(), media_type="application/json")


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    responses={**declared(), 200: {"description": text("openapi_answer.metrics"), "content": {"text/plain": {}}}},
)
def tell_metrics(request: Request) -> Response:
    """Tell figures for Prometheus: requests by route and status, how long they took, and how the graph stands."""
    text = service_of(request).metrics.text()
    return Response(text, headers={**NOT_KEPT, "Content-Type": "text/plain; version=0.0.4; charset=utf-8"})


@router.get("/readyz", response_model=Readiness, responses=declared())
async def tell_readiness(request: Request) -> Response:
    """Tell that questions can be answered: the store can be read, its graph is loaded and fresh. Else 503 says why."""
    service = service_of(request)
    try:
        ready = await _readiness(service)
    except StoreUnavailableError as error:
        if service.guard.is_local_mode() or service.guard.local_trouble() is not None:
            raise
        service.warnings.warning("not ready: %s", error)
        why = text("service.old") if _is_too_old(service) else text("service.store_unreadable")
        raise StoreUnavailableError(message("service.see_log", why=why)) from None
    # Where the store is, and what is wrong with it, is nobody's business who has no key.
    stale_s = service.stale_s()
    told = text("service.readable") if stale_s is None else text("service.stale_here", stale_s=stale_s)
    shown = ready if service.guard.is_local_mode() else ready.model_copy(update={"store": told})
    return answer(shown, request)


def _is_too_old(service: Service) -> bool:
    return (service.stale_s() or 0) >= TOO_OLD_S


def _stale(service: Service, number: int, why: str) -> Readiness:
    """Say that the graph that was read last answers: else a proxy would take every replica out for one server."""
    store = text("service.stale", why=why, number=number, stale_s=service.stale_s() or 0)
    return Readiness(store=store, revision=number, writable=False, failing=service.supervisor.failing())


async def _readiness(service: Service) -> Readiness:
    snapshot, failing = service.snapshot(), service.supervisor.failing()
    if NEEDED.intersection(failing):
        raise StoreUnavailableError(message("service.loops_failing", names=list(failing)))
    number, stale_s = snapshot.revision.number, service.stale_s()
    old = message("service.not_up_to_date", number=number, stale_s=stale_s or 0)
    is_remote = not service.store.url.startswith(SQLITE)
    if isinstance(service.trouble, StoreAwayError):
        return _stale(service, number, str(service.trouble))
    if service.trouble is None and stale_s is not None and is_remote:  # a line that is lost says nothing for minutes
        return _stale(service, number, str(old))
    if _is_too_old(service) and service.trouble is None:
        raise StoreUnavailableError(old)
    store_asked = service.require_store()

    def look() -> tuple[str, DiskFault | None]:
        return "; ".join(map(str, (store_asked.health(), *store_asked.warnings()))), service.write_fault()

    try:
        said, fault = await asyncio.wait_for(service.with_store(look), PATIENCE_S)
    except StoreAwayError as error:
        return _stale(service, number, str(error))
    except TimeoutError:
        silent = message("service.no_answer", patience_s=PATIENCE_S)
        if is_remote:
            return _stale(service, number, str(silent))
        raise StoreUnavailableError(silent) from None
    if fault is not None:
        unwritten = message("service.cannot_write", reason=fault.reason)
        service.warnings.warning("%s", unwritten)
        said = f"{said}; {unwritten}"
    return Readiness(store=said, revision=number, writable=fault is None, failing=failing)
