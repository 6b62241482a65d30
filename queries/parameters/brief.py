"""The parameters of a brief."""

from pydantic import Field

from queries.parameters.description import describe
from queries.parameters.page import MOST_ITEMS
from queries.parameters.scope import InstitutionParameters


class BriefQuery(InstitutionParameters):
    """Whose training the brief is about, and how long it is."""

    limit: int = Field(6, ge=1, le=MOST_ITEMS, description=describe("list_limit_counted"))
