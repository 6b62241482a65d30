"""Follow-ups of gaps: who sees to which gap, by when, and whether it still stands; and changing one."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.answers.follow_ups import FollowUps, FollowUpView, change_follow_up, find_follow_ups, follow_ups_of
from api.answers.parameters import AnswerParameters
from api.principal import principal_of
from api.rest.respond import NOT_KEPT, answer_page, declared
from api.rest.shape import QuestionRoute
from api.service.gated_route import GatedRoute
from api.service.service import Service, service_of
from api.state.follow_ups import FollowUpContent, FollowUpStore, GapKey
from queries.parameters.description import describe
from queries.parameters.follow_ups import FollowUpFilter

router = APIRouter(prefix="/v1/follow-ups", tags=["gaps"], route_class=QuestionRoute)


class FollowUpsParameters(FollowUpFilter, AnswerParameters):
    """Which follow-ups are listed, and what of the answer."""

    limit: int = Field(100, ge=1, le=1000, description=describe("limit"))
    cursor: str | None = Field(
        None, max_length=16, description=describe("cursor"), json_schema_extra={"pattern": "^[0-9]+$"}
    )


class FollowUpOrder(FollowUpContent, GapKey):
    """A follow-up as it shall stand, of which gap, from which `version` on: 0 where there is none."""

    version: int = Field(ge=0)


@router.get("", response_model=FollowUps, responses=declared(404, paged=True))
def list_follow_ups(request: Request, query: Annotated[FollowUpsParameters, Query()]) -> Response:
    """List the follow-ups of gaps, each checked against the graph."""
    service = service_of(request)
    snapshot = service.snapshot(query.lang)
    found = find_follow_ups(kept_by(service), snapshot, query, limit=query.limit, cursor=query.cursor)
    return answer_page(found, request, NOT_KEPT)


async def change_gap_follow_up(request: Request, order: FollowUpOrder) -> Response:
    """Change the follow-up of a gap, as a whole. 409: somebody changed it since; `latest` says how it stands."""
    service = service_of(request)
    await service.catch_up()
    return await run_in_threadpool(_changed, request, service, order)


def _changed(request: Request, service: Service, order: FollowUpOrder) -> Response:
    gap = GapKey(**order.model_dump(include=set(GapKey.model_fields)))
    content = FollowUpContent(**order.model_dump(include=set(FollowUpContent.model_fields)))
    who = principal_of(request.scope)
    changed = change_follow_up(kept_by(service), service.snapshot(), gap, content, by=who, seen=order.version)
    return Response(changed.model_dump_json(), headers=NOT_KEPT, media_type="application/json")


router.add_api_route(
    "",
    change_gap_follow_up,
    methods=["PUT"],
    response_model=FollowUpView,
    responses=declared(404, 409, 507),
    route_class_override=GatedRoute,
)


def kept_by(service: Service) -> FollowUpStore:
    """Return what keeps the follow-ups of the store that is served."""
    return follow_ups_of(service.state, service.snapshot(), service.store.url)
