"""Tiny embedder for tests: a dozen concepts, each said in English and in Chinese; nothing else means anything."""

from collections.abc import Sequence

import numpy as np

from graph.embeddings.embedder import EmbeddingModel, Vectors, unit_rows

_SAID = (
    "weld=焊 robot=机器人 pump=泵 customer=客户 stock=库存 program=编程 bid=标书 tender=投标 night=夜 maintain=维护"
    " teach=教 electric=电"
)
CONCEPTS = tuple(pair.split("=") for pair in _SAID.split())


class TinyEmbedder:
    """One dimension a concept; it counts how many texts it was given."""

    def __init__(self, version: str = "1") -> None:
        """Begin to count."""
        self.version, self.asked = version, 0

    def model(self) -> EmbeddingModel:
        """Return its name and version."""
        return EmbeddingModel("tiny", self.version)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return which concepts each text speaks of."""
        self.asked += len(texts)
        said = [[float(any(word in text.lower() for word in words)) for words in CONCEPTS] for text in texts]
        return unit_rows(np.array(said, np.float32).reshape(-1, len(CONCEPTS)))
