"""The parameters of ranked training."""

from typing import Literal

from pydantic import Field

from queries.parameters.description import describe
from queries.parameters.ids import Id
from queries.parameters.page import PageParameters
from queries.parameters.scope import RoleScopeParameters

TrainingOrder = Literal["rank", "hours", "term"]
"""What the tasks are listed by; their ranks stay."""


class TrainingQuery(RoleScopeParameters, PageParameters):
    """What is held, what the question is narrowed to, and what the tasks are by."""

    have: tuple[Id, ...] = Field((), max_length=100, description=describe("have"))
    sort: TrainingOrder = Field("rank", description=describe("training_sort"))
