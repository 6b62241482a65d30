"""Cards of a plan: a table for each course, whose labels stand at the left of what they are of."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ingest.formats.moe.course_columns import CourseColumn, CourseHeader, column_of, heading
from ingest.readers.documents.passage import Passage

_ORDER = tuple(CourseColumn)
HEADER = CourseHeader({column: [at] for at, column in enumerate(_ORDER)}, {}, 0, len(_ORDER))
"""Where the columns of a card's row stand."""


class CourseCard(NamedTuple):
    """A course as one row, in the columns of `HEADER`, of so many rows of the table, some of which say nothing."""

    row: Passage
    rows: int
    unread: int


def course_cards(rows: Sequence[Passage]) -> list[CourseCard]:
    """Return the cards of a table; none of a table whose header stands on top."""
    first = [heading(cell) for cell in rows[0].cells]
    if len(first) < 2 or column_of(first[0]) is not CourseColumn.NAME or not first[1] or column_of(first[1]):
        return []
    below = {column_of(heading(row.cells[0])) for row in rows[1:]} - {None}
    return list(_cards(rows)) if below - {CourseColumn.NAME, CourseColumn.CATEGORY} else []


def _cards(rows: Sequence[Passage]) -> Iterator[CourseCard]:
    begun: Passage | None = None
    found: dict[CourseColumn, str] = {}
    count = unread = 0
    for row in rows:
        pairs = _pairs(row)
        if CourseColumn.NAME in pairs and begun is not None:
            yield _card(begun, found, count, unread)
            found, count, unread, begun = {}, 0, 0, None
        begun = begun or row
        found |= pairs
        count, unread = count + 1, unread + (not pairs)
    if begun is not None:
        yield _card(begun, found, count, unread)


def _pairs(row: Passage) -> dict[CourseColumn, str]:
    """Return what stands behind each label of a row."""
    cells = list(dict.fromkeys(cell for at, cell in enumerate(row.cells) if at not in row.spanned or at == 0))
    labels = [column_of(heading(cell)) for cell in cells]
    return {
        label: value
        for label, value, next_label in zip(labels, cells[1:], labels[1:], strict=False)
        if label is not None and next_label is None
    }


def _card(begun: Passage, found: dict[CourseColumn, str], count: int, unread: int) -> CourseCard:
    cells = tuple(found.get(column, "") for column in _ORDER)
    return CourseCard(begun._replace(cells=cells, spanned=()), count, unread)
