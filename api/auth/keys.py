"""API keys: made, listed, revoked, and kept as hashes only."""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from api.principal import AccessScope, Principal
from api.state.audit import Audit
from api.state.database import State, now
from api.state.seals import checked
from graph.errors import ConflictError, InputError, NotFoundError
from graph.messages import message
from graph.model import Frozen

BRAND = "rolepath"
"""How every key begins, so that it is known where it was left lying about."""
SECRET_BYTES = 32


class Key(Frozen):
    """A key as it may be shown: `id` is its public part, as in `rolepath_ID_...`; times are UTC."""

    id: str
    name: str
    scope: AccessScope
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None

    def is_valid(self, at: datetime) -> bool:
        """Say whether the key opens anything at that moment."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


class NewKey(Frozen):
    """A key that was just made; `token` is told this once, and kept nowhere."""

    key: Key
    token: str


class KeyList(Frozen):
    """Every key that was ever made, the oldest first."""

    items: list[Key]
    next: None = None


class HashedKey(NamedTuple):
    """API key with the hash that its token must have."""

    key: Key
    hash: bytes


class KeyStore:
    """API keys in the state file."""

    def __init__(self, state: State) -> None:
        """Open nothing yet."""
        self._state = state

    def create(
        self, name: str, scope: AccessScope, lifetime: timedelta | None = None, *, by: Principal | None = None
    ) -> NewKey:
        """Make a key, and return it with its token; `by` whom it was made stands in the audit log from that moment on.

        Raises:
            InputError: the name is empty, too long or not printable.
        """
        if not name.strip() or len(name) > 100 or not name.isprintable():
            raise InputError(message("key.no_name", name=name[:100]))
        key_id = secrets.token_hex(4)
        token = f"{BRAND}_{key_id}_{secrets.token_urlsafe(SECRET_BYTES)}"
        expires = (datetime.now(UTC) + lifetime).isoformat(timespec="seconds") if lifetime else None
        with self._state.writing(settles=True) as connection:
            connection.execute(
                "INSERT INTO api_key (id, name, scope, hash, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
                (key_id, name.strip(), scope, hash_of(token), now(), expires),
            )
            connection.execute("DELETE FROM keys_given_up")
            if by is not None:
                Audit.note_with(connection, by, "key created", f"{key_id} {scope} {name.strip()}")
        return NewKey(key=self._found(key_id), token=token)

    def revoke(self, key_id: str, *, by: Principal | None = None) -> Key:
        """Make a key open nothing any more, and return it; one that was revoked before stays so. `by` as in `create`.

        It may be named by its id, or by its token or the beginning of that, `rolepath_ID`.

        Raises:
            NotFoundError: there is no such key.
            StoreDamagedError: the file is damaged.
        """
        key = self._found(key_id.removeprefix(f"{BRAND}_").partition("_")[0])
        with self._state.writing(settles=True) as connection:
            connection.execute("UPDATE api_key SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", (now(), key.id))
            if by is not None:
                Audit.note_with(connection, by, "key revoked", f"{key.id} {key.scope} {key.name}")
        if (key := self._found(key.id)).revoked_at is None:
            self._state.check()  # an index did not lead there
        return key

    def all(self) -> KeyList:
        """Return every key, revoked and expired ones too, the oldest first."""
        return KeyList(items=[hashed_key.key for hashed_key in self.hashed()])

    def hashed(self) -> list[HashedKey]:
        """Return every key with its hash, the oldest first."""
        with self._state.reading() as connection:
            if connection is None:
                return []
            rows = checked(
                connection, "api_key", connection.execute("SELECT * FROM api_key ORDER BY created_at, rowid")
            )
        names = Key.model_fields
        with self._state.decoding():
            return [HashedKey(Key.model_validate({name: row[name] for name in names}), row["hash"]) for row in rows]

    def give_up(self, *, by: Principal | None = None) -> int:
        """Forget every key and session, so that the service is open to this machine again; return how many keys.

        `by` as in `create`.

        Raises:
            ConflictError: a key still holds.
        """
        at = datetime.now(UTC)
        holding = [found.key.id for found in self.hashed() if found.key.is_valid(at)]
        if holding:
            raise ConflictError(message("http.keys_hold", keys=holding))
        with self._state.writing(settles=True) as connection:
            connection.execute("DELETE FROM session")
            number = connection.execute("DELETE FROM api_key").rowcount
            connection.execute("DELETE FROM keys_given_up")
            connection.execute("INSERT INTO keys_given_up VALUES (?)", (now(),))
            if by is not None:
                Audit.note_with(connection, by, "local mode", f"{number} keys")
        return number

    def were_given_up(self) -> bool:
        """Say whether that was the last that happened to keys."""
        with self._state.reading() as connection:
            found = connection and connection.execute("SELECT * FROM keys_given_up")
            return connection is not None and bool(checked(connection, "keys_given_up", found or ()))

    def note_use(self, used: dict[str, datetime]) -> None:
        """Keep when keys were used last, by id."""
        with self._state.writing() as connection:
            connection.executemany(
                "UPDATE api_key SET last_used_at = max(coalesce(last_used_at, ''), ?) WHERE id = ?",
                [(at.isoformat(timespec="seconds"), key_id) for key_id, at in used.items()],
            )

    def _found(self, key_id: str) -> Key:
        keys = [hashed_key.key for hashed_key in self.hashed()]
        for key in keys:
            if key.id == key_id:
                return key
        raise NotFoundError(
            message("thing.key"), key_id, near=[key.id for key in keys if key_id and key.id.startswith(key_id)][:3]
        )


def hash_of(token: str) -> bytes:
    """Return what is kept of a token. 256 random bits need no salt and no slow hash, unlike a password.

    Source: OWASP Cryptographic Storage Cheat Sheet; NIST SP 800-63B, section 5.1.2.2 (look-up secrets).
    """
    return hashlib.sha256(token.encode()).digest()


_NO_HASH = bytes(32)


def is_token_of(token: str, token_hash: bytes | None) -> bool:
    """Say whether this is the token that a hash was kept of; where none was, it takes as long to say no."""
    is_right = hmac.compare_digest(hash_of(token), token_hash or _NO_HASH)
    return is_right and token_hash is not None


def matching(token: str, by_id: dict[str, HashedKey], at: datetime) -> Key | None:
    """Return the valid key that this is the token of. It takes as long for a wrong secret as for no such key."""
    parts = token.split("_", 2)
    known = by_id.get(parts[1]) if len(parts) == 3 else None
    is_right = is_token_of(token, known.hash if known else None)
    return known.key if known and is_right and known.key.is_valid(at) else None
