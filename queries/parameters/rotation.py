"""The parameters of a rotation."""

from pydantic import Field

from queries.parameters.description import describe
from queries.parameters.ids import Id
from queries.parameters.plan import PlanWish, TrainingLimits
from queries.parameters.scope import InstitutionParameters


class RotationQuery(InstitutionParameters, TrainingLimits):
    """What a cohort is placed for, and within which limits."""

    role: Id | None = Field(None, description=describe("rotation_role"))
    terms: int | None = Field(None, ge=1, le=100, description=describe("rotation_terms"))
    have: tuple[Id, ...] = Field((), max_length=100, description=describe("rotation_have"))

    def wish(self) -> PlanWish:
        """Return what the plan keeps to."""
        return PlanWish.model_validate(self.model_dump(include=PlanWish.model_fields.keys() & self.model_fields_set))
