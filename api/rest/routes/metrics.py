"""Research metrics: what depends on what, what a loss would break, how the graph hangs together."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.measures import ask_metrics
from api.answers.page_windows import page_of
from api.answers.parameters import TableParameters
from api.rest.respond import answer_page, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.metrics import Metrics
from queries.parameters.metrics import MetricsQuery
from queries.parameters.page import CursorParameters

router = APIRouter(prefix="/v1", tags=["metrics"], route_class=QuestionRoute)


class MetricsParameters(CursorParameters, MetricsQuery, TableParameters):
    """Which metrics are wanted, in which scope, and what of the answer."""


@router.get("/metrics", response_model=Metrics, responses=declared(404, 409, 410, paged=True))
async def show_metrics(request: Request, query: Annotated[MetricsParameters, Query()]) -> Response:
    """Measure the graph: linkage, prerequisites, bottlenecks, structure, betweenness, disciplines.

    Betweenness is estimated from a sample where there are many nodes; `parameters` say how it was drawn.
    """
    service = service_of(request)
    store, snapshot = service.require_store(), service.snapshot(query.lang)

    def ask(limit: int) -> Metrics:
        asked = query.model_dump(include={"revisions", "max_error"})
        return ask_metrics(store, snapshot, query.groups(), query.scope(), **asked, limit=limit)

    found = await service.with_store(page_of, ask, query.limit, query.cursor, snapshot.revision)
    return answer_page(found, request)
