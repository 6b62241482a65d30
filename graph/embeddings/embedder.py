"""Embedder: what turns texts into sentence embeddings, a model of this machine or a server."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""One row a text, of length 1 (0 for a text that says nothing): the product of two is the cosine of the angle."""


class EmbedderUnavailableError(Exception):
    """The embedder cannot be asked now; the message says why. What can be answered by words alone still is."""


class EmbeddingModel(NamedTuple):
    """Which model made vectors; those of another name or version cannot be compared with them."""

    name: str
    version: str


class Embedder(Protocol):
    """What turns texts into vectors. The same text gives the same vector, whatever stands beside it."""

    def model(self) -> EmbeddingModel:
        """Return the name and version of the model."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return a row for each text.

        Raises:
            EmbedderUnavailableError: it cannot be asked now.
        """


def unit_rows(rows: npt.NDArray[np.floating]) -> Vectors:
    """Return the rows brought to length 1; rows of zeros stay."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(length > 0, length, 1)).astype(np.float32)
