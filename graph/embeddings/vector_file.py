"""Vector file: the embeddings of many texts by one model, as an array file that processes map and share.

A text is found by its checksum (XXH3, 128 bits). The file is written anew and put in its place, never changed, so that
whoever has it mapped goes on reading what was verified.
"""

import logging
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt
from xxhash import xxh3_128_intdigest

from graph.draft_files import draft_beside, move_draft
from graph.embeddings.embedder import EmbeddingModel, Vectors
from graph.snapshot.array_file import ArrayFile, DamagedFileError, write_arrays
from graph.snapshot.files import VECTORS_SUFFIX

FORMAT = 1
Keys = npt.NDArray[np.uint64]
"""Two numbers a text, the upper half of its checksum and the lower."""

_LOWER = (1 << 64) - 1
_log = logging.getLogger(__name__)


class VectorTable(NamedTuple):
    """Vectors by the keys of their texts, in ascending order of keys."""

    upper: Keys
    lower: Keys
    rows: Vectors

    def find(self, keys: Keys) -> npt.NDArray[np.int64]:
        """Return the row of each key, -1 where there is none."""
        if not len(self.upper):
            return np.full(len(keys), -1)
        at = np.minimum(self.upper.searchsorted(keys[:, 0]), len(self.upper) - 1)
        return np.where((self.upper[at] == keys[:, 0]) & (self.lower[at] == keys[:, 1]), at, -1)

    @classmethod
    def of(cls, keys: Keys, rows: Vectors) -> Self:
        """Return the table of such keys, each given once."""
        order = np.lexsort((keys[:, 1], keys[:, 0]))
        return cls(keys[order, 0], keys[order, 1], rows[order])


def keys_of(texts: Sequence[str]) -> Keys:
    """Return the key of each text."""
    sums = [xxh3_128_intdigest(text.encode("utf-8", "surrogatepass")) for text in texts]
    return np.array([(number >> 64, number & _LOWER) for number in sums], np.uint64).reshape(-1, 2)


def vector_path(folder: Path, model: EmbeddingModel) -> Path:
    """Return where the vectors of a model are kept in a folder; other versions go by the same name."""
    return folder / f"{re.sub(r'[^A-Za-z0-9.]+', '-', model.name)[:60]}{VECTORS_SUFFIX}"


def open_vectors(path: Path, model: EmbeddingModel) -> VectorTable | None:
    """Return what is kept, mapped and verified whole; None where nothing is, or by another model or version of it.

    What is damaged is named in the log and removed: it is worked out anew.
    """
    try:
        with ArrayFile(path) as saved:
            if saved.version != FORMAT or saved.about != _about(model):
                return None
            upper, lower = saved.read("upper"), saved.read("lower")
            rows = saved.mapped("rows")
            return VectorTable(upper, lower, rows.reshape(len(upper), -1))
    except (FileNotFoundError, PermissionError):
        return None
    except (OSError, DamagedFileError, ValueError, KeyError) as damage:
        with suppress(OSError):
            path.unlink()
            _log.warning("the vectors in %s cannot be used, and are worked out anew: %s", path, damage)
        return None


def save_vectors(path: Path, model: EmbeddingModel, table: VectorTable) -> None:
    """Write the vectors: they appear whole or not at all.

    Raises:
        OSError: the disk refuses it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, npt.NDArray[Any]] = {"rows": table.rows.ravel(), "upper": table.upper, "lower": table.lower}
    with draft_beside(path) as draft:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            write_arrays(out, FORMAT, _about(model), arrays)
            out.flush()
            os.fsync(out.fileno())
        move_draft(draft, path)


def _about(model: EmbeddingModel) -> dict[str, str]:
    return {"model": model.name, "version": model.version}
