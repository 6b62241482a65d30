"""The brief of an enterprise: what its roles lack, and what it could do next."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.page_windows import page_of
from api.answers.parameters import AnswerParameters, EnterpriseIdInPath
from api.rest.respond import answer_page, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.brief import Brief, write_brief
from queries.parameters.brief import BriefQuery
from queries.parameters.page import CursorParameters

router = APIRouter(prefix="/v1/enterprises", tags=["enterprises"], route_class=QuestionRoute)


class BriefParameters(CursorParameters, BriefQuery, AnswerParameters):
    """Whose training the brief is about, how long it is, and what of the answer."""


@router.get("/{id}/brief", response_model=Brief, responses=declared(404, 410, paged=True))
def show_brief(
    request: Request, enterprise_id: EnterpriseIdInPath, query: Annotated[BriefParameters, Query()]
) -> Response:
    """Tell what the enterprise's roles lack, which training it could host next, and who could mentor."""
    snapshot = service_of(request).snapshot(query.lang)

    def ask(limit: int) -> Brief:
        return write_brief(snapshot, enterprise_id, institution=query.institution, limit=limit)

    return answer_page(page_of(ask, query.limit, query.cursor, snapshot.revision), request)
