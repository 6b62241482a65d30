"""Passages of a text: every few words that stand together, since a sentence may name several things."""

import re
from itertools import chain

SIZES = (2, 4)
"""The lengths of passages in words; a Chinese character counts as half a word."""
MOST_UNITS = 300
"""How much of a text is cut up, in words and Chinese characters."""
_CHINESE_NAME = 16
"""How many characters a Chinese name of a competency or course has at most, mostly."""
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_CHARACTER = re.compile(f"[{_HAN}]")
_UNIT = re.compile(rf"[{_HAN}]|[^\s{_HAN}]+")


def passages(text: str) -> list[str]:
    """Return the passages of a text, each once, in order of length, then place.

    The text alone where it has no more words than a passage, or, in Chinese, is no longer than a name.

    >>> passages("Install and maintain pumps")
    ['Install and', 'and maintain', 'maintain pumps', 'Install and maintain pumps']
    >>> passages("编写机器人程序")
    ['编写机器人程序']
    """
    units = list(_UNIT.finditer(text))[:MOST_UNITS]
    is_chinese = is_mostly_chinese(text)
    if len(units) <= (_CHINESE_NAME if is_chinese else SIZES[0]):
        return [text]
    scale = 2 if is_chinese else 1
    cut = chain.from_iterable(_runs(text, units, scale * size) for size in SIZES)
    return list(dict.fromkeys(cut))


def is_mostly_chinese(text: str) -> bool:
    """Say whether more than half of a text's words and Chinese characters are the latter."""
    units = list(_UNIT.finditer(text))[:MOST_UNITS]
    return 2 * sum(_CHARACTER.match(unit[0]) is not None for unit in units) > len(units)


def _runs(text: str, units: list[re.Match[str]], size: int) -> list[str]:
    starts = range(max(1, len(units) - size + 1))
    return [text[units[at].start() : units[min(at + size, len(units)) - 1].end()] for at in starts]
