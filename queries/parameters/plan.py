"""The parameters of a training plan."""

from typing import Literal

from pydantic import Field

from graph.model import Frozen
from queries.parameters.description import describe
from queries.parameters.ids import Id
from queries.parameters.scope import RoleScopeParameters

Mode = Literal["online", "onsite", "blended"]


class SpendingLimits(Frozen):
    """What the learner can spend at most (None: no limit), and holds already."""

    max_hours: float | None = Field(None, gt=0, le=100_000, description=describe("plan_max_hours"))
    max_tasks: int | None = Field(None, ge=1, le=10_000, description=describe("plan_max_tasks"))
    have: tuple[Id, ...] = Field((), max_length=1000, strict=False, description=describe("have"))


class TrainingLimits(SpendingLimits):
    """What the learner can spend at most, holds already, and can take part in.

    `have` are ids of competencies, knowledge units or training tasks; they count whatever the scope. `modes` (none: any
    one) and `region`, of a host, narrow the tasks; one that does not state it counts as fitting. The time limit is for
    each plan. Lists and tuples are as good as each other, also in a strict document.
    """

    modes: tuple[Mode, ...] = Field((), max_length=3, strict=False, description=describe("plan_modes"))
    region: str | None = Field(None, min_length=1, max_length=200, description=describe("plan_region"))
    time_limit_s: float = Field(5.0, gt=0, le=60, description=describe("plan_time_limit_s"))


class PlanWish(TrainingLimits):
    """What a plan keeps to; `alternatives` is how many of the next best plans are told too."""

    alternatives: int = Field(0, ge=0, le=10, description=describe("plan_alternatives"))


NO_WISH = PlanWish()


class PlanQuery(RoleScopeParameters, PlanWish):
    """What a plan keeps to, and the scope that tasks are chosen from."""

    def wish(self) -> PlanWish:
        """Return what the plan keeps to."""
        return PlanWish.model_validate(self.model_dump(include=PlanWish.model_fields.keys() & self.model_fields_set))


class PlansParameters(Frozen):
    """The roles, by their ids or by whose they are."""

    roles: tuple[Id, ...] = Field((), max_length=20, strict=False, description=describe("plan_roles"))
    roles_of: Id | None = Field(None, description=describe("plan_roles_of"))
