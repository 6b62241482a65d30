"""Roles: how much of what a position requires is served, and which training leads to it."""

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import ConfigDict, Field

from api.answers.parameters import (
    MOST_ITEMS,
    Asked,
    AskedNode,
    AskedNodes,
    AskedPage,
    AskedSurroundings,
    Id,
    RoleIdInPath,
    Surroundings,
    Tabled,
    Widened,
)
from api.answers.stored import NodeView
from api.rest.respond import answer, answer_page, declared
from api.rest.shape import QuestionRoute
from api.service.node_view import view_of_kind
from api.service.service import service_of
from graph.errors import InputError, Problem
from graph.model import Frozen
from queries.coverage import RoleCoverage, role_coverage
from queries.match import RoleMatch, match_roles
from queries.plan import Plan, PlanWish, plan_training
from queries.plan_several import Plans, plan_roles, roles_of
from queries.planning.steps import Mode
from queries.search import FoundNodes, list_nodes
from queries.training import Order, RoleTraining, role_training

router = APIRouter(prefix="/v1/roles", tags=["roles"], route_class=QuestionRoute)


class ScopeWanted(Surroundings):
    """What a question about one role is narrowed to, within a body: there, a number is no text and no truth value."""

    model_config = ConfigDict(strict=True)


class PlanRequest(PlanWish):
    """What a training plan keeps to, what the learner holds already, and the scope that tasks are chosen from."""

    model_config = ConfigDict(strict=True)

    max_hours: float | None = Field(None, gt=0, le=100_000, description="No more hours of training than this.")
    max_tasks: int | None = Field(None, ge=1, le=10_000, description="No more training tasks than this.")
    have: tuple[Id, ...] = Field(
        (),
        max_length=1000,
        strict=False,
        description="Competencies, knowledge units and training tasks that are held already.",
    )
    modes: tuple[Mode, ...] = Field(
        (), max_length=3, strict=False, description="Only tasks of these modes, or that state none."
    )
    region: str | None = Field(
        None, min_length=1, max_length=200, description="Only tasks hosted in this region, or without a stated one."
    )
    alternatives: int = Field(0, ge=0, le=10, description="How many of the next best plans are told too.")
    time_limit_s: float = Field(5.0, gt=0, le=60, description="How many seconds to look for each plan at most.")
    scope: ScopeWanted = Field(ScopeWanted(), description="What the plan is narrowed to.")


class AskedCoverage(Tabled, Widened, AskedSurroundings):
    """What the coverage of a role is narrowed to, and what counts."""


class PlansRequest(PlanRequest):
    """The roles, by their ids or by whose they are, and what each plan keeps to."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["roles"], "properties": {"roles": {"minItems": 1}}},
                {"required": ["roles_of"], "properties": {"roles_of": {"type": "string"}}},
            ]
        }
    )

    roles: tuple[Id, ...] = Field(
        (), max_length=20, strict=False, description="The roles to plan for; or name `roles_of`."
    )
    roles_of: Id | None = Field(
        None, description="Plan for every role that this discipline targets, or this enterprise employs."
    )


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


class AskedTraining(AskedSurroundings, AskedPage):
    """What ranked training may ask."""

    have: tuple[Id, ...] = Field(
        (), max_length=100, description="Competencies, knowledge units and training tasks that are held already."
    )
    sort: Order = Field(
        "rank", description="What the list is by: `rank`, or the fewest `hours` or earliest `term` first; ranks stay."
    )


@router.get("", response_model=FoundNodes, responses=declared(410, paged=True))
async def list_roles(request: Request, asked: Annotated[AskedNodes, Query()]) -> Response:
    """List the roles by id or name: all, or those whose name contains `title` and that have exactly the `code`."""
    found = list_nodes(
        service_of(request).snapshot(asked.lang),
        "Role",
        title=asked.title,
        code=asked.code,
        prefix=asked.vocabulary,
        order=asked.sort,
        limit=asked.limit,
        cursor=asked.cursor,
    )
    return answer_page(found, request)


@router.get("/{id}", response_model=NodeView, responses=declared(404))
async def show_role(request: Request, role_id: RoleIdInPath, asked: Annotated[AskedNode, Query()]) -> Response:
    """Show a role: what each source states of it, where they disagree, and its links."""
    return answer(await view_of_kind(service_of(request), role_id, "Role", asked), request)


@router.get("/{id}/coverage", response_model=RoleCoverage, responses=declared(404))
async def cover_role(request: Request, role_id: RoleIdInPath, asked: Annotated[AskedCoverage, Query()]) -> Response:
    """Tell how much of what the role requires is taught and practised, by weight, and how each competency stands."""
    return answer(role_coverage(service_of(request).snapshot(asked.lang), role_id, asked.scope()), request)


@router.post("/{id}/plan", response_model=Plan, responses=declared(404))
def plan_role(
    request: Request,
    role_id: RoleIdInPath,
    asked: Annotated[Asked, Query()],
    wish: Annotated[PlanRequest | None, Body()] = None,
) -> Response:
    """Choose the training tasks that lead to the role, within hours and number of tasks, with reasons for each.

    First as much as possible is both taught and practised, then as much as possible practised, then in the fewest
    hours. Nothing is kept: the same question gets the same answer.
    """
    wish = wish or PlanRequest()
    service = service_of(request)
    with service.heavy():
        return answer(plan_training(service.snapshot(asked.lang), role_id, wish.scope.scope(), wish), request)


@router.get("/{id}/training", response_model=RoleTraining, responses=declared(404, 410, paged=True))
async def train_for_role(request: Request, role_id: RoleIdInPath, asked: Annotated[AskedTraining, Query()]) -> Response:
    """Rank the training tasks for the role by what each newly covers: the quick answer, beside the optimised plan."""
    snapshot, scope = service_of(request).snapshot(asked.lang), asked.scope()
    found = role_training(
        snapshot, role_id, scope, have=asked.have, order=asked.sort, limit=asked.limit, cursor=asked.cursor
    )
    return answer_page(found, request)


@router.post("/plan", response_model=Plans, responses=declared(404))
def plan_several(request: Request, asked: Annotated[Asked, Query()], wish: Annotated[PlansRequest, Body()]) -> Response:
    """Choose the training for several roles at once: a plan for each, and the tasks that several of them share."""
    if bool(wish.roles) == (wish.roles_of is not None):
        raise InputError(Problem("name either `roles` or `roles_of`", column="roles", value=str(len(wish.roles))))
    service = service_of(request)
    with service.heavy():
        snapshot = service.snapshot(asked.lang)
        roles = wish.roles if wish.roles_of is None else roles_of(snapshot, wish.roles_of)
        return answer(plan_roles(snapshot, roles, wish.scope.scope(), wish), request)


@router.post("/match", response_model=RoleMatch, responses=declared(404))
async def match(request: Request, asked: Annotated[Asked, Query()], wish: Annotated[MatchRequest, Body()]) -> Response:
    """Find the roles that come closest to what somebody holds, and what each still asks for."""
    snapshot = service_of(request).snapshot(asked.lang)
    return answer(match_roles(snapshot, wish.have, wish.scope.scope(), limit=wish.limit), request)
