"""Connection table: the connections of a process that wait, and which makes room for a new one."""

import asyncio
import errno
import logging
from collections import OrderedDict
from typing import Any, Protocol

from api.http.connection_limits import ConnectionLimits
from api.http.descriptors import highest_for_connections

WARN_EVERY_S = 60.0
"""How often it is said that no connection can be taken."""
_OUT_OF_RESOURCES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_log = logging.getLogger(__name__)


class WaitingConnection(Protocol):
    """A connection on which nothing can be done before its client sends or takes more."""

    def give_way(self) -> None:
        """Close the connection for another one."""


class ConnectionTable:
    """The connections of one process that wait for their client, the longest first, and those that are refused."""

    def __init__(self, limits: ConnectionLimits) -> None:
        """Hold none yet."""
        self.limits = limits
        self.refused: set[object] = set()
        self._waiting: OrderedDict[WaitingConnection, None] = OrderedDict()
        self._highest = highest_for_connections()
        self._in_reserve: set[WaitingConnection] = set()
        self._warned_at = -WARN_EVERY_S

    def is_full(self, connections: int) -> bool:
        """Say whether so many are more than there may be, or one has a descriptor that is kept for files.

        The system gives the lowest descriptor that is free: one from the reserve says that there were no others left.
        """
        return connections > self.limits.connections or bool(self._in_reserve)

    def take(self, connection: WaitingConnection, descriptor: int) -> None:
        """Note a connection and its descriptor."""
        if descriptor >= self._highest:
            self._in_reserve.add(connection)

    def forget(self, connection: WaitingConnection) -> None:
        """Note that the connection is gone."""
        self.work(connection)
        self._in_reserve.discard(connection)
        self.refused.discard(connection)

    def wait(self, connection: WaitingConnection) -> None:
        """Note that the connection begins to wait."""
        self.work(connection)
        self._waiting[connection] = None

    def wait_on(self, connection: WaitingConnection) -> None:
        """Note that the connection waits, since when it did if it does already."""
        self._waiting.setdefault(connection)

    def work(self, connection: WaitingConnection) -> None:
        """Note that the connection does not wait, or is gone."""
        self._waiting.pop(connection, None)

    def note_loop_error(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Make room where connections could not be taken for lack of descriptors or memory; tell of any other error.

        asyncio tries again after a second. It would write a traceback each time.
        """
        error = context.get("exception")
        if not (isinstance(error, OSError) and error.errno in _OUT_OF_RESOURCES and "socket" in context):
            loop.default_exception_handler(context)
            return
        for _ in range(1 + len(self._waiting) // 4):
            self.make_room()
        if loop.time() - self._warned_at >= WARN_EVERY_S:
            self._warned_at = loop.time()
            _log.warning("no connection can be taken (%s); those that wait longest are closed", error.strerror)

    def make_room(self) -> bool:
        """Close the connection that has waited longest; say whether there was one."""
        if not self._waiting:
            return False
        self._waiting.popitem(last=False)[0].give_way()
        return True
