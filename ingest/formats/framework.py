"""What the readers of published frameworks share: columns by name, rows that know their place, ids checked once."""

from collections.abc import Callable, Iterator

from graph.errors import InputError, Problem
from graph.model import NodeId, curie, parse_id
from ingest.draft import Draft, Place
from ingest.readers import Table

OnProgress = Callable[[str, int], None]
"""Told a file's name and how many records of it were read so far."""

_PROGRESS_EVERY = 10_000


class FrameworkReading:
    """Rows on their way to a draft: each is counted and told to `on_progress`, each id is made and checked once."""

    def __init__(self, draft: Draft, on_progress: OnProgress | None = None) -> None:
        """Read into the draft."""
        self.draft = draft
        self._on_progress = on_progress or (lambda _file, _rows: None)
        self._ids: dict[str, NodeId] = {}

    def rows(self, table: Table) -> Iterator[tuple[Place, list[str]]]:
        """Yield each record with its place. A record that cannot be cut into cells stops the job with InputError."""
        read = 0
        for row, cells in table.records():
            read += 1
            if not read % _PROGRESS_EVERY:
                self._on_progress(table.file, read)
            yield Place(table.file, table.sheet, row), cells
        self.draft.read += read
        self._on_progress(table.file, read)

    def id(self, place: Place, column: str, text: str) -> NodeId | None:
        """Return the id that the cell's text or URI stands for; None, and the row rejected, where it can be none."""
        known = self._ids.get(text)
        if known is None:
            try:
                known = self._ids[text] = parse_id(curie(text))
            except ValueError as error:
                self.draft.reject(place, str(error), column=column, value=text)
        return known


def columns(table: Table, *required: str) -> list[int]:
    """Return where the columns stand in the table.

    Raises:
        InputError: a required column is missing.
    """
    for name in required:
        if name not in table.header:
            raise InputError(Problem(f"the column {name} is missing", table.file, table.sheet, column=name))
    return [table.header.index(name) for name in required]


def optional_column(table: Table, name: str) -> int | None:
    """Return where a column stands that need not be there."""
    return table.header.index(name) if name in table.header else None


def one_line(text: str) -> str:
    """Return the text on one line, with `|` (which separates aliases in the native format) as a slash.

    >>> one_line("plan | build   run")
    'plan / build run'
    """
    return " ".join(text.replace("|", "/").split())
