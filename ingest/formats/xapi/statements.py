"""Pseudonymisation of xAPI statements, read as scored attempts.

A learner becomes a keyed hash at once; its key is random, and lives as long as a run.
No message of this file holds anything of a statement but the activity's id, and that only where the learner's
identifier is no part of it.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from graph.errors import InvalidValueError
from graph.messages import Message, message
from ingest.draft import Place
from ingest.formats.xapi.files import StatementFiles, StatementProblem, is_statement, no_statements, statements_of
from ingest.progress import OnProgress, rows_read

COMPETENCY = "urn:rolepath:competency"
"""The extension of a statement's context, or of its activity, that names competencies: an id, or a list of them."""
OBJECTIVE = "http://adlnet.gov/expapi/activities/objective"
"""The type of the context's activities that are competencies."""

_VOIDED = "http://adlnet.gov/expapi/verbs/voided"
_PROGRESS_EVERY = 10_000


class ScoredAttempt(NamedTuple):
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


class SkippedStatement(NamedTuple):
    """A statement that is no attempt, and why."""

    place: Place
    reason: Message


class _StatementError(InvalidValueError):
    def __init__(self, code: str, column: str | None = None, **params: str) -> None:
        self.column = column
        super().__init__(message(code, **params))


def read_statements(
    path: Path, counted: StatementFiles, on_progress: OnProgress | None = None
) -> list[ScoredAttempt | SkippedStatement]:
    """Return what each statement is, in their order; what is wrong is put into `counted.problems`.

    Raises:
        InputError: a file cannot be read, or there is no statement at all.
    """
    first = StatementFiles(path)
    voided = {target for _, one in statements_of(first, holding=b"voided") if (target := _voids(one))}
    judged: list[ScoredAttempt | SkippedStatement] = []
    seen: dict[str, bytes] = {}
    others: list[object] = []
    place = Place(path.name, None, 0)
    for place, statement in statements_of(counted):
        if not is_statement(statement):
            others.append(statement)
        try:
            judged.append(_judged(place, statement, counted, voided, seen))
        except _StatementError as error:
            counted.problems.append((StatementProblem(error.message, error.column), place))
        if on_progress is not None and not counted.read % _PROGRESS_EVERY:
            on_progress(rows_read(place.file, counted.read))
    if others and len(others) == counted.read:
        raise no_statements(others, path.name)
    if on_progress is not None:
        on_progress(rows_read(place.file, counted.read))
    return judged


def _voids(statement: object) -> str | None:
    """Return the id of the statement that this one voids."""
    if _at(statement, "verb", "id") != _VOIDED or _at(statement, "object", "objectType") != "StatementRef":
        return None
    target = _at(statement, "object", "id")
    return target.lower() if isinstance(target, str) else None


def _judged(
    place: Place, statement: object, counted: StatementFiles, voided: set[str], seen: dict[str, bytes]
) -> ScoredAttempt | SkippedStatement:
    if not isinstance(statement, dict):
        raise _StatementError("xapi.object")
    if not is_statement(statement):
        raise _StatementError("xapi.no_statement")
    statement_id = statement.get("id")
    if statement_id is not None and not isinstance(statement_id, str):
        raise _StatementError("xapi.id", "id")
    if statement_id:
        name = statement_id.lower()
        if name in voided:
            return SkippedStatement(place, message("xapi.voided"))
        whole = counted.hashed(json.dumps(statement, sort_keys=True))
        if name not in seen:
            seen[name] = whole
        elif seen[name] == whole:
            return SkippedStatement(place, message("xapi.repeated"))
        else:
            raise _StatementError("xapi.second_id", "id")
    return _attempt(place, statement, counted)


def _attempt(place: Place, statement: dict[str, object], counted: StatementFiles) -> ScoredAttempt | SkippedStatement:
    score = _at(statement, "result", "score", "scaled")
    if _at(statement, "object", "objectType") not in {None, "Activity"}:
        return SkippedStatement(place, message("xapi.no_activity_statement"))
    if score is None:
        _check_shape(statement)
        return SkippedStatement(place, message("xapi.no_score"))
    if isinstance(score, bool) or not isinstance(score, int | float) or not -1 <= score <= 1:
        raise _StatementError("xapi.score", "result.score.scaled")
    success = _at(statement, "result", "success")
    if success is not None and not isinstance(success, bool):
        raise _StatementError("xapi.success", "result.success")
    activity = _at(statement, "object", "id")
    if not isinstance(activity, str) or not activity.strip():
        raise _StatementError("xapi.no_activity_id", "object.id")
    identity, marks = _identity(statement.get("actor"))
    instant, day = _time(statement)
    counted.below_zero += score < 0
    return ScoredAttempt(
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
        raise _StatementError("xapi.result_object", "result")
    if isinstance(result, dict) and result.get("score") is not None and not isinstance(result["score"], dict):
        raise _StatementError("xapi.score_object", "result.score")


def _identity(actor: object) -> tuple[str, list[str]]:
    """Return the one identifier that an actor has, and the parts of it that no message may hold.

    Source: xAPI 1.0.3, Data, 2.4.2.3 (inverse functional identifiers).
    """
    if not isinstance(actor, dict):
        raise _StatementError("xapi.no_actor", "actor")
    if actor.get("objectType") == "Group" and not any(actor.get(key) for key in ("mbox", "mbox_sha1sum", "openid")):
        raise _StatementError("xapi.group", "actor")
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
    raise _StatementError("xapi.no_identifier", "actor")


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
            raise _StatementError("xapi.no_time", key, key=key) from None
    raise _StatementError("xapi.no_timestamp", "timestamp")


def _competencies(statement: dict[str, object]) -> Iterator[str]:
    """Yield what the statement itself says of competencies: by extension, or as objectives of its context."""
    for path in (("context", "extensions"), ("object", "definition", "extensions"), ("result", "extensions")):
        stated = _at(statement, *path, COMPETENCY)
        yield from (one for one in (stated if isinstance(stated, list) else [stated]) if isinstance(one, str) and one)
    activities = _at(statement, "context", "contextActivities")
    for listed in activities.values() if isinstance(activities, dict) else ():
        for one in listed if isinstance(listed, list) else [listed]:
            name = _at(one, "id")
            if _at(one, "definition", "type") == OBJECTIVE and isinstance(name, str) and name:
                yield name


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
