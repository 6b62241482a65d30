"""Joins over sorted arrays without a loop: what whole-graph questions are made of."""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from graph.snapshot.arrays import Adjacency, Ints

S = TypeVar("S", bound=np.generic)


def expand(indptr: Ints, rows: Ints) -> tuple[Ints, Ints]:
    """Return, for every entry of the given rows of a sparse matrix, (position in `rows`, position of the entry).

    It is the join of `rows` with the matrix.

    >>> expand(np.array([0, 2, 2, 3]), np.array([2, 0, 1]))
    (array([0, 1, 1]), array([2, 0, 1]))
    """
    starts = indptr[rows].astype(np.int64)
    counts = indptr[rows + 1] - starts
    owner = np.repeat(np.arange(len(rows)), counts)
    offsets = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    return owner, starts[owner] + offsets


class RowIndex:
    """Row index: where each row's values begin, of values that stand in rows of ascending number; computed once."""

    def __init__(self, rows: Ints, n: int) -> None:
        """Take the row of each value, and how many rows there are."""
        changes = np.empty(len(rows), bool)
        changes[:1] = True
        np.not_equal(rows[1:], rows[:-1], out=changes[1:])
        self.starts = np.flatnonzero(changes)
        self.filled = rows[self.starts]
        self._n, self._size = n, len(rows)

    @property
    def any(self) -> npt.NDArray[np.bool_]:
        """Which rows have a value."""
        is_filled = np.zeros(self._n, bool)
        is_filled[self.filled] = True
        return is_filled

    @property
    def sizes(self) -> Ints:
        """How many values each row has."""
        sizes = np.zeros(self._n, np.int64)
        sizes[self.filled] = np.diff(self.starts, append=self._size)
        return sizes

    def reduced(self, ufunc: np.ufunc, values: npt.NDArray[S], empty: float) -> npt.NDArray[S]:
        """Return of each row what `ufunc` makes of its values; `empty` where it has none.

        >>> RowIndex(np.array([0, 0, 2]), 3).reduced(np.maximum, np.array([3, 5, 4]), -1)
        array([ 5, -1,  4])
        """
        results = np.full(self._n, empty, values.dtype)
        if len(self.starts):
            results[self.filled] = ufunc.reduceat(values, self.starts)
        return results


def look_up(links: Adjacency, row: Ints, index: Ints) -> tuple[npt.NDArray[np.bool_], Ints]:
    """Return for each (row, index) whether that link exists, and where it stands (where it does)."""
    n = np.int64(len(links.indptr) - 1)
    keys = links.rows * n + links.indices
    wanted = row * n + index
    at = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    exists: npt.NDArray[np.bool_] = np.equal(keys[at], wanted) if len(keys) else np.zeros(len(wanted), bool)
    return exists, at


def closure(start: Ints, end: Ints, n: int) -> tuple[Ints, Ints]:
    """Return every (a, b), a != b, where steps from `start` to `end` lead from a to b; ascending. Circles end.

    >>> closure(np.array([0, 1]), np.array([1, 2]), 3)
    (array([0, 0, 1]), array([1, 2, 2]))
    """
    width = np.int64(n)
    steps = np.unique(start * width + end)
    indptr = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(steps // width, minlength=n), out=indptr[1:])
    following = steps % width
    pairs = fresh = steps
    while len(fresh):
        at, link = expand(indptr, fresh % width)
        reached = np.unique(fresh[at] // width * width + following[link])
        fresh = np.setdiff1d(reached, pairs, assume_unique=True)
        pairs = np.union1d(pairs, fresh)
    pairs = pairs[pairs // width != pairs % width]
    return pairs // width, pairs % width
