"""Tables of documents, whole: the rows of Word, Markdown and sheets, with merged cells filled and their caption."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.readers.documents.embedded_tables import BEGIN, END, embedded_rows
from ingest.readers.documents.passage import Passage

_RULE = re.compile(r"[\s:|-]+")
_LINE_END = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)


@dataclass
class DocumentTable:
    """A table; `caption` is the text before it, and each row has the text of the cells that go on in it."""

    caption: str
    rows: list[Passage] = field(default_factory=list)


def blocks(passages: Sequence[Passage]) -> Iterator[Passage | DocumentTable]:
    """Yield texts and tables in the order of the document."""
    table: DocumentTable | None = None
    part: str | None = None
    caption = ""
    for passage in _unfolded(passages):
        cells = row_cells(passage)
        if not cells:
            if table is not None and is_rule(passage):
                continue
            if table is not None:
                yield table
            table, caption = None, passage.text
            yield passage
        elif table is not None and part == passage.part:
            table.rows.append(_filled(passage, cells, table.rows[-1].cells))
        else:
            if table is not None:
                yield table
            table, part = DocumentTable(caption, [_filled(passage, cells, ())]), passage.part
    if table is not None:
        yield table


def _unfolded(passages: Sequence[Passage]) -> Iterator[Passage]:
    """Yield the passages, with rows in the place of the lines of tables of HTML, and what stands behind each."""
    lines: list[Passage] = []
    for passage in passages:
        if not lines and not passage.text.lower().startswith(BEGIN):
            yield passage
            continue
        lines.append(passage)
        end = passage.text.lower().rfind(END)
        if end >= 0:
            yield from embedded_rows(lines)
            lines = []
            yield passage._replace(text=passage.text[end + len(END) :].strip())
    yield from embedded_rows(lines) if lines else ()


def row_cells(passage: Passage) -> tuple[str, ...]:
    r"""Return the cells of a table's row: of a Word document or sheet, or of Markdown; none of any other passage.

    >>> row_cells(Passage(1, "| 工作内容 | 技能<br>要求 |")), row_cells(Passage(2, "|---|---|"))
    (('工作内容', '技能\n要求'), ())
    """
    if passage.cells:
        return passage.cells
    if not passage.text.startswith("|") or passage.text.count("|") < 2 or is_rule(passage):
        return ()
    inner = passage.text.removeprefix("|").removesuffix("|")
    return tuple(_LINE_END.sub("\n", cell.strip()) for cell in inner.split("|"))


def is_rule(passage: Passage) -> bool:
    """Say whether the text is the line below the header of a table of Markdown."""
    return "-" in passage.text and "|" in passage.text and _RULE.fullmatch(passage.text) is not None


def _filled(passage: Passage, cells: tuple[str, ...], above: tuple[str, ...]) -> Passage:
    filled = list(cells)
    for column in passage.spanned:
        if column < min(len(filled), len(above)):
            filled[column] = filled[column] or above[column]
    return passage._replace(cells=tuple(filled))
