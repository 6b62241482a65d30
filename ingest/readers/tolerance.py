"""Tolerance: what a reader takes that is not as its format has it, and who is told of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graph.messages import Message

HEADER_ROWS = 20
"""Among so many first rows the header is looked for."""

OnNote = Callable[[Message], None]
HeaderFinder = Callable[[Sequence[list[str]]], int]
"""Returns which of the first rows of a table is its header, from 0; the first if none looks like one."""


def untold(_: Message) -> None:
    """Leave a note out, where nobody is there to be told."""


def first_row(_: Sequence[list[str]]) -> int:
    """Say that the header is the first row."""
    return 0


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What is taken as it stands, each time told to `on_note`; a reader without a tolerance refuses it.

    `find_header` says where the header stands, where lines may stand above it. `loose_header` takes columns without
    a name, and several of the same name: who reads the table knows which of them count. Of hidden sheets called as in
    `own_sheets`, nothing is told: they are how a workbook knows what was filled in.
    """

    on_note: OnNote
    find_header: HeaderFinder = first_row
    loose_header: bool = False
    own_sheets: frozenset[str] = frozenset()
