"""Sheets of a workbook as passages: a row each, from the first on, with all that stands above a header."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from graph.cancellation import cancellable_rows
from graph.errors import InputError, Problem
from graph.messages import message
from ingest.readers.documents.passage import MAX_CHARACTERS, MAX_PASSAGES, Passage
from ingest.readers.merged_cells import MergedRange
from ingest.readers.sheet_table import ERROR, MAX_CELLS, UNCOMPUTED
from ingest.readers.table import MAX_COLUMNS
from ingest.readers.tolerance import OnNote, Tolerance, untold
from ingest.readers.workbooks import as_shown, visible_sheets

_NOTHING = frozenset((ERROR, UNCOMPUTED))


def read_sheets(path: Path, on_note: OnNote = untold) -> list[Passage]:
    """Return the rows that hold text, sheet by sheet; those that are hidden are left out, and noted.

    A cell that shows an error holds nothing.

    Raises:
        InputError: it is no workbook, or claims more than the limits allow.
    """
    found: list[Passage] = []
    characters = met = 0
    for sheet in visible_sheets(path, Tolerance(on_note)):
        spans = _Spans(sheet.merged_ranges())
        for row, raw in enumerate(cancellable_rows(islice(sheet.rows(), MAX_PASSAGES)), 1):
            cells = ["" if cell.data_type in _NOTHING else as_shown(sheet.text(cell)) for cell in raw[:MAX_COLUMNS]]
            text = " ".join(filter(None, cells))
            spanned = spans.fill(row, cells)
            characters, met = characters + len(text), met + len(cells)
            if len(found) >= MAX_PASSAGES or characters > MAX_CHARACTERS or met > MAX_CELLS:
                raise InputError(Problem(message("document.long"), path.name))
            if text:
                found.append(Passage(row, text, sheet.name, cells=tuple(cells), spanned=spanned))
    return found


class _Spans:
    """Merged ranges as a reader goes down the rows."""

    def __init__(self, ranges: list[MergedRange]) -> None:
        self._coming = sorted(ranges, key=lambda one: one.first_row, reverse=True)
        self._open: list[MergedRange] = []

    def fill(self, row: int, cells: list[str]) -> tuple[int, ...]:
        """Write the text of a cell into the columns that it spans; return the columns in which one above goes on."""
        while self._coming and self._coming[-1].first_row <= row:
            self._open.append(self._coming.pop())
        self._open = [one for one in self._open if one.last_row >= row]
        spanned: list[int] = []
        for one in self._open:
            columns = list(_columns(one))
            cells += [""] * (columns[-1] + 1 - len(cells))
            if one.first_row == row:
                for column in columns:
                    cells[column] = cells[column] or cells[columns[0]]
            else:
                spanned += columns
        return tuple(sorted(spanned))


def _columns(one: MergedRange) -> Iterator[int]:
    first = min(one.first_column, MAX_COLUMNS) - 1
    yield from range(first, max(first + 1, min(one.last_column, MAX_COLUMNS)))
