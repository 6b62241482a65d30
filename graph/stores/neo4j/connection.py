"""Connection to a Neo4j database: sessions, transactions, errors translated. The only file that imports the driver."""

import errno
import logging
import os
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import neo4j
from neo4j import exceptions

from graph.errors import (
    ConflictError,
    InputError,
    LoginRefusedError,
    NoRoomError,
    StoreAwayError,
    StoreDamagedError,
    StoreUnavailableError,
)
from graph.messages import message
from graph.stores.content_hash import DamageError
from graph.stores.neo4j.apply import LostAnswerError, OpenTransaction
from graph.stores.neo4j.write import Run

CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 300.0
DEFAULT_PORT = 7687
IDLE_S = 1.0
"""How long a connection may have been idle before it is tried out: the server may have been started again since."""
_BUSY = ("Lock", "Deadlock", "TimedOut", "Timeout", "Bookmark", "SchemaRuleAlreadyExists")
"""Words in the codes of errors that another try, a moment later, may do without."""
_NO_ROOM = os.strerror(errno.ENOSPC)


class Neo4jConnection:
    """One database of a server or cluster. Nothing is opened before it is asked; then a pool of connections is kept."""

    def __init__(self, url: str, password: str | None = None) -> None:
        """Read the URL `scheme://user:password@host:port/database`.

        Raises:
            InputError: the URL names no host, or its parts cannot be told from each other.
        """
        parts, port = _split(url)
        self._place = (parts.hostname or "", port or DEFAULT_PORT)
        self._database = unquote(parts.path.strip("/")) or None
        name = parts.hostname or ""
        host = f"[{name}]" if ":" in name else name
        self._uri = f"{parts.scheme}://{host}" + (f":{port}" if port else "")
        secret = unquote(parts.password) if parts.password is not None else password
        user = unquote(parts.username) if parts.username else ("neo4j" if secret else "")
        self._auth = (user, secret or "") if user else None
        self._driver: neo4j.Driver | None = None
        self._opening = threading.Lock()
        self._seen: neo4j.Bookmarks | None = None

    @property
    def url(self) -> str:
        """Where it is, without user and password."""
        return self._uri + (f"/{self._database}" if self._database else "")

    @contextmanager
    def reads(self) -> Iterator[Run]:
        """Run texts that only read, each a transaction of its own; any member of a cluster may answer them.

        What a text has seen of a commit, even a part of it, the next one sees whole: each hands on the bookmark of the
        latest commit that the server knew, and the next waits until all up to that are in place.
        """
        with self._translated():
            session = self._session(neo4j.READ_ACCESS)
            with session:

                def run(text: str, **values: object) -> list[Sequence[Any]]:
                    query = neo4j.Query(text, timeout=READ_TIMEOUT_S)
                    return [record.values() for record in session.run(query, values)]

                yield run
                self._seen = session.last_bookmarks()

    @contextmanager
    def transaction(self, timeout_s: float) -> Iterator[OpenTransaction]:
        """Open one transaction at the member that writes; it is rolled back unless it was committed."""
        with self._translated():
            session = self._session(neo4j.WRITE_ACCESS)
            with session, session.begin_transaction(timeout=timeout_s) as transaction:

                def run(text: str, **values: object) -> list[Sequence[Any]]:
                    return [record.values() for record in transaction.run(text, values)]

                def commit() -> None:
                    try:
                        transaction.commit()
                    except (exceptions.ServiceUnavailable, exceptions.SessionExpired) as error:
                        raise LostAnswerError from error
                    self._seen = session.last_bookmarks()  # so that this store reads what it wrote

                yield OpenTransaction(run, commit)

    def close(self) -> None:
        """Let go of connections; the database can be asked again."""
        if self._driver is not None:
            self._driver.close()
            self._driver = None

    def _session(self, access: str) -> neo4j.Session:
        return self._connected().session(database=self._database, default_access_mode=access, bookmarks=self._seen)

    def _connected(self) -> neo4j.Driver:
        with self._opening:
            if self._driver is None:
                if not (driver_log := logging.getLogger("neo4j")).handlers:
                    driver_log.addHandler(logging.NullHandler())  # else it writes to standard error where nothing logs
                self._driver = neo4j.GraphDatabase.driver(
                    self._uri,
                    auth=self._auth,
                    connection_timeout=CONNECT_TIMEOUT_S,
                    connection_acquisition_timeout=2 * CONNECT_TIMEOUT_S,
                    liveness_check_timeout=IDLE_S,
                    notifications_min_severity="OFF",
                    telemetry_disabled=True,
                )
            return self._driver

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DamageError as error:
            raise StoreDamagedError(message("store.altered", store=self.url, fault=error.fault)) from error
        except exceptions.AuthError as error:
            raise LoginRefusedError(message("store.login_refused", store=self.url)) from error
        except exceptions.Neo4jError as error:
            raise self._meaning(error) from error
        except LostAnswerError as error:
            raise StoreUnavailableError(message("store.lost", store=self.url)) from error
        except (exceptions.ServiceUnavailable, exceptions.SessionExpired) as error:
            raise StoreAwayError(message("store.unreachable", store=self.url, error=self._cause(error))) from error
        except exceptions.DriverError as error:
            raise StoreUnavailableError(message("store.unreachable", store=self.url, error=str(error))) from error

    def _cause(self, error: Exception) -> str:
        """Return the host, the port, and why it cannot be reached, which the driver keeps to itself for a cluster."""
        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, OSError):
            cause = cause.__cause__ or cause.__context__
        if cause is None:
            try:
                socket.create_connection(self._place, CONNECT_TIMEOUT_S).close()
            except OSError as found:
                cause = found
        why = (cause.strerror if isinstance(cause, OSError) else None) or str(cause or error)
        host, port = self._place
        return str(message("store.at_host", host=host, port=port, why=why.partition("\n")[0]))

    def _meaning(self, error: exceptions.Neo4jError) -> Exception:
        code = error.code or ""
        if "Bookmark" in code:  # the database was restored to what it was before
            self._seen = None
        if "DatabaseNotFound" in code:
            return StoreUnavailableError(message("store.no_database", store=self.url, database=self._database))
        if "MemoryPool" in code or "OutOfMemory" in code:
            return StoreUnavailableError(message("store.out_of_memory", store=self.url))
        if (broken := self._breakdown(code, error)) is not None:
            return broken
        if "NotALeader" in code or "ReadOnly" in code:
            return StoreUnavailableError(message("store.reads_only", store=self.url))
        if any(word in code for word in _BUSY):
            return ConflictError(message("store.busy", store=self.url))
        return StoreUnavailableError(message("store.says", store=self.url, error=error.message or code))

    def _breakdown(self, code: str, error: exceptions.Neo4jError) -> Exception | None:
        """Return what is told of an error after which the server takes no jobs for a while; None for others."""
        if "TransactionLogError" in code or _NO_ROOM in str(error):
            return NoRoomError(message("store.no_room_there", store=self.url))
        if "TransactionStartFailed" in code:
            return StoreAwayError(message("store.must_start_again", store=self.url))
        if "DatabaseUnavailable" in code:
            return StoreAwayError(message("store.says", store=self.url, error=error.message or code))
        return None


def _split(url: str) -> tuple[SplitResult, int | None]:
    """Return the parts of the URL and its port. What is refused is not repeated: a password may stand in it."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise InputError(message("store.no_port", way=message("store.way"))) from None
    if not parts.hostname:
        raise InputError(message("store.way"))
    if "@" in parts.path or parts.query or parts.fragment:
        raise InputError(message("store.no_url", way=message("store.way")))
    return parts, port
