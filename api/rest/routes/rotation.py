"""Rotation: a cohort's training plan, placed by host and term."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.answers.parameters import Asked, Id, NodeIdInPath
from api.rest.respond import answer, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.parameters.plan import Mode, PlanWish
from queries.rotation import Rotation, rotate

router = APIRouter(prefix="/v1/rotation", tags=["roles"], route_class=QuestionRoute)


class AskedRotation(Asked):
    """What a cohort is placed for, and within which limits."""

    role: Id | None = Field(None, description="For this role; else what the cohort's discipline targets most.")
    terms: int | None = Field(None, ge=1, le=100, description="The last term; else the last that the discipline has.")
    max_hours: float | None = Field(None, gt=0, le=100_000, description="No more hours of training than this.")
    max_tasks: int | None = Field(None, ge=1, le=10_000, description="No more training tasks than this.")
    have: tuple[Id, ...] = Field(
        (), max_length=100, description="Competencies, knowledge units and training tasks that all hold already."
    )
    modes: tuple[Mode, ...] = Field((), max_length=3, description="Only tasks of these modes, or that state none.")
    region: str | None = Field(
        None, min_length=1, max_length=200, description="Only tasks hosted in this region, or without a stated one."
    )
    time_limit_s: float = Field(5.0, gt=0, le=60, description="How many seconds to look for the best plan at most.")

    def wish(self) -> PlanWish:
        """Return what the plan keeps to."""
        return PlanWish.model_validate(self.model_dump(include=PlanWish.model_fields.keys() & self.model_fields_set))


@router.get("/{id}", response_model=Rotation, responses=declared(404))
def rotate_cohort(request: Request, cohort_id: NodeIdInPath, asked: Annotated[AskedRotation, Query()]) -> Response:
    """Place a cohort's training plan by host and term within the seats, and say who cannot be placed and why."""
    service = service_of(request)
    with service.heavy():
        snapshot = service.snapshot(asked.lang)
        return answer(rotate(snapshot, cohort_id, asked.role, terms=asked.terms, wish=asked.wish()), request)
