"""Filter of the review queue: which sentences are asked for."""

from typing import Literal

from pydantic import Field

from graph.model import Frozen
from queries.parameters.description import describe
from queries.proposals.proposal import SentenceKind

ReviewStatus = Literal["open", "accepted", "rejected", "deferred", "disputed", "again"]
"""How far a sentence is; or `disputed`: reviewers want different things of it; `again`: something that was judged is
no longer what it was."""
REVIEW_STATUSES: tuple[ReviewStatus, ...] = ("open", "accepted", "rejected", "deferred", "disputed", "again")


class BulkFilter(Frozen):
    """Which sentences are meant; what is not named lets all pass. `least` is of the best candidates' scores."""

    document: str | None = Field(None, max_length=300, description=describe("review_document"))
    relation: str | None = Field(None, max_length=50, description=describe("review_relation"))
    kind: SentenceKind | None = Field(None, description=describe("review_kind"))
    reviewer: str | None = Field(None, max_length=200, description=describe("review_reviewer"))
    least: float | None = Field(None, description=describe("review_least"))


class ReviewFilter(BulkFilter):
    """Which sentences are listed."""

    status: ReviewStatus | None = Field(None, description=describe("review_status"))
    sentence: str | None = Field(None, max_length=64, description=describe("review_sentence"))
