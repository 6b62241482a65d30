"""Matches of a text among names: by its words in any order, their stems, beginnings and spellings."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from graph.snapshot.arrays import Ints
from queries.names.index import NameIndex
from queries.names.words import is_chinese, is_filler, stem_of, words_of

_STEM, _JOINED, _SPLIT, _BEGINNING, _SPELLING, _WITHIN = 0.95, 0.9, 0.85, 0.75, 0.7, 0.6
"""What a word counts that stands in a name in another form."""
_FILLER_WEIGHT = 0.1
_PAIR_WEIGHT = 0.5
_MOST_WORDS = 24
_SPELT_FROM, _SPELT_TWICE_FROM = 4, 8
"""Characters from which one slip, and two, are looked for."""
_SAME = 0.94
"""So much of what a line says is what is looked for, where it has the same words in another form or order."""
_RARE = 3
"""A word that so few names have may be a slip in those names."""
_LEAST_SHARE = 0.5
"""So much of what is looked for a name has at least that does not have all of it."""

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True)
class LineMatches:
    """How well each line matches: `share` of what is looked for, 0 to 1, `score` that and how little else it says.

    `whole`: it has every word; `same`: and none besides. `spelt`: some word is only spelt alike.
    """

    share: Scores
    score: Scores
    whole: npt.NDArray[np.bool_]
    same: npt.NDArray[np.bool_]
    spelt: bool


class NameQuery:
    """What is looked for: the words of a folded text, matched against an index."""

    def __init__(self, index: NameIndex, folded: str) -> None:
        """Read the words."""
        self._index, self.folded = index, folded
        words = list(dict.fromkeys(words_of(folded)))[:_MOST_WORDS]
        self.words = [word for word in words if not is_filler(word)] or words
        self._fillers = [word for word in words if word not in self.words]
        self._last = words[-1] if words and folded.endswith(words[-1]) else ""

    @cached_property
    def unknown(self) -> list[str]:
        """The words that no name has, in no form, and at no beginning."""
        return [word for word in self.words if not is_chinese(word) and not self._is_known(word)]

    def match(self, *, loosely: bool = False) -> LineMatches:
        """Return how each line matches; with `loosely` every word may be misspelt, not only those that no name has."""
        index = self._index
        n = len(index.text.begins)
        share, total, whole = np.zeros(n, np.float32), 0.0, np.ones(n, bool)
        covered = np.zeros(n, np.float32)
        joined = self._joined()
        for word in [*self.words, *self._fillers]:
            scores = self._scores(word, loosely)
            for parts, lines in joined:
                if word in parts:
                    scores[lines] = np.maximum(scores[lines], _JOINED)
            weight = self._weight(word)
            covered += scores * np.float32(weight)
            if word in self._fillers or _is_pair(word):
                continue
            share += scores * np.float32(weight)
            total += weight
            whole &= scores > 0
        if not self.words:
            whole[:] = False
        share /= max(total, 1e-9)
        every = sum(self._weight(word) for word in [*self.words, *self._fillers])
        says = np.maximum(index.line_weights, 1e-6)
        density = np.minimum(1, covered / says)
        score = np.float32(1 / max(every, 1e-9)) * covered * (np.float32(0.4) + np.float32(0.6) * density)
        same = whole & (covered >= np.float32(_SAME) * says)
        return LineMatches(share, score, whole, same, loosely or bool(self.unknown))

    def partly(self, found: LineMatches) -> npt.NDArray[np.bool_]:
        """Return the lines that have most of what is looked for, and not all."""
        return (found.share >= _LEAST_SHARE) & ~found.whole

    def corrections(self) -> list[str]:
        """Return the text with each word that no name has as one that comes near, the nearest first; and without it."""
        texts: list[str] = []
        unknown = self.unknown or [word for word in self.words if not is_chinese(word)]
        for word in unknown:
            texts += [self.folded.replace(word, near) for near in self._near(word, loosest=True)[:3]]
        left = [word for word in self.words if word not in unknown and not _is_pair(word)]
        if left and unknown:
            texts.append(" ".join(left))
        known = [word for word in self.words if is_chinese(word) and self._index.find_word(word) is not None]
        texts += sorted(known, key=lambda word: (not _is_pair(word), -self._weight(word)))
        return list(dict.fromkeys(texts))

    def _is_known(self, word: str) -> bool:
        index = self._index
        first, after = index.beginning(word)
        return bool(first < after or index.find_stem(stem_of(word)) or self._split(word))

    def _weight(self, word: str) -> float:
        index = self._index
        same = index.find_stem(stem_of(word))
        weight = float(index.word_weights[same[0]]) if same else 0.0
        if not same:
            first, after = index.beginning(word)
            count = max(1, int(index.line_starts[after] - index.line_starts[first]))
            weight = float(np.log1p(len(index.text.begins) / count))
        return weight * (_FILLER_WEIGHT if word in self._fillers else _PAIR_WEIGHT if _is_pair(word) else 1)

    def _scores(self, word: str, loosely: bool) -> Scores:
        """Return how well a word stands in each line: 0 where it does not, 1 where it does as it is."""
        index = self._index
        scores = np.zeros(len(index.text.begins), np.float32)
        if is_chinese(word):
            at = index.find_word(word)
            if at is not None:
                scores[index.lines_of(at, at + 1)] = 1
            return scores
        first, after = index.beginning(word)
        is_there = bool(index.find_stem(stem_of(word)))
        count = int(index.line_starts[after] - index.line_starts[first])
        if loosely or (not is_there and first == after) or (count <= _RARE and word != self._last):
            self._put_spellings(scores, word)
        if len(word) > 2 or word == self._last:
            scores[index.lines_of(first, after)] = _BEGINNING
        for parts in self._split(word):
            a, b = (self._stem_lines(part) for part in parts)
            scores[np.intersect1d(a, b)] = _SPLIT
        scores[self._stem_lines(word)] = _STEM
        at = index.find_word(word)
        if at is not None:
            scores[index.lines_of(at, at + 1)] = 1
        if not scores.any():
            self._put_within(scores, word)
        return scores

    def _stem_lines(self, word: str) -> Ints:
        index = self._index
        rows = [index.lines_of(at, at + 1) for at in index.find_stem(stem_of(word))]
        return np.concatenate(rows) if rows else index.lines[:0]

    def _split(self, word: str) -> list[tuple[str, str]]:
        """Return the word as two that names have."""
        if len(word) < 6 or self._index.find_stem(stem_of(word)):
            return []
        cuts = ((word[:at], word[at:]) for at in range(3, len(word) - 2))
        return [(a, b) for a, b in cuts if self._index.find_stem(stem_of(a)) and self._index.find_stem(stem_of(b))]

    def _joined(self) -> list[tuple[tuple[str, str], Ints]]:
        """Return the neighbours that names also write as one word, and the lines that do."""
        pairs = zip(self.words, self.words[1:], strict=False)
        return [
            ((a, b), lines)
            for a, b in pairs
            if not is_chinese(a) and not is_chinese(b) and len(lines := self._stem_lines(a + b))
        ]

    def _put_spellings(self, scores: Scores, word: str) -> None:
        index = self._index
        for near in reversed(self._near(word)):
            at = index.find_word(near)
            if at is not None:
                lines = self._stem_lines(near)
                scores[lines] = _SPELLING * (1 if near[0] == word[0] else 0.9)

    def _put_within(self, scores: Scores, word: str) -> None:
        index = self._index
        if len(word) < 3:
            return
        for at, known in enumerate(index.vocabulary):
            if word in known:
                scores[index.lines_of(at, at + 1)] = _WITHIN

    def _near(self, word: str, *, loosest: bool = False) -> list[str]:
        """Return the words that are spelt alike: one slip apart, two where it is long; nearest first."""
        from rapidfuzz import process  # noqa: PLC0415 - most searches have no slip
        from rapidfuzz.distance import OSA  # noqa: PLC0415

        if len(word) < (_SPELT_FROM - 1 if loosest else _SPELT_FROM) or any(letter.isdigit() for letter in word):
            return []
        slips = max(2, len(word) // 3) if loosest else 2 if len(word) >= _SPELT_TWICE_FROM else 1
        found: list[tuple[str, float]] = []
        for length in range(len(word) - slips, len(word) + slips + 1):
            known = self._index.words_by_length.get(length, [])
            for begin in range(0, len(known), 4096):  # other threads run between
                some = known[begin : begin + 4096]
                near = process.extract(word, some, scorer=OSA.distance, score_cutoff=slips, limit=None)
                found += [(text, float(distance)) for text, distance, _ in near]
        weights = self._index.word_weights
        ranked = sorted(
            found, key=lambda one: (one[1], one[0][0] != word[0], weights[self._index.find_word(one[0]) or 0])
        )
        return [text for text, _ in ranked if text != word][:12]


def _is_pair(word: str) -> bool:
    return len(word) == 2 and is_chinese(word)
