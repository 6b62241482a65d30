"""Pagination cursors: where a page of a list goes on, at the revision at which it began."""

from graph.errors import ExpiredError, InputError, Problem
from graph.messages import message
from graph.model import Revision

_MOST_OFFSET = 2**53
"""As far as numbers of JSON are exact: no list is so long."""


def read_number(cursor: str) -> int:
    """Return the number that a cursor of a list without revisions is.

    Raises:
        InputError: it is no cursor.
    """
    if not (cursor.isascii() and cursor.isdigit()):
        raise InputError(Problem(message("cursor.invalid", cursor=cursor), value=cursor))
    return min(int(cursor), _MOST_OFFSET)


def next_cursor(revision: Revision, offset: int, total: int) -> str | None:
    """Return the cursor of the page that begins at `offset`; None where there is none."""
    return f"{revision.number}.{revision.token}.{offset}" if offset < total else None


def read_cursor(cursor: str | None, revision: Revision) -> int:
    """Return the offset that a cursor stands for; 0 for None.

    Raises:
        InputError: it is no cursor.
        ExpiredError: the list was begun at another revision.
    """
    if cursor is None:
        return 0
    parts = cursor.split(".")
    if len(parts) != 3 or not (parts[0].isascii() and parts[0].isdigit() and parts[2].isascii() and parts[2].isdigit()):
        reason = message("cursor.invalid", cursor=cursor)
        raise InputError(Problem(reason, value=cursor))
    if (int(parts[0]), parts[1]) != (revision.number, revision.token):
        raise ExpiredError(message("cursor.expired", begun=parts[0], number=revision.number))
    return min(int(parts[2]), _MOST_OFFSET)
