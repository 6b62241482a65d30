"""Role match: the roles that come closest to what somebody holds."""

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import ConfigDict, Field

from api.answers.page_windows import page_of
from api.answers.parameters import AnswerParameters, RoleScope
from api.rest.respond import answer_page, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.match import RoleMatch, match_roles
from queries.parameters.description import describe
from queries.parameters.match import HeldParameters
from queries.parameters.page import CursorParameters

router = APIRouter(prefix="/v1/roles", tags=["roles"], route_class=QuestionRoute)


class MatchRequest(HeldParameters):
    """What somebody holds, and which roles are compared with it."""

    model_config = ConfigDict(strict=True)

    scope: RoleScope = Field(RoleScope(), description=describe("match_scope"))


class MatchParameters(CursorParameters, AnswerParameters):
    """Where the page begins, and what of the answer."""


@router.post("/match", response_model=RoleMatch, responses=declared(404, 410, paged=True))
def match(
    request: Request, query: Annotated[MatchParameters, Query()], wish: Annotated[MatchRequest, Body()]
) -> Response:
    """Find the roles that come closest to what somebody holds, and what each still asks for."""
    snapshot = service_of(request).snapshot(query.lang)
    scope = wish.scope.scope().model_copy(update={"role": wish.role})

    def ask(limit: int) -> RoleMatch:
        return match_roles(snapshot, wish.have, scope, limit=limit)

    return answer_page(page_of(ask, wish.limit, query.cursor, snapshot.revision), request)
