"""Evidence as the note of a link: what is written is what is read, and notes of people are left to them."""

from itertools import product

from graph.properties import Text
from queries.proposals.evidence import MOST_CHARACTERS, Evidence, evidence_note, read_evidence
from queries.proposals.proposal import DocumentSentence, SentenceKind, SentencePlace

TEXTS = ("能编写机器人搬运程序。", "Weld pipes — in 3 positions · overhead", "two\nlines\tof a cell", "x" * 9000)
DOCUMENTS = ("大纲.docx", "a · 3 · b.docx", "text-1a2b3c4d.txt")
PARTS = (None, "page:3", "table:2", "sheet:Units · 2")
HEADINGS = (None, "教学目标", "Outcomes · 2026 · 1")


def test_what_is_written_is_read() -> None:
    """The sentence and its place come back, white space and what is too long aside; a link takes the note as it is."""
    for text, document, part, heading in product(TEXTS, DOCUMENTS, PARTS, HEADINGS):
        place = SentencePlace(document=document, part=part, row=12, start=0, end=5, heading=heading)
        note = evidence_note(DocumentSentence(text=text, kind=SentenceKind.OUTCOME, language="zh", place=place))
        line = " ".join(text.split())
        quoted = line if len(line) <= MOST_CHARACTERS else line[: MOST_CHARACTERS - 1] + "…"
        told = Evidence(text=quoted, document=_plain(document), part=part and _plain(part), row=12, heading=heading)
        assert read_evidence(note) == told, note
        assert Text(lines=True).parse(note) == note


def test_notes_by_hand_are_no_evidence() -> None:
    """What only looks like it in part is left as it stands."""
    for note in (
        "",
        "read in class",
        "one\ntwo",
        "Weld.\n— a.docx",
        "a\nb\n— a.docx · 1",
        "— a.docx · 1",
        "x\n— a · 0",
    ):
        assert read_evidence(note) is None, note


def _plain(name: str) -> str:
    return name.replace(" · ", " - ")
