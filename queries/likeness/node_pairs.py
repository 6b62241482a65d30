"""Likely pairs of two sides by meaning: each node's main names as vectors, and how near the nearest of them are."""

from collections.abc import Sequence

import numpy as np

from graph.embeddings.text_vectors import TextVectors
from queries.likeness.n_grams import NodeText, SimilarPairs, Weights, best_pairs, is_chinese


def main_names(nodes: Sequence[NodeText]) -> list[str]:
    """Return the names of all nodes, aliases left out, as they are embedded."""
    return [name for texts in nodes for name in texts.names[: texts.main]]


def nearest(left: Sequence[NodeText], right: Sequence[NodeText], most: int, meaning: TextVectors) -> SimilarPairs:
    """Return for each on the left its `most` nearest partners on the right; their likeness is a cosine, above 0.

    Raises:
        EmbedderUnavailableError: a name has no vector yet, and the embedder cannot be asked now.
    """
    own, others = (np.cumsum([0, *(texts.main for texts in nodes)]) for nodes in (left, right))
    rows, columns = (meaning.rows(main_names(nodes)) for nodes in (left, right))

    def near(start: int, stop: int) -> Weights:
        begins = own[start : stop + 1]
        cosines = rows[begins[0] : begins[-1]] @ columns.T
        by_node = np.maximum.reduceat(
            np.maximum.reduceat(cosines, others[:-1], axis=1), begins[:-1] - begins[0], axis=0
        )
        return np.clip(by_node, 0, 1)

    return best_pairs(len(left), len(right), near, most)


def across_languages(
    left: Sequence[NodeText], right: Sequence[NodeText], most: int, meaning: TextVectors
) -> list[SimilarPairs]:
    """Return the nearest of those pairs whose main names share no language: of them, words can tell nothing.

    Raises:
        EmbedderUnavailableError: a name has no vector yet, and the embedder cannot be asked now.
    """
    found = []
    for chinese in (True, False):
        some, others = _speaking(left, chinese=chinese), _speaking(right, chinese=not chinese)
        near = nearest([left[row] for row in some], [right[row] for row in others], most, meaning)
        here, there = np.array(some, np.int64), np.array(others, np.int64)
        found.append(SimilarPairs(here[near.left], there[near.right], near.likeness))
    return found


def _speaking(nodes: Sequence[NodeText], *, chinese: bool) -> list[int]:
    """Return the nodes that are named in Chinese alone, or in none of it."""
    return [
        row for row, texts in enumerate(nodes) if all(is_chinese(name) is chinese for name in texts.names[: texts.main])
    ]
