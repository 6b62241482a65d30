"""The parameters of proposals: what a document describes, what it is compared with, and how much is proposed."""

from typing import Annotated

from pydantic import AfterValidator, Field

from graph.model import Frozen
from queries.parameters.description import describe
from queries.parameters.ids import Id

MOST_CANDIDATES = 50
RelationName = Annotated[str, Field(max_length=50), AfterValidator(str.upper)]
"""A relation of the schema, in whatever case it is asked for."""


class ProposalsQuery(Frozen):
    """What the document describes, and what its sentences may be linked to."""

    for_node: Id | None = Field(None, description=describe("proposals_for"))
    against: list[str] = Field([], max_length=20, description=describe("proposals_against"))
    relation: list[RelationName] = Field([], max_length=20, description=describe("proposals_relation"))
    limit: int = Field(5, ge=1, le=MOST_CANDIDATES, description=describe("proposals_limit"))
