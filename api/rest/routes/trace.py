"""The trace: is a competency connected from classroom knowledge to a position; what does any other node lead to?"""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import RootModel

from api.answers.page_windows import page_of
from api.answers.parameters import AnswerParameters, CompetencyIdInPath, NodeIdInPath
from api.rest.respond import answer_page, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from graph.snapshot.snapshot import Snapshot
from queries.parameters.page import CursorParameters
from queries.parameters.trace import TraceQuery
from queries.trace import Trace
from queries.trace import trace_competency as trace
from queries.trace_node import NodeTrace, trace_node

router = APIRouter(prefix="/v1", route_class=QuestionRoute)


class TraceParameters(CursorParameters, TraceQuery, AnswerParameters):
    """What a trace is narrowed to, what counts in it, and what of the answer."""


@router.get("/competencies/{id}/trace", tags=["trace"], response_model=Trace, responses=declared(404, 410, paged=True))
def trace_competency(
    request: Request, competency_id: CompetencyIdInPath, query: Annotated[TraceParameters, Query()]
) -> Response:
    """Trace a competency: the units that develop it, the tasks that practise it, the positions that require it.

    The answer says whether the three are connected, by how direct a chain, and what is wrong with it.
    """
    snapshot = service_of(request).snapshot(query.lang)
    return answer_page(_trace(snapshot, competency_id, query), request)


class AnyTrace(RootModel[Trace | NodeTrace]):
    """The trace of a competency, whole; of any other node, what it leads to or comes from."""


@router.get("/nodes/{id}/trace", tags=["nodes"], response_model=AnyTrace, responses=declared(404, 410, paged=True))
def trace_any(request: Request, node_id: NodeIdInPath, query: Annotated[TraceParameters, Query()]) -> Response:
    """Trace a node of any kind: what it leads to or comes from, by way of the competencies that it serves.

    Of a competency it is the same as `/v1/competencies/{id}/trace`.
    """
    snapshot = service_of(request).snapshot(query.lang)
    if snapshot.kind_of(snapshot.require(node_id)) == "Competency":
        return answer_page(_trace(snapshot, node_id, query), request)

    def ask(limit: int) -> NodeTrace:
        return trace_node(snapshot, node_id, query.scope(), limit=limit)

    return answer_page(page_of(ask, query.limit, query.cursor, snapshot.revision), request)


def _trace(snapshot: Snapshot, competency_id: str, query: TraceParameters) -> Trace:
    def ask(limit: int) -> Trace:
        return trace(snapshot, competency_id, query.scope(), limit=limit)

    return page_of(ask, query.limit, query.cursor, snapshot.revision)
