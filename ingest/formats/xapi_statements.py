"""xAPI statements as attempts. A learner becomes a keyed hash at once; its key is random, and lives as long as a run.

No message of this file holds anything of a statement but the activity's id, and that only where the learner's
identifier is no part of it.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from graph.errors import InputError, Problem
from ingest.draft import Place
from ingest.formats.framework import OnProgress
from ingest.readers.json_documents import parse_json_document, read_json_document

COMPETENCY = "urn:rolepath:competency"
"""The extension of a statement's context, or of its activity, that names competencies: an id, or a list of them."""
OBJECTIVE = "http://adlnet.gov/expapi/activities/objective"
"""The type of the context's activities that are competencies."""

_VOIDED = "http://adlnet.gov/expapi/verbs/voided"
_MAX_LINE = 1_000_000
_BLANK = b"\xef\xbb\xbf \t\r\n"
_PROGRESS_EVERY = 10_000


class Attempt(NamedTuple):
    """One learner's scored attempt at an activity; `learner` is a hash that means nothing outside of this run."""

    place: Place
    learner: bytes
    activity: str
    shown_activity: str | None
    competencies: tuple[str, ...]
    score: float
    success: bool | None
    instant: datetime
    day: str

    @property
    def order(self) -> tuple[datetime, float, bool]:
        """What is later, and at the same instant better, counts."""
        return (self.instant, self.score, bool(self.success))


class Skipped(NamedTuple):
    """A statement that is no attempt, and why."""

    place: Place
    reason: str


class Wrong(NamedTuple):
    """What is wrong with a statement, as a problem tells it."""

    text: str
    column: str | None = None
    value: str | None = None


class Statements:
    """What is counted while statements are read, and the salt of the run."""

    def __init__(self, file: str) -> None:
        """Begin with a salt of its own."""
        self.file = file
        self.read = 0
        self.below_zero = 0
        self.problems: list[tuple[Wrong, Place]] = []
        self._salt = secrets.token_bytes(32)

    def hashed(self, identity: str) -> bytes:
        """Return the hash of a learner's identity, of 16 bytes."""
        return hashlib.blake2b(identity.encode(), key=self._salt, digest_size=16).digest()


class _WrongError(ValueError):
    def __init__(self, text: str, column: str | None = None) -> None:
        self.column = column
        super().__init__(text)


def read_statements(path: Path, counted: Statements, on_progress: OnProgress | None = None) -> list[Attempt | Skipped]:
    """Return what each statement is, in their order; what is wrong is put into `counted.problems`.

    Raises:
        InputError: the file cannot be read.
    """
    first = Statements(path.name)
    voided = {target for _, one in _documents(path, first, holding=b"voided") if (target := _voids(one))}
    found: list[Attempt | Skipped] = []
    seen: dict[str, bytes] = {}
    for place, statement in _documents(path, counted):
        try:
            found.append(_judged(place, statement, counted, voided, seen))
        except _WrongError as error:
            counted.problems.append((Wrong(str(error), error.column), place))
        if on_progress is not None and not counted.read % _PROGRESS_EVERY:
            on_progress(counted.file, counted.read)
    if on_progress is not None:
        on_progress(counted.file, counted.read)
    return found


def _documents(path: Path, counted: Statements, *, holding: bytes = b"") -> Iterator[tuple[Place, object]]:
    """Yield each statement with its place: the line of a file of lines, the number in an array.

    Of a file of lines only those that hold the bytes are read.
    """
    if _is_one_document(path):
        for number, statement in enumerate(_array(read_json_document(path, tells=False)), 1):
            counted.read += 1
            yield Place(counted.file, None, number), statement
        return
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            if not raw.strip(_BLANK) or holding not in raw:
                continue
            counted.read += 1
            place = Place(counted.file, None, number)
            try:
                yield place, parse_json_document(raw.decode("utf-8-sig"), most=_MAX_LINE)
            except UnicodeDecodeError:
                counted.problems.append((Wrong("the line is not UTF-8; save the file as UTF-8"), place))
            except ValueError as error:
                counted.problems.append((Wrong(f"the line {error}; one statement a line, or one array"), place))


def _is_one_document(path: Path) -> bool:
    """Say whether the file is one array, or the one object that a learning record store answers. Raises InputError."""
    try:
        with path.open("rb") as file:
            first = next((line for raw in file if (line := raw.strip(_BLANK))), b"")
    except OSError as error:
        raise InputError(Problem(f"cannot be read: {error.strerror or error}", path.name)) from None
    if not first:
        raise InputError(Problem("the file is empty", path.name))
    return first == b"{" or first.startswith((b"[", b'{"statements"', b'{ "statements"', b'{"more"'))


def _array(document: object) -> list[object]:
    if isinstance(document, dict) and isinstance(document.get("statements"), list):
        return list(document["statements"])
    return document if isinstance(document, list) else [document]


def _voids(statement: object) -> str | None:
    """Return the id of the statement that this one voids."""
    if _at(statement, "verb", "id") != _VOIDED or _at(statement, "object", "objectType") != "StatementRef":
        return None
    target = _at(statement, "object", "id")
    return target.lower() if isinstance(target, str) else None


