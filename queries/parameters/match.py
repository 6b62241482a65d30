"""The parameters of a role match."""

from pydantic import Field

from graph.model import Frozen
from queries.parameters.description import describe
from queries.parameters.ids import Id
from queries.parameters.page import MOST_ITEMS
from queries.parameters.scope import RoleScopeParameters


class HeldParameters(Frozen):
    """What somebody holds, and how many roles are compared with it."""

    have: tuple[Id, ...] = Field(min_length=1, max_length=1000, strict=False, description=describe("match_have"))
    role: Id | None = Field(None, description=describe("role"))
    limit: int = Field(20, ge=1, le=MOST_ITEMS, description=describe("match_limit"))


class MatchQuery(RoleScopeParameters, HeldParameters):
    """What somebody holds, and which roles are compared with it."""
