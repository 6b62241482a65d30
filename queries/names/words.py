"""Tokenizer and stemmer: the words of a name, and the stems that words in other forms share.

Chinese has no blanks between words: each character is a word, and so are two that stand together.
Source: the Snowball English stemmer (Porter2).
"""

import re
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from snowballstemmer.english_stemmer import EnglishStemmer

_CJK = "\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af"
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+(?:['’][^\W_{_CJK}]+)*[+#]*")
_IS_CJK = re.compile(rf"[{_CJK}]")
_AMERICAN = (
    (re.compile(r"is(?=(e[ds]?|er|ing|ation|ations)$)"), "iz"),
    (re.compile(r"ys(?=(e[ds]?|er|ing)$)"), "yz"),
    (re.compile(r"(?<=.)our(?=s?$|ing|al)"), "or"),
    (re.compile(r"(?<=[nb])tre(?=s?$)"), "ter"),
    (re.compile(r"(?<=.)ogue(?=s?$)"), "og"),
    (re.compile(r"ll(?=(ed|ing|er|ers)$)"), "l"),
    (re.compile(r"mme(?=s?$)"), "m"),
)
"""British endings, and what stands for them: applied to names and to what is looked for, so that either finds both."""
_STEMMED_FROM = 4
_STOP = frozenset(
    ("a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "of", "on", "or", "the", "to", "with")
)


def words_of(folded: str) -> list[str]:
    """Return the words of a folded text in its order; after each two characters of Chinese, both as one word.

    >>> words_of("plc 编程 in c++")
    ['plc', '编', '程', '编程', 'in', 'c++']
    """
    words: list[str] = _WORD.findall(folded)
    if folded.isascii() or not _IS_CJK.search(folded):
        return words
    found: list[str] = []
    for before, word in pairwise(["", *words]):
        found.append(word)
        if before and is_chinese(before) and is_chinese(word) and before + word in folded:
            found.append(before + word)
    return found


def is_chinese(word: str) -> bool:
    """Say whether the word begins with a character of a script without blanks."""
    return bool(_IS_CJK.match(word))


def is_filler(word: str) -> bool:
    """Say whether the word, such as `of`, tells nothing."""
    return word in _STOP


@lru_cache(maxsize=1 << 17)
def stem_of(word: str) -> str:
    """Return the stem that a word shares with its other forms and spellings.

    >>> stem_of("organisers") == stem_of("organizing"), stem_of("centres") == stem_of("center")
    (True, True)
    """
    if len(word) < _STEMMED_FROM or not word.isascii() or not word.replace("'", "").isalpha():
        return word
    for british, american in _AMERICAN:
        word = british.sub(american, word)
    stemmed: str = _stemmer().stemWord(word)
    return stemmed


@cache
def _stemmer() -> "EnglishStemmer":
    from snowballstemmer.english_stemmer import EnglishStemmer  # noqa: PLC0415 - only what looks for names needs it

    return EnglishStemmer()
