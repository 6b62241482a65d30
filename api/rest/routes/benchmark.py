"""Benchmark: a programme against a published standard or another discipline."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.parameters import DisciplineIdInPath, TableParameters
from api.rest.respond import answer_page, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.benchmark import Benchmark, benchmark_programme
from queries.parameters.benchmark import BenchmarkQuery

router = APIRouter(prefix="/v1/disciplines", tags=["coverage"], route_class=QuestionRoute)


class BenchmarkParameters(BenchmarkQuery, TableParameters):
    """What the programme is held against, what is listed, and what of the answer."""


@router.get("/{id}/benchmark", response_model=Benchmark, responses=declared(404, 410, paged=True))
def show_benchmark(
    request: Request, discipline_id: DisciplineIdInPath, query: Annotated[BenchmarkParameters, Query()]
) -> Response:
    """List what a standard or other discipline has and the programme lacks, the reverse, and what it does to chains."""
    found = benchmark_programme(
        service_of(request).snapshot(query.lang),
        discipline_id,
        query.against,
        query.scope(),
        query.filter(),
        limit=query.limit,
        cursor=query.cursor,
    )
    return answer_page(found, request)
