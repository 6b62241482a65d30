"""Which telling words two descriptions share: the plain reason why they are taken to be alike."""

from difflib import SequenceMatcher

from queries.likeness import Described, is_chinese, stem, words

_SHOWN = 3
# Words that any two English texts share and that tell nothing.
_EMPTY = """
about across after all and any are as at be both but by can each for from has have how in into is it its may
more most not of on or other our such than that the their them then there these they this those through to under
use used using what when where which while who will with within without you your
"""
_EMPTY_STEMS = frozenset(stem(word) for word in _EMPTY.split())


def shared_words(left: Described, right: Described) -> list[str]:
    """Return up to three words that both sides say, the longest first; of Chinese, runs of two characters and more.

    >>> shared_words(Described(["Network threats"], []), Described(["Knowledge of a threat to networks"], []))
    ['network', 'threats']
    """
    ours, theirs = _words(left), _words(right)
    common = [word for key, word in ours.items() if key in theirs]
    return sorted([*common, *_runs(left, right)], key=lambda word: (-_telling(word), word))[:_SHOWN]


def _telling(word: str) -> int:
    """Return the length, for which a Chinese character counts as three letters."""
    return len(word) * (3 if is_chinese(word) else 1)


def _words(said: Described) -> dict[str, str]:
    """Return the words that tell something, by their stems."""
    found: dict[str, str] = {}
    for text in (*said.names, *said.more):
        for word in words(text):
            if len(word) > 2 and stem(word) not in _EMPTY_STEMS and not is_chinese(word):
                found.setdefault(stem(word), word)
    return found


def _runs(left: Described, right: Described) -> list[str]:
    """Return the runs of Chinese characters that both say, none twice and none within another."""
    ours, theirs = (
        " ".join(word for text in (*said.names, *said.more) for word in words(text) if is_chinese(word))
        for said in (left, right)
    )
    if not ours or not theirs:
        return []
    blocks = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    runs = {run for block in blocks for run in ours[block.a : block.a + block.size].split() if len(run) > 1}
    return [run for run in runs if not any(run != other and run in other for other in runs)]
