"""Ranked training: the quick answer to which training leads to a role."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.answers.parameters import (
    AskedPage,
    AskedSurroundings,
    Id,
    RoleIdInPath,
)
from api.rest.respond import answer_page, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.parameters.training import TrainingOrder
from queries.training import RoleTraining, role_training

router = APIRouter(prefix="/v1/roles", tags=["roles"], route_class=QuestionRoute)


class AskedTraining(AskedSurroundings, AskedPage):
    """What ranked training may ask."""

    have: tuple[Id, ...] = Field(
        (), max_length=100, description="Competencies, knowledge units and training tasks that are held already."
    )
    sort: TrainingOrder = Field(
        "rank", description="What the list is by: `rank`, or the fewest `hours` or earliest `term` first; ranks stay."
    )


@router.get("/{id}/training", response_model=RoleTraining, responses=declared(404, 410, paged=True))
async def train_for_role(request: Request, role_id: RoleIdInPath, asked: Annotated[AskedTraining, Query()]) -> Response:
    """Rank the training tasks for the role by what each newly covers: the quick answer, beside the optimised plan."""
    snapshot, scope = service_of(request).snapshot(asked.lang), asked.scope()
    found = role_training(
        snapshot, role_id, scope, have=asked.have, order=asked.sort, limit=asked.limit, cursor=asked.cursor
    )
    return answer_page(found, request)
