"""The parameters of a brief."""

from pydantic import Field

from graph.model import Frozen
from queries.parameters.description import describe
from queries.parameters.page import MOST_ITEMS


class BriefQuery(Frozen):
    """How long the brief is."""

    limit: int = Field(6, ge=1, le=MOST_ITEMS, description=describe("list_limit_counted"))
