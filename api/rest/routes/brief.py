"""The brief of an enterprise: what its roles lack, and what it could do next."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.answers.parameters import MOST_ITEMS, Asked, EnterpriseIdInPath
from api.rest.respond import answer, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.brief import Brief, write_brief

router = APIRouter(prefix="/v1/enterprises", tags=["enterprises"], route_class=QuestionRoute)


class AskedBrief(Asked):
    """How long the brief is."""

    limit: int = Field(6, ge=1, le=MOST_ITEMS, description="How many items each list has at most; all are counted.")


@router.get("/{id}/brief", response_model=Brief, responses=declared(404))
def show_brief(request: Request, enterprise_id: EnterpriseIdInPath, asked: Annotated[AskedBrief, Query()]) -> Response:
    """Tell what the enterprise's roles lack, which training it could host next, and who could mentor."""
    service = service_of(request)
    with service.heavy():
        return answer(write_brief(service.snapshot(asked.lang), enterprise_id, limit=asked.limit), request)
