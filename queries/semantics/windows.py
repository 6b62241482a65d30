"""Pagination of the lists inside one answer: which part of a list is wanted, and that part with the whole number."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from graph.model import Frozen
from graph.snapshot.arrays import Ints
from queries.semantics.answers import Count

T = TypeVar("T")
N = TypeVar("N")

PART_SIZE = 50
"""How many items of a list an answer holds where nothing else is said."""


class Window(NamedTuple):
    """From which item on a list is wanted, counted from 0, and how many of it."""

    first: int = 0
    size: int = PART_SIZE


class Windows:
    """The windows of the lists of one answer, by the list's name; what is not named begins with its first item."""

    def __init__(self, wanted: Mapping[str, Window] | None = None) -> None:
        """Take what is wanted."""
        self._wanted = dict(wanted or {})

    def of(self, name: str) -> Window:
        """Return the window of a list."""
        return self._wanted.get(name, Window())


class Part(Frozen, Generic[T]):
    """A part of a list, beginning with item `first` (from 0), and how many items the whole list has."""

    items: list[T]
    first: Count
    total: Count


def part_of(found: Sequence[N] | Ints, window: Window, make: Callable[[N], T]) -> Part[T]:
    """Return the part of what was found, each item made by `make`; what is outside is not made."""
    listed: Iterable[N] = found[window.first : window.first + window.size]
    if isinstance(listed, np.ndarray):
        listed = listed.tolist()
    return Part(items=[make(one) for one in listed], first=window.first, total=len(found))
