"""Free text, of files and of what is pasted, as paragraphs in which sentences can be found."""

from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import message
from ingest.readers.documents.control_characters import mended
from ingest.readers.documents.document_files import READERS, read_document
from ingest.readers.documents.lines import lines_of
from ingest.readers.documents.paragraphs import joined_lines, markdown_text
from ingest.readers.documents.passage import Passage
from ingest.readers.documents.radicals import unified
from ingest.readers.table import noted
from ingest.readers.tolerance import OnNote

ENDINGS = tuple(READERS)
"""How the names of documents end that are read."""
MAX_TEXT = 5_000_000
"""Characters; the longest outlines and standards have some 500,000."""
_OF_LINES = frozenset((".md", ".txt", ".pdf"))


def read_free_text(path: Path, on_note: OnNote) -> list[Passage]:
    """Return the paragraphs, items and rows of tables of a document; what is mended in it is told to `on_note`.

    Raises:
        InputError: it is not there, is of another format, cannot be read, holds nothing, or more than the limits allow.
    """
    passages = read_document(path, on_note, READERS)
    if not passages:
        raise InputError(Problem(message("file.empty"), path.name))
    if sum(len(passage.text) for passage in passages) > MAX_TEXT:
        raise InputError(Problem(message("document.long"), path.name))
    ending = path.suffix.lower()
    if ending == ".md":
        passages = list(markdown_text(passages))
    return joined_lines(passages) if ending in _OF_LINES else passages


def pasted_text(text: str, name: str, on_note: OnNote) -> list[Passage]:
    """Return the paragraphs and items of a text that somebody pasted; `name` is what it is called.

    Raises:
        InputError: it holds nothing, or more than the limits allow.
    """
    if len(text) > MAX_TEXT:
        raise InputError(Problem(message("document.long"), name))
    plain, stray = mended(text)
    if stray:
        on_note(noted(message("document.control_characters", count=stray), name))
    if not plain.strip():
        raise InputError(Problem(message("file.empty"), name))
    return joined_lines(list(markdown_text(lines_of(unified(plain)))))
