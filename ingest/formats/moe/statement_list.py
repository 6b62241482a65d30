"""Statements of a cell or paragraph: one a number or line, else one a sentence."""

import re

from ingest.formats.framework import one_line
from ingest.formats.moe.enumeration import says_nothing
from ingest.formats.moe.text_repair import joined, repaired

_NUMBER = (
    r"(?:[（(][0-9]{1,2}[)）]|[①-⑳]|[0-9]{1,2}[)）、．]|[0-9]{1,2}\.(?![0-9])|[0-9]{1,2}(?:[.-][0-9]{1,2}){1,3}(?![0-9.%])"
    r"|[•●◆■▪·])"
)
_BEFORE_NUMBER = re.compile(rf"(?:^|(?<=[\n。；;：:\s])){_NUMBER}\s*")
_BEFORE_CIRCLED = re.compile("[①-⑳]|（[0-9]{1,2}）")
_SENTENCES = re.compile("[。；;\n]")
_END = " 。；;，,、：:"


def statements(text: str) -> list[str]:
    r"""Return what the text states, in its order, without numbers; a line end inside a numbered one is mended.

    >>> statements("1.灯器构造；\n2.灯器\n调试。"), statements("掌握构造；能调试。"), statements("①甲类②乙类")
    (['灯器构造', '灯器调试'], ['掌握构造', '能调试'], ['甲类', '乙类'])
    """
    text = _BEFORE_CIRCLED.sub(lambda found: f"\n{found[0]}", text)
    numbered = _BEFORE_NUMBER.split(text)
    if len(numbered) > 1:
        lead, *parts = numbered
        found = [*([] if _is_lead(lead) else _SENTENCES.split(lead)), *(whole(part) for part in parts)]
    else:
        found = _SENTENCES.split(text)
    names = [one_line(repaired(part)).strip(_END) for part in found]
    return list(dict.fromkeys(name for name in names if len(name) > 1 and not says_nothing(name)))


def _is_lead(text: str) -> bool:
    """Say whether the text before the first number only introduces what follows."""
    return text.strip().endswith(("：", ":")) or not text.strip(_END)


def whole(text: str) -> str:
    """Return the text on one line, what a line end had cut put together."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    found = lines[0] if lines else ""
    for line in lines[1:]:
        found = joined(found, line)
    return found
