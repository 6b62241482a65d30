"""The parameters that narrow a question, and those that let more count."""

from typing import Literal

from pydantic import Field

from graph.model import Frozen
from queries.parameters.description import describe
from queries.parameters.ids import Id
from queries.semantics.scope import EVERYTHING, FocusWish, Scope


class InstitutionParameters(Frozen):
    """Whose statements and disciplines a question is narrowed to."""

    institution: Id | None = Field(None, description=describe("institution"))


class RoleScopeParameters(InstitutionParameters):
    """What a question about one role is narrowed to."""

    discipline: Id | None = Field(None, description=describe("discipline"))
    course: Id | None = Field(None, description=describe("course"))
    employer: Id | None = Field(None, description=describe("employer"))
    host: Id | None = Field(None, description=describe("host"))
    term: int | None = Field(None, ge=1, le=1000, description=describe("term"))
    min_weight: float = Field(0.0, ge=0, le=1, description=describe("min_weight"))

    def scope(self) -> Scope:
        """Return the scope that was asked for."""
        asked = self.model_dump(include=Scope.model_fields.keys() & self.model_fields_set)
        return Scope.model_validate(asked) if asked else EVERYTHING


class ScopeParameters(RoleScopeParameters):
    """What a question about many roles is narrowed to."""

    role: Id | None = Field(None, description=describe("role"))
    roles: Literal["targeted", "all"] = Field("targeted", description=describe("roles"))


class FocusParameters(Frozen):
    """What a question about many competencies or roles is about."""

    focus: FocusWish = Field("auto", description=describe("focus"))


class EvidenceParameters(Frozen):
    """What else may count besides what is stated of a competency itself; answers mark it."""

    infer: bool = Field(False, description=describe("infer"))
    infer_aims: bool = Field(False, description=describe("infer_aims"))
    close: bool = Field(False, description=describe("close"))
    roll_up: bool = Field(False, description=describe("roll_up"))
    roll_up_share: float = Field(0.5, gt=0, le=1, description=describe("roll_up_share"))
