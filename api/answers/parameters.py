"""Request parameters of the answer itself, shared by routes: shape, format, language, revision; and ids in paths."""

from typing import Annotated, Literal

from fastapi import Path
from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter

from graph.messages import Language
from graph.model import Frozen
from queries.parameters.description import describe
from queries.parameters.ids import composed
from queries.parameters.node import NodeQuery
from queries.parameters.page import CursorParameters, PageParameters
from queries.parameters.scope import RoleScopeParameters

MOST_FIELDS_LENGTH = 2000
"""How long the text of `fields` may be."""
MOST_REVISION = 2**53
"""The highest revision that may be asked for; JSON holds no higher number exactly."""
WAIT_S = 2.0
"""How long an answer waits for the revision that is asked for at least."""


NodeIdInPath = Annotated[
    str, Path(alias="id", description=describe("node_id"), max_length=200), AfterValidator(composed)
]
RoleIdInPath = Annotated[
    str,
    Path(
        alias="id",
        description=describe("role_id"),
        max_length=200,
    ),
    AfterValidator(composed),
]
CompetencyIdInPath = Annotated[
    str,
    Path(
        alias="id",
        description=describe("competency_id"),
        max_length=200,
    ),
    AfterValidator(composed),
]


EnterpriseIdInPath = Annotated[
    str,
    Path(
        alias="id",
        description=describe("enterprise_id"),
        max_length=200,
    ),
    AfterValidator(composed),
]


DisciplineIdInPath = Annotated[
    str,
    Path(
        alias="id",
        description=describe("discipline_id"),
        max_length=200,
    ),
    AfterValidator(composed),
]


class FieldSelection(Frozen):
    """Which part of an answer is wanted."""

    fields: str | None = Field(
        None,
        min_length=1,
        max_length=MOST_FIELDS_LENGTH,
        pattern=r"^\w+(\.\w+)*(,\w+(\.\w+)*)*$",
        description=describe("fields"),
    )


REVISION: TypeAdapter[int] = TypeAdapter(Annotated[int, Field(ge=0, le=MOST_REVISION)])
"""What the number of a revision may be."""


class FreshnessParameters(Frozen):
    """Of which revision of the graph an answer is wanted, or from which on."""

    revision: int | None = Field(None, ge=0, le=MOST_REVISION, description=describe("revision"))
    min_revision: int | None = Field(None, ge=0, le=MOST_REVISION, description=describe("min_revision", seconds=WAIT_S))


class AnswerParameters(FreshnessParameters, FieldSelection):
    """What every question may ask of its answer."""

    lang: Language = Field("en", description=describe("lang"))


class FormatParameters(Frozen):
    """As what the answer comes."""

    format: Literal["json", "csv"] | None = Field(None, description=describe("format"))


class TableParameters(FormatParameters, AnswerParameters):
    """What a question may ask whose answer is a table too."""


class ListParameters(PageParameters, TableParameters):
    """What a list may be asked that has no parameters of its own."""


class NodeParameters(CursorParameters, NodeQuery, AnswerParameters):
    """How much of a node is shown, and in which language."""


class RoleScope(RoleScopeParameters):
    """What a question about one role is narrowed to, within a body: there, a number is no text and no truth value."""

    model_config = ConfigDict(strict=True)
