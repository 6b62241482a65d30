"""Building of the index of names: read whole once, then brought up to date, where only names that changed are read.

Words, stems and occurrences stay in order as what is new is merged into them, so that nothing large is sorted again.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from itertools import compress, pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from graph.snapshot.arrays import Ints, TextColumn
from graph.snapshot.folded_text import Blob
from graph.snapshot.snapshot import Snapshot
from queries.names.index import CODE, ID, URI, NameIndex, NameLines, line_roles
from queries.names.words import stem_of, words_of

_STEP = 256
"""So many nodes are read between two breaths: other threads run meanwhile."""


def name_index(snapshot: Snapshot, known: NameIndex | None) -> NameIndex:
    """Return the index of the snapshot's names; `known` is an earlier one's, whose unchanged names it takes over."""
    blob, starts = snapshot.folded.blob, snapshot.folded.starts
    if known is None:
        nothing = np.zeros(0, np.int32)
        known = NameIndex(
            *TextColumn.pack([]), *TextColumn.pack([]), nothing, np.zeros(1, np.int64), nothing, blob[:0], starts[:1]
        )
    elif _is_same(known.blob, blob) and _is_same(known.starts, starts):
        return known
    return _updated(snapshot, known, blob, starts)


def _updated(snapshot: Snapshot, known: NameIndex, blob: Blob, starts: Ints) -> NameIndex:
    """Return the index where names have changed."""
    lines = NameLines(blob, starts)
    olds = _earlier_nodes(known, blob, starts)
    read, at_read, at_lines = _read(snapshot, lines, np.flatnonzero(olds < 0))
    moved = _moved(known.text, lines, olds)[known.lines]  # (occurrences,): the line of each now, -1 where it is gone
    counts = np.diff(np.concatenate([[0], np.cumsum(moved >= 0)])[known.line_starts])  # (words known,)
    words = _merged(known.vocabulary, counts > 0, read)
    all_counts = np.bincount(words.asked[at_read], minlength=len(words.texts))  # (words,)
    all_counts[words.kept] += counts[counts > 0]
    n = max(1, len(lines.begins))
    kept = np.repeat(words.kept * n, counts[counts > 0]) + moved[moved >= 0]
    occurrences = _in_order(kept, words.asked[at_read] * n + at_lines)
    stems = _stems(known, counts > 0, words)
    index = NameIndex(
        *TextColumn.pack(words.texts),
        *TextColumn.pack(stems.texts),
        stems.of_word,
        np.concatenate([[0], np.cumsum(all_counts)]).astype(np.int64),
        (occurrences - np.repeat(np.arange(len(all_counts)) * n, all_counts)).astype(np.int32),
        blob,
        starts,
    )
    # what is at hand here is not read out of the arrays again
    vars(index).update(vocabulary=words.texts, stem_list=stems.texts, text=lines)
    return index


def _earlier_nodes(known: NameIndex, blob: Blob, starts: Ints) -> Ints:
    """Return by node the one of `known` that has the same texts, -1 where none has.

    Nodes are in order of their ids: before the first that differs and after the last, they are the same.
    """
    before, now = len(known.starts) - 1, len(starts) - 1
    bytes_before, bytes_after = _same_ends(known.blob, blob)
    first = min(_same_ends(known.starts, starts)[0], int(starts.searchsorted(bytes_before, "right"))) - 1
    ends = _same_ends(len(known.blob) - known.starts, len(blob) - starts)[1]
    last = min(ends, now + 1 - int(starts.searchsorted(len(blob) - bytes_after))) - 1
    first, last = max(first, 0), max(min(last, before - max(first, 0), now - max(first, 0)), 0)
    texts = {text: first + i for i, text in enumerate(_node_texts(known.blob, known.starts[first : before - last + 1]))}
    middle = [texts.get(text, -1) for text in _node_texts(blob, starts[first : now - last + 1])]
    return np.concatenate(
        [np.arange(first), np.array(middle, np.int64), np.arange(before - last, before)], dtype=np.int64
    )


def _same_ends(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> tuple[int, int]:
    """Return how many entries are the same from the beginning on, and how many from the end back."""
    n = min(len(one), len(other))
    differs, differs_back = one[:n] != other[:n], one[len(one) - n :] != other[len(other) - n :]
    return (
        int(differs.argmax()) if differs.any() else n,
        int(differs_back[::-1].argmax()) if differs_back.any() else n,
    )


def _node_texts(blob: Blob, starts: Ints) -> list[bytes]:
    """Return the texts of nodes that follow each other."""
    if len(starts) < 2:
        return []
    texts = blob[starts[0] : starts[-1]].tobytes()
    return [texts[begin:end] for begin, end in pairwise((starts - starts[0]).tolist())]


def _moved(known: NameLines, lines: NameLines, olds: Ints) -> Ints:
    """Return which line each known one is now, -1 where its node has changed; `olds` is each node's number before."""
    moved = np.full(len(known.begins), -1, np.int64)
    news = np.flatnonzero(olds >= 0)
    counts = np.diff(known.first)[olds[news]]
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    moved[np.repeat(known.first[olds[news]], counts) + offsets] = np.repeat(lines.first[news], counts) + offsets
    return moved


