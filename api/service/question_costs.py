"""What each question costs: which take a place among the dear ones, and how long each may take."""

from collections.abc import Mapping
from enum import Enum, auto

from api.settings.service import ServiceSettings


class Cost(Enum):
    """How dear a question is; a change takes a place as well, and is never broken off."""

    LIGHT = auto()
    HEAVY = auto()
    EXPORT = auto()
    CHANGE = auto()


_HEAVY = (
    *(
        "/v1/coverage",
        "/v1/diff",
        "/v1/changes",
        "/v1/align",
        "/v1/metrics",
        "/v1/integration",
        "/v1/signals",
        "/v1/feedback",
        "/v1/proposals",
        "/proposals/documents",
    ),
    *("/v1/allocation", "/v1/what-if", "/v1/roles/plan", "/v1/roles/{id}/plan", "/v1/rotation/{id}"),
    *("/v1/enterprises/{id}/leadership", "/v1/disciplines/{id}/benchmark", "/v1/enterprises/{id}/brief"),
    *(
        "/coverage",
        "/integration",
        "/integration.csv",
        "/integration.xlsx",
        "/feedback",
        "/feedback.csv",
        "/feedback.xlsx",
        "/allocation",
    ),
    *(
        "/allocation.csv",
        "/allocation.xlsx",
        "/what-if",
        "/plan",
        "/enterprises",
        "/enterprises.csv",
        "/enterprises.xlsx",
        "/enterprises/{id}/brief",
    ),
    *("/benchmark", "/benchmark.csv", "/benchmark.xlsx"),
    *("/compare", "/compare.csv", "/compare.xlsx", "/nodes/{id}/trace.png", "/import/runs/{id}/effect"),
)
COSTS: Mapping[str, Cost] = {
    **dict.fromkeys(_HEAVY, Cost.HEAVY),
    "/v1/export/{format}": Cost.EXPORT,
    "/graph.xlsx": Cost.EXPORT,
    "/lists/{kind}.xlsx": Cost.EXPORT,
    "/edit/matrix": Cost.CHANGE,
    "/v1/undo/{source}": Cost.CHANGE,
    "/v1/undo": Cost.CHANGE,
    "/v1/edits": Cost.CHANGE,
    "/import/undo": Cost.CHANGE,
}
"""What questions cost by their paths; what is not here is light."""


def limit_s(cost: Cost, settings: ServiceSettings) -> float | None:
    """Return for how many seconds a question may be worked on; None where it is never broken off."""
    limits = {Cost.LIGHT: settings.question_s, Cost.HEAVY: settings.heavy_s, Cost.EXPORT: settings.export_s}
    return limits.get(cost)
