"""Health: for whoever, or whatever, keeps the service running."""

from typing import Literal

from fastapi import APIRouter, Request, Response

from api.rest.answering import answer, declared
from api.rest.service import service_of
from graph.model import Frozen

router = APIRouter(tags=["health"])


class Alive(Frozen):
    """The service runs."""

    status: Literal["ok"] = "ok"


class Ready(Frozen):
    """The service can answer: `store` says in a line what it answers from."""

    status: Literal["ready"] = "ready"
    store: str
    revision: int


@router.get("/healthz", response_model=Alive, responses=declared())
async def tell_health() -> Response:
    """Tell that the service runs, whatever its store does."""
    return Response(Alive().model_dump_json(), media_type="application/json")


@router.get("/readyz", response_model=Ready, responses=declared())
async def tell_readiness(request: Request) -> Response:
    """Tell that questions can be answered: the store can be read, and its graph is loaded. Else the answer is 503."""
    service = service_of(request)
    snapshot = service.snapshot()
    store = await service.with_store(service.require_store().health)
    return answer(Ready(store=store, revision=snapshot.revision.number))
