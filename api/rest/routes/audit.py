"""The audit log: who changed what."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.answers.parameters import FieldSelection, FormatParameters
from api.rest.respond import NOT_KEPT, SUNSET, answer_page, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from api.state.audit import Audit, DeedList
from queries.parameters.description import describe

router = APIRouter(prefix="/v1/audit", tags=["audit"], route_class=QuestionRoute)


class AuditParameters(FormatParameters, FieldSelection):
    """Which part of the log is wanted."""

    limit: int = Field(20, ge=1, le=1000, description=describe("audit_limit"))
    cursor: int | None = Field(None, ge=1, le=2**62, description=describe("cursor"))
    before: int | None = Field(
        None, ge=1, le=2**62, description=describe("former_name", now="cursor"), json_schema_extra={"deprecated": True}
    )


@router.get("", response_model=DeedList, responses=declared(paged=True))
async def list_deeds(request: Request, query: Annotated[AuditParameters, Query()]) -> Response:
    """List who imported what over the service, and who made or revoked keys, the latest first."""
    service = service_of(request)
    before = query.before if query.cursor is None else query.cursor
    found = await service.with_store(Audit(service.state).latest, limit=query.limit, before=before)
    return answer_page(found, request, NOT_KEPT if query.before is None else NOT_KEPT | SUNSET)
