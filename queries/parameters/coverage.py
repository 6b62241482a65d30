"""The parameters of coverage: of one role, and of the matrix."""

from typing import Literal

from pydantic import Field

from graph.model import Frozen
from queries.parameters.description import describe
from queries.parameters.ids import Id
from queries.parameters.scope import EvidenceParameters, FocusParameters, RoleScopeParameters

By = Literal["discipline", "course"]


class CoverageQuery(EvidenceParameters, RoleScopeParameters):
    """What the coverage of a role is narrowed to, and what counts."""


class MatrixRows(Frozen):
    """What the matrix has as rows."""

    by: By = Field("discipline", description=describe("coverage_by"))


class CoverageMatrixQuery(FocusParameters, CoverageQuery, MatrixRows):
    """What the matrix has as rows and columns."""

    role: Id | None = Field(None, description=describe("coverage_role"))
