"""The parameters of research metrics."""

from typing import Literal

from pydantic import Field

from queries.parameters.description import describe
from queries.parameters.page import MOST_ITEMS
from queries.parameters.scope import FocusParameters, ScopeParameters

What = Literal["linkage", "disciplines", "prerequisites", "bottlenecks", "structure", "betweenness"]
WHATS: tuple[What, ...] = ("linkage", "disciplines", "prerequisites", "bottlenecks", "structure", "betweenness")
MOST_REVISIONS = 20
"""Over how many revisions, the present one with them, is looked back at most: each is compiled anew."""

MAX_ERROR = 0.05
"""How far off the estimated betweenness of a node may be, as a share of all shortest paths, unless asked otherwise."""


class MetricsQuery(FocusParameters, ScopeParameters):
    """Which metrics are wanted, and how many measures of each."""

    what: list[What] = Field([], max_length=20, description=describe("metrics_what"))
    revisions: int = Field(10, ge=1, le=MOST_REVISIONS, description=describe("metrics_revisions"))
    max_error: float = Field(MAX_ERROR, ge=0.01, le=0.5, description=describe("metrics_max_error"))
    limit: int = Field(20, ge=1, le=MOST_ITEMS, description=describe("metrics_limit"))

    def groups(self) -> list[What]:
        """Return the groups of metrics that are wanted, in their order; all where none is named."""
        return [group for group in WHATS if group in self.what or not self.what]
