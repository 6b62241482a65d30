"""Document beside its proposals: sentences set as they stand in it, each with how far it is."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from api.answers.document_place import place_words
from api.state.sentence_rows import QueuedSentence
from graph.messages import Language

BEFORE, AFTER = 25, 55
"""How many sentences before and after the current one are shown; the rest is a link away."""


class TextSpan(NamedTuple):
    """A sentence of a paragraph; one of which nothing is proposed has no address and no state."""

    text: str
    address: str | None
    state: str | None
    is_now: bool


class TextBlock(NamedTuple):
    """A paragraph, below a heading where one begins; a small screen shows the current one and those that are near."""

    heading: str | None
    spans: list[TextSpan]
    is_near: bool


class DocumentPane(NamedTuple):
    """The part of a document around the current sentence; `total` and `left` count proposed and open ones of it all."""

    name: str
    place: str
    total: int
    left: int
    blocks: list[TextBlock]
    earlier: str | None
    later: str | None


def document_pane(
    name: str, text: Sequence[QueuedSentence], now: str, address: Callable[[str], str], language: Language
) -> DocumentPane:
    """Return the document around the sentence of the key `now`; what its latest edition has no more is left out."""
    lines = [line for line in _without_headings(text) if not line.is_gone or line.key == now]
    at = next(i for i, line in enumerate(lines) if line.key == now)
    first, end = max(at - BEFORE, 0), min(at + AFTER, len(lines))
    return DocumentPane(
        name=name,
        place=" · ".join(place_words(lines[at].sentence.place, language)[1:]),
        total=sum(line.status is not None for line in lines),
        left=sum(line.status == "open" for line in lines),
        blocks=_blocks(lines[first:end], lines[at], address),
        earlier=_nearest(reversed(lines[:first]), address),
        later=_nearest(iter(lines[end:]), address),
    )


def _without_headings(text: Sequence[QueuedSentence]) -> Iterator[QueuedSentence]:
    """Yield the sentences but for those that stand as the heading above the next one."""
    for line, following in zip(text, [*text[1:], None], strict=True):
        is_heading = following is not None and following.sentence.place.heading == line.sentence.text
        if line.status is not None or not is_heading:
            yield line


def _nearest(lines: Iterator[QueuedSentence], address: Callable[[str], str]) -> str | None:
    return next((address(line.key) for line in lines if line.status is not None), None)


def _blocks(lines: Sequence[QueuedSentence], now: QueuedSentence, address: Callable[[str], str]) -> list[TextBlock]:
    passages = [list(sentences) for _, sentences in groupby(lines, _passage)]
    here = next(i for i, found in enumerate(passages) if any(line.key == now.key for line in found))
    blocks: list[TextBlock] = []
    above: str | None = None
    for i, found in enumerate(passages):
        heading = found[0].sentence.place.heading
        spans = [_span(line, now, address) for line in found]
        blocks.append(TextBlock(heading if heading != above else None, spans, abs(i - here) <= 1))
        above = heading
    return blocks


def _span(line: QueuedSentence, now: QueuedSentence, address: Callable[[str], str]) -> TextSpan:
    is_now = line.key == now.key
    return TextSpan(line.sentence.text, address(line.key) if line.status or is_now else None, line.status, is_now)


def _passage(line: QueuedSentence) -> tuple[str | None, int]:
    return line.sentence.place.part, line.sentence.place.row
