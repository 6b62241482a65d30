"""Names near a text in meaning: the last resort of a search that finds nothing by words."""

from typing import NamedTuple, Self

import numpy as np

from graph.embeddings.text_vectors import TextVectors
from graph.embeddings.vector_file import VectorTable, keys_of
from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import Snapshot
from queries.names.index import CHINESE_NAME, NAME

LEAST = 0.6
"""How near a name is at least, as a cosine: of job titles and skills below, most are something else."""
MOST = 20


class NearName(NamedTuple):
    """A node that has a name near the text, by the representative of its class; whether that is its Chinese name."""

    node: int
    role: int
    name: str
    near: float


class EmbeddedNames(NamedTuple):
    """The main names of a snapshot, with their vectors: of each name its node, what it is to it, and its row."""

    vectors: TextVectors
    table: VectorTable
    nodes: Ints
    roles: Ints
    places: Ints

    @classmethod
    def of(cls, snapshot: Snapshot, vectors: TextVectors) -> Self:
        """Return the names of all nodes; those without a vector are left out."""
        names, nodes, roles = _main_names(snapshot)
        table = vectors.table()
        places = table.find(keys_of(names))
        known = np.flatnonzero(places >= 0)
        return cls(vectors, table, nodes[known], roles[known], places[known])

    def nearest(self, snapshot: Snapshot, text: str, kind: int | None = None) -> list[NearName]:
        """Return up to 20 nodes, of one kind if that is said, the nearest first; none is less near than 0.6.

        Raises:
            EmbedderUnavailableError: the embedder cannot be asked now.
        """
        if not len(self.places):
            return []
        near = (self.table.rows @ self.vectors.embedder.embed([text])[0])[self.places]
        nodes = snapshot.class_of[self.nodes]
        chosen = np.flatnonzero((near >= LEAST) & ((snapshot.kind[nodes] == kind) if kind is not None else True))
        order = chosen[np.lexsort((nodes[chosen], -near[chosen]))]
        first = np.sort(np.unique(nodes[order], return_index=True)[1])[:MOST]
        return [self._named(snapshot, at, float(near[at])) for at in order[first].tolist()]

    def _named(self, snapshot: Snapshot, at: int, near: float) -> NearName:
        column = snapshot.text("name_zh") if self.roles[at] == CHINESE_NAME else snapshot.names
        return NearName(int(snapshot.class_of[self.nodes[at]]), int(self.roles[at]), column[int(self.nodes[at])], near)


def main_names(snapshot: Snapshot) -> list[str]:
    """Return the names of all nodes, and their Chinese names, each once."""
    return list(dict.fromkeys(_main_names(snapshot)[0]))


def _main_names(snapshot: Snapshot) -> tuple[list[str], Ints, Ints]:
    named = [
        (name, node, role)
        for role, column in ((NAME, snapshot.names), (CHINESE_NAME, snapshot.text("name_zh")))
        for node, name in enumerate(column)
        if name
    ]
    nodes, roles = (np.array([one[at] for one in named], np.int64) for at in (1, 2))
    return [name for name, _, _ in named], nodes, roles
