"""Connection pool of the state file: what a process has once opened it keeps open, so that a full disk takes nothing.

Whoever is the last to close a file with a write-ahead log removes the log and the shared memory beside it; whoever
opens it next has to make them anew, for which a full disk has no room.
"""

import os
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from graph.stores.sqlite.open_file import OpenFile, connect

KEPT = 4
"""How many connections stay open that nobody uses."""


class _FileState(NamedTuple):
    """What tells the file as it was opened from another one, and from what others than SQLite put into it."""

    process: int
    device: int
    inode: int
    size: int
    changed_ns: int


class _Idle(NamedTuple):
    connection: sqlite3.Connection
    state: _FileState | None


class ConnectionPool:
    """The open connections of one process to one file, each used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Open nothing yet."""
        self._path = path
        self._lock = threading.Lock()
        self._idle: list[_Idle] = []
        weakref.finalize(self, _close, self._idle)

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """Give a connection that nobody else uses meanwhile.

        Raises:
            sqlite3.Error: the file cannot be opened.
        """
        state = _state_of(self._path)
        connection, is_lasting = self._taken(state) or self._opened(state)
        try:
            yield connection
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            with self._lock:
                is_kept = is_lasting and len(self._idle) < KEPT
                if is_kept:
                    self._idle.append(_Idle(connection, state))
            if not is_kept:
                connection.close()

    def close(self) -> None:
        """Close what nobody uses."""
        with self._lock:
            _close(self._idle)

    def _taken(self, state: _FileState | None) -> OpenFile[sqlite3.Connection] | None:
        with self._lock:
            for number, idle in enumerate(self._idle):
                if idle.state == state:
                    return OpenFile(self._idle.pop(number).connection, True)
        return None

    def _opened(self, state: _FileState | None) -> OpenFile[sqlite3.Connection]:
        """Open the file as it is now; what was open of another state is closed after that: shared memory stays."""
        opened = connect(self._path, sqlite3.Connection)
        with self._lock:
            stale = [idle for idle in self._idle if idle.state != state]
            self._idle[:] = [idle for idle in self._idle if idle.state == state]
        _close(stale)
        return opened


def _state_of(path: Path) -> _FileState | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return _FileState(os.getpid(), stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns)


def _close(idle: list[_Idle]) -> None:
    while idle:
        idle.pop().connection.close()
