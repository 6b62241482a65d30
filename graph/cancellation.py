"""Cancellation: what is computed ends soon after nobody waits for it any more, or its time is over.

Whoever asks makes a Cancellation and computes within `cancellable`; what may take long calls `check_cancelled` now and
then, at least once for each row of a loop that costs a millisecond, or passes its rows through `cancellable_rows`.
Where nobody made one, as on the command line, nothing is ever cancelled.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from graph.errors import AbandonedError, TimeLimitError
from graph.messages import message

ROWS_A_CHECK = 256
"""How many rows go by between two checks: each costs a third of a microsecond."""

T = TypeVar("T")


class Cancellation:
    """One computation: may be cancelled from any thread, and ends by itself when its time is over."""

    def __init__(self, limit_s: float | None = None) -> None:
        """Begin its time; without `limit_s` it has all."""
        self.limit_s = limit_s
        self._ends_at = None if limit_s is None else time.monotonic() + limit_s
        self._is_cancelled = False

    def cancel(self) -> None:
        """Let it end at the next check."""
        self._is_cancelled = True

    def check(self) -> None:
        """Do nothing while somebody waits for it and it has time.

        Raises:
            AbandonedError: it was cancelled.
            TimeLimitError: its time is over.
        """
        if self._is_cancelled:
            raise AbandonedError(message("cancellation.abandoned"))
        if self._ends_at is not None and time.monotonic() > self._ends_at:
            raise self.time_is_over()

    def time_is_over(self) -> TimeLimitError:
        """Return the error that says so."""
        return TimeLimitError(message("cancellation.time_limit", seconds=self.limit_s or 0))


_CURRENT: ContextVar[Cancellation | None] = ContextVar("rolepath.cancellation", default=None)


@contextmanager
def cancellable(cancellation: Cancellation) -> Iterator[None]:
    """Let what is computed within, in threads that take over its context too, end with this cancellation."""
    token = _CURRENT.set(cancellation)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def check_cancelled() -> None:
    """Do nothing while somebody waits for what is being computed, and it has time.

    Raises:
        AbandonedError: nobody waits for it any more.
        TimeLimitError: its time is over.
    """
    current = _CURRENT.get()
    if current is not None:
        current.check()


def cancellable_rows(rows: Iterable[T]) -> Iterator[T]:
    """Return the rows, which look now and then whether somebody still waits for them.

    Raises:
        AbandonedError: nobody does.
        TimeLimitError: the time is over.
    """
    current = _CURRENT.get()
    return iter(rows) if current is None else _checked(rows, current)


def _checked(rows: Iterable[T], current: Cancellation) -> Iterator[T]:
    current.check()
    for number, row in enumerate(rows, 1):
        yield row
        if number % ROWS_A_CHECK == 0:
            current.check()
