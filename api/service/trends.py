"""Background loop of trends: those of the programmes that somebody looked at lately, one after another."""

import asyncio
import logging
import sqlite3
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from api.service.trend_files import Trend, read_trend
from api.service.trend_job import trend_beside
from api.settings.settings import Settings
from graph.errors import RolepathError
from graph.model import Revision
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store

MOST_WANTED = 50
"""Of how many programmes the trend is kept up to date: those that were looked at last."""
FORGOTTEN_AFTER_S = 1800.0
"""How long after somebody looked at a programme its trend is brought up to date with new revisions."""
LOOK_EVERY_S = 1.0

_log = logging.getLogger(__name__)


class Trends:
    """The trends of one store's programmes, worked out beside the answers, at most one at a time on the machine."""

    def __init__(self, store: Store, settings: Settings, ends: Callable[[], bool]) -> None:
        """Know of nobody yet; `ends` says when the service does."""
        self._store, self._settings, self._ends = store, settings, ends
        self._wanted: OrderedDict[str, float] = OrderedDict()
        self._done: dict[str, Revision] = {}

    def look_up(self, snapshot: Snapshot, discipline: str) -> tuple[Trend | None, bool]:
        """Return what is known of a programme's trend, and whether it is of the snapshot's revision.

        From then on it is brought up to date. It reads a file.
        """
        self._wanted[discipline] = time.monotonic()
        self._wanted.move_to_end(discipline)
        while len(self._wanted) > MOST_WANTED:
            self._done.pop(self._wanted.popitem(last=False)[0], None)
        found = read_trend(self._settings.cache_path, snapshot.store_id, discipline)
        return found, found is not None and _is_of(found, snapshot.revision)

    async def keep_up(self, latest: Callable[[], Snapshot | None], in_thread: Callable[..., Awaitable[Any]]) -> None:
        """Work out what is wanted and not known as of the latest snapshot, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            snapshot = latest()
            if snapshot is None:
                continue
            for discipline in self._due(snapshot.revision):
                await in_thread(self._bring_up_to_date, snapshot, discipline)

    def _due(self, revision: Revision) -> list[str]:
        """Return what is wanted, and not known to be up to date, the last that was looked at first."""
        since = time.monotonic() - FORGOTTEN_AFTER_S
        wanted = [discipline for discipline, at in list(self._wanted.items()) if at >= since]
        return [discipline for discipline in reversed(wanted) if self._done.get(discipline) != revision]

    def _bring_up_to_date(self, snapshot: Snapshot, discipline: str) -> None:
        found = read_trend(self._settings.cache_path, snapshot.store_id, discipline)
        is_done = found is not None and _is_of(found, snapshot.revision)
        try:
            is_done = is_done or trend_beside(self._store, self._settings, snapshot, discipline, self._ends)
        except (RolepathError, OSError, sqlite3.Error) as error:
            _log.warning("the trend of %s cannot be worked out at this revision: %s", discipline, error)
            is_done = True
        if is_done:
            self._done[discipline] = snapshot.revision


def _is_of(trend: Trend, revision: Revision) -> bool:
    return (trend.revision, trend.token) == (revision.number, revision.token)
