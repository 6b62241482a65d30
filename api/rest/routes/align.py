"""Alignment: which links two vocabularies may have, proposed for a person to judge."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.parameters import TableParameters
from api.rest.respond import NOT_KEPT, answer, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.align import Alignment, align, with_note
from queries.parameters.align import AlignQuery

router = APIRouter(prefix="/v1/align", tags=["align"], route_class=QuestionRoute)


class AlignParameters(AlignQuery, TableParameters):
    """Between which vocabularies, which proposals, and what of the answer."""


@router.get("", response_model=Alignment, responses=declared(404))
def align_vocabularies(request: Request, query: Annotated[AlignParameters, Query()]) -> Response:
    """Propose links from `a` to `b`, each with a score and its reason, for a person to judge; nothing is changed."""
    service = service_of(request)
    snapshot = service.snapshot(query.lang)
    ready = service.name_vectors.for_alignment(snapshot, query)
    found = align(
        snapshot,
        query.a,
        query.b,
        relations=query.relation,
        limit=query.limit,
        min_score=query.min_score,
        by=query.by,
        meaning=ready.vectors,
    )
    return answer(with_note(found, ready.note, query.lang), request, NOT_KEPT if ready.is_passing else None)
