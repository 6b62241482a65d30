"""Research metrics: what depends on what, what a loss would break, how the graph hangs together."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.measures import ask_metrics
from api.answers.parameters import TableParameters
from api.rest.respond import answer, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.metrics import Metrics
from queries.parameters.metrics import MetricsQuery

router = APIRouter(prefix="/v1", tags=["metrics"], route_class=QuestionRoute)


class MetricsParameters(MetricsQuery, TableParameters):
    """Which metrics are wanted, in which scope, and what of the answer."""


@router.get("/metrics", response_model=Metrics, responses=declared(404, 409))
async def show_metrics(request: Request, query: Annotated[MetricsParameters, Query()]) -> Response:
    """Measure the graph: linkage, prerequisites, bottlenecks, structure, betweenness, disciplines.

    Betweenness is estimated from a sample where there are many nodes; `parameters` say how it was drawn.
    """
    service = service_of(request)
    found = await service.with_store(
        ask_metrics,
        service.require_store(),
        service.snapshot(query.lang),
        query.groups(),
        query.scope(),
        revisions=query.revisions,
        max_error=query.max_error,
        limit=query.limit,
    )
    return answer(found, request)
