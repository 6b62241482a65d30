"""Evidence of a link: the sentence that it was accepted for and where that stands, as the note that states it."""

import re

from graph.model import Frozen
from queries.proposals.proposal import DocumentSentence

MOST_CHARACTERS = 4000
"""How much of a sentence a note quotes."""
_APART = " · "
_NOTE = re.compile(
    r"(?P<text>[^\n]+)\n— (?P<document>[^\n]+?)"
    r"(?: · (?P<part>(?:page|table|sheet|slide):[^\n]+?))? · (?P<row>[1-9]\d*)(?: · (?P<heading>[^\n]+))?"
)


class Evidence(Frozen):
    """A sentence, and where it stands: document, part, row and heading as `SentencePlace` has them."""

    text: str
    document: str
    part: str | None
    row: int
    heading: str | None


def evidence_note(sentence: DocumentSentence) -> str:
    """Return the note of a link that was accepted for a sentence; it names nobody and no day.

    Its two lines are the sentence and the place, in no language: `outline.docx · page:3 · 12 · Outcomes`.
    """
    place = sentence.place
    document, part = (_line(one).replace(_APART, " - ") for one in (place.document, place.part or ""))
    parts = (document, part, str(place.row), _line(place.heading or ""))
    return f"{_line(sentence.text)}\n— {_APART.join(part for part in parts if part)}"


def read_evidence(note: str) -> Evidence | None:
    r"""Return what a note of `evidence_note` says; None of a note that somebody wrote by hand.

    >>> found = read_evidence("Weld pipes.\n— welding.docx · page:3 · 12 · Outcomes")
    >>> (found.text, found.part, found.row, found.heading) if found else None
    ('Weld pipes.', 'page:3', 12, 'Outcomes')
    >>> read_evidence("read in class") is None
    True
    """
    found = _NOTE.fullmatch(note)
    return None if found is None else Evidence.model_validate(found.groupdict())


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MOST_CHARACTERS else line[: MOST_CHARACTERS - 1] + "…"
