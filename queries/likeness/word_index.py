"""Inverted index of character n-grams over many names, against which texts are compared by TF-IDF cosine."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from queries.likeness.n_grams import Weights, character_n_grams, weighted_rows


class WordIndex:
    """The names, ready to be compared with any number of texts."""

    def __init__(self, names: Sequence[str]) -> None:
        """Cut up the names, and weigh what they have in common."""
        rows, keys = character_n_grams(names)
        self._known, columns = np.unique(keys, return_inverse=True)
        shape = (len(names), len(self._known))
        counts = sparse.csr_array((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
        counts.sum_duplicates()
        holders = np.bincount(counts.indices, minlength=len(self._known))
        self._rarity = (np.log((1 + len(names)) / (1 + holders)) + 1).astype(np.float32)
        self._columns = weighted_rows(counts, self._rarity).T.tocsr()

    def likeness(self, texts: Sequence[str]) -> Weights:
        """Return a row for each text, with the cosine of each name, 0 to 1."""
        rows, keys = character_n_grams(texts)
        at = np.minimum(self._known.searchsorted(keys), max(0, len(self._known) - 1))
        held = self._known[at] == keys if len(self._known) else np.zeros(len(keys), bool)
        shape = (len(texts), len(self._known))
        counts = sparse.csr_array((np.ones(int(held.sum()), np.float32), (rows[held], at[held])), shape=shape)
        counts.sum_duplicates()
        dense: Weights = (weighted_rows(counts, self._rarity) @ self._columns).toarray()
        return np.clip(dense, 0, 1, out=dense)
