"""Inverted index of names: which lines of the folded texts have which word.

A line is a name, a Chinese name or an alias of a node. The index is of the names alone: it stays as links change.
"""

from bisect import bisect_left
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import numpy.typing as npt

from graph.snapshot.arrays import Arrays, Ints, TextColumn
from graph.snapshot.folded_text import LINE_END, Blob
from graph.snapshot.snapshot import Snapshot
from queries.names.words import is_chinese

ID, NAME, CHINESE_NAME, CODE, ALIAS, URI = range(6)
"""What a line is to its node."""
_IS_BEFORE_WORD = np.zeros(256, bool)
_IS_BEFORE_WORD[list(b" -/(")] = True


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
        is_first[1:] = _IS_BEFORE_WORD[self.blob[:-1]]
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
        self.begins: Ints = np.sort(np.concatenate([starts[:-1], ends + 1]), kind="stable")
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


def pack_names(index: NameIndex) -> Arrays:
    """Return the arrays of the index, without the texts, which the snapshot has."""
    return {part.name: getattr(index, part.name) for part in fields(index) if part.name not in {"blob", "starts"}}


def unpack_names(snapshot: Snapshot, arrays: Arrays) -> NameIndex:
    """Return the index that `pack_names` gave of the same snapshot."""
    return NameIndex(**arrays, blob=snapshot.folded.blob, starts=snapshot.folded.starts)
