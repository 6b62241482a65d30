"""Pagination of the short lists of one page: one of them is opened, page by page; the others show their first items.

A page that has such lists takes `part` and `page`; what `more` of its template leads to is the list that `part` names.
"""

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

from pydantic import Field

from graph.model import Frozen
from queries.semantics.windows import PART_SIZE

T = TypeVar("T")


class ShortListForm(Frozen):
    """Which list of the page is opened, if any, and at which page of it."""

    part: str | None = Field(None, max_length=60)
    page: int = Field(1, ge=1, le=1_000_000)

    def most(self, shown: int) -> int:
        """Return how many items of each list are needed, where so many are shown of those that are not opened."""
        return shown if self.part is None else max(shown, self.page * PART_SIZE)

    def listed(self, key: str, items: Sequence[T], total: int, shown: int) -> "ShortList[T]":
        """Return what the page shows of the list, of which at least the first `most` items are given."""
        if self.part != key:
            return ShortList(key, items[:shown], 0, total, is_open=False)
        first = min((self.page - 1) * PART_SIZE, max(total - 1, 0) // PART_SIZE * PART_SIZE)
        return ShortList(key, items[first : first + PART_SIZE], first, total, is_open=True)


class ShortList(NamedTuple, Generic[T]):
    """What a page shows of a list of `total` items: from item `first` on, counted from 0."""

    key: str
    shown: Sequence[T]
    first: int
    total: int
    is_open: bool

    @property
    def more(self) -> int:
        """How many items are not shown, of a list that is not opened."""
        return 0 if self.is_open else self.total - len(self.shown)