class _TextUnion(NamedTuple):
    """Texts, ascending: where those stand that were known and stay, where the new ones, and where each asked for."""

    texts: list[str]
    kept: Ints
    new: Ints
    asked: Ints


def _merged(known: list[str], stays: npt.NDArray[np.bool_], others: list[str]) -> _TextUnion:
    """Return the known texts that stay and the others, each once, ascending; `known` is ascending."""
    kept = known if stays.all() else list(compress(known, stays.tolist()))
    added = sorted(set(others).difference(kept))
    texts = sorted(kept + added)  # two runs in order: one pass
    new = _places(texts, added)
    return _TextUnion(texts, np.delete(np.arange(len(texts)), new), new, _places(texts, others))


def _places(texts: list[str], some: list[str]) -> Ints:
    return np.array([bisect_left(texts, text) for text in some], np.int64)


class _Stems(NamedTuple):
    """Stems, ascending, and which of them each word has."""

    texts: list[str]
    of_word: Ints


def _stems(known: NameIndex, stays: npt.NDArray[np.bool_], words: _TextUnion) -> _Stems:
    """Return the stems of the words, of which those that stay have theirs already."""
    is_used = np.bincount(known.stem_of_word[stays], minlength=len(known.stem_list)) > 0
    stems = _merged(known.stem_list, is_used, [stem_of(words.texts[i]) for i in words.new.tolist()])
    places = np.zeros(len(is_used), np.int64)
    places[is_used] = stems.kept
    of_word = np.zeros(len(words.texts), np.int32)
    of_word[words.kept], of_word[words.new] = places[known.stem_of_word[stays]], stems.asked
    return _Stems(stems.texts, of_word)


def _in_order(kept: Ints, added: Ints) -> Ints:
    """Return both, ascending; what is kept is so already, but where nodes have changed places."""
    if (kept[1:] < kept[:-1]).any():
        kept = np.sort(kept)
    added = np.sort(added)
    return np.insert(kept, kept.searchsorted(added), added)


def _read(snapshot: Snapshot, lines: NameLines, nodes: Ints) -> tuple[list[str], Ints, Ints]:
    """Return the words of the nodes' names in order of appearance, and each occurrence: which word, in which line."""
    known: dict[str, int] = {}
    at_words, at_lines = array("i"), array("i")
    chosen = np.flatnonzero(np.isin(lines.nodes, nodes)) if len(nodes) else nodes
    if len(chosen):
        chosen = chosen[np.isin(line_roles(snapshot, lines)[chosen], (ID, CODE, URI), invert=True)]
    for begin in range(0, len(chosen), _STEP):
        some = chosen[begin : begin + _STEP].tolist()
        for line, text in zip(some, _texts(lines, snapshot.folded.blob, some), strict=True):
            for word in words_of(text):
                at_words.append(known.setdefault(word, len(known)))
                at_lines.append(line)
    return list(known), np.array(at_words, np.int64), np.array(at_lines, np.int64)


def _texts(lines: NameLines, blob: Blob, some: list[int]) -> Iterable[str]:
    begins, ends = lines.begins[some].tolist(), lines.ends[some].tolist()
    for begin, end in zip(begins, ends, strict=True):
        yield blob[begin:end].tobytes().decode("utf-8", "replace")


def _is_same(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> bool:
    """Say whether both are views of the same memory: snapshots of the same names share it."""
    return one.shape == other.shape and one.__array_interface__["data"] == other.__array_interface__["data"]
