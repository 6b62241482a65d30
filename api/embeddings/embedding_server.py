"""Embedding server: vectors from a server with the OpenAI-compatible `POST /v1/embeddings`, which a setting names.

Texts leave the machine for it. https, or http to this machine; no redirects and no proxy; within a time and a size.

Source: OpenAI API reference, "Create embeddings"; many servers have the same.
"""

import json
from collections.abc import Sequence
from http.client import HTTPException
from typing import Any

import numpy as np
from xxhash import xxh3_64_hexdigest

from api.http.https_url import checked_https_url
from api.http.outgoing_request import post
from graph.cancellation import check_cancelled
from graph.embeddings.embedder import EmbedderUnavailableError, EmbeddingModel, Vectors, unit_rows
from graph.messages import text

TIMEOUT_S = 30.0
"""How long one request may take in all."""
MOST_BYTES = 32_000_000
TEXTS_AT_ONCE = 64
LONGEST = 2_000
"""How many characters of a text are sent at most."""
_SHOWN = 200


class EmbeddingServer:
    """A server that embeds texts, and the model that it is asked for."""

    def __init__(self, url: str, model: str, key: str | None = None, timeout_s: float = TIMEOUT_S) -> None:
        """Keep what is asked; `url` ends before `/embeddings`, as `https://models.example/v1`. Nothing is sent yet."""
        self.url = checked_https_url(url)
        self._model, self._key, self._timeout_s = model, key, timeout_s

    def model(self) -> EmbeddingModel:
        """Return the model's name; where it is asked counts as its version."""
        return EmbeddingModel(f"server {self._model}".strip(), xxh3_64_hexdigest(self.url.encode()))

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return a row for each text.

        Raises:
            EmbedderUnavailableError: the server cannot be reached, takes too long, or gives something else.
        """
        blocks: list[Vectors] = []
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            check_cancelled()
            blocks.append(self._block([text[:LONGEST] or " " for text in texts[start : start + TEXTS_AT_ONCE]]))
        if len({block.shape[1] for block in blocks}) > 1:
            raise EmbedderUnavailableError(text("meaning.server_gives", url=self.url))
        return np.concatenate(blocks) if blocks else np.zeros((0, 0), np.float32)

    def _block(self, texts: Sequence[str]) -> Vectors:
        try:
            answer = json.loads(self._answer(texts))
        except (OSError, HTTPException, ValueError, RecursionError) as error:
            why = str(error)[:_SHOWN] or type(error).__name__
            raise EmbedderUnavailableError(text("meaning.server_says", url=self.url, error=why)) from error
        rows = _rows_of(answer, len(texts))
        if rows is None:
            raise EmbedderUnavailableError(text("meaning.server_gives", url=self.url))
        return unit_rows(rows)

    def _answer(self, texts: Sequence[str]) -> bytes:
        """Return the body of the answer, unless it takes too long or is too large."""
        body = json.dumps({"model": self._model, "input": list(texts), "encoding_format": "float"}).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        reply = post(f"{self.url}/embeddings", body, headers, timeout_s=self._timeout_s, most_bytes=MOST_BYTES)
        if reply.status != 200:
            raise ValueError(f"{reply.status} {reply.reason[:_SHOWN]}")
        return reply.body


def _rows_of(answer: Any, count: int) -> Vectors | None:  # noqa: ANN401 - whatever somebody else's server says
    """Return the vectors of an answer in the order of the texts; None where it has no such thing."""
    try:
        data = sorted(answer["data"], key=lambda item: int(item["index"]))
        rows = np.array([item["embedding"] for item in data], np.float32)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    is_whole = rows.ndim == 2 and len(rows) == count and [item["index"] for item in data] == list(range(count))
    return rows if is_whole and rows.shape[1] and np.isfinite(rows).all() else None
