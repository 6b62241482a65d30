"""The parameters of the support matrix: what its rows are, and what it is narrowed to."""

from typing import Literal

from pydantic import Field

from graph.model import Frozen
from queries.parameters.description import describe
from queries.parameters.ids import Id
from queries.parameters.scope import FocusParameters, InstitutionParameters
from queries.semantics.scope import EVERYTHING, Scope

MatrixOf = Literal["courses", "units"]


class SupportRows(Frozen):
    """What the matrix has as rows."""

    of: MatrixOf = Field("courses", description=describe("matrix_of"))


class MatrixQuery(FocusParameters, SupportRows, InstitutionParameters):
    """What a matrix is of."""

    discipline: Id | None = Field(None, description=describe("discipline"))
    course: Id | None = Field(None, description=describe("course"))

    def scope(self) -> Scope:
        """Return the scope that was asked for."""
        asked = self.model_dump(include=Scope.model_fields.keys() & self.model_fields_set)
        return Scope.model_validate(asked) if asked else EVERYTHING
