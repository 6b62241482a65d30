"""Matcher of texts with a vocabulary: how well each name fits each text, by words, by meaning, and by both."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from graph.cancellation import check_cancelled
from graph.embeddings.embedder import Vectors
from graph.embeddings.text_vectors import TextVectors
from queries.likeness.passages import is_mostly_chinese, passages
from queries.likeness.standard_scores import Scores, combine
from queries.likeness.word_index import WordIndex

_TEXTS_AT_ONCE = 16
"""How many texts are cut into passages together: some 40 a text, by all names."""


class Weights(NamedTuple):
    """How much the parts count: the meaning of the whole text, that of its passage that fits best, and words."""

    whole: float = 1.0
    passage: float = 1.5
    words: float = 0.5


class TextScores(NamedTuple):
    """A row for each text, a column for each name. `combined` is what to order by; without meaning it is the words'.

    `words`, `whole` and `passage` are cosines; the latter two are None without an embedder.
    """

    words: Scores
    whole: Scores | None
    passage: Scores | None
    combined: Scores


class TextMatcher:
    """A vocabulary of names, ready for texts in any language that the embedder knows."""

    def __init__(self, names: Sequence[str], meaning: TextVectors | None, weights: Weights | None = None) -> None:
        """Index the names; without `meaning` texts are compared by words alone."""
        self._words, self._meaning, self._weights = WordIndex(names), meaning, weights or Weights()
        self._tongues = {is_mostly_chinese(name) for name in names}
        self._rows = None if meaning is None else meaning.rows(names)

    def scores(self, texts: Sequence[str]) -> TextScores:
        """Return how well each name fits each text.

        Raises:
            EmbedderUnavailableError: the embedder cannot be asked now.
        """
        words = self._words.likeness(texts)
        if self._meaning is None or self._rows is None:
            return TextScores(words, None, None, words)
        whole = np.asarray(self._meaning.embedder.embed(texts) @ self._rows.T)
        passage = _best_passages(self._meaning, self._rows, texts)
        return TextScores(words, whole, passage, self._combined(texts, (whole, passage, words)))

    def _combined(self, texts: Sequence[str], parts: tuple[Scores, Scores, Scores]) -> Scores:
        """Combine the parts; words tell nothing of a text in whose language no name is."""
        speaks = [is_mostly_chinese(text) in self._tongues for text in texts]
        of_words = self._weights.words * np.array(speaks, np.float32).reshape(-1, 1)
        weights = (self._weights.whole, self._weights.passage, of_words)
        return combine(list(zip(parts, weights, strict=True)))


def _best_passages(meaning: TextVectors, rows: Vectors, texts: Sequence[str]) -> Scores:
    """Return for each text and name how near the passage is that comes nearest."""
    blocks = [np.zeros((0, len(rows)), np.float32)]
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        check_cancelled()
        cut = [passages(text) for text in texts[start : start + _TEXTS_AT_ONCE]]
        begins = np.cumsum([0, *(len(one) for one in cut[:-1])])
        likeness = meaning.embedder.embed([passage for one in cut for passage in one]) @ rows.T
        blocks.append(np.maximum.reduceat(likeness, begins, axis=0))
    return np.concatenate(blocks)