def _judged(
    place: Place, statement: object, counted: Statements, voided: set[str], seen: dict[str, bytes]
) -> Attempt | Skipped:
    if not isinstance(statement, dict):
        raise _WrongError("each statement is an object")
    statement_id = statement.get("id")
    if statement_id is not None and not isinstance(statement_id, str):
        raise _WrongError("a statement's id is text", "id")
    if statement_id:
        name = statement_id.lower()
        if name in voided:
            return Skipped(place, "statements that another one voids")
        whole = counted.hashed(json.dumps(statement, sort_keys=True))
        if name not in seen:
            seen[name] = whole
        elif seen[name] == whole:
            return Skipped(place, "statements that stand more than once")
        else:
            raise _WrongError("another statement has the same id, and says something else", "id")
    return _attempt(place, statement, counted)


def _attempt(place: Place, statement: dict[str, object], counted: Statements) -> Attempt | Skipped:
    score = _at(statement, "result", "score", "scaled")
    if _at(statement, "object", "objectType") not in {None, "Activity"}:
        return Skipped(place, "statements that are not about an activity")
    if score is None:
        _check_shape(statement)
        return Skipped(place, "statements without a scaled score")
    if isinstance(score, bool) or not isinstance(score, int | float) or not -1 <= score <= 1:
        raise _WrongError("score.scaled is a number from -1 to 1", "result.score.scaled")
    success = _at(statement, "result", "success")
    if success is not None and not isinstance(success, bool):
        raise _WrongError("success is true or false", "result.success")
    activity = _at(statement, "object", "id")
    if not isinstance(activity, str) or not activity.strip():
        raise _WrongError("the activity's id is missing", "object.id")
    identity, marks = _identity(statement.get("actor"))
    instant, day = _time(statement)
    counted.below_zero += score < 0
    return Attempt(
        place,
        counted.hashed(identity),
        activity.strip(),
        None if any(_holds(activity, mark) for mark in marks) else activity.strip()[:300],
        tuple(sorted(_competencies(statement))),
        max(0.0, float(score)),
        success,
        instant,
        day,
    )


def _check_shape(statement: dict[str, object]) -> None:
    """Raise where what should hold a score holds something else."""
    result = statement.get("result")
    if result is not None and not isinstance(result, dict):
        raise _WrongError("the result is an object", "result")
    if isinstance(result, dict) and result.get("score") is not None and not isinstance(result["score"], dict):
        raise _WrongError("the score is an object", "result.score")


def _identity(actor: object) -> tuple[str, list[str]]:
    """Return the one identifier that an actor has, and the parts of it that no message may hold.

    Source: xAPI 1.0.3, Data, 2.4.2.3 (inverse functional identifiers).
    """
    if not isinstance(actor, dict):
        raise _WrongError("the actor is missing, or is no object", "actor")
    if actor.get("objectType") == "Group" and not any(actor.get(key) for key in ("mbox", "mbox_sha1sum", "openid")):
        raise _WrongError("the actor is a group; a score is of one learner", "actor")
    called = actor.get("name")
    spoken = [called.strip(), *called.split()] if isinstance(called, str) else []
    for key in ("mbox", "mbox_sha1sum", "openid"):
        value = actor.get(key)
        if isinstance(value, str) and value.strip():
            bare = value.strip().removeprefix("mailto:").lower()
            return f"{key} {bare}", [bare, bare.partition("@")[0], *spoken]
    name, home = _at(actor, "account", "name"), _at(actor, "account", "homePage")
    if isinstance(name, str) and name.strip() and isinstance(home, str):
        return f"account {home.strip()} {name.strip()}", [name.strip(), *spoken]
    raise _WrongError(
        "the actor has no identifier: mbox, mbox_sha1sum, openid, or account with name and homePage", "actor"
    )


def _time(statement: dict[str, object]) -> tuple[datetime, str]:
    """Return when it was: the instant, and the day as the learner's own clock showed it."""
    for key in ("timestamp", "stored"):
        text = statement.get(key)
        if text is None:
            continue
        try:
            local = datetime.fromisoformat(text.strip() if isinstance(text, str) else "")
            known = local if local.tzinfo else local.replace(tzinfo=UTC)
            return known.astimezone(UTC), local.date().isoformat()
        except (ValueError, OverflowError):
            raise _WrongError(f"{key} is no time as 2026-03-01T10:00:00Z", key) from None
    raise _WrongError("the timestamp is missing", "timestamp")


def _competencies(statement: dict[str, object]) -> Iterator[str]:
    """Yield what the statement itself says of competencies: by extension, or as objectives of its context."""
    for path in (("context", "extensions"), ("object", "definition", "extensions"), ("result", "extensions")):
        stated = _at(statement, *path, COMPETENCY)
        yield from (one for one in (stated if isinstance(stated, list) else [stated]) if isinstance(one, str) and one)
    activities = _at(statement, "context", "contextActivities")
    for listed in activities.values() if isinstance(activities, dict) else ():
        for one in listed if isinstance(listed, list) else [listed]:
            found = _at(one, "id")
            if _at(one, "definition", "type") == OBJECTIVE and isinstance(found, str) and found:
                yield found


def _holds(text: str, mark: str) -> bool:
    """Say whether the text holds the mark as a word of its own."""
    return bool(mark) and bool(re.search(rf"(?<![a-z0-9]){re.escape(mark.lower())}(?![a-z0-9])", text.lower()))


def _at(value: object, *keys: str) -> object:
    """Return what stands at the path of keys, None where nothing does."""
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value
