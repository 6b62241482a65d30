"""Inverted index of names: which lines of the folded texts have which word.

A line is a name, a Chinese name or an alias of a node. The index is of the names alone: it stays as links change, and
where some names do, only those are read again.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.snapshot.arrays import Arrays, Ints, TextColumn
from graph.snapshot.folded_text import LINE_END, Blob
from graph.snapshot.snapshot import Snapshot
from queries.names.words import is_chinese, stem_of, words_of

ID, NAME, CHINESE_NAME, CODE, ALIAS, URI = range(6)
"""What a line is to its node."""
_STEP = 256
"""So many nodes are read between two breaths: other threads run meanwhile."""
_HASH_STEP = 4096
_FACTOR = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class NameIndex:
    """Words, ascending, their stems, and the lines that have each, end to end; from the texts that it was built of."""

    words: Blob
    word_starts: Ints
    stems: Blob
    stem_starts: Ints
    stem_of_word: Ints
    line_starts: Ints
    lines: Ints
    blob: Blob
    starts: Ints

    @cached_property
    def vocabulary(self) -> list[str]:
        """The words as texts."""
        return list(TextColumn(self.words, self.word_starts))

    @cached_property
    def words_by_length(self) -> dict[int, list[str]]:
        """The words in letters that are long enough to be misspelt, by length."""
        lengths: dict[int, list[str]] = {}
        for word in self.vocabulary:
            if len(word) > 2 and word[0].isalpha() and not is_chinese(word):
                lengths.setdefault(len(word), []).append(word)
        return lengths

    @cached_property
    def stem_list(self) -> list[str]:
        """The stems as texts, ascending."""
        return list(TextColumn(self.stems, self.stem_starts))

    @cached_property
    def words_by_stem(self) -> tuple[Ints, Ints]:
        """The words by stem, end to end, and where those of a stem begin."""
        counts = np.bincount(self.stem_of_word, minlength=len(self.stem_starts) - 1)
        return np.argsort(self.stem_of_word, kind="stable"), np.concatenate([[0], np.cumsum(counts)])

    @cached_property
    def text(self) -> "NameLines":
        """The lines."""
        return NameLines(self.blob, self.starts)

    @cached_property
    def initials(self) -> tuple[Blob, Ints]:
        """The first byte of each word in order of the texts, and the line that it stands in."""
        lines = self.text
        is_first = np.zeros(len(self.blob), bool)
        is_first[1:] = np.isin(self.blob[:-1], np.frombuffer(b" -/(", np.uint8))
        is_first[lines.begins[lines.begins < len(self.blob)]] = True
        at = np.flatnonzero(is_first)
        return self.blob[at], (lines.begins.searchsorted(at, "right") - 1).astype(np.int32)

    @cached_property
    def word_weights(self) -> npt.NDArray[np.float32]:
        """How much each word tells, the rarer the more: inverse document frequency of its stem."""
        counts = np.bincount(self.stem_of_word, weights=np.diff(self.line_starts), minlength=len(self.stem_starts) - 1)
        return np.log1p(len(self.text.begins) / np.maximum(counts, 1)).astype(np.float32)[self.stem_of_word]

    @cached_property
    def line_weights(self) -> npt.NDArray[np.float32]:
        """How much all words of each line tell."""
        weights = np.repeat(self.word_weights, np.diff(self.line_starts))
        return np.bincount(self.lines, weights=weights, minlength=len(self.text.begins)).astype(np.float32)

    def find_word(self, word: str) -> int | None:
        """Return which word it is; None where no name has it."""
        at = bisect_left(self.vocabulary, word)
        return at if at < len(self.vocabulary) and self.vocabulary[at] == word else None

    def find_stem(self, stem: str) -> list[int]:
        """Return the words of a stem."""
        at = bisect_left(self.stem_list, stem)
        if at == len(self.stem_list) or self.stem_list[at] != stem:
            return []
        order, starts = self.words_by_stem
        found: list[int] = order[starts[at] : starts[at + 1]].tolist()
        return found

    def beginning(self, part: str) -> tuple[int, int]:
        """Return the first of the words that begin so, and the first after them."""
        return bisect_left(self.vocabulary, part), bisect_left(self.vocabulary, f"{part}\U0010ffff")

    def lines_of(self, first: int, after: int) -> Ints:
        """Return the lines of the words from the first to the one before `after`."""
        return self.lines[self.line_starts[first] : self.line_starts[after]]


class NameLines:
    """The lines of folded texts: where each begins and ends, and whose it is."""

    def __init__(self, blob: Blob, starts: Ints) -> None:
        """Find the lines."""
        ends = np.flatnonzero(blob == LINE_END)
        self.begins: Ints = np.sort(np.concatenate([starts[:-1], ends + 1]))
        self.nodes: Ints = (starts.searchsorted(self.begins, "right") - 1).astype(np.int32)
        self.ends: Ints = np.concatenate([self.begins[1:], [len(blob)]])
        self.first: Ints = self.begins.searchsorted(starts)  # n + 1: the first line of each node
        is_last = np.concatenate([self.nodes[1:] != self.nodes[:-1], [True]])[: len(self.begins)]
        self.ends = self.ends - np.where(is_last, 0, 1)


def line_roles(snapshot: Snapshot, lines: NameLines) -> npt.NDArray[np.int8]:
    """Return what each line is to its node."""
    roles = np.full(len(lines.begins), ALIAS, np.int8)
    at = lines.first[:-1].astype(np.int64)
    roles[at] = ID
    for column, role in (("name", NAME), ("name_zh", CHINESE_NAME), ("code", CODE)):
        _, starts = snapshot.text(column).packed()
        is_there = np.diff(starts) > 0
        at = at + is_there
        roles[at[is_there]] = role
    addresses = lines.begins.searchsorted(snapshot.folded.places("://"), "right") - 1
    roles[addresses[roles[addresses] == ALIAS]] = URI
    return roles


def name_index(snapshot: Snapshot, known: NameIndex | None) -> NameIndex:
    """Return the index of the snapshot's names; `known` is an earlier one's, whose unchanged names it takes over."""
    blob, starts = snapshot.folded.blob, snapshot.folded.starts
    if known is not None:
        if _is_same(known.blob, blob) and _is_same(known.starts, starts):
            return known
        return _updated(snapshot, known, blob, starts)
    lines = NameLines(blob, starts)
    words, at = _read(snapshot, lines, np.arange(len(starts) - 1))
    return _assembled(sorted(words), _ranks(words)[at[0]], at[1], blob, starts)


def pack_names(index: NameIndex) -> Arrays:
    """Return the arrays of the index, without the texts, which the snapshot has."""
    return {part.name: getattr(index, part.name) for part in fields(index) if part.name not in {"blob", "starts"}}


def unpack_names(snapshot: Snapshot, arrays: Arrays) -> NameIndex:
    """Return the index that `pack_names` gave of the same snapshot."""
    return NameIndex(**arrays, blob=snapshot.folded.blob, starts=snapshot.folded.starts)


def _updated(snapshot: Snapshot, known: NameIndex, blob: Blob, starts: Ints) -> NameIndex:
    """Return the index where some names have changed: those that have not are found by their hashes."""
    before, now = _hashes(known.blob, known.starts), _hashes(blob, starts)
    order = np.argsort(before, kind="stable")
    at = np.minimum(before.searchsorted(now, sorter=order), len(before) - 1) if len(before) else np.zeros(0, np.int64)
    same = before[order[at]] == now if len(before) else np.zeros(len(now), bool)
    lines = NameLines(blob, starts)
    moved = np.full(len(known.text.begins) + 1, -1, np.int64)
    olds, news = order[at[same]] if len(before) else np.zeros(0, np.int64), np.flatnonzero(same)
    counts = np.diff(known.text.first)[olds]
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    moved[np.repeat(known.text.first[:-1][olds], counts) + offsets] = (
        np.repeat(lines.first[:-1][news], counts) + offsets
    )
    words, (new_words, new_lines) = _read(snapshot, lines, np.flatnonzero(~same))
    every = sorted({*known.vocabulary, *words})
    place = {word: i for i, word in enumerate(every)}
    kept_words = np.repeat(
        np.fromiter((place[w] for w in known.vocabulary), np.int32, len(known.vocabulary)), np.diff(known.line_starts)
    )
    kept_lines = moved[known.lines]
    stays = kept_lines >= 0
    mine = np.fromiter((place[w] for w in words), np.int32, len(words))[new_words] if words else new_words
    all_words = np.concatenate([kept_words[stays], mine])
    all_lines = np.concatenate([kept_lines[stays], new_lines])
    used = np.bincount(all_words, minlength=len(every)) > 0
    ranks = np.cumsum(used) - 1
    return _assembled(
        [w for w, is_used in zip(every, used.tolist(), strict=True) if is_used],
        ranks[all_words],
        all_lines,
        blob,
        starts,
    )


def _read(snapshot: Snapshot, lines: NameLines, nodes: Ints) -> tuple[list[str], tuple[Ints, Ints]]:
    """Return the words of the nodes' names in order of appearance, and each occurrence: which word, in which line."""
    known: dict[str, int] = {}
    at_words, at_lines = array("i"), array("i")
    roles = line_roles(snapshot, lines) if len(nodes) else np.zeros(0, np.int8)
    chosen = (
        np.flatnonzero(np.isin(lines.nodes, nodes) & (roles != ID) & (roles != CODE) & (roles != URI))
        if len(nodes)
        else nodes
    )
    for begin in range(0, len(chosen), _STEP):
        some = chosen[begin : begin + _STEP].tolist()
        for line, text in zip(some, _texts(lines, snapshot.folded.blob, some), strict=True):
            for word in words_of(text):
                at_words.append(known.setdefault(word, len(known)))
                at_lines.append(line)
    return list(known), (np.frombuffer(at_words, np.int32), np.frombuffer(at_lines, np.int32))


