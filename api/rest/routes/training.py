"""Ranked training: the quick answer to which training leads to a role."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.parameters import RoleIdInPath, TableParameters
from api.rest.respond import answer_page, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.parameters.training import TrainingQuery, UnreachableQuery
from queries.training import RoleTraining, Unreachable, role_training, role_unreachable

router = APIRouter(prefix="/v1/roles", tags=["roles"], route_class=QuestionRoute)


class TrainingParameters(TrainingQuery, TableParameters):
    """What is held, which tasks are listed, and what of the answer."""


@router.get("/{id}/training", response_model=RoleTraining, responses=declared(404, 410, paged=True))
def train_for_role(request: Request, role_id: RoleIdInPath, query: Annotated[TrainingParameters, Query()]) -> Response:
    """Rank the training tasks for the role by what each practises of it: the quick answer, beside the plan."""
    snapshot, scope = service_of(request).snapshot(query.lang), query.scope()
    found = role_training(snapshot, role_id, scope, query.wish(), limit=query.limit, cursor=query.cursor)
    return answer_page(found, request)


class UnreachableParameters(UnreachableQuery, TableParameters):
    """What is held, and what of the answer."""


@router.get("/{id}/unreachable", response_model=Unreachable, responses=declared(404, 410, paged=True))
def list_unreachable(
    request: Request, role_id: RoleIdInPath, query: Annotated[UnreachableParameters, Query()]
) -> Response:
    """List what the role requires, is not held, and no training task practises: the heaviest first."""
    snapshot, scope = service_of(request).snapshot(query.lang), query.scope()
    found = role_unreachable(snapshot, role_id, scope, query, limit=query.limit, cursor=query.cursor)
    return answer_page(found, request)
