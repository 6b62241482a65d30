"""Coverage: of one role; and the matrix of disciplines or courses against roles, or what one role requires."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.parameters import RoleIdInPath, TableParameters
from api.rest.respond import answer, declared
from api.rest.shape import QuestionRoute
from api.service.service import service_of
from queries.coverage import RoleCoverage, role_coverage
from queries.coverage_matrix import CoverageMatrix, coverage_matrix
from queries.parameters.coverage import CoverageMatrixQuery, CoverageQuery

router = APIRouter(prefix="/v1", route_class=QuestionRoute)


class CoverageMatrixParameters(CoverageMatrixQuery, TableParameters):
    """What the matrix has as rows and columns, and what of the answer."""


@router.get("/coverage", tags=["coverage"], response_model=CoverageMatrix, responses=declared(404))
def cover_all(request: Request, query: Annotated[CoverageMatrixParameters, Query()]) -> Response:
    """Tell which disciplines or courses serve which roles; or, with `role`, which of what that role requires."""
    service = service_of(request)
    scope = query.scope().model_copy(update={"role": None})
    return answer(coverage_matrix(service.snapshot(query.lang), query.by, query.role, scope), request)


class CoverageParameters(CoverageQuery, TableParameters):
    """What the coverage of a role is narrowed to, what counts, and what of the answer."""


@router.get("/roles/{id}/coverage", tags=["roles"], response_model=RoleCoverage, responses=declared(404))
def cover_role(request: Request, role_id: RoleIdInPath, query: Annotated[CoverageParameters, Query()]) -> Response:
    """Tell how much of what the role requires is taught and practised, by weight, and how each competency stands."""
    return answer(role_coverage(service_of(request).snapshot(query.lang), role_id, query.scope()), request)
