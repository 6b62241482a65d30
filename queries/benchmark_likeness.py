"""Likeness of names in a benchmark: which thing that nothing matches is called most like another."""

import numpy as np

from graph.snapshot.arrays import Floats
from graph.snapshot.snapshot import Snapshot
from queries.benchmark_matches import name_key

LEAST_ALIKE = 65
"""How alike names are at least, of 100."""


class NameLikeness:
    """The names of some nodes, in both languages, to find the one that is called most like another node."""

    def __init__(self, snapshot: Snapshot, nodes: list[int]) -> None:
        """Read the names of the nodes, which are ascending."""
        self._texts = snapshot.names, snapshot.text("name_zh")
        self._nodes = nodes
        self._names = [[name_key(text[node]) for node in nodes] for text in self._texts]

    def scores(self, node: int) -> Floats:
        """Return how alike the best pair of names is, 0 to 100, of each; 101 for the same name."""
        from rapidfuzz import fuzz, process  # noqa: PLC0415 - a graph without standards needs none of it

        best = np.zeros(len(self._nodes))
        if not self._nodes:
            return best
        for mine in {name_key(text[node]) for text in self._texts} - {""}:
            for names in self._names:
                same = np.array([name == mine for name in names])
                best = np.maximum(best, np.where(same, 101.0, process.cdist([mine], names, scorer=fuzz.ratio)[0]))
        return best

    def nearest(self, node: int) -> int | None:
        """Return the one that is called most alike, of equal ones the first; None where none is alike enough."""
        scores = self.scores(node)
        at = int(scores.argmax()) if len(scores) else 0
        return self._nodes[at] if len(scores) and scores[at] >= LEAST_ALIKE else None
