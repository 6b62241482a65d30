"""Text files (.md, .txt): lines, in the encodings in which Chinese texts come; Markdown's headings are known."""

import re
from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import message
from ingest.readers.documents.character_sets import decoded, text_bytes
from ingest.readers.documents.control_characters import mended
from ingest.readers.documents.passage import Passage
from ingest.readers.file_kinds import refuse_other_kinds
from ingest.readers.table import noted
from ingest.readers.tolerance import OnNote

_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]+|(?=[^#\s]))")
_ITEM = re.compile(r"\s*[-*+•·●]\s+")


def read_lines(path: Path, on_note: OnNote) -> list[Passage]:
    """Return the lines that are not empty, without Markdown's marks of headings and items.

    Raises:
        InputError: it cannot be read, is large, holds no text, or is of another format.
    """
    data = text_bytes(path)
    refuse_other_kinds(path, text=True)
    text, stray = mended(decoded(path, data, on_note))
    if stray:
        on_note(noted(message("document.control_characters", count=stray), path.name))
    if not text.strip():
        raise InputError(Problem(message("file.empty"), path.name))
    return lines_of(text)


def lines_of(text: str) -> list[Passage]:
    """Return the lines of a text that are not empty, without Markdown's marks of headings and items."""
    lines = []
    for row, line in enumerate(text.splitlines(), 1):
        heading, item = _HEADING.match(line), _ITEM.match(line)
        mark = heading or item
        if said := line[mark.end() if mark else 0 :].strip():
            lines.append(Passage(row, said, is_heading=heading is not None, is_item=item is not None))
    return lines
