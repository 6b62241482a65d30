"""Follow-ups of gaps in the state file: who closes which gap, by when; each change is kept, the latest holds."""

import secrets
import sqlite3
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from pydantic import Field, TypeAdapter, field_validator

from api.principal import Principal
from api.state.audit import Audit
from api.state.database import State, now
from api.state.seals import checked
from api.state.table_register import StoreName
from graph.errors import ChangedSinceError
from graph.messages import message
from graph.model import Frozen
from queries.follow_ups import RecordedGap
from queries.parameters.follow_ups import FollowUpState

MOST_OWNER, MOST_NOTE = 100, 2000
_LINES = frozenset("\n\t")


class GapKey(Frozen):
    """Which gap: the competency by id, and the discipline and institution whose gap it is; None where of all."""

    competency: str = Field(min_length=1, max_length=500)
    discipline: str | None = Field(None, min_length=1, max_length=500)
    institution: str | None = Field(None, min_length=1, max_length=500)


class FollowUpContent(Frozen):
    """What people agreed: who sees to it, what about it, and by which day."""

    owner: str = Field("", max_length=MOST_OWNER)
    note: str = Field("", max_length=MOST_NOTE)
    due: date | None = None
    state: FollowUpState = "open"

    @field_validator("owner", "note")
    @classmethod
    def _readable(cls, text: str) -> str:
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        if not all(one.isprintable() or one in _LINES for one in text):
            raise ValueError(str(message("follow_up.unprintable")))
        return text

    @field_validator("owner")
    @classmethod
    def _of_one_line(cls, text: str) -> str:
        return " ".join(text.split())

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left of it: it then counts as none."""
        return self == FollowUpContent()


class FollowUpChange(FollowUpContent):
    """A change of a follow-up: what it was changed to, by whom, when (UTC), and at which revision of the graph.

    `gap` is what was wrong at that moment; `named` how the competency, discipline and institution were called.
    """

    version: int
    who: str
    at: datetime
    revision: int
    gap: RecordedGap
    named: dict[str, str]

    @property
    def content(self) -> FollowUpContent:
        """What people agreed."""
        return FollowUpContent(owner=self.owner, note=self.note, due=self.due, state=self.state)


class GapFollowUp(NamedTuple):
    """A follow-up: of which gap, how it stands, and every change, the first first; `latest` is the last of them."""

    gap: GapKey
    latest: FollowUpChange
    changes: list[FollowUpChange]


class FollowUpContext(NamedTuple):
    """What the graph says at the moment of a change: its revision, what is wrong, and how things are called."""

    revision: int
    gap: RecordedGap
    named: dict[str, str]


_NAMED = TypeAdapter(dict[str, str])


class FollowUpStore:
    """The follow-ups of one store's gaps."""

    def __init__(self, state: State, store: StoreName) -> None:
        """Open nothing yet."""
        self._state, self._store = state, store

    def all(self) -> list[GapFollowUp]:
        """Return every follow-up that is not empty, by competency, discipline and institution."""
        return [found for found in self._read() if not found.latest.content.is_empty]

    def of(self, gap: GapKey) -> GapFollowUp | None:
        """Return that of a gap, an empty one too; None where there never was one."""
        return next((found for found in self._read() if found.gap == gap), None)

    def put(
        self, gap: GapKey, wanted: FollowUpContent, context: FollowUpContext, who: Principal, *, seen: int | None
    ) -> GapFollowUp:
        """Change a follow-up from the version that was `seen` (0: none yet; None: whatever it is), and return it.

        Where it says so already, nothing is written.

        Raises:
            ChangedSinceError: it has been changed since.
        """
        with self._state.writing(settles=True) as connection:
            before = next((found for found in self._found(connection) if found.gap == gap), None)
            version = before.latest.version if before else 0
            is_same = before is not None and before.latest.content == wanted
            if not is_same and seen is not None and seen != version:
                raise _changed_since(before.latest if before else None)
            if not is_same:
                by = {"version": version + 1, "who": who.shown, "at": now()}
                self._insert(connection, {**_gap_row(gap), **_content_row(wanted), **_context_row(context), **by})
                Audit.note_with(connection, who, "follow-up changed", _told(gap, wanted))
            return next(found for found in self._found(connection) if found.gap == gap)

    def _insert(self, connection: sqlite3.Connection, told: dict[str, object]) -> None:
        row = {"id": secrets.token_hex(8), "store": self._store.id, "store_url": self._store.url, **told}
        places = ", ".join("?" * len(row))
        statement = f"INSERT INTO follow_up ({', '.join(row)}) VALUES ({places})"  # noqa: S608
        connection.execute(statement, tuple(row.values()))

    def _read(self) -> list[GapFollowUp]:
        with self._state.reading() as connection:
            return [] if connection is None else self._found(connection)

    def _found(self, connection: sqlite3.Connection) -> list[GapFollowUp]:
        rows = checked(connection, "follow_up", connection.execute("SELECT * FROM follow_up ORDER BY version, at, id"))
        with self._state.decoding():
            return _grouped(
                row for row in rows if row["store"] == self._store.id or row["store_url"] == self._store.url
            )


def _changed_since(latest: FollowUpChange | None) -> ChangedSinceError:
    if latest is None:
        return ChangedSinceError(message("follow_up.conflict_none"), None)
    owner, version = latest.owner or "-", latest.version
    told = message("follow_up.conflict", state=latest.state, owner=owner, version=version, who=latest.who)
    return ChangedSinceError(told, latest.model_dump(mode="json", exclude={"gap", "named"}))


def _gap_row(gap: GapKey) -> dict[str, object]:
    return {"competency": gap.competency, "discipline": gap.discipline or "", "institution": gap.institution or ""}


def _content_row(content: FollowUpContent) -> dict[str, object]:
    due = None if content.due is None else content.due.isoformat()
    return {"owner": content.owner, "note": content.note, "due": due, "state": content.state}


def _context_row(context: FollowUpContext) -> dict[str, object]:
    named, gap = _NAMED.dump_json(context.named).decode(), context.gap.model_dump_json()
    return {"named": named, "gap": gap, "at_revision": context.revision}


def _grouped(rows: Iterable[sqlite3.Row]) -> list[GapFollowUp]:
    changes: dict[tuple[str, str, str], list[FollowUpChange]] = {}
    for row in rows:
        key = (row["competency"], row["discipline"], row["institution"])
        changes.setdefault(key, []).append(_change(row))
    return [
        GapFollowUp(GapKey(competency=c, discipline=d or None, institution=i or None), found[-1], found)
        for (c, d, i), found in sorted(changes.items())
    ]


def _change(row: sqlite3.Row) -> FollowUpChange:
    kept = {name: row[name] for name in ("owner", "note", "state", "version", "who")}
    return FollowUpChange(
        **kept,
        due=None if row["due"] is None else date.fromisoformat(row["due"]),
        at=datetime.fromisoformat(row["at"]),
        revision=row["at_revision"],
        gap=RecordedGap.model_validate_json(row["gap"]),
        named=_NAMED.validate_json(row["named"]),
    )


def _told(gap: GapKey, wanted: FollowUpContent) -> str:
    """Return what the audit log says of a change: of which gap, and how far it is; no name and no note."""
    scope = [one for one in (gap.discipline, gap.institution) if one is not None]
    return f"{' in '.join([gap.competency, *scope])}: {wanted.state}"
