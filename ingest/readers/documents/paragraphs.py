"""Paragraphs of documents that have lines: lines that were wrapped are joined, marks of Markdown are gone."""

import re
from collections.abc import Iterator, Sequence

from ingest.readers.documents.passage import Passage

_LONG_LINE = 40
"""A line of so many columns may have been wrapped; a Chinese character is two wide."""
_ENDS = re.compile(r"[.。!！?？;；:：…”\"'’）)】》」|]\s*$")
_BEGINS = re.compile(
    r"\s*(?:[-*+•·●○◆◇■□▪►➢✓√]|[(（\[【]?(?:\d{1,3}|[一二三四五六七八九十]{1,3}|[a-zA-Z]|[ivxIVX]{1,4})[.．、)）\]】:：]|[①-⑳]|[^\s:：。，,.]{2,12}[:：]|第[\d一二三四五六七八九十]{1,3}[章节条周课])"
)
_WORD_END, _WORD_BEGIN = re.compile(r"[a-z]-$"), re.compile(r"[a-z]")
_ASKS_ON = re.compile(r"(?:,|[a-z]-|\b(?:an?|and|as|at|by|for|from|in|into|of|on|or|that|the|to|using|with))$")
_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_PICTURE, _LINK = re.compile(r"!\[[^\]]{0,200}\]\([^)]{0,300}\)"), re.compile(r"\[([^\]]{0,200})\]\([^)]{0,300}\)")
_EMPHASIS = re.compile(r"(\*{1,3}|_{2,3}|~~|`{1,3})(?=\S)([^*_~`]{1,300}?)(?<=\S)\1")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>|<!--.{0,300}?-->")
_LONGEST_MARKED = 10_000
"""In a longer line marks are left as they are, so that looking for them takes no long time."""
_RULE = re.compile(r"[\s|:=*_-]+")


def joined_lines(passages: Sequence[Passage]) -> list[Passage]:
    """Return the passages with those joined that are one paragraph, wrapped at the line's end.

    A joined one stands in the row of its first line. Joined are neighbours of one part, the first a long line that does
    not end a sentence, the second no heading and no item.
    """
    joined: list[Passage] = []
    last = -1
    for passage in passages:
        before = joined[-1] if joined else None
        if before is not None and passage.row == last + 1 and _goes_on(before, passage):
            joined[-1] = before._replace(text=_joint(before.text, passage.text))
        else:
            joined.append(passage)
        last = passage.row
    return joined


def markdown_text(passages: Sequence[Passage]) -> Iterator[Passage]:
    """Yield the passages of Markdown without marks of links, pictures and emphasis; code is left out, tables are rows.

    >>> list(markdown_text([Passage(1, "**Fit** [pumps](http://x.y/z)"), Passage(2, "| a | b |")]))[1].cells
    ('a', 'b')
    """
    tables, is_code, last = 0, False, -1
    for passage in passages:
        if _FENCE.match(passage.text):
            is_code = not is_code
            continue
        if is_code or _RULE.fullmatch(passage.text):
            last = passage.row if passage.text.startswith("|") else last
            continue
        text = _plain(passage.text)
        if text.startswith("|") and text.count("|") > 1:
            tables += passage.row != last + 1
            last = passage.row
            cells = tuple(cell.strip() for cell in text.strip("|").split("|"))
            yield passage._replace(text=" ".join(filter(None, cells)), part=f"table:{tables}", cells=cells)
        elif text:
            yield passage._replace(text=text)


def _plain(text: str) -> str:
    if len(text) > _LONGEST_MARKED:
        return text
    text = _TAG.sub("", _LINK.sub(r"\1", _PICTURE.sub("", text)))
    return _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", text)).strip()


def _goes_on(before: Passage, after: Passage) -> bool:
    if before.part != after.part or before.cells or after.cells or before.is_heading or after.is_heading:
        return False
    return (
        not after.is_item
        and _columns(before.text) >= _LONG_LINE
        and _ENDS.search(before.text[-10:]) is None
        and _BEGINS.match(after.text) is None
        and not _is_title(before.text, after.text)
    )


def _is_title(before: str, after: str) -> bool:
    """Say whether a line begins something new: a short one with a capital, after a line that does not ask for more."""
    return after[:1].isupper() and _columns(after) < _LONG_LINE and _ASKS_ON.search(before[-12:]) is None


def _columns(text: str) -> int:
    """Return how wide the last line of a text is."""
    line = text[-2 * _LONG_LINE :]
    return sum(2 if ord(character) >= 0x2E80 else 1 for character in line)


def _joint(before: str, after: str) -> str:
    if _WORD_END.search(before[-2:]) and _WORD_BEGIN.match(after):
        return before[:-1] + after
    apart = "" if max(before[-1:], after[:1]) >= "\u2e80" else " "
    return before + apart + after
