"""Vectors of texts, worked out once for each text and model, and kept in the cache for all processes."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock

import numpy as np

from graph.embeddings.embedder import Embedder, Vectors
from graph.embeddings.vector_file import VectorTable, keys_of, open_vectors, save_vectors, vector_path

MOST_KEPT = 300_000
"""How many vectors a file may grow to (600 MB); then those of texts that nobody asks for any more are left out."""
_AT_ONCE, _KEPT_AT_ONCE = 512, 10_240
Progress = Callable[[int, int], None]
"""Told after each block how many texts are done, and of how many."""


class TextVectors:
    """What texts mean, by one model. The same text has the same vector, whoever asks and however often."""

    def __init__(self, embedder: Embedder, folder: Path | None) -> None:
        """Keep vectors in the folder; without one, in memory alone."""
        self.embedder = embedder
        self._path = None if folder is None else vector_path(folder, embedder.model())
        self._table: VectorTable | None = None
        self._lock = Lock()

    def lacking(self, texts: Sequence[str]) -> list[str]:
        """Return those of the texts that have no vector yet, each once, in their order.

        What another process has kept meanwhile is taken over.
        """
        wanted = list(dict.fromkeys(texts))
        if self._table is None or (missing := self._unknown(wanted)):
            self._take_over()
            missing = self._unknown(wanted)
        return missing

    def prepare(self, texts: Sequence[str], progress: Progress | None = None) -> None:
        """Work out what these texts lack, and keep it; of others' vectors too, unless they have become very many.

        Raises:
            EmbedderUnavailableError: the embedder cannot be asked now.
        """
        with self._lock:
            lacking = self.lacking(texts)
            for start in range(
                0, len(lacking), _KEPT_AT_ONCE
            ):  # so that a process that is ended has not worked in vain
                block = lacking[start : start + _KEPT_AT_ONCE]
                self._keep(texts, block, self._embedded(block, progress, start, len(lacking)))

    def table(self) -> VectorTable:
        """Return what is kept as it stands: later texts are not in it."""
        if self._table is None:
            self._take_over()
        return self._table or VectorTable.of(keys_of([]), np.zeros((0, 0), np.float32))

    def rows(self, texts: Sequence[str]) -> Vectors:
        """Return a row for each text; what was not prepared is worked out now, and not kept.

        Raises:
            EmbedderUnavailableError: something was not, and the embedder cannot be asked now.
        """
        if not texts:
            return self.embedder.embed([])
        found = self._found(texts)
        if self._table is None or not (found >= 0).any():
            return self.embedder.embed(texts)
        rows = self._table.rows[np.maximum(found, 0)]
        unknown = np.flatnonzero(found < 0).tolist()
        if unknown:
            rows[unknown] = self.embedder.embed([texts[at] for at in unknown])
        return rows

    def _found(self, texts: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        keys = keys_of(texts)
        return np.full(len(texts), -1) if self._table is None else self._table.find(keys)

    def _unknown(self, texts: Sequence[str]) -> list[str]:
        return [texts[at] for at in np.flatnonzero(self._found(texts) < 0).tolist()]

    def _take_over(self) -> None:
        if self._path is not None:
            self._table = open_vectors(self._path, self.embedder.model()) or self._table

    def _embedded(self, texts: list[str], progress: Progress | None, before: int, total: int) -> Vectors:
        blocks = []
        for start in range(0, len(texts), _AT_ONCE):
            blocks.append(self.embedder.embed(texts[start : start + _AT_ONCE]))
            if progress is not None:
                progress(before + min(start + _AT_ONCE, len(texts)), total)
        return np.concatenate(blocks)

    def _keep(self, wanted: Sequence[str], fresh: list[str], rows: Vectors) -> None:
        keys = keys_of(fresh)
        if self._table is not None:
            known = np.arange(len(self._table.upper))
            if len(known) + len(fresh) > MOST_KEPT:
                found = self._table.find(keys_of(list(dict.fromkeys(wanted))))
                known = found[found >= 0]
            old = np.stack([self._table.upper[known], self._table.lower[known]], axis=1)
            keys, rows = np.concatenate([old, keys]), np.concatenate([self._table.rows[known], rows])
        self._table = VectorTable.of(keys, rows)
        if self._path is not None:
            with suppress(OSError):  # a cache that cannot be written is no reason not to answer
                save_vectors(self._path, self.embedder.model(), self._table)
                self._take_over()
