"""Word documents for tests, of lines and tables: `^` goes on from the cell above, `<` from that at the left."""

from collections.abc import Sequence
from pathlib import Path

from docx import Document

Rows = Sequence[Sequence[str]]


def write_word(path: Path, *parts: str | Rows) -> Path:
    """Write paragraphs and tables, one after the other; each line of a text is a paragraph."""
    document = Document()
    for part in parts:
        if isinstance(part, str):
            for line in part.splitlines():
                document.add_paragraph(line)
        else:
            _add_table(document.add_table(len(part), len(part[0])), part)
    document.save(str(path))
    return path


def _add_table(table: object, rows: Rows) -> None:
    cell = table.cell  # type: ignore[attr-defined]
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            if text in {"^", "<"}:
                continue
            last, width = at, column
            while width + 1 < len(row) and row[width + 1] == "<":
                width += 1
            while last + 1 < len(rows) and rows[last + 1][column] == "^":
                last += 1
            (
                cell(at, column).merge(cell(last, width)) if (last, width) != (at, column) else cell(at, column)
            ).text = text
