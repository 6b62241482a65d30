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
            last, width = _extent(rows, at, column)
            (
                cell(at, column).merge(cell(last, width)) if (last, width) != (at, column) else cell(at, column)
            ).text = text


def _extent(rows: Rows, at: int, column: int) -> tuple[int, int]:
    """Return the last row and column that the cell spans."""
    last, width = at, column
    while width + 1 < len(rows[at]) and rows[at][width + 1] == "<":
        width += 1
    while last + 1 < len(rows) and rows[last + 1][column] == "^":
        last += 1
    return last, width


def as_html(rows: Rows) -> str:
    """Return the table as converters of documents write it into Markdown."""
    lines = []
    for at, row in enumerate(rows):
        cells = [_html_cell(rows, at, column) for column, text in enumerate(row) if text not in {"^", "<"}]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table>{''.join(lines)}</table>"


def _html_cell(rows: Rows, at: int, column: int) -> str:
    last, width = _extent(rows, at, column)
    text = rows[at][column].replace("\n", "<br/>")
    return f'<td rowspan="{last - at + 1}" colspan="{width - column + 1}">{text}</td>'
