"""The parameters of ranked training."""

from typing import Literal

from pydantic import Field

from graph.model import Frozen
from queries.parameters.description import describe
from queries.parameters.ids import Id
from queries.parameters.page import PageParameters
from queries.parameters.scope import RoleScopeParameters

TrainingOrder = Literal["covers", "marginal"]
"""What ranks the tasks: all that they practise of the requirement, or what is new beyond those before."""
TrainingSort = Literal["rank", "hours", "term"]
"""What the tasks are listed by; their ranks stay."""
Inclusion = Literal["include", "exclude"]


class HeldTraining(Frozen):
    """What is held already, and whether training that is no longer given counts."""

    have: tuple[Id, ...] = Field((), max_length=100, description=describe("have"))
    inactive: Inclusion = Field("exclude", description=describe("training_inactive"))


class TrainingWish(HeldTraining):
    """What is held, what ranks the tasks, which of them are listed, and in which order."""

    order: TrainingOrder = Field("covers", description=describe("training_order"))
    adds_nothing: Inclusion = Field("include", description=describe("training_adds_nothing"))
    sort: TrainingSort = Field("rank", description=describe("training_sort"))


ANY_TRAINING = TrainingWish()


class TrainingQuery(RoleScopeParameters, TrainingWish, PageParameters):
    """What is held, what the question is narrowed to, and which tasks are listed, in which order."""

    def wish(self) -> TrainingWish:
        """Return what is held, and which tasks are listed in which order."""
        asked = self.model_dump(include=TrainingWish.model_fields.keys() & self.model_fields_set)
        return TrainingWish.model_validate(asked) if asked else ANY_TRAINING


class UnreachableQuery(RoleScopeParameters, HeldTraining, PageParameters):
    """What is held, and what the question is narrowed to."""
