"""Link statements as columns of numbers: what is read whole, without a text or a tuple for each row."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.cancellation import check_cancelled
from graph.model import NodeId
from graph.stores.digest_sums import batches

Column = npt.NDArray[Any]
NUMBERS = ("level", "term", "openings")
_TYPES: tuple[type[np.generic], ...] = (
    np.int32,
    np.int32,
    np.int16,
    np.int32,
    np.float64,
    np.int32,
    np.int32,
    np.int32,
)


@dataclass(frozen=True, slots=True)
class LinkColumns:
    """Statements of links in no order, one at each position of the columns; notes are left out.

    `source`, `from_id`, `relation` and `to_id` are positions in `sources`, `ids` and `relations`. A weight that is not
    stated is NaN; one of `numbers`, by their names in NUMBERS, is -1.
    """

    sources: Sequence[str]
    ids: Sequence[NodeId]
    relations: Sequence[str]
    source: Column
    from_id: Column
    relation: Column
    to_id: Column
    weight: Column
    numbers: Mapping[str, Column]

    def __len__(self) -> int:
        """Return how many statements there are."""
        return len(self.source)


def columns_of(rows: Sequence[tuple[Any, ...]]) -> LinkColumns:
    """Return the columns of rows as `StoreReader.links` yields them, in any order."""
    builder = LinkColumnsBuilder()
    for batch in batches(rows):
        builder.add(*list(zip(*batch, strict=True))[:-1])
    return builder.columns()


class LinkColumnsBuilder:
    """Columns that grow by some statements at a time."""

    def __init__(self, sources: Mapping[int, str] | None = None, ids: Mapping[int, NodeId] | None = None) -> None:
        """Begin with nothing. Where `sources` and `ids` are given, rows name these by their numbers."""
        self._sources, self._ids, self._relations = _Places(sources), _Places(ids), _Places()
        self._parts: list[list[Column]] = []

    def add(
        self,
        sources: Sequence[Hashable],
        from_ids: Sequence[Hashable],
        relations: Sequence[Hashable],
        to_ids: Sequence[Hashable],
        weights: Sequence[float | None],
        *numbers: Sequence[int | None],
    ) -> None:
        """Add statements, a column each; `numbers` are the last three, in the order of NUMBERS.

        Raises:
            AbandonedError: nobody waits for them any more.
            KeyError: a number stands for no id, or for no source.
            ValueError: a weight is no number. TypeError, OverflowError: one of `numbers` is none, or is too large.
        """
        check_cancelled()
        places = ((self._sources, sources), (self._ids, from_ids), (self._relations, relations), (self._ids, to_ids))
        columns = [place.column(names, kind) for (place, names), kind in zip(places, _TYPES, strict=False)]
        self._parts.append([*columns, np.array(weights, np.float64), *map(_whole, numbers)])

    def columns(self) -> LinkColumns:
        """Return what was added; nothing can be added afterwards."""
        whole: list[Column] = []
        for at, kind in enumerate(_TYPES):
            whole.append(np.concatenate([np.zeros(0, kind), *(part[at] for part in self._parts)]))
            for part in self._parts:  # or all of it would be held twice
                part[at] = whole[-1][:0]
        source, from_id, relation, to_id, weight, *numbers = whole
        names = (self._sources.names(), self._ids.names(), self._relations.names())
        stated = dict(zip(NUMBERS, numbers, strict=True))
        return LinkColumns(*names, source, from_id, relation, to_id, weight, stated)


class _Places:
    """Position of each name: of those that were given by number, or else in the order in which they come."""

    def __init__(self, named: Mapping[int, str] | None = None) -> None:
        self._named = named
        self._at: dict[Hashable, int] = (
            defaultdict(count().__next__) if named is None else {number: at for at, number in enumerate(named)}
        )

    def column(self, names: Sequence[Hashable], kind: type[np.generic]) -> Column:
        return np.fromiter(map(self._at.__getitem__, names), kind, len(names))

    def names(self) -> list[Any]:
        return list(self._at if self._named is None else self._named.values())


def _whole(stated: Sequence[int | None]) -> Column:
    if stated.count(None) == len(stated):
        return np.full(len(stated), -1, np.int32)
    return np.fromiter((-1 if number is None else number for number in stated), np.int32, len(stated))
