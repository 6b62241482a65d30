"""Replies kept by idempotency key in the state file, for a day, for all workers."""

import json
from datetime import UTC, datetime, timedelta

from api.http.idempotency import KeptReply
from api.state.database import State, now
from api.state.seals import checked

KEPT = timedelta(days=1)
"""For how long a key is known."""


class ReplyRecords:
    """The replies that were given to requests with an idempotency key."""

    def __init__(self, state: State) -> None:
        """Open nothing yet."""
        self._state = state

    def claim(self, request_id: str) -> KeptReply | None:
        """Return what is kept; None where nothing was, and the id is now claimed.

        Raises:
            StoreUnavailableError: the state file cannot be read or written.
        """
        long_ago = (datetime.now(UTC) - KEPT).isoformat(timespec="seconds")
        with self._state.writing(settles=True) as connection:
            connection.execute("DELETE FROM reply WHERE at < ?", (long_ago,))
            found = connection.execute("SELECT * FROM reply WHERE id = ?", (request_id,))
            rows = checked(connection, "reply", found)
            if not rows:
                connection.execute("INSERT INTO reply VALUES (?, '', 0, '{}', '', ?)", (request_id, now()))
                return None
            with self._state.decoding():
                row = rows[0]
                return KeptReply(row["digest"], row["status"], json.loads(row["headers"]), row["body"].encode())

    def keep(self, request_id: str, reply: KeptReply) -> None:
        """Keep the reply to a request whose id was claimed."""
        told = (reply.digest, reply.status, json.dumps(reply.headers), reply.body.decode(), request_id)
        with self._state.writing(settles=True) as connection:
            connection.execute("UPDATE reply SET digest = ?, status = ?, headers = ?, body = ? WHERE id = ?", told)

    def release(self, request_id: str) -> None:
        """Forget that the id was claimed."""
        with self._state.writing() as connection:
            connection.execute("DELETE FROM reply WHERE id = ?", (request_id,))
