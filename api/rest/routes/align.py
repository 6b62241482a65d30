"""Alignment: which links two vocabularies may have, proposed for a person to judge."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.answers.parameters import AskedTable
from api.rest.respond import answer, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.align import Alignment, align
from queries.parameters.align import EVERY, AlignmentRelation

router = APIRouter(prefix="/v1/align", tags=["align"], route_class=QuestionRoute)


class AskedAlignment(AskedTable):
    """Between which vocabularies, and which proposals."""

    a: str = Field(max_length=200, description="A vocabulary: the prefix of its ids, such as `esco`.")
    b: str = Field(max_length=200, description="Another one; or the same, for units and tasks.")
    relation: list[AlignmentRelation] = Field(
        list(EVERY), max_length=20, description="Only these relations; repeatable."
    )
    limit: int = Field(3, ge=1, le=100, description="How many are proposed for each node of `a` at most.")
    min_score: float | None = Field(
        None, ge=0, le=1, description="Only what is at least so alike; None is 0.4, of units and tasks 0.2."
    )


@router.get("", response_model=Alignment, responses=declared(404))
def align_vocabularies(request: Request, asked: Annotated[AskedAlignment, Query()]) -> Response:
    """Propose links from `a` to `b`, each with a score and its reason, for a person to judge; nothing is changed."""
    service = service_of(request)
    with service.heavy():
        found = align(
            service.snapshot(asked.lang),
            asked.a,
            asked.b,
            relations=asked.relation,
            limit=asked.limit,
            min_score=asked.min_score,
        )
        return answer(found, request)
