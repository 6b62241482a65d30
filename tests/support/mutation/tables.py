"""Mutation of tables of text: cells, rows, columns, headers, delimiters and quotation marks."""

import csv
import io
import random
from collections.abc import Callable

from tests.support.mutation.values import TEXTS

Rows = list[list[str]]


def of_table(data: bytes, draw: random.Random, delimiter: str = ",") -> bytes:
    """Return the table with one to three changes; now and then cut by another delimiter, or quoted throughout."""
    rows: Rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig", "replace"), newline=""), delimiter=delimiter))
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        rows = rows or [[draw.choice(TEXTS)]]
        draw.choice(_CHANGES)(rows, draw)
    into = io.StringIO(newline="")
    if draw.random() < 0.04:
        delimiter = draw.choice(";\t|,:")
    writer = csv.writer(into, delimiter=delimiter, quoting=csv.QUOTE_ALL if draw.random() < 0.1 else csv.QUOTE_MINIMAL)
    writer.writerows(rows)
    return into.getvalue().encode("utf-8", "surrogatepass")


def _cell(rows: Rows, draw: random.Random) -> None:
    cells = draw.choice(rows)
    if cells:
        cells[draw.randrange(len(cells))] = draw.choice(TEXTS)


def _longer_cell(rows: Rows, draw: random.Random) -> None:
    cells = draw.choice(rows)
    if cells:
        cells[draw.randrange(len(cells))] += draw.choice(TEXTS)


def _row_again(rows: Rows, draw: random.Random) -> None:
    rows.insert(draw.randrange(len(rows) + 1), list(draw.choice(rows)))


def _no_row(rows: Rows, draw: random.Random) -> None:
    del rows[draw.randrange(len(rows))]


def _blank_row(rows: Rows, draw: random.Random) -> None:
    rows.insert(draw.randrange(len(rows)), [draw.choice(("", " ", "\t"))] * draw.randrange(4))


def _surplus(rows: Rows, draw: random.Random) -> None:
    draw.choice(rows).append(draw.choice(TEXTS))


def _short(rows: Rows, draw: random.Random) -> None:
    cells = draw.choice(rows)
    del cells[draw.randrange(len(cells) + 1) :]


def _header(rows: Rows, draw: random.Random) -> None:
    if rows[0]:
        rows[0][draw.randrange(len(rows[0]))] = draw.choice((*rows[0], *TEXTS))


def _columns_swapped(rows: Rows, draw: random.Random) -> None:
    a, b = (draw.randrange(max(map(len, rows)) or 1) for _ in range(2))
    for cells in rows if draw.random() < 0.5 else rows[1:]:
        if max(a, b) < len(cells):
            cells[a], cells[b] = cells[b], cells[a]


def _column_more(rows: Rows, draw: random.Random) -> None:
    column = draw.randrange(max(map(len, rows)) + 1)
    for number, cells in enumerate(rows):
        cells.insert(column, draw.choice(TEXTS) if number == 0 else "")


_CHANGES: tuple[Callable[[Rows, random.Random], None], ...] = (
    *(_cell,) * 7,
    _longer_cell,
    _row_again,
    _no_row,
    _blank_row,
    _surplus,
    _short,
    _header,
    _columns_swapped,
    _column_more,
)
