"""The parameters of follow-ups: which are listed."""

from typing import Literal

from pydantic import Field

from graph.model import Frozen
from queries.parameters.description import describe
from queries.parameters.ids import Id

FollowUpState = Literal["open", "agreed", "done"]
"""How far it is: nobody has promised anything yet; the owner has agreed; the owner says that it is done."""
STATES: tuple[FollowUpState, ...] = ("open", "agreed", "done")
FollowUpCheck = Literal["said_done", "not_said_done", "gone", "overdue"]
"""What needs a look: said to be done although the gap stands; closed in the graph, and not said to be; about what the
graph does not hold or count any more; past its day, and not done."""
CHECKS: tuple[FollowUpCheck, ...] = ("said_done", "not_said_done", "gone", "overdue")


class FollowUpFilter(Frozen):
    """Which follow-ups are listed; what is not named lets all pass."""

    state: FollowUpState | None = Field(None, description=describe("follow_ups_state"))
    owner: str | None = Field(None, max_length=100, description=describe("follow_ups_owner"))
    check: FollowUpCheck | None = Field(None, description=describe("follow_ups_check"))
    competency: Id | None = Field(None, description=describe("follow_ups_competency"))
