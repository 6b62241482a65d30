"""Roles: how much of what a position requires is served, and which training leads to it."""

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response
from pydantic import Field

from api.rest.answering import answer, answer_page, declared
from api.rest.asking import Asked, AskedNode, AskedNodes, AskedSurroundings, Id, RoleIdInPath, Surroundings, Widened
from api.rest.nodes import view_of_kind
from api.rest.service import service_of
from api.views import NodeView
from queries.coverage import RoleCoverage, role_coverage
from queries.plan import Plan, PlanWish, plan_training
from queries.search import FoundNodes, list_nodes

router = APIRouter(prefix="/v1/roles", tags=["roles"])


class PlanRequest(PlanWish):
    """What a training plan keeps to, what the learner holds already, and the scope that tasks are chosen from."""

    max_hours: float | None = Field(None, gt=0, le=100_000, description="No more hours of training than this.")
    max_tasks: int | None = Field(None, ge=1, le=10_000, description="No more training tasks than this.")
    have: tuple[Id, ...] = Field(
        (), max_length=1000, description="Competencies, knowledge units and training tasks that are held already."
    )
    time_limit_s: float = Field(5.0, gt=0, le=60, description="How many seconds to look for the best plan at most.")
    scope: Surroundings = Field(Surroundings(), description="What the plan is narrowed to.")


class AskedCoverage(Widened, AskedSurroundings):
    """What the coverage of a role is narrowed to, and what counts."""


@router.get("", response_model=FoundNodes, responses=declared(410, paged=True))
async def list_roles(request: Request, asked: Annotated[AskedNodes, Query()]) -> Response:
    """List the roles by id: all, or those whose name contains `title` and that have exactly the `code`."""
    found = list_nodes(
        service_of(request).snapshot(asked.lang),
        "Role",
        title=asked.title,
        code=asked.code,
        limit=asked.limit,
        cursor=asked.cursor,
    )
    return answer_page(found, request)


@router.get("/{id}", response_model=NodeView, responses=declared(404))
async def show_role(request: Request, role_id: RoleIdInPath, asked: Annotated[AskedNode, Query()]) -> Response:
    """Show a role: what each source states of it, where they disagree, and its links."""
    return answer(await view_of_kind(service_of(request), role_id, "Role", asked))


@router.get("/{id}/coverage", response_model=RoleCoverage, responses=declared(404))
async def cover_role(request: Request, role_id: RoleIdInPath, asked: Annotated[AskedCoverage, Query()]) -> Response:
    """Tell how much of what the role requires is taught and practised, by weight, and how each competency stands."""
    return answer(role_coverage(service_of(request).snapshot(asked.lang), role_id, asked.scope()))


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
        return answer(plan_training(service.snapshot(asked.lang), role_id, wish.scope.scope(), wish))
