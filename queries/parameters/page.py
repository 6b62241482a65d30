"""Pagination: which part of a list is wanted."""

from typing import Annotated, TypeVar

from pydantic import BaseModel, Field

from graph.model import Frozen
from queries.parameters.description import describe
from queries.parameters.fields import bounds

Q = TypeVar("Q", bound=BaseModel)

MOST_ITEMS = 1000
"""The longest page."""
EVERY_ROW = 1_000_000_000
"""A limit that no graph reaches."""

Cursor = Annotated[
    str | None,
    Field(
        max_length=200,
        description=describe("cursor"),
        json_schema_extra={"pattern": "^[0-9]+\\.[0-9a-f]+\\.[0-9]+$"},
    ),
]


class PageParameters(Frozen):
    """How long a page is, and where it begins."""

    limit: int = Field(20, ge=1, le=MOST_ITEMS, description=describe("limit"))
    cursor: Cursor = None


class CursorParameters(Frozen):
    """Where a page of an answer begins that has a limit of its own."""

    cursor: Cursor = None


def with_every_row(query: Q, *, stated: bool | None = None) -> Q:
    """Return the query for a table, which has every row unless it was stated how many.

    A limit that is not the length of a list, such as that of proposals for each item, stays.
    """
    field = type(query).model_fields.get("limit")
    is_stated = "limit" in query.model_fields_set if stated is None else stated
    if field is None or is_stated or bounds(field).most != MOST_ITEMS:
        return query
    return query.model_copy(update={"limit": EVERY_ROW})
