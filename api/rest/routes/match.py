"""Role match: the roles that come closest to what somebody holds."""

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import ConfigDict, Field

from api.answers.parameters import (
    MOST_ITEMS,
    Asked,
    Id,
    ScopeWanted,
)
from api.rest.respond import answer, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from graph.model import Frozen
from queries.match import RoleMatch, match_roles

router = APIRouter(prefix="/v1/roles", tags=["roles"], route_class=QuestionRoute)


class MatchRequest(Frozen):
    """What somebody holds, and which roles are compared with it."""

    model_config = ConfigDict(strict=True)

    have: tuple[Id, ...] = Field(
        min_length=1,
        max_length=1000,
        strict=False,
        description="Competencies, knowledge units and training tasks that are held.",
    )
    limit: int = Field(20, ge=1, le=MOST_ITEMS, description="How many roles are listed at most.")
    scope: ScopeWanted = Field(
        ScopeWanted(), description="Only roles that the `discipline` targets, or the `employer` employs."
    )


@router.post("/match", response_model=RoleMatch, responses=declared(404))
async def match(request: Request, asked: Annotated[Asked, Query()], wish: Annotated[MatchRequest, Body()]) -> Response:
    """Find the roles that come closest to what somebody holds, and what each still asks for."""
    snapshot = service_of(request).snapshot(asked.lang)
    return answer(match_roles(snapshot, wish.have, wish.scope.scope(), limit=wish.limit), request)
