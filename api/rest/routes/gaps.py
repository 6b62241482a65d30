"""Gaps: where chains break or are weak."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.answers.parameters import AskedPage, AskedScope, Widened
from api.rest.respond import answer_page, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.gaps import Gaps, find_gaps
from queries.parameters.gaps import GapFilter, GapOrder
from queries.semantics.chain_status import ChainStatus
from queries.semantics.weakness import Weakness

router = APIRouter(prefix="/v1/gaps", tags=["gaps"], route_class=QuestionRoute)


class AskedGaps(Widened, AskedScope, AskedPage):
    """Which gaps are listed."""

    status: ChainStatus | None = Field(None, description="Only gaps of this status.")
    flaw: Weakness | None = Field(None, description="Only connected competencies with this flaw.")
    severity: int = Field(0, ge=0, le=5, description="Only gaps at least as severe as this; 5 is the gravest.")
    sort: GapOrder = Field(
        "severity", description="What the list is by: `severity`, then demand; `demand` alone; or `name`."
    )


@router.get("", response_model=Gaps, responses=declared(404, 410, paged=True))
async def list_gaps(request: Request, asked: Annotated[AskedGaps, Query()]) -> Response:
    """List the competencies whose chain is broken or weak, the gravest first unless sorted, and count every status.

    The counts are over every competency of the graph as it is judged in the scope, whatever the filters and the page.
    """
    wanted = GapFilter(status=asked.status, flaw=asked.flaw, severity=asked.severity)
    snapshot = service_of(request).snapshot(asked.lang)
    found = find_gaps(snapshot, asked.scope(), wanted, order=asked.sort, limit=asked.limit, cursor=asked.cursor)
    return answer_page(found, request)
