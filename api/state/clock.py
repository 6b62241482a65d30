"""Clocks of the service: one that nobody can set, and a time of day that is never set back."""

import time
from datetime import UTC, datetime, timedelta


def uptime_s() -> float:
    """Return for how many seconds the machine runs, where it can be known with those in which it slept.

    All processes of a machine have the same, nobody can set it, and it begins anew when the machine does.
    """
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class SteadyClock:
    """The time of day, by which keys and sessions end: set back, it goes on from where it was; set ahead, it follows.

    So nothing that has ended holds again. When a clock that was ahead is right again, so is this one.
    """

    def __init__(self) -> None:
        """Begin with the present."""
        self._begun, self._begun_s = datetime.now(UTC), uptime_s()

    def now(self) -> datetime:
        """Return the present moment, in UTC."""
        return max(datetime.now(UTC), self._least())

    def notice(self, moment: datetime) -> timedelta:
        """Take note that the moment has passed, and return by how much the clock of the machine is behind it."""
        if moment > self._least():
            self._begun, self._begun_s = moment, uptime_s()
        return max(moment - datetime.now(UTC), timedelta())

    def _least(self) -> datetime:
        return self._begun + timedelta(seconds=uptime_s() - self._begun_s)
