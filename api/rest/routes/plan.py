"""The training plan: which tasks lead to a role, or to several."""

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import ConfigDict, Field

from api.answers.parameters import AnswerParameters, RoleIdInPath, RoleScope
from api.rest.respond import answer, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from graph.errors import InputError, Problem
from graph.messages import message
from queries.parameters.description import describe
from queries.parameters.plan import PlansParameters, PlanWish
from queries.plan import Plan, plan_training
from queries.plan_several import Plans, plan_roles, roles_of

router = APIRouter(prefix="/v1/roles", tags=["roles"], route_class=QuestionRoute)


class PlanRequest(PlanWish):
    """What a training plan keeps to, what the learner holds already, and the scope that tasks are chosen from."""

    model_config = ConfigDict(strict=True)

    scope: RoleScope = Field(RoleScope(), description=describe("plan_scope"))


class PlansRequest(PlansParameters, PlanRequest):
    """The roles, by their ids or by whose they are, and what each plan keeps to."""


@router.post("/{id}/plan", response_model=Plan, responses=declared(404))
def plan_role(
    request: Request,
    role_id: RoleIdInPath,
    query: Annotated[AnswerParameters, Query()],
    wish: Annotated[PlanRequest | None, Body()] = None,
) -> Response:
    """Choose the training tasks that lead to the role, within hours and number of tasks, with reasons for each.

    First as much as possible is both taught and practised, then as much as possible practised, then in the fewest
    hours. Nothing is kept: the same question gets the same answer.
    """
    wish = wish or PlanRequest()
    service = service_of(request)
    return answer(plan_training(service.snapshot(query.lang), role_id, wish.scope.scope(), wish), request)


@router.post("/plan", response_model=Plans, responses=declared(404))
def plan_several(
    request: Request, query: Annotated[AnswerParameters, Query()], wish: Annotated[PlansRequest, Body()]
) -> Response:
    """Choose the training for several roles at once: a plan for each, and the tasks that several of them share."""
    if bool(wish.roles) == (wish.roles_of is not None):
        raise InputError(Problem(message("plan.roles_or_roles_of"), column="roles", value=str(len(wish.roles))))
    service = service_of(request)
    snapshot = service.snapshot(query.lang)
    roles = wish.roles if wish.roles_of is None else roles_of(snapshot, wish.roles_of)
    return answer(plan_roles(snapshot, roles, wish.scope.scope(), wish), request)
