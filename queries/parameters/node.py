"""The parameters of a node's view."""

from pydantic import Field

from graph.model import Frozen
from queries.parameters.description import describe
from queries.parameters.page import MOST_ITEMS


class NodeQuery(Frozen):
    """How much of a node is shown."""

    limit: int = Field(50, ge=1, le=MOST_ITEMS, description=describe("node_limit"))
