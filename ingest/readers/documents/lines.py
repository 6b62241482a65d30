"""Text files (.md, .txt): lines, in the encodings in which Chinese texts come; Markdown's headings are known."""

import codecs
import re
from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import message
from ingest.readers.csv_dialect import is_chinese
from ingest.readers.documents.passage import MAX_FILE_BYTES, Passage
from ingest.readers.file_kinds import refuse_other_kinds

_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]+|(?=[^#\s]))")
_ITEM = re.compile(r"\s*[-*+•·●]\s+")


def read_lines(path: Path) -> list[Passage]:
    """Return the lines that are not empty, without Markdown's marks of headings and items.

    Raises:
        InputError: it cannot be read, is large, holds no text, or is of another format.
    """
    lines = []
    for row, line in enumerate(_text(path).splitlines(), 1):
        heading, item = _HEADING.match(line), _ITEM.match(line)
        mark = heading or item
        if text := line[mark.end() if mark else 0 :].strip():
            lines.append(Passage(row, text, is_heading=heading is not None, is_item=item is not None))
    return lines


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InputError(Problem(message("file.large", megabytes=MAX_FILE_BYTES // 1_000_000), path.name))
        refuse_other_kinds(path, text=True)
        text = _decoded(path)
    except OSError as error:
        raise InputError(Problem(message("file.unreadable", error=error.strerror or str(error)), path.name)) from None
    if not text.strip():
        raise InputError(Problem(message("file.empty"), path.name))
    return text


def _decoded(path: Path) -> str:
    """Return the text: UTF-16 is known by its byte order mark, GB18030 by its characters, once the file is no UTF-8."""
    data = path.read_bytes()
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if is_chinese(path):
            return data.decode("gb18030", "replace")
        raise InputError(Problem(message("file.not_utf8", byte=error.start + 1), path.name)) from None
