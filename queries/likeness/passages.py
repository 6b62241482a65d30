"""Passages of a text: every few words that stand together, since a sentence may name several things."""

import re
from itertools import chain

SIZES = (2, 4)
"""The lengths of passages in words; a Chinese character counts as half a word."""
MOST_UNITS = 300
"""How much of a text is cut up, in words and Chinese characters."""
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_UNIT = re.compile(rf"[{_HAN}]|[^\s{_HAN}]+")


def passages(text: str) -> list[str]:
    """Return the passages of a text, each once, in order of length, then place; the text alone where it is short.

    >>> passages("Install and maintain pumps")
    ['Install and', 'and maintain', 'maintain pumps', 'Install and maintain pumps']
    >>> passages("编写程序")
    ['编写程序']
    """
    units = list(_UNIT.finditer(text))[:MOST_UNITS]
    if not units:
        return [text]
    han = sum(len(unit[0]) == 1 and not unit[0].isascii() for unit in units)
    scale = 2 if 2 * han > len(units) else 1
    cut = chain.from_iterable(_runs(text, units, scale * size) for size in SIZES)
    return list(dict.fromkeys(cut))


def _runs(text: str, units: list[re.Match[str]], size: int) -> list[str]:
    starts = range(max(1, len(units) - size + 1))
    return [text[units[at].start() : units[min(at + size, len(units)) - 1].end()] for at in starts]
