"""The audit log: who changed what."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.audit import Audit, DeedList
from api.rest.answering import NOT_KEPT, declared
from api.rest.service import service_of
from graph.model import Frozen

router = APIRouter(prefix="/v1/audit", tags=["audit"])


class AskedDeeds(Frozen):
    """Which part of the log is wanted."""

    limit: int = Field(20, ge=1, le=1000, description="How many lines are listed at most.")
    before: int | None = Field(
        None, ge=1, le=2**62, description="Only lines before this one: `next` of the page before."
    )


@router.get("", response_model=DeedList, responses=declared())
async def list_deeds(request: Request, asked: Annotated[AskedDeeds, Query()]) -> Response:
    """List who imported what over the service, and who made or revoked keys, the latest first."""
    service = service_of(request)
    found = await service.with_store(Audit(service.state).latest, limit=asked.limit, before=asked.before)
    return Response(found.model_dump_json(), headers=NOT_KEPT, media_type="application/json")
