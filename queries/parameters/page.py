"""Pagination: which part of a list is wanted."""

from pydantic import Field

from graph.model import Frozen
from queries.parameters.description import describe

MOST_ITEMS = 1000
"""The longest page."""


class PageParameters(Frozen):
    """How long a page is, and where it begins."""

    limit: int = Field(20, ge=1, le=MOST_ITEMS, description=describe("limit"))
    cursor: str | None = Field(
        None,
        max_length=200,
        description=describe("cursor"),
        json_schema_extra={"pattern": "^[0-9]+\\.[0-9a-f]+\\.[0-9]+$"},
    )
