"""Substring search over the folded ids, names, codes and aliases of all nodes, beside which other threads run."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.snapshot.arrays import Ints, TextColumn

EXACT, BEGINNING, WITHIN, ABSENT = range(4)
"""How a node contains a text: as one of its names, at the beginning of one, within one, or not at all."""
LINE_END = ord("\n")
"""What stands between the names of a node."""

_PIECE_BYTES = 1 << 20
_SAMPLES = 1 << 16

Blob = npt.NDArray[np.uint8]
Ranks = npt.NDArray[np.int8]


class FoldedText:
    """The folded id, names, code, aliases and URI of each node, a line each; the id comes first."""

    def __init__(self, column: TextColumn) -> None:
        """Wrap the column."""
        self.blob, self.starts = column.packed()

    def find(self, wanted: str) -> Ranks:
        """Return by node how it contains the folded text that is wanted, which is not empty.

        The cost is one pass over all texts for the byte that is rarest there, and one over where that stands for each
        other byte.
        """
        ranks = np.full(len(self.starts) - 1, ABSENT, np.int8)
        needle = _bytes_of(wanted)
        for places in self._places(needle):
            self._rank(ranks, places, len(needle))
        return ranks

    def places(self, wanted: str) -> Ints:
        """Return where in `blob` the folded text stands that is wanted, which is not empty, ascending."""
        return np.concatenate([np.zeros(0, np.int64), *self._places(_bytes_of(wanted))])

    def first_line(self, i: int) -> str:
        """Return the folded id of node i."""
        text = self.blob[self.starts[i] : self.starts[i + 1]].tobytes()
        return str(text[: text.find(b"\n")] if b"\n" in text else text, "utf-8")

    def _places(self, needle: Blob) -> Iterator[Ints]:
        return _places(self.blob, needle, np.argsort(self._byte_counts[needle], kind="stable").tolist())

    def _rank(self, ranks: Ranks, places: Ints, length: int) -> None:
        """Note for the nodes at these places how they contain what is so long."""
        nodes = self.starts.searchsorted(places, "right") - 1
        is_inside = places + length <= self.starts[nodes + 1]  # else it begins in one node, and ends in the next
        places, nodes = places[is_inside], nodes[is_inside]
        ends = places + length
        begins = (places == self.starts[nodes]) | (self.blob[places - 1] == LINE_END)
        closes = (ends == self.starts[nodes + 1]) | (self.blob.take(ends, mode="clip") == LINE_END)
        for rank, found in ((WITHIN, nodes), (BEGINNING, nodes[begins]), (EXACT, nodes[begins & closes])):
            ranks[found] = np.minimum(ranks[found], rank)

    @cached_property
    def _byte_counts(self) -> npt.NDArray[np.integer[Any]]:
        """How often each byte stands in a sample of all texts."""
        return np.bincount(self.blob[:: max(1, len(self.blob) // _SAMPLES)], minlength=256)


def _bytes_of(text: str) -> Blob:
    return np.frombuffer(text.encode("utf-8", "replace"), np.uint8)


def _places(blob: Blob, needle: Blob, order: list[int]) -> Iterator[Ints]:
    """Yield where the needle stands, ascending, piece by piece of the blob; `order` is that of looking at its bytes."""
    first, *others = order
    last = len(blob) - len(needle)
    for begin in range(0, len(blob), _PIECE_BYTES):
        places = np.flatnonzero(blob[begin : begin + _PIECE_BYTES] == needle[first]) + (begin - first)
        places = places[(places >= 0) & (places <= last)]
        for at in others:
            places = places[blob[places + at] == needle[at]]
        if len(places):
            yield places
