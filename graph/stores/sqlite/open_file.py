"""SQLite connections and transactions on a disk that may be full, or may only be read.

A file with a write-ahead log is opened with shared memory beside it, of which a disk that is full takes nothing. Such a
file is then read by one process at a time, without shared memory; on a disk that only reads, without locks.
Source: https://www.sqlite.org/wal.html, sections 5 and 8.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from graph.disk import is_of_disk

_SETTLES_WITHIN_MS = 200
_BUSY_MS = 10_000

C = TypeVar("C", bound=sqlite3.Connection)


class OpenFile(NamedTuple, Generic[C]):
    """An open connection; `is_lasting` says that it may stay open beside those of others."""

    connection: C
    is_lasting: bool


def connect(path: Path, factory: type[C], timeout_s: float = 10.0) -> OpenFile[C]:
    """Open a file that is there: to read and write, or to read alone where the disk refuses everything else.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    try:
        return OpenFile(_opened(path, factory, timeout_s, "mode=rw"), True)
    except sqlite3.OperationalError as error:
        if not is_of_disk(error):
            raise
        refused = error
    try:
        return OpenFile(_opened(path, factory, timeout_s, "mode=rw", "PRAGMA locking_mode = EXCLUSIVE"), False)
    except sqlite3.OperationalError as error:
        if not is_of_disk(error) or _has_log(path):
            raise refused from None
    return OpenFile(_opened(path, factory, timeout_s, "mode=ro&immutable=1"), False)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Keep what is done at the end, or take it back, also where it is the end that fails; others do not write then."""
    connection.execute("BEGIN IMMEDIATE")  # a plain BEGIN fails when a reader turns writer beside another one
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite itself may have taken back what a full disk refused
            connection.execute("ROLLBACK")
        raise


def write_back(connection: sqlite3.Connection) -> None:
    """Have all that was written in the file itself, so that it may go without its log; closing does so only if it can.

    Raises:
        sqlite3.Error: the disk refuses it, or somebody else has the file open.
    """
    if connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        raise sqlite3.OperationalError("database is locked")


def settle(connection: sqlite3.Connection) -> None:
    """Move what the log of changes holds into the file itself, and empty the log, unless others read meanwhile.

    A log that is cut off or damaged ends there for SQLite, without a word, and what was kept last would be gone.
    """
    with suppress(sqlite3.OperationalError):  # no room for it: it stays in the log
        connection.execute(f"PRAGMA busy_timeout = {_SETTLES_WITHIN_MS}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")


def _opened(path: Path, factory: type[C], timeout_s: float, mode: str, first: str = "") -> C:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{mode}",
        uri=True,
        timeout=timeout_s,
        isolation_level=None,
        check_same_thread=False,
        factory=factory,
    )
    try:
        if first:
            connection.execute(first)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _has_log(path: Path) -> bool:
    """Say whether there is more to read than stands in the file itself."""
    log = Path(f"{path}-wal")
    return log.exists() and log.stat().st_size > 0
