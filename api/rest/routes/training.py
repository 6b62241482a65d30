"""Ranked training: the quick answer to which training leads to a role."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.parameters import RoleIdInPath, TableParameters
from api.rest.respond import answer_page, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.parameters.training import TrainingQuery
from queries.training import RoleTraining, role_training

router = APIRouter(prefix="/v1/roles", tags=["roles"], route_class=QuestionRoute)


class TrainingParameters(TrainingQuery, TableParameters):
    """What is held, what the tasks are by, and what of the answer."""


@router.get("/{id}/training", response_model=RoleTraining, responses=declared(404, 410, paged=True))
def train_for_role(request: Request, role_id: RoleIdInPath, query: Annotated[TrainingParameters, Query()]) -> Response:
    """Rank the training tasks for the role by what each newly covers: the quick answer, beside the optimised plan."""
    snapshot, scope = service_of(request).snapshot(query.lang), query.scope()
    found = role_training(
        snapshot, role_id, scope, have=query.have, order=query.sort, limit=query.limit, cursor=query.cursor
    )
    return answer_page(found, request)
