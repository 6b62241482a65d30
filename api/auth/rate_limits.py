"""Rate limits: how many requests one key or one address may send in a minute, counted over all workers.

Each worker counts in memory, so that no request waits for a disk, and twice a second adds what it counted to the state
file and takes over what the others did. In between, workers may let through a little more than the limit: at most what
comes in half a second. Libraries for this share counters through a server of their own, which a single machine lacks.
"""

import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from api.state.database import State

WINDOW_S = 60
MOST_SUBJECTS = 100_000
"""How many keys and addresses are told apart within a minute; those that come later share one count."""
_OTHERS = "others"


class RateAllowance(NamedTuple):
    """Remaining allowance of a rate limit; `reset_s` is when the minute is over."""

    ok: bool
    limit: int
    left: int
    reset_s: int

    def headers(self, name: str) -> list[tuple[bytes, bytes]]:
        """Return it as headers; none where there is no limit.

        Source: IETF draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4.
        """
        if not self.limit:
            return []
        return [
            (b"ratelimit-policy", f'"{name}";q={self.limit};w={WINDOW_S}'.encode()),
            (b"ratelimit", f'"{name}";r={self.left};t={self.reset_s}'.encode()),
        ]


class RateLimiter:
    """Rate limiter: counts requests by subject, a key or an address, in fixed windows of a minute."""

    def __init__(self, state: State) -> None:
        """Open nothing yet."""
        self._state = state
        self._minute = 0
        self._known: dict[str, int] = {}
        self._new: dict[str, int] = {}

    def take(self, subject: str, limit: int, cost: int = 1) -> RateAllowance:
        """Count a request, and return what is left; a `cost` of 0 only looks. A limit of 0 counts nothing."""
        if not limit:
            return RateAllowance(True, 0, 0, 0)
        seconds = time.time()
        self._turn(int(seconds // WINDOW_S))
        if subject not in self._known and len(self._known) >= MOST_SUBJECTS:
            subject = _OTHERS
        used = self._known.get(subject, 0)
        reset_s = WINDOW_S - int(seconds % WINDOW_S)
        if used >= limit:
            return RateAllowance(False, limit, 0, reset_s)
        if cost:
            self._known[subject] = used + cost
            self._new[subject] = self._new.get(subject, 0) + cost
        return RateAllowance(True, limit, limit - used - cost, reset_s)

    async def share(self, in_thread: Callable[..., Awaitable[dict[str, int]]]) -> None:
        """Add what was counted to the state file, and take over what others counted of the same subjects."""
        minute, new, self._new = self._minute, self._new, {}
        if not new:
            return
        try:
            totals = await in_thread(self._added, minute, new)
        except BaseException:
            if self._minute == minute:  # they are added when there is room again
                self._new = {subject: new.get(subject, 0) + self._new.get(subject, 0) for subject in new | self._new}
            raise
        if self._minute == minute:
            self._known |= {subject: total + self._new.get(subject, 0) for subject, total in totals.items()}

    def _added(self, minute: int, new: dict[str, int]) -> dict[str, int]:
        with self._state.writing() as connection:
            # Also those of a clock that was ahead; workers may be a minute apart.
            connection.execute("DELETE FROM used WHERE of_minute NOT BETWEEN ? AND ?", (minute, minute + 1))
            rows = [
                connection.execute(
                    "INSERT INTO used VALUES (?, ?, ?)"
                    " ON CONFLICT DO UPDATE SET requests = requests + excluded.requests RETURNING subject, requests",
                    (minute, subject, count),
                ).fetchone()
                for subject, count in new.items()
            ]
        return {row["subject"]: row["requests"] for row in rows}

    def _turn(self, minute: int) -> None:
        if self._minute != minute:
            self._minute, self._known, self._new = minute, {}, {}
