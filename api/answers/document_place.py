"""Places in documents as people read them: the document, its page, table or sheet, the row, and the heading above."""

from typing import Protocol

from graph.messages import Language, catalogue, text

_PARAGRAPHS = (".docx", ".html", ".htm")


class PlaceInDocument(Protocol):
    """What says where a sentence stands."""

    @property
    def document(self) -> str:
        """Return the document's name."""

    @property
    def part(self) -> str | None:
        """Return its page, table or sheet, such as `page:3`."""

    @property
    def row(self) -> int:
        """Return the line, paragraph or row in that, from 1."""

    @property
    def heading(self) -> str | None:
        """Return the heading above."""


def place_words(place: PlaceInDocument, language: Language) -> list[str]:
    """Return a place in words, from the document down to the row, then the heading above.

    >>> from queries.proposals.evidence import Evidence
    >>> place_words(Evidence(text="-", document="a.pdf", part="page:3", row=12, heading="Outcomes"), "en")
    ['a.pdf', 'page 3', 'line 12', 'Outcomes']
    """
    kind, _, name = (place.part or "").partition(":")
    part = [text(f"evidence.{kind}", language, n=name)] if f"evidence.{kind}" in catalogue() else [place.part or ""]
    row = text(f"evidence.{_row_word(place.document, kind)}", language, n=place.row)
    return [said for said in (place.document, *part, row, place.heading or "") if said]


def _row_word(document: str, part: str) -> str:
    if part in {"table", "sheet"}:
        return "row"
    return "paragraph" if document.lower().endswith(_PARAGRAPHS) and not part else "line"
