"""People named in the state file: who they are, and how a name is removed from it, replaced by a pseudonym.

Of a name that was removed a salted digest stays, by which it is known again: copies that were made before, and are put
back, come without it, and the same name always has the same pseudonym.
"""

import json
import re
import secrets
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import NamedTuple

from api.principal import Principal
from api.state.audit import Audit
from api.state.database import State, now
from api.state.seals import checked
from api.state.table_register import TABLES, StateTable
from graph.errors import InputError, NotFoundError
from graph.messages import message
from graph.model import Frozen, fold

_SHORT = 2
"""A shorter name stands in too many texts: it is sought where nothing but a name stands."""
_NOT_PEOPLE = frozenset({"", "local", "anybody", "somebody"})
_MARK = re.compile(r" \((?:key [0-9a-f]+(?:, session [0-9a-f]+)?|command line)\)$")
_SUBJECT = re.compile(r" \([^()]*\)$")
_PSEUDONYM = re.compile(r"person-[0-9a-f]{8}")
_LETTER = r"[^\W\u2e80-\u9fff\uac00-\ud7af]"
"""A letter or digit of a script that writes words apart: next to one, a name is part of another word."""
_NEXT_TO = re.compile(_LETTER)


Row = dict[str, object]


class NamedPerson(Frozen):
    """Somebody who is named in the state: in how many rows of which table."""

    name: str
    rows: dict[str, int]


class PersonList(Frozen):
    """Everybody who is named in the state, by name."""

    items: list[NamedPerson]
    next: None = None


class RemovedName(Frozen):
    """A name that was removed: what stands in its place, in how many rows of which table, and keys that still hold."""

    pseudonym: str
    rows: dict[str, int]
    keys: list[str]
    dry_run: bool


def list_people(state: State) -> PersonList:
    """Return everybody who is named in the state: as owner, as who did something, as holder of a key."""
    found: dict[str, Counter[str]] = {}
    with state.reading() as connection:
        for table, row in _rows(connection) if connection is not None else ():
            for name in {bare_name(row[column]) for column in table.names}:
                if name not in _NOT_PEOPLE and not _PSEUDONYM.fullmatch(name):
                    found.setdefault(name, Counter())[table.name] += 1
    return PersonList(items=[NamedPerson(name=name, rows=dict(sorted(found[name].items()))) for name in sorted(found)])


def forget_person(state: State, name: str, by: Principal, *, dry_run: bool = False) -> RemovedName:
    """Replace a name by a pseudonym wherever it stands in the state, and return what was done.

    Raises:
        InputError: the name is empty.
        NotFoundError: nobody is called so, and nobody of this name was forgotten.
    """
    name = " ".join(name.split())
    if not name:
        raise InputError(message("person.empty"))
    with state.writing(settles=True) as connection:
        before = _digest_of(connection, name)
        pseudonym = before or f"person-{secrets.token_hex(4)}"
        changed = list(_changed(connection, name, pseudonym))
        if not changed and before is None:
            near = [person.name for person in list_people(state).items if fold(name) in fold(person.name)]
            raise NotFoundError(message("thing.person"), name, near=near[:3])
        if not dry_run:
            if before is None:
                _remember(connection, name, pseudonym)
            Audit.note_with(connection, by, "person forgotten", pseudonym)
            for table, row in _changed(connection, name, pseudonym):  # with the line that was just added
                _write(connection, table, row)
    if not dry_run:
        state.wipe()
    counts = Counter(table.name for table, _ in changed)
    keys = [str(row["id"]) for table, row in changed if table.name == "api_key" and row["revoked_at"] is None]
    return RemovedName(pseudonym=pseudonym, rows=dict(sorted(counts.items())), keys=keys, dry_run=dry_run)


def bare_name(who: str) -> str:
    """Return a name without what the audit log says beside it.

    >>> bare_name("Li Wei (key 1a2b3c4d, session 99aabbcc)"), bare_name("root (command line)")
    ('Li Wei', 'root')
    """
    return _SUBJECT.sub("", who)


