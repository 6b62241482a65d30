"""Seals: a digest at each row of the embedded store, so that a damaged one is found wherever it is read."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any

from graph.messages import message
from graph.stores.content_hash import DamageError

_NAMED = {"node": 2, "link": 4, "source": 1, "run": 1}
"""How many of the first parts of a row say which it is."""


def seal(*said: object) -> int:
    """Return the digest of what a row says, its span included: 0 to 2^63. A real number is told from a whole one.

    It is of ASCII: which characters `repr` leaves as they are depends on the version of Python.
    """
    text = "\n".join(map(ascii, said))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little") >> 1


def add_function(connection: sqlite3.Connection) -> None:
    """Let SQL say `seal(...)` in this connection."""
    connection.create_function("seal", -1, seal, deterministic=True)


def checked(rows: Iterable[Sequence[Any]], what: str) -> Iterator[Any]:
    """Yield rows, which end with their seals, without these.

    `what` is "node", "link", "source" or "run".

    Raises:
        DamageError: a row does not say what was written.
    """
    for row in rows:
        *said, sealed = row
        if sealed != seal(*said):
            raise DamageError(message(f"damage.{what}", row=" ".join(map(str, said[: _NAMED[what]]))))
        yield tuple(said)


def unchecked(rows: Iterable[Sequence[Any]], _: str) -> Iterator[Any]:
    """Yield rows of a store of before seals, as `checked` does."""
    return (tuple(row[:-1]) for row in rows)
