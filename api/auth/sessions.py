"""Sessions of people who signed in to the pages with a key: kept as hashes, shared by all workers."""

import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.types import Scope

from api.auth.keys import SECRET_BYTES, Key, hash_of
from api.state.database import State
from api.state.seals import check_gone, checked
from graph.model import Frozen

MOST_OF_KEY = 100
"""How many sessions one key may have at once; a further one ends the oldest."""

_TOKEN = re.compile(r"[0-9a-f]{8}_[A-Za-z0-9_-]{43}")
_NAME, _NAME_BY_HTTPS = "rolepath_session", "__Host-rolepath_session"


class Session(Frozen):
    """A session as it may be shown: `id` is the public part of its token; times are UTC."""

    id: str
    key_id: str
    created_at: datetime
    expires_at: datetime


class NewSession(NamedTuple):
    """A session that was just begun; `token` is told this once, and kept nowhere."""

    session: Session
    token: str


class HashedSession(NamedTuple):
    """Session with the hash that its token must have."""

    session: Session
    hash: bytes


class SessionStore:
    """Sessions in the state file."""

    def __init__(self, state: State) -> None:
        """Open nothing yet."""
        self._state = state

    def begin(self, key: Key, hours: int, at: datetime | None = None) -> NewSession:
        """Begin a session of whoever holds the key, now or at a moment; those that have expired are forgotten."""
        at = (at or datetime.now(UTC)).replace(microsecond=0)
        session = Session(id=secrets.token_hex(4), key_id=key.id, created_at=at, expires_at=at + timedelta(hours=hours))
        token = f"{session.id}_{secrets.token_urlsafe(SECRET_BYTES)}"
        row = (session.id, key.id, hash_of(token), session.created_at.isoformat(), session.expires_at.isoformat())
        with self._state.writing() as connection:
            connection.execute("DELETE FROM session WHERE expires_at <= ?", (at.isoformat(),))
            connection.execute(
                "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE key_id = ?"
                " ORDER BY rowid DESC LIMIT -1 OFFSET ?)",
                (key.id, MOST_OF_KEY - 1),
            )
            connection.execute("INSERT INTO session (id, key_id, hash, created_at, expires_at) VALUES (?,?,?,?,?)", row)
        return NewSession(session, token)

    def end(self, session_id: str) -> None:
        """Forget a session."""
        with self._state.writing(settles=True) as connection:
            connection.execute("DELETE FROM session WHERE id = ?", (session_id,))

    def hashed(self, session_id: str | None = None) -> list[HashedSession]:
        """Return every session with its hash, or the one of this id, the oldest first; some may have expired."""
        with self._state.reading() as connection:
            if connection is None:
                return []
            which, values = ("", ()) if session_id is None else ("WHERE id = ?", (session_id,))
            found = connection.execute(f"SELECT * FROM session {which} ORDER BY created_at, rowid", values)  # noqa: S608
            rows = checked(connection, "session", found)
            if session_id is not None and not rows:
                check_gone(connection, "session", session_id)
        names = Session.model_fields
        with self._state.decoding():
            return [
                HashedSession(Session.model_validate({name: row[name] for name in names}), row["hash"]) for row in rows
            ]


def cookie_name(scope: Scope) -> str:
    """Return the name of the cookie that holds a session's token.

    By https it begins with `__Host-`: then neither a neighbouring domain nor a page by http can set it.
    Source: RFC 6265bis, section 4.1.3.2.
    """
    return _NAME_BY_HTTPS if scope["scheme"] == "https" else _NAME


def token_in(scope: Scope) -> str:
    """Return the session's token that a request carries; empty where it has none, several, or one of another form."""
    name, tokens = cookie_name(scope), []
    for header in Headers(scope=scope).getlist("cookie"):
        for pair in header.split(";"):
            key, _, value = pair.strip().partition("=")
            if key == name:
                tokens.append(value)
    return tokens[0] if len(tokens) == 1 and _TOKEN.fullmatch(tokens[0]) else ""


def proof_of(token: str) -> str:
    """Return what only a page that was made for this session can know, and that is of no other use."""
    return hmac.new(token.encode(), b"rolepath form", hashlib.sha256).hexdigest()
