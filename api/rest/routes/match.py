"""Role match: the roles that come closest to what somebody holds."""

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import ConfigDict, Field

from api.answers.parameters import AnswerParameters, RoleScope
from api.rest.respond import answer, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.match import RoleMatch, match_roles
from queries.parameters.description import describe
from queries.parameters.match import HeldParameters

router = APIRouter(prefix="/v1/roles", tags=["roles"], route_class=QuestionRoute)


class MatchRequest(HeldParameters):
    """What somebody holds, and which roles are compared with it."""

    model_config = ConfigDict(strict=True)

    scope: RoleScope = Field(RoleScope(), description=describe("match_scope"))


@router.post("/match", response_model=RoleMatch, responses=declared(404))
def match(
    request: Request, query: Annotated[AnswerParameters, Query()], wish: Annotated[MatchRequest, Body()]
) -> Response:
    """Find the roles that come closest to what somebody holds, and what each still asks for."""
    snapshot = service_of(request).snapshot(query.lang)
    scope = wish.scope.scope().model_copy(update={"role": wish.role})
    return answer(match_roles(snapshot, wish.have, scope, limit=wish.limit), request)
