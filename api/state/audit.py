"""The audit log: who changed what, and in which run. It is only ever added to."""

import getpass
import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from api.principal import Principal
from api.state.database import State, now
from api.state.seals import checked
from graph.model import Frozen


class Deed(Frozen):
    """One write: by whom, from where, what was done to what, and the import's run where it was one."""

    id: int
    at: datetime
    who: str
    address: str
    what: str
    detail: str
    run: str | None


class DeedList(Frozen):
    """A page of the audit log, the latest first; `next` is the id to go on before."""

    items: list[Deed]
    next: int | None


class Audit:
    """The audit log in the state file."""

    def __init__(self, state: State) -> None:
        """Open nothing yet."""
        self._state = state

    def note(self, who: Principal, what: str, detail: str, run: str | None = None) -> None:
        """Add a line."""
        with self._state.writing() as connection:
            self.note_with(connection, who, what, detail, run)

    @staticmethod
    def note_with(
        connection: sqlite3.Connection, who: Principal, what: str, detail: str, run: str | None = None
    ) -> None:
        """Add a line in the transaction of what it tells."""
        connection.execute(
            "INSERT INTO audit (at, who, address, what, detail, run) VALUES (?, ?, ?, ?, ?, ?)",
            (now(), who.shown, who.address, what, detail, run),
        )

    def latest(self, *, limit: int = 20, before: int | None = None) -> DeedList:
        """Return the latest lines, or those before one."""
        with self._state.reading() as connection:
            if connection is None:
                return DeedList(items=[], next=None)
            found = connection.execute(
                "SELECT * FROM audit WHERE id < coalesce(?, id + 1) ORDER BY id DESC LIMIT ?", (before, limit + 1)
            )
            rows = checked(connection, "audit", found)
        with self._state.decoding():
            items = [Deed.model_validate(dict(row)) for row in rows[:limit]]
        return DeedList(items=items, next=items[-1].id if len(rows) > limit else None)

    def who_did(self, runs: Sequence[str]) -> dict[str, str]:
        """Return who made each of the runs; those that the log does not know are left out."""
        with self._state.reading() as connection:
            if connection is None:
                return {}
            found = connection.execute(
                "SELECT * FROM audit WHERE run IN (SELECT value FROM json_each(?)) ORDER BY id",
                (json.dumps(list(runs)),),
            )
            rows = checked(connection, "audit", found, parts=runs)
        return {row["run"]: row["who"] for row in rows}


def person_at_terminal() -> Principal:
    """Return who runs a command, as the system calls them."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # a container's user need not have a name
        name = "somebody"
    return Principal(f"{name} (command line)", "", frozenset())
