"""Shared words of two texts, by their stems: the plain reason why the two are taken to be alike."""

from difflib import SequenceMatcher
from typing import NamedTuple

from queries.likeness.n_grams import NodeText, is_chinese, stem, words

_SHOWN = 3
# Words that any two English texts share and that tell nothing.
_EMPTY = """
about across after all and any are as at be both but by can each for from has have how in into is it its may
more most not of on or other our such than that the their them then there these they this those through to under
use used using what when where which while who will with within without you your
"""
_EMPTY_STEMS = frozenset(stem(word) for word in _EMPTY.split())


class StemmedWords(NamedTuple):
    """What is said of a thing, for showing: its telling words by their stems, and all of its Chinese."""

    words: dict[str, str]
    chinese: str


def wording(texts: NodeText) -> StemmedWords:
    """Return the telling words of names and texts: of three letters and more, none that any two texts share."""
    word_of_stem: dict[str, str] = {}
    chinese = []
    for text in (*texts.names, *texts.more):
        for word in words(text):
            if is_chinese(word):
                chinese.append(word)
            elif len(word) > 2 and stem(word) not in _EMPTY_STEMS:
                word_of_stem.setdefault(stem(word), word)
    return StemmedWords(word_of_stem, " ".join(chinese))


def shared_words(ours: StemmedWords, theirs: StemmedWords) -> list[str]:
    """Return up to three words that both sides say, the longest first; of Chinese, runs of two characters and more.

    >>> left, right = (Described([name], []) for name in ("Network threats", "Knowledge of a threat to networks"))
    >>> shared_words(wording(left), wording(right))
    ['network', 'threats']
    """
    common = [ours.words[key] for key in ours.words.keys() & theirs.words.keys()]
    return sorted([*common, *_runs(ours.chinese, theirs.chinese)], key=lambda word: (-_telling(word), word))[:_SHOWN]


def _telling(word: str) -> int:
    """Return the length, for which a Chinese character counts as three letters."""
    return len(word) * (3 if is_chinese(word) else 1)


def _runs(ours: str, theirs: str) -> list[str]:
    """Return the runs of Chinese characters that both say, none twice and none within another."""
    if not ours or not theirs:
        return []
    blocks = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    runs = {run for block in blocks for run in ours[block.a : block.a + block.size].split() if len(run) > 1}
    return [run for run in runs if not any(run != other and run in other for other in runs)]
