"""Sentences of a document: its passages cut up in Chinese and English, each with its place, heading and kind."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

from graph.cancellation import cancellable_rows
from graph.messages import Language
from queries.likeness.passages import is_mostly_chinese
from queries.proposals.kind_rules import heading_kind, sentence_kind
from queries.proposals.proposal import DocumentSentence, SentenceKind, SentencePlace

LONGEST = 1000
"""A sentence of more characters is cut at a comma or space, or else there."""
_TERMINATOR = re.compile(
    r"[。！？!?；;…]+[”’\"'）)】》」』]*\s*|\.+[”’\"')]*(?=\s|$)\s*|\n+|(?<=\S)(?=[①-⑳]|[（(]\d{1,2}[)）])"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|cf|approx|no|nr|fig|dr|mr|mrs|ms|prof|st|inc|ltd|co|dept|est|min|max|incl|resp)"
    r"|\b[A-Za-z]|^\s*\d{1,3}|\.[A-Za-z])\.$",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\s*(?:[-*+•·●○◆◇■□▪►➢✓√]\s*|[(（\[【]?(?:\d{1,3}(?:\.\d{1,3})*|[一二三四五六七八九十]{1,3}|[a-zA-Z]|[ivxIVX]{1,4})[.．、)）\]】](?!\d)\s*"
    r"|[①-⑳]\s*|第[\d一二三四五六七八九十]{1,3}[章节条部]\s*)+"
)
_LABEL = re.compile(r"[（(]?[^\s:：。；;，,（()）][^:：。；;，,]{0,40}[:：]\s*(?=\S)")
_LONGEST_HEADING = 30
_LETTERS = re.compile(r"[^\W\d_]")
_LEAST_LETTERS = 2
_SHORT = 3
"""Of fewer words, or twice as many Chinese characters, is no sentence but a fragment, unless a heading says what of."""
_SOFT = re.compile(r"[，,、\s]")


class PassageLike(Protocol):
    """What readers of documents hand over."""

    @property
    def row(self) -> int:
        """Return its line, paragraph or row."""

    @property
    def text(self) -> str:
        """Return its text."""

    @property
    def part(self) -> str | None:
        """Return its page, table or sheet."""

    @property
    def is_heading(self) -> bool:
        """Return whether it is marked as a heading."""

    @property
    def is_item(self) -> bool:
        """Return whether it is marked as an item."""

    @property
    def cells(self) -> tuple[str, ...]:
        """Return the cells of a table's row."""


class _Segment(NamedTuple):
    """Text within a passage, where it begins there, and the heading that speaks for it."""

    text: str
    start: int
    heading: str | None
    kind: SentenceKind | None


def cut_sentences(passages: Iterable[PassageLike], document: str) -> list[DocumentSentence]:
    """Return the sentences of a document in its order; headings are some, too, of kind `other`."""
    found: list[DocumentSentence] = []
    for passage, segment in cancellable_rows(_segments(passages)):
        for start, end in _ranges(segment.text):
            text = segment.text[start:end]
            place = SentencePlace(
                document=document,
                part=passage.part,
                row=passage.row,
                start=segment.start + start,
                end=segment.start + end,
                heading=segment.heading,
            )
            language: Language = "zh" if is_mostly_chinese(text) else "en"
            found.append(
                DocumentSentence(text=text, kind=_kind(text, passage, segment), language=language, place=place)
            )
    return _in_context(found)


def _kind(text: str, passage: PassageLike, segment: _Segment) -> SentenceKind:
    if passage.is_heading or _is_heading(passage):
        return SentenceKind.OTHER
    kind = sentence_kind(text, segment.kind)
    is_fragment = segment.kind is None and _words(text) < _SHORT
    return SentenceKind.OTHER if is_fragment and kind is SentenceKind.CONTENT else kind


def _words(text: str) -> float:
    return sum(0.5 if one >= "\u2e80" else 0 for one in text) + len(re.findall(r"[^\W\d_]{2,}", _no_han(text)))


def _no_han(text: str) -> str:
    return text if text.isascii() else re.sub("[\u2e80-\uffff]", " ", text)