def _is_same(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> bool:
    """Say whether both are views of the same memory: snapshots of the same names share it."""
    return one.shape == other.shape and one.__array_interface__["data"] == other.__array_interface__["data"]


def _texts(lines: NameLines, blob: Blob, some: list[int]) -> Iterable[str]:
    begins, ends = lines.begins[some].tolist(), lines.ends[some].tolist()
    for begin, end in zip(begins, ends, strict=True):
        yield blob[begin:end].tobytes().decode("utf-8", "replace")


def _ranks(words: list[str]) -> Ints:
    ranks = np.zeros(len(words), np.int32)
    ranks[sorted(range(len(words)), key=words.__getitem__)] = np.arange(len(words), dtype=np.int32)
    return ranks


def _assembled(words: list[str], at_words: Ints, at_lines: Ints, blob: Blob, starts: Ints) -> NameIndex:
    stems = [stem_of(word) for word in words]
    distinct = sorted(set(stems))
    place = {stem: i for i, stem in enumerate(distinct)}
    order = np.lexsort((at_lines, at_words))
    counts = np.bincount(at_words, minlength=len(words))
    packed, packed_stems = TextColumn.pack(words), TextColumn.pack(distinct)
    return NameIndex(
        *packed,
        *packed_stems,
        np.fromiter((place[stem] for stem in stems), np.int32, len(stems)),
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        at_lines[order].astype(np.int32),
        blob,
        starts,
    )


def _hashes(blob: Blob, starts: Ints) -> npt.NDArray[np.uint64]:
    """Return a hash of each text; none is empty: it begins with an id."""
    hashes = np.zeros(len(starts) - 1, np.uint64)
    longest = int(np.diff(starts).max(initial=0))
    with np.errstate(over="ignore"):
        powers = np.cumprod(np.full(longest, _FACTOR))
        for begin in range(0, len(hashes), _HASH_STEP):
            some = starts[begin : begin + _HASH_STEP + 1].astype(np.int64)
            lengths = np.diff(some)
            offsets = np.arange(some[0], some[-1]) - np.repeat(some[:-1], lengths)
            values = (blob[some[0] : some[-1]].astype(np.uint64) + np.uint64(1)) * powers[offsets]
            hashes[begin : begin + len(lengths)] = np.add.reduceat(values, some[:-1] - some[0])
    return hashes
