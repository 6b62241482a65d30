"""HTML pages (.html, .htm): headings, paragraphs, items and rows of tables, as somebody who reads the page sees them.

Nothing is fetched and no script is run: the parser reports elements and text alone, and builds no tree.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from graph.errors import InputError, Problem
from graph.messages import message
from ingest.readers.documents.character_sets import decoded, text_bytes
from ingest.readers.documents.control_characters import mended
from ingest.readers.documents.passage import MAX_CHARACTERS, MAX_PASSAGES, Passage
from ingest.readers.file_kinds import refuse_other_kinds
from ingest.readers.table import noted, shown
from ingest.readers.tolerance import OnNote

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNSEEN = frozenset(
    ("script", "style", "template", "noscript", "head", "svg", "math", "iframe", "object", "audio", "video", "canvas")
)
_BLOCKS = frozenset(
    (
        *("p", "div", "br", "hr", "ul", "ol", "dl", "dt", "dd", "blockquote", "pre", "section", "article", "header"),
        *("footer", "main", "aside", "nav", "form", "fieldset", "figure", "figcaption", "caption", "address", "body"),
    )
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_HEAD_BYTES, _BLOCK = 4096, 1 << 16
_WESTERN = {"iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}
"""What browsers take these for. Source: WHATWG Encoding Standard, 4.2."""


def read_page(path: Path, on_note: OnNote) -> list[Passage]:
    """Return the passages of a page that hold text.

    Raises:
        InputError: it cannot be read, holds no text, more than the limits allow, or is of another format.
    """
    data = text_bytes(path)
    refuse_other_kinds(path)
    charset = _CHARSET.search(data[:_HEAD_BYTES])
    declared = None if charset is None else charset[1].decode("ascii", "replace").lower()
    page = decoded(path, data, on_note, _WESTERN.get(declared or "", declared))
    text = _read(path, page)
    if text.stray:
        on_note(noted(message("document.control_characters", count=text.stray), path.name))
    if not text.passages:
        raise InputError(Problem(message("file.empty"), path.name))
    return text.passages


def _read(path: Path, page: str) -> "_PageText":
    from lxml import etree  # noqa: PLC0415 - loads for 0.1 s, and most files are no pages

    text = _PageText()
    parser = etree.HTMLParser(target=text, encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True)
    data = page.replace("\0", "").encode("utf-8", "replace")
    try:
        for start in range(0, len(data), _BLOCK):
            parser.feed(data[start : start + _BLOCK])
        parser.close()
    except _LongPageError:
        raise InputError(Problem(message("document.long"), path.name)) from None
    except (etree.LxmlError, AssertionError) as error:
        if not text.passages:
            raise InputError(Problem(message("document.damaged", fault=shown(str(error), 100)), path.name)) from None
    return text


class _LongPageError(Exception):
    """The page holds more than is read."""


class _PageText:
    """What the parser reports, put together as passages; a table inside a table is text of the cell around it."""

    def __init__(self) -> None:
        self.passages: list[Passage] = []
        self._parts: list[str] = []
        self._cells: list[str] = []
        self._characters = self._unseen = self._depth = self._tables = self._row = self._paragraphs = self.stray = 0
        self._heading = self._item = False

    def start(self, tag: str, _: "Mapping[str, str]") -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "table":
            self._begin_table()
        elif self._depth:
            if tag in _BLOCKS or tag == "li":
                self._parts.append("\n")
        elif tag in _BLOCKS or tag in _HEADINGS or tag == "li":
            self._end_paragraph()
            self._heading, self._item = tag in _HEADINGS, tag == "li"

    def end(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag == "table" and self._depth:
            self._end_row()
            self._depth -= 1
        elif self._depth == 1 and tag in {"td", "th"}:
            self._cells.append(self._taken())
        elif self._depth == 1 and tag == "tr":
            self._end_row()
        elif not self._depth and (tag in _BLOCKS or tag in _HEADINGS or tag == "li"):
            self._end_paragraph()

    def data(self, text: str) -> None:
        if not self._unseen:
            text, stray = mended(text)
            self._characters, self.stray = self._characters + len(text), self.stray + stray
            if self._characters > MAX_CHARACTERS:
                raise _LongPageError
            self._parts.append(text.replace("\n", " ") if not self._depth else text)

    def close(self) -> None:
        self._end_row() if self._depth else self._end_paragraph()

    def _begin_table(self) -> None:
        if not self._depth:
            self._end_paragraph()
            self._tables, self._row = self._tables + 1, 0
        self._parts.append("\n")
        self._depth += 1

    def _taken(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self._parts).split("\n"))
        self._parts = []
        return "\n".join(filter(None, lines))

    def _end_row(self) -> None:
        if self._depth != 1:
            self._parts.append("\n")
            return
        rest, cells = self._taken(), self._cells
        self._cells = []
        cells = [*cells, rest] if rest else cells
        if cells:
            self._row += 1
            text = " ".join(filter(None, cells))
            self._add(Passage(self._row, text, f"table:{self._tables}", cells=tuple(cells)))

    def _end_paragraph(self) -> None:
        text = " ".join(self._taken().split())
        if text:
            self._paragraphs += 1
            self._add(Passage(self._paragraphs, text, is_heading=self._heading, is_item=self._item))
        self._heading = self._item = False

    def _add(self, passage: Passage) -> None:
        if len(self.passages) >= MAX_PASSAGES:
            raise _LongPageError
        if passage.text:
            self.passages.append(passage)
