"""The evidence of a trace: the sentence of each link, where it stands, and who accepted it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.text import Text

from api.answers.document_place import place_words
from api.answers.evidence import LinkEvidence, NoteEvidence
from api.cli.terminal import Terminal, indented, line
from graph.messages.reader_language import reader_language, say

MOST_SHOWN = 8
"""How many links are shown; the page of the competency has the rest."""


def draw_evidence(found: Sequence[LinkEvidence], out: Terminal) -> None:
    """Show what links rest on, those with the competency first; nothing where none rests on anything."""
    if found:
        out.show(Text(), line((say("evidence.title", n=len(found)), "bold")))
        for one in found[:MOST_SHOWN]:
            out.show(*_draw_link(one, out.width))
        if len(found) > MOST_SHOWN:
            out.show(line((say("evidence.more", n=len(found) - MOST_SHOWN), "dim")))


def _draw_link(one: LinkEvidence, width: int) -> Iterator[Text]:
    words = f"{one.link.start.name} {say(f'relation.{one.link.relation}')} {one.link.end.name}"
    yield from indented(line("  " + words), 4, width)
    for note in one.notes:
        said = " ".join((note.quoted.text if note.quoted else note.note).split())
        yield from indented(line("    “", said, "”"), 5, width)
        yield from indented(line(("    " + _where(note), "dim")), 4, width)


def _where(note: NoteEvidence) -> str:
    if note.quoted is None:
        return note.source
    place = " · ".join(place_words(note.quoted, reader_language()))
    if note.at is None:
        return place
    day = _day(note.at)
    told = say("evidence.accepted", day=day)
    if note.reviewer is not None:
        told = say("evidence.accepted_by", who=note.reviewer, day=day)
    return f"{place} – {told}"


def _day(moment: datetime) -> str:
    month = say("paper.months").split()[moment.month - 1]
    return say("paper.date", year=moment.year, month=month, day=moment.day)
