"""The parameters of allocation."""

from typing import Literal

from pydantic import Field

from graph.model import Frozen
from queries.parameters.description import describe
from queries.parameters.page import MOST_ITEMS
from queries.parameters.scope import FocusParameters, ScopeParameters

AllocationOrder = Literal["balance", "demand", "name"]
"""What competencies are listed by: those out of proportion first, then demand; demand alone; or the name."""
_MOST = 1_000_000


class SpendingParameters(Frozen):
    """How much more is to be spent."""

    hours: float | None = Field(None, ge=0, le=_MOST, description=describe("allocation_hours"))
    seats: float | None = Field(None, ge=0, le=_MOST, description=describe("allocation_seats"))


class AllocationQuery(FocusParameters, ScopeParameters, SpendingParameters):
    """What is weighed, how much more is to be spent, and what is listed."""

    sort: AllocationOrder = Field("balance", description=describe("allocation_sort"))
    limit: int = Field(20, ge=1, le=MOST_ITEMS, description=describe("list_limit"))
