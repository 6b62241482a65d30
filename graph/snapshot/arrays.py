"""Array types of a snapshot: text columns (UTF-8 with offsets) and adjacency in compressed sparse rows (CSR)."""

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy import sparse

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]
Arrays = dict[str, npt.NDArray[Any]]
"""Arrays by name, as they are saved."""


class TextColumn:
    """A text for each of n nodes, empty where nothing is stated: all texts end to end in UTF-8, and n + 1 offsets.

    What has been read once is kept decoded: answers name the same nodes again and again.
    """

    def __init__(self, blob: npt.NDArray[np.uint8], starts: Ints) -> None:
        """Wrap the arrays; `starts` has one entry more than there are texts."""
        self._blob = blob.data
        self._starts = starts.data
        self._read: dict[int, str] = {}

    def __getitem__(self, i: int) -> str:
        """Return the text of node i."""
        try:
            return self._read[i]
        except KeyError:
            return self._read.setdefault(i, self.decoded(i))

    def __len__(self) -> int:
        """Return how many texts there are."""
        return len(self._starts) - 1

    def __iter__(self) -> Iterator[str]:
        """Yield every text in the order of the nodes."""
        return (self.decoded(i) for i in range(len(self)))

    def decoded(self, i: int) -> str:
        """Return the text of node i, and do not keep it: for going through many of which few are asked for again."""
        return str(self._blob[self._starts[i] : self._starts[i + 1]], "utf-8")

    def equal_to(self, text: str) -> Ints:
        """Return the nodes whose text is exactly this, ascending."""
        blob, starts = self.packed()
        wanted = text.encode()
        nodes = np.flatnonzero(np.diff(starts) == len(wanted))
        for at, byte in enumerate(wanted):
            nodes = nodes[blob[starts[nodes] + at] == byte]
        return nodes

    def packed(self) -> tuple[npt.NDArray[np.uint8], Ints]:
        """Return all texts end to end, and where each begins, with where the last ends."""
        return np.asarray(self._blob), np.asarray(self._starts)

    @staticmethod
    def pack(texts: list[str]) -> tuple[npt.NDArray[np.uint8], Ints]:
        """Return the two arrays that hold these texts."""
        encoded = [text.encode() for text in texts]
        starts = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(text) for text in encoded], out=starts[1:])
        return np.frombuffer(b"".join(encoded), np.uint8), starts


class Adjacency:
    """One relation in one direction as a CSR matrix, n nodes by n: who node i leads to (or comes from), and its weight.

    `indptr` has n + 1 offsets, `indices` and `weight` one entry a link. Rows are in
    ascending order of the neighbour. A weight that nobody states is 1.
    """

    def __init__(self, indptr: Ints, indices: Ints, weight: Floats) -> None:
        """Wrap the three arrays of a compressed sparse row matrix."""
        self.indptr, self.indices, self.weight = indptr, indices, weight
        self._indptr, self._indices, self._weight = indptr.data, indices.data, weight.data

    def row(self, i: int) -> list[int]:
        """Return the neighbours of node i, ascending."""
        return self._indices[self._indptr[i] : self._indptr[i + 1]].tolist()

    def weights(self, i: int) -> list[float]:
        """Return the weights of node i's links, in the order of `row`."""
        return [weight for _, weight in self.pairs(i)]

    def pairs(self, i: int) -> list[tuple[int, float]]:
        """Return (neighbour, weight) of node i's links, ascending."""
        start, end = self._indptr[i], self._indptr[i + 1]
        return list(zip(self._indices[start:end].tolist(), self._weight[start:end].tolist(), strict=True))

    def position(self, i: int, j: int) -> int | None:
        """Return where the link from node i to node j stands in `indices` and `weight`, or None."""
        end = self._indptr[i + 1]
        at = bisect_left(self._indices, j, self._indptr[i], end)
        return at if at < end and self._indices[at] == j else None

    def positions(self, i: int) -> range:
        """Return where node i's links stand in `indices` and `weight`."""
        return range(self._indptr[i], self._indptr[i + 1])

    @cached_property
    def degree(self) -> Ints:
        """How many links each node has."""
        return np.diff(self.indptr)

    @cached_property
    def rows(self) -> Ints:
        """The row of each link: together with `indices`, the links as pairs."""
        return np.repeat(np.arange(len(self.indptr) - 1, dtype=np.int32), self.degree)

    @cached_property
    def pattern(self) -> "sparse.csr_array":
        """The links as a sparse matrix of ones, nodes by nodes, sharing `indptr` and `indices`."""
        from scipy import sparse  # noqa: PLC0415 - loaded only by questions that multiply: it takes as long as a trace

        n = len(self.indptr) - 1
        return sparse.csr_array((np.ones(len(self.indices), np.float64), self.indices, self.indptr), shape=(n, n))
