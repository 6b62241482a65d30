"""Excerpts of files: the rows that problems of a report point at, so that people see what is meant."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from graph.errors import InputError
from graph.model import Frozen
from ingest.formats.native.read import find_header
from ingest.readers import csv_rows
from ingest.readers.table import letters
from ingest.readers.tolerance import HEADER_ROWS
from ingest.readers.workbooks import ENDINGS, sheet_rows
from ingest.report import ReportedProblem

MOST_EXCERPTS = 50
"""Of how many wrong rows an excerpt is made: who mends these knows what to look for."""
LAST_ROW = 500_000
"""Rows below are not looked for: a person would not scroll there either."""
COLUMNS_BEFORE, COLUMNS_SHOWN = 2, 8
LONGEST_CELL = 80

_log = logging.getLogger(__name__)


class ExcerptRow(Frozen):
    """A row by its number in the file, with the cells that stand in the columns of its excerpt."""

    number: int
    cells: list[str]


class Excerpt(Frozen):
    """A wrong row between its neighbours.

    `columns` are the letters that a spreadsheet gives the columns that are shown, `header` is what the header calls
    them, wherever it stands, and `marked` are the letters of those that a problem names. `rows` are in the order of the
    file.
    """

    file: str
    sheet: str | None
    row: int
    columns: list[str]
    header: list[str]
    header_row: int = 1
    marked: list[str]
    rows: list[ExcerptRow]


def excerpts(folder: Path, problems: Sequence[ReportedProblem]) -> list[Excerpt]:
    """Return an excerpt of each of the first wrong rows, in the order of the problems.

    Files of that name are looked for below the folder; what is neither CSV nor a workbook, or cannot be read, has none.
    """
    shown_rows: list[Excerpt] = []
    for (file, sheet), rows in _wanted(problems).items():
        path = next((path for path in sorted(folder.rglob("*")) if path.name == file and path.is_file()), None)
        if path is not None:
            shown_rows += _of_file(path, sheet, rows)
    return shown_rows


def _wanted(problems: Iterable[ReportedProblem]) -> dict[tuple[str, str | None], dict[int, list[str]]]:
    """Return the rows to show of each sheet, each with the columns that problems name."""
    wanted: dict[tuple[str, str | None], dict[int, list[str]]] = {}
    count = 0
    for problem in problems:
        if problem.file is None or problem.row is None or problem.row > LAST_ROW:
            continue
        rows = wanted.setdefault((problem.file, problem.sheet), {})
        if problem.row not in rows:
            count += 1
            if count > MOST_EXCERPTS:
                break
        rows.setdefault(problem.row, []).extend([problem.column] if problem.column else [])
    return {sheet: rows for sheet, rows in wanted.items() if rows}


def _of_file(path: Path, sheet: str | None, wanted: dict[int, list[str]]) -> Iterator[Excerpt]:
    near = {row + step for row in wanted for step in (-1, 0, 1)} | {*range(1, HEADER_ROWS + 1)}
    try:
        cells_of = {row: cells for row, cells in _rows(path, sheet, max(near)) if row in near}
    except (InputError, OSError) as error:
        _log.info("no excerpts of %s: %s", path.name, error)
        return
    header_row = _header_row(cells_of, {name for names in wanted.values() for name in names})
    for row, names in wanted.items():
        if row in cells_of:
            yield _excerpt(path.name, sheet, row, names, cells_of, header_row)


def _header_row(cells_of: dict[int, list[str]], names: set[str]) -> int:
    """Return the first row that bears most of the columns that problems name, else the one that looks like a header."""
    first = [[cell.strip() for cell in cells_of.get(row, [])] for row in range(1, HEADER_ROWS + 1)]
    borne = [len(names & set(cells)) for cells in first]
    return 1 + (borne.index(max(borne)) if any(borne) else find_header(first))


def _rows(path: Path, sheet: str | None, last: int) -> Iterable[tuple[int, list[str]]]:
    if path.suffix.lower() in ENDINGS and sheet is not None:
        return sheet_rows(path, sheet, last)
    return csv_rows(path, last) if path.suffix.lower() in {".csv", ".tsv", ".txt"} else ()


def _excerpt(  # noqa: PLR0917 - a row of what stands in the file
    file: str, sheet: str | None, row: int, names: list[str], cells_of: dict[int, list[str]], header_row: int
) -> Excerpt:
    header = [cell.strip() for cell in cells_of.get(header_row, [])]
    marked = [header.index(name) for name in dict.fromkeys(names) if name in header]
    width = max(len(cells_of[row]), len(header), 1)
    first = max(0, min(min(marked, default=0) - COLUMNS_BEFORE, width - COLUMNS_SHOWN))
    shown = range(first, min(width, first + COLUMNS_SHOWN))
    neighbours = [number for number in (row - 1, row, row + 1) if number > header_row or row <= header_row]
    return Excerpt(
        file=file,
        sheet=sheet,
        row=row,
        columns=[letters(column) for column in shown],
        header=_cells(header, shown),
        header_row=header_row,
        marked=[letters(column) for column in marked],
        rows=[
            ExcerptRow(number=number, cells=_cells(cells_of[number], shown))
            for number in neighbours
            if number in cells_of
        ],
    )


def _cells(cells: Sequence[str], shown: range) -> list[str]:
    texts = (cells[column] if column < len(cells) else "" for column in shown)
    return [text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…" for text in texts]
