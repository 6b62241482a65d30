"""Passage, what every reader of documents hands over: a line or paragraph, and where it stands."""

from typing import NamedTuple

MAX_FILE_BYTES = 50_000_000
MAX_PASSAGES = 500_000
MAX_CHARACTERS = 50_000_000


class Passage(NamedTuple):
    """A line of a text, a paragraph of a Word document, or a row of its tables.

    `row` counts lines of a text from 1, lines of a page, paragraphs of a Word document, or rows of a table; `part` is
    the page or table that it counts in (`page:3`, `table:2`), None where it counts in the file. `is_heading` and
    `is_item` say that the document marks it as a heading, as an item of a list. `cells` are those of a table's row,
    whose text is all of them, each once; `spanned` are the columns, from 0, in which a cell of a row above goes on, and
    whose text stands there.
    """

    row: int
    text: str
    part: str | None = None
    is_heading: bool = False
    is_item: bool = False
    cells: tuple[str, ...] = ()
    spanned: tuple[int, ...] = ()