def _in_context(found: Sequence[DocumentSentence]) -> list[DocumentSentence]:
    texts = [None, *(one.text for one in found), None]
    return [
        one.model_copy(update={"before": before, "after": after})
        for one, (before, _), (_, after) in zip(found, pairwise(texts[:-1]), pairwise(texts[1:]), strict=True)
    ]


def _segments(passages: Iterable[PassageLike]) -> Iterator[tuple[PassageLike, _Segment]]:
    """Yield the texts of each passage, with the nearest heading above, and what that or one before it says."""
    heading: str | None = None
    kind: SentenceKind | None = None
    columns: dict[int, str] = {}
    table: str | None = None
    for passage in passages:
        if passage.cells:
            if passage.part != table:
                table, columns = passage.part, _column_heads(passage)
            yield from ((passage, segment) for segment in _cells(passage, heading, kind, columns))
            continue
        table = None
        if passage.is_heading or _is_heading(passage):
            said = heading_kind(passage.text)
            kind = said if said is not None or kind is SentenceKind.OTHER else kind
            yield passage, _Segment(passage.text, 0, heading, kind)
            heading = _bare(passage.text) or passage.text
            continue
        start, label = _label(passage.text)
        said = heading_kind(label) if label else None
        if label and said is not None:
            yield passage, _Segment(passage.text[start:], start, label, said)
        else:
            yield passage, _Segment(passage.text, 0, heading, kind)


def _is_heading(passage: PassageLike) -> bool:
    """Say whether a line that is not marked as a heading is one: short, no sentence, and with words of the table."""
    text = passage.text
    bare = _bare(text)
    if passage.cells or not bare or len(bare) > _LONGEST_HEADING or re.search(r"[。；，,;！？!?]|\.\s*$", bare):
        return False
    return not _label(text)[1] and not passage.is_item and heading_kind(bare) is not None and _words(bare) <= 5


def _bare(text: str) -> str:
    """Return a heading without its number and the signs around it."""
    number = _NUMBER.match(text)
    return text[number.end() if number else 0 :].strip(" :：【】[]")


def _label(text: str) -> tuple[int, str]:
    """Return where what a label is put before begins, and the label; 0 and nothing where there is none."""
    number = _NUMBER.match(text)
    found = _LABEL.match(text, number.end() if number else 0)
    return (0, "") if found is None else (found.end(), found[0].strip(" :：（(）)"))


def _column_heads(passage: PassageLike) -> dict[int, str]:
    return {at: cell for at, cell in enumerate(passage.cells) if cell and len(cell) <= _LONGEST_HEADING}


def _cells(
    passage: PassageLike, heading: str | None, kind: SentenceKind | None, columns: dict[int, str]
) -> Iterator[_Segment]:
    """Yield the texts of a row's cells; the head of a column or row speaks for them, where its words say something."""
    at, before = 0, None
    of_row: str | None = None
    for number, cell in enumerate(passage.cells):
        if not cell:
            continue
        start = passage.text.find(cell, at)
        at = max(at, start) + len(cell)
        if cell == before or start < 0:
            continue
        before = cell
        says = heading_kind(cell) if len(cell) <= _LONGEST_HEADING else None
        head = of_row or columns.get(number)
        if columns.get(number) == cell or (says is not None and of_row is None and _words(cell) <= 5):
            of_row = cell if columns.get(number) != cell else of_row
            yield _Segment(cell, start, heading, SentenceKind.OTHER)
            continue
        said = heading_kind(head) if head else None
        yield _Segment(cell, start, head if said is not None else heading, said if said is not None else kind)


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the sentences of a text begin and end, without white space and numbers around them."""
    start = 0
    for found in _TERMINATOR.finditer(text):
        if found[0].startswith(".") and _ABBREVIATION.search(text[max(0, found.start() - 12) : found.start() + 1]):
            continue
        yield from _trimmed(text, start, found.end())
        start = found.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    number = _NUMBER.match(text, start, end)
    start = number.end() if number else start
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > LONGEST:
        soft = [found.end() for found in _SOFT.finditer(text, start + LONGEST // 2, start + LONGEST)]
        cut = soft[-1] if soft else start + LONGEST
        yield start, cut
        start = cut
    if sum(1 for _ in _LETTERS.finditer(text, start, end)) >= _LEAST_LETTERS:
        yield start, end
