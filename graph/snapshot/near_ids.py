"""Near matches of an id that there is not: by a q-gram index of the ids, and by names that hold its last part.

Source: Ukkonen, Approximate string matching with q-grams and maximal matches (1992): what is spelt alike shares
trigrams, so only ids that share the rarest ones are compared letter by letter.
"""

import re
from threading import Lock
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.model import fold
from graph.snapshot.arrays import Ints, TextColumn
from graph.snapshot.folded_text import BEGINNING, EXACT, LINE_END, WITHIN, Blob, FoldedText

_NEAR, _NEAR_RANDOM, _LONGEST_ID = 60.0, 90.0, 200  # likeness from 0 to 100; characters
_HOLDS = {EXACT: 96.0, BEGINNING: 93.0, WITHIN: 90.0}
"""How near a node comes whose id or name is the last part of what is looked for, begins with it, or holds it."""
_IS_RANDOM = re.compile(r"[0-9a-f]{32,}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
"""An id of which letters say nothing: a UUID (RFC 9562) or a digest. Only a slip in one is told."""
_MOST_COMPARED = 256
"""So many ids are compared letter by letter at most: meanwhile no other thread runs."""
_MOST_READ = 32_768
"""So many entries of the index are read at most."""
_SHORTEST_PART = 4
"""A last part that is shorter tells too little: such an id is in the index whole."""
_BYTES_A_STEP = 24
"""Of an id of so many bytes every second trigram is in the index, of one twice as long every third."""


class IdGrams(NamedTuple):
    """The q-gram index: the nodes whose id has a trigram, by its hash, end to end; and where those of a hash begin."""

    starts: Ints
    nodes: npt.NDArray[np.int32]


class NearIds:
    """Near matches among the ids of a snapshot. The index is built when the first id is looked for."""

    def __init__(self, ids: TextColumn, folded: FoldedText, kind: Ints) -> None:
        """Wrap the columns; `kind` are codes."""
        self._ids, self._folded, self._kind = ids, folded, kind
        self._lock = Lock()
        self._index: IdGrams | None = None

    def find(self, text: str, kind: int | None, limit: int) -> list[str]:
        """Return the ids that come closest to the text, or whose names hold its last part; nearest first.

        With `kind`, a code, of nodes of that kind. The cost hardly depends on how many ids there are, but for one pass
        over the bytes of all names.
        """
        wanted = fold(text[:_LONGEST_ID])
        local = wanted.rpartition(":")[2]
        scores = self._scored(wanted, self._candidates(wanted, local, kind))
        if len(local) > 1:
            ranks = self._folded.find(local)
            for rank, score in _HOLDS.items():
                for i in self._shortest(self._of_kind(np.flatnonzero(ranks == rank), kind), limit):
                    scores[i] = max(scores.get(i, 0.0), score)
        ids = {i: self._ids.decoded(i) for i in scores}
        return [ids[i] for i in sorted(scores, key=lambda i: (-scores[i], len(ids[i]), i))[:limit]]

    def _scored(self, wanted: str, nodes: list[int]) -> dict[int, float]:
        """Return how alike the ids of the nodes are that are alike at all."""
        from rapidfuzz import fuzz, process  # noqa: PLC0415 - a command that finds its node does not need it

        ids = {i: self._folded.first_line(i) for i in nodes}
        alike = process.extract(wanted, ids, scorer=fuzz.ratio, score_cutoff=_NEAR, limit=None)
        return {i: score for found, score, i in alike if score >= _NEAR_RANDOM or not _IS_RANDOM.search(found)}

    def _shortest(self, nodes: Ints, count: int) -> list[int]:
        """Return so many of the nodes, those of the shortest ids."""
        if len(nodes) > count:
            _, starts = self._ids.packed()
            nodes = nodes[np.argsort(starts[nodes + 1] - starts[nodes], kind="stable")[:count]]
        found: list[int] = nodes.tolist()
        return found

    def _candidates(self, wanted: str, local: str, kind: int | None) -> list[int]:
        """Return the nodes, of the kind, whose ids share the most of the rarest trigrams; all where there are few."""
        nodes = np.arange(len(self._ids)) if kind is None else np.flatnonzero(self._kind == kind)
        if len(nodes) > _MOST_COMPARED:
            nodes, shared = np.unique(self._of_kind(self._entries(wanted, local), kind), return_counts=True)
            if len(nodes) > _MOST_COMPARED:
                nodes = nodes[np.argsort(-shared, kind="stable")[:_MOST_COMPARED]]
        found: list[int] = nodes.tolist()
        return found

    def _entries(self, wanted: str, local: str) -> Ints:
        """Return the nodes that have one of the rarest trigrams: a node as often as it has one."""
        index = self._grams()
        hashes = np.unique(np.concatenate([_hashes_of(wanted), _hashes_of(local)]))
        begins, ends = index.starts[hashes], index.starts[hashes + 1]
        rarest = np.argsort(ends - begins, kind="stable")
        few = np.cumsum((ends - begins)[rarest]).searchsorted(_MOST_READ, "right")
        rows = [index.nodes[begins[at] : ends[at]] for at in rarest[: max(1, int(few))].tolist()]
        return np.concatenate([index.nodes[:0], *rows])[:_MOST_READ]

    def _of_kind(self, nodes: Ints, kind: int | None) -> Ints:
        return nodes if kind is None else nodes[self._kind[nodes] == kind]

    def _grams(self) -> IdGrams:
        with self._lock:  # several ids are looked for at once, and the index takes memory to build
            if self._index is None:
                self._index = _id_grams(self._folded)
            return self._index


def _hashes_of(text: str) -> Ints:
    padded = np.frombuffer(b"\n" + text.encode("utf-8", "replace") + b"\n", np.uint8)
    return _hashes(padded[:-2], padded[1:-1], padded[2:]).astype(np.int64)


def _hashes(before: Blob, at: Blob, after: Blob) -> npt.NDArray[np.uint16]:
    """Return the hashes of trigrams: equal ones are equal, different ones hardly ever."""
    hashes: npt.NDArray[np.uint16] = before.astype(np.uint16) * np.uint16(49_157)
    hashes += at.astype(np.uint16) * np.uint16(6_151)
    hashes += after.astype(np.uint16) * np.uint16(769)
    return hashes


def _id_grams(folded: FoldedText) -> IdGrams:
    blob = folded.blob
    begins, ends = _parts(blob, folded.starts)
    steps = 1 + (ends - begins) // _BYTES_A_STEP
    counts = -(-(ends - begins) // steps)
    nodes = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    offsets = np.arange(len(nodes)) - np.repeat(np.cumsum(counts) - counts, counts)
    at = begins[nodes] + offsets * steps[nodes]
    before = np.where(at == begins[nodes], np.uint8(LINE_END), blob[at - 1])
    after = np.where(at == ends[nodes] - 1, np.uint8(LINE_END), blob.take(at + 1, mode="clip"))
    hashes = _hashes(before, blob[at], after)
    starts = np.concatenate([[0], np.cumsum(np.bincount(hashes, minlength=1 << 16))])
    return IdGrams(starts, nodes[np.argsort(hashes, kind="stable")])


def _parts(blob: Blob, starts: Ints) -> tuple[Ints, Ints]:
    """Return where the last part of each folded id begins and ends: an id is the first line of its text."""
    begins = starts[:-1]
    lines = np.append(np.flatnonzero(blob == LINE_END), len(blob))
    ends = np.minimum(lines[lines.searchsorted(begins)], starts[1:])
    colons = np.append(-1, np.flatnonzero(blob == ord(":")))
    parts = colons[colons.searchsorted(ends) - 1] + 1
    return np.where((parts > begins) & (ends - parts >= _SHORTEST_PART), parts, begins), ends
