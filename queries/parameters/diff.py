"""The parameters of a difference between two states."""

from pydantic import Field

from queries.parameters.description import describe
from queries.parameters.page import MOST_ITEMS
from queries.parameters.scope import FocusParameters, ScopeParameters


class ComparisonParameters(FocusParameters, ScopeParameters):
    """In which scope two states are compared, and how much is listed."""

    limit: int = Field(20, ge=1, le=MOST_ITEMS, description=describe("list_limit_counted"))


class DiffQuery(ComparisonParameters):
    """Which two revisions are compared."""

    since: int = Field(ge=0, le=2**53, description=describe("diff_since"))
    until: int | None = Field(None, ge=0, le=2**53, description=describe("diff_until"))