class ForgottenName(NamedTuple):
    """A name that was removed, as far as it is still known: by its length and a salted digest."""

    pseudonym: str
    salt: bytes
    digest: bytes
    length: int

    def is_of(self, text: str) -> bool:
        """Say whether the text is the name."""
        return _digest(self.salt, text) == self.digest

    def replaced_in(self, text: str) -> str:
        """Return the text with the pseudonym wherever the name stands in it."""
        if self.length < _SHORT:
            rest = text[self.length :]
            is_whole = self.is_of(text[: self.length]) and (not rest or rest.startswith(" ("))
            return self.pseudonym + rest if is_whole else text
        at = 0
        while at + self.length <= len(text):
            end = at + self.length
            is_word = not (_is_letter(text, at - 1) and _is_letter(text, at)) and not (
                _is_letter(text, end - 1) and _is_letter(text, end)
            )
            if is_word and self.is_of(text[at:end]):
                text = text[:at] + self.pseudonym + text[end:]
                at += len(self.pseudonym)
            else:
                at += 1
        return text


def forgotten_names(connection: sqlite3.Connection) -> list[ForgottenName]:
    """Return every name that was removed, the first first."""
    rows = checked(connection, "forgotten", connection.execute("SELECT * FROM forgotten ORDER BY at, id"))
    return [ForgottenName(row["id"], row["salt"], row["digest"], row["length"]) for row in rows]


def without_names(
    table: StateTable, row: Mapping[str, object], forgotten: Iterable[ForgottenName]
) -> dict[str, object]:
    """Return a row of a copy without the names that were removed since."""
    cleaned = dict(row)
    for column in (*table.names, *table.texts):
        if not isinstance(value := cleaned[column], str):
            continue
        for name in forgotten:
            cleaned[column] = value = _told(column in table.names, value, name.replaced_in(_plain(value)))
    return cleaned


def _rows(connection: sqlite3.Connection) -> Iterator[tuple[StateTable, sqlite3.Row]]:
    for table in TABLES:
        if table.names or table.texts:
            found = connection.execute(f"SELECT * FROM {table.name} ORDER BY rowid")  # noqa: S608
            yield from ((table, row) for row in checked(connection, table.name, found))


def _changed(
    connection: sqlite3.Connection, name: str, pseudonym: str
) -> Iterator[tuple[StateTable, dict[str, object]]]:
    """Yield each row in which the name stands, as it is without."""
    pattern = _pattern(name)
    for table, row in _rows(connection):
        changed = dict(zip(row.keys(), row, strict=True))
        for column in (*table.names, *table.texts):
            if isinstance(row[column], str):
                without = pattern.sub(pseudonym, _plain(row[column]))
                changed[column] = _told(column in table.names, row[column], without)
        if changed != dict(zip(row.keys(), row, strict=True)):
            yield table, changed


def _pattern(name: str) -> re.Pattern[str]:
    """Return what finds a name in any case and spacing, but not within another word."""
    if len(name) < _SHORT:
        return re.compile(rf"^{re.escape(name)}(?= \(|$)", re.IGNORECASE)
    before, after = f"(?<!{_LETTER})", f"(?!{_LETTER})"
    words = r"\s+".join(map(re.escape, name.split()))
    start = before if _NEXT_TO.match(name[0]) else ""
    return re.compile(start + words + (after if _NEXT_TO.match(name[-1]) else ""), re.IGNORECASE)


def _told(is_name: bool, before: str, after: str) -> str:
    """Return a value without the name; of who did something, without how a provider calls them either."""
    if after == _plain(before):
        return before
    return after if not is_name or _MARK.search(after) else _SUBJECT.sub("", after)


def _plain(text: str) -> str:
    """Return the text; of JSON that has letters as escapes, with the letters themselves."""
    if "\\u" not in text:
        return text
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text


def _is_letter(text: str, at: int) -> bool:
    return 0 <= at < len(text) and _NEXT_TO.match(text[at]) is not None


def _write(connection: sqlite3.Connection, table: StateTable, row: Mapping[str, object]) -> None:
    columns = (*table.names, *table.texts)
    places = ", ".join(f"{column} = ?" for column in columns)
    values = (*(row[column] for column in columns), row[table.key])
    connection.execute(f"UPDATE {table.name} SET {places} WHERE {table.key} = ?", values)  # noqa: S608


def _remember(connection: sqlite3.Connection, name: str, pseudonym: str) -> None:
    salt = secrets.token_bytes(16)
    connection.execute(
        "INSERT INTO forgotten (id, at, salt, digest, length) VALUES (?, ?, ?, ?, ?)",
        (pseudonym, now(), salt, _digest(salt, name), len(name)),
    )


def _digest_of(connection: sqlite3.Connection, name: str) -> str | None:
    """Return the pseudonym that the name has already."""
    return next((known.pseudonym for known in forgotten_names(connection) if known.is_of(name)), None)


def _digest(salt: bytes, name: str) -> bytes:
    return blake2b(fold(name).encode(), key=salt, digest_size=16).digest()
