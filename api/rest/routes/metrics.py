"""Research metrics: what depends on what, what a loss would break, how the graph hangs together."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.answers.measures import MOST_REVISIONS, ask_metrics
from api.answers.parameters import MOST_ITEMS, AskedScope, Tabled
from api.rest.respond import answer, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.metrics import Metrics
from queries.parameters.metrics import WHATS, What

router = APIRouter(prefix="/v1", tags=["metrics"], route_class=QuestionRoute)


class AskedMetrics(Tabled, AskedScope):
    """Which metrics are wanted, and how many measures of each."""

    what: list[What] = Field([], max_length=20, description="Only these groups of metrics; all if none is named.")
    revisions: int = Field(
        10, ge=1, le=MOST_REVISIONS, description="Of how many revisions, the latest, the linkage index is told."
    )
    limit: int = Field(20, ge=1, le=MOST_ITEMS, description="How many measures of each metric are listed at most.")


@router.get("/metrics", response_model=Metrics, responses=declared(404, 409))
async def show_metrics(request: Request, asked: Annotated[AskedMetrics, Query()]) -> Response:
    """Measure the graph: linkage, prerequisites, bottlenecks, structure, betweenness, disciplines.

    Betweenness is estimated from a sample where there are many nodes; `parameters` say how it was drawn.
    """
    service = service_of(request)
    groups = [group for group in WHATS if group in asked.what or not asked.what]
    with service.heavy():
        found = await service.with_store(
            ask_metrics,
            service.require_store(),
            service.snapshot(asked.lang),
            groups,
            asked.scope(),
            revisions=asked.revisions,
            limit=asked.limit,
        )
    return answer(found, request)
