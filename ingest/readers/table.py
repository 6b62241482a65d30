"""Table, what every reader hands over: a header, and records of exactly as many cells, each with its row."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Self

from graph.errors import InputError, Problem
from graph.messages import Message, message

MAX_COLUMNS = 1000
_LONGEST_SHOWN = 200


class NumberText(str):
    """The text of a cell that was a number, a date or a boolean, not text: `3`, `0.5`, `2026-03-01`, `TRUE`.

    `shown` is what a spreadsheet shows of it, which is what people take a code to be: `080901`, `1.10`; None where that
    is not known.
    """

    __slots__ = ("shown",)
    shown: str | None

    def __new__(cls, value: object, shown: str | None = None) -> Self:
        """Return the text of a value."""
        made = super().__new__(cls, value)
        made.shown = shown
        return made


OnProblem = Callable[[Problem], None]


def raise_problem(problem: Problem) -> None:
    """Stop at the first problem. Raises InputError."""
    raise InputError(problem)


class Table(ABC):
    """The records of a CSV file, of a sheet, or of a key of a JSON object.

    `file` is the file's name without folders; `sheet` is None for CSV, and the key for JSON; `name` is what the table
    is about: the file's name without its ending, the sheet's name, or the key. The rows of a table that
    `ends_open` may end before the header's last column or go on behind it, where cells are left out.
    """

    ends_open = False

    def __init__(self, file: str, sheet: str | None, name: str, header: list[str], header_row: int = 1) -> None:
        """Keep where the records come from; `header` has passed `checked_header`, and stands in `header_row`."""
        self.file = file
        self.sheet = sheet
        self.name = name
        self.header = header
        self.header_row = header_row

    @abstractmethod
    def records(self, on_problem: OnProblem = raise_problem) -> Iterator[tuple[int, list[str]]]:
        """Yield (row, cells) of each record that is not empty; may be called again.

        The row is the record's number as a spreadsheet shows it (the header is `header_row`). The cells are as many as
        the header's, without white space around them; a cell without a value is empty text. A record that cannot be
        cut into such cells is told to `on_problem`, once for each fault, and left out.

        Raises:
            InputError: what follows cannot be read.
        """

    def problem(
        self, reason: Message, row: int | None = None, column: int | None = None, value: str | None = None
    ) -> Problem:
        """Return a problem of this table; `column` counts from 0, and is named by the header."""
        name = self.header[column] if column is not None and column < len(self.header) else None
        return Problem(reason, self.file, self.sheet, row, name, None if value is None else shown(value))

    def surplus(self, row: int, cells: list[str]) -> Problem | None:
        """Return what is wrong with a record that has more cells than the header, None where those are empty."""
        value = next((cell for cell in cells[len(self.header) :] if cell), None)
        if value is None or self.ends_open:
            return None
        width = len(self.header)
        reason = message("table.surplus", columns=width)
        return self.problem(reason, row, value=value)


def shown(value: str, longest: int = _LONGEST_SHOWN) -> str:
    """Return the value, cut to a length that a report can show."""
    return value if len(value) <= longest else value[: longest - 1] + "…"


def noted(note: Message, file: str, sheet: str | None = None) -> Message:
    """Return the note with the place that it is about."""
    return message("table.note", place=f"{file}, {sheet}" if sheet else file, note=note)


def checked_header(cells: list[str], file: str, sheet: str | None, row: int = 1, *, loose: bool = False) -> list[str]:
    """Return the names of the columns, without the empty cells at the end; where `loose`, some may be empty or equal.

    Raises:
        InputError: there are none, too many, one is empty, or one stands twice.
    """
    header = list(cells)
    while header and not header[-1]:
        header.pop()
    if not header:
        raise InputError(Problem(message("table.no_header"), file, sheet, row))
    if len(header) > MAX_COLUMNS:
        reason = message("table.many_columns", columns=len(header), most=MAX_COLUMNS)
        raise InputError(Problem(reason, file, sheet, row))
    if loose:
        return header
    if "" in header:
        number = header.index("") + 1
        raise InputError(Problem(message("table.nameless_column", number=number), file, sheet, row))
    name, times = Counter(header).most_common(1)[0]
    if times > 1:
        name = shown(name)
        reason = message("table.column_twice", column=name, times=times)
        raise InputError(Problem(reason, file, sheet, row, name, name))
    return header


def letters(column: int) -> str:
    """Return what a spreadsheet calls a column, which is counted from 0.

    >>> [letters(column) for column in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    before, place = divmod(column, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + place)
