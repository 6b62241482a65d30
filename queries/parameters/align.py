"""The parameters of an alignment."""

from enum import StrEnum

from pydantic import Field

from graph.model import Frozen
from queries.parameters.description import describe


class AlignmentRelation(StrEnum):
    """A relation that can be proposed, in the order in which proposals are listed."""

    SAME_AS = "SAME_AS"
    CLOSE_TO = "CLOSE_TO"
    DEVELOPS = "DEVELOPS"
    PRACTISES = "PRACTISES"


EVERY = tuple(AlignmentRelation)


class LikenessKind(StrEnum):
    """What two things are compared by."""

    WORDS = "words"
    MEANING = "meaning"
    BOTH = "both"


class AlignQuery(Frozen):
    """Between which vocabularies, and which proposals."""

    a: str = Field(max_length=200, description=describe("align_a"))
    b: str = Field(max_length=200, description=describe("align_b"))
    relation: list[AlignmentRelation] = Field(list(EVERY), max_length=20, description=describe("align_relation"))
    limit: int = Field(3, ge=1, le=100, description=describe("align_limit"))
    min_score: float | None = Field(None, ge=0, le=1, description=describe("align_min_score"))
    by: LikenessKind = Field(LikenessKind.BOTH, description=describe("align_by"))
