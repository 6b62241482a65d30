"""State database: what is kept of the service itself, and is no graph data; one SQLite file for all workers."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from api.state.pool import ConnectionPool
from api.state.seals import TABLE as SEALS
from api.state.seals import DamagedRowError, check_rows, checked, seal_all, watch
from graph.disk import database_fault, disk_fault, sync_folder
from graph.draft_files import draft_beside
from graph.errors import StoreDamagedError, StoreUnavailableError
from graph.messages import message
from graph.model import IngestRun
from graph.stores.sqlite.integrity import is_damage
from graph.stores.sqlite.open_file import settle, transaction, write_back
from ingest.report import IngestReport

_FIRST = (
    """CREATE TABLE IF NOT EXISTS run (
        id TEXT PRIMARY KEY, store_url TEXT NOT NULL, source TEXT NOT NULL, at TEXT NOT NULL,
        revision INTEGER NOT NULL, report TEXT NOT NULL)""",
    """CREATE TABLE api_key (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, scope TEXT NOT NULL, hash BLOB NOT NULL, created_at TEXT NOT NULL,
        expires_at TEXT, last_used_at TEXT, revoked_at TEXT)""",
    """CREATE TABLE used (
        of_minute INTEGER NOT NULL, subject TEXT NOT NULL, requests INTEGER NOT NULL,
        PRIMARY KEY (of_minute, subject)) WITHOUT ROWID""",
    """CREATE TABLE audit (
        id INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, address TEXT NOT NULL, what TEXT NOT NULL,
        detail TEXT NOT NULL, run TEXT)""",
    """CREATE TABLE job (
        id TEXT PRIMARY KEY, store_url TEXT NOT NULL, format TEXT NOT NULL, wanted TEXT NOT NULL, who TEXT NOT NULL,
        address TEXT NOT NULL, status TEXT NOT NULL, phase TEXT NOT NULL, created_at TEXT NOT NULL, started_at TEXT,
        ended_at TEXT, is_cancelled INTEGER NOT NULL DEFAULT 0, report TEXT, problem TEXT)""",
    "CREATE TABLE lease (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until REAL NOT NULL)",
)
_SESSIONS = (
    """CREATE TABLE session (
        id TEXT PRIMARY KEY, key_id TEXT NOT NULL, hash BLOB NOT NULL, created_at TEXT NOT NULL,
        expires_at TEXT NOT NULL)""",
)
_PROGRESS = (
    "ALTER TABLE job RENAME COLUMN phase TO progress",
    """UPDATE job SET progress = json_object('stage', CASE
        WHEN ended_at IS NOT NULL THEN 'over' WHEN status = 'queued' THEN 'waiting'
        WHEN progress = 'writing' THEN 'writing' ELSE 'starting' END)""",
)
"""Progress was English text, and is data."""
_KEYS_GIVEN_UP = ("CREATE TABLE keys_given_up (at TEXT NOT NULL)",)
_DECISIONS = (
    """CREATE TABLE follow_up (
        id TEXT PRIMARY KEY, store TEXT NOT NULL, store_url TEXT NOT NULL, competency TEXT NOT NULL,
        discipline TEXT NOT NULL, institution TEXT NOT NULL, named TEXT NOT NULL, gap TEXT NOT NULL,
        at_revision INTEGER NOT NULL, version INTEGER NOT NULL, owner TEXT NOT NULL, note TEXT NOT NULL, due TEXT,
        state TEXT NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL)""",
    """CREATE TABLE forgotten (
        id TEXT PRIMARY KEY, at TEXT NOT NULL, salt BLOB NOT NULL, digest BLOB NOT NULL, length INTEGER NOT NULL)""",
    "CREATE TABLE identity (id TEXT NOT NULL)",
    "INSERT INTO identity VALUES (lower(hex(randomblob(8))))",
)
"""Each change of a follow-up is a row; the one of the largest version is how it stands."""
_PROPOSALS = (
    """CREATE TABLE proposal_document (
        id TEXT PRIMARY KEY, store TEXT NOT NULL, store_url TEXT NOT NULL, document TEXT NOT NULL,
        number INTEGER NOT NULL, edition INTEGER NOT NULL, name TEXT NOT NULL, for_node TEXT NOT NULL,
        body TEXT NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL)""",
    """CREATE TABLE proposal_sentence (
        id TEXT PRIMARY KEY, store TEXT NOT NULL, store_url TEXT NOT NULL, document TEXT NOT NULL,
        number INTEGER NOT NULL, position INTEGER NOT NULL, sentence TEXT NOT NULL, body TEXT NOT NULL,
        status TEXT NOT NULL, gone INTEGER NOT NULL)""",
    "CREATE INDEX proposal_sentence_key ON proposal_sentence (sentence)",
    "CREATE INDEX proposal_sentence_place ON proposal_sentence (document, position)",
    """CREATE TABLE proposal_candidate (
        id TEXT PRIMARY KEY, store TEXT NOT NULL, store_url TEXT NOT NULL, sentence TEXT NOT NULL,
        candidate TEXT NOT NULL, relation TEXT NOT NULL, rank INTEGER NOT NULL, score REAL NOT NULL,
        kind TEXT NOT NULL, body TEXT NOT NULL)""",
    "CREATE INDEX proposal_candidate_sentence ON proposal_candidate (sentence)",
    """CREATE TABLE proposal_judgement (
        id TEXT PRIMARY KEY, store TEXT NOT NULL, store_url TEXT NOT NULL, number INTEGER NOT NULL,
        batch TEXT NOT NULL, sentence TEXT NOT NULL, candidate TEXT NOT NULL, relation TEXT NOT NULL,
        status TEXT NOT NULL, body TEXT NOT NULL, reason TEXT NOT NULL, who TEXT NOT NULL,
        may_apply INTEGER NOT NULL, undoes TEXT, at TEXT NOT NULL)""",
    "CREATE INDEX proposal_judgement_sentence ON proposal_judgement (sentence)",
    "CREATE INDEX proposal_judgement_who ON proposal_judgement (who)",
    """CREATE TABLE proposal_link (
        id TEXT PRIMARY KEY, store TEXT NOT NULL, store_url TEXT NOT NULL, run TEXT NOT NULL,
        judgement TEXT NOT NULL, sentence TEXT NOT NULL, candidate TEXT NOT NULL, relation TEXT NOT NULL,
        from_id TEXT NOT NULL, link_relation TEXT NOT NULL, to_id TEXT NOT NULL, made TEXT NOT NULL,
        source TEXT NOT NULL, at TEXT NOT NULL, done INTEGER NOT NULL)""",
    "CREATE INDEX proposal_link_key ON proposal_link (from_id, link_relation, to_id)",
)
"""Of a document every edition is a row, of a judgement every change, of an applied link every run."""
_REPLIES = (
    """CREATE TABLE reply (
        id TEXT PRIMARY KEY, digest TEXT NOT NULL, status INTEGER NOT NULL, headers TEXT NOT NULL, body TEXT NOT NULL,
        at TEXT NOT NULL)""",
    "CREATE INDEX reply_at ON reply (at)",
)
_WEBHOOKS = (
    """CREATE TABLE webhook (
        store_url TEXT NOT NULL, address TEXT NOT NULL, delivered INTEGER NOT NULL, failures INTEGER NOT NULL,
        due REAL NOT NULL, problem TEXT NOT NULL, PRIMARY KEY (store_url, address)) WITHOUT ROWID""",
)
_SEALED = 5
"""The version from which on rows are sealed."""
_VERSIONS = (_FIRST, _SESSIONS, _PROGRESS, _KEYS_GIVEN_UP, (SEALS,), _DECISIONS, _PROPOSALS, _REPLIES, _WEBHOOKS)
"""What each version of the file changed, the first first."""


class State:
    """The file; it is made when something is first kept, readable for its owner only."""

    def __init__(self, path: Path) -> None:
        """Name the file; nothing is opened yet."""
        self.path = path
        self._pool = ConnectionPool(path)

    def close(self) -> None:
        """Close what is open and idle; the next use opens it anew."""
        self._pool.close()

    def keep_run(self, report: IngestReport, store_url: str) -> None:
        """Keep the report of a job that left no trace in the store: refused, or nothing to change."""
        row = (report.run, store_url, report.source, now(), report.revision, report.model_dump_json())
        with self.writing() as connection:
            connection.execute("INSERT INTO run VALUES (?, ?, ?, ?, ?, ?)", row)

    def runs(self, store_url: str) -> list[IngestRun]:
        """Return the kept jobs on a store, the latest first."""
        with self.reading() as connection:
            if connection is None:
                return []
            found = connection.execute(
                "SELECT * FROM run WHERE store_url = ? ORDER BY at DESC, rowid DESC", (store_url,)
            )
            rows = checked(connection, "run", found, parts=[store_url])
        with self.decoding():
            return [
                IngestRun(
                    id=i, source=source, applied_at=datetime.fromisoformat(at), revision=r, report=json.loads(report)
                )
                for i, _, source, at, r, report in rows
            ]

    def identity(self) -> str:
        """Return the random name that the file got when it was made; it is made now where it is not there."""
        with self.writing() as connection:
            return str(connection.execute("SELECT id FROM identity").fetchone()[0])

    @contextmanager
    def writing(self, *, settles: bool = False) -> Iterator[sqlite3.Connection]:
        """Give a connection within a transaction that keeps others from writing; it is kept at the end.

        What `settles` does not stay in the log of changes beside the file: a log that is damaged later, and with it
        what came last, cannot take it back.

        Raises:
            StoreUnavailableError: the file cannot be made or written; a NoRoomError where its disk is full.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            _make(self.path)
        except OSError as error:
            fault = disk_fault(error)
            raise fault.kind(message("state.cannot_make", path=str(self.path), strerror=fault.reason)) from error
        except sqlite3.Error as error:
            raise self._unusable(error) from error
        with self._open() as connection:
            watch(connection)
            with transaction(connection):
                yield connection
            if settles:
                settle(connection)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """Give a connection that reads one state of the file; None where there is none, so that nothing was ever kept.

        Raises:
            StoreUnavailableError: the file is there, and cannot be read.
        """
        if not self.path.exists():
            self._pool.close()
            yield None
            return
        with self._open() as connection:
            connection.execute("BEGIN")
            yield connection

    def check(self) -> None:
        """Do nothing where all of the file is what was kept.

        Raises:
            StoreUnavailableError: it is not.
        """
        with self.reading() as connection:
            if connection is None:
                return
            for (found,) in connection.execute("PRAGMA integrity_check(1)"):
                if found != "ok":
                    raise self._damaged(found)
            check_rows(connection)

    def wipe(self) -> None:
        """Leave nothing in the file, and in the log of changes beside it, of what was overwritten or removed.

        Raises:
            StoreUnavailableError: others go on using the file, so that it cannot be done now.
        """
        with self._open() as connection:
            connection.execute("VACUUM")
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            raise StoreUnavailableError(message("state.not_wiped", path=str(self.path)))

    @contextmanager
    def decoding(self) -> Iterator[None]:
        """Say of rows that cannot be what was kept that the file is damaged.

        Raises:
            StoreUnavailableError: they cannot.
        """
        try:
            yield
        except (ValueError, TypeError, LookupError) as error:
            raise self._damaged(type(error).__name__) from error

    def _unusable(self, error: sqlite3.Error) -> StoreUnavailableError:
        if is_damage(error) or isinstance(error, sqlite3.IntegrityError):
            return self._damaged(str(error))
        fault = database_fault(self.path, error)
        if fault is not None:
            return fault.kind(message("state.cannot_make", path=str(self.path), strerror=fault.reason))
        return StoreUnavailableError(message("state.cannot_use", path=str(self.path), error=str(error)))

    def _damaged(self, fault: str) -> StoreDamagedError:
        return StoreDamagedError(message("state.damaged", path=str(self.path), fault=fault))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            if self.path.is_file() and not self.path.stat().st_size:  # it appears with its tables
                raise self._damaged("0 bytes")
            with self._pool.connection() as connection:
                if (version := _version(connection)) > len(_VERSIONS):
                    raise StoreUnavailableError(message("state.newer", path=str(self.path), version=version))
                _prepare(connection)
                yield connection
        except (DamagedRowError, UnicodeDecodeError) as error:  # the latter of a name in the file's own catalogue
            raise self._damaged(str(error)) from error
        except sqlite3.Error as error:
            raise self._unusable(error) from error


def now() -> str:
    """Return the present moment as the file keeps it: UTC, in whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _make(path: Path) -> None:
    """Make the file, for its owner only, unless it is there.

    It is never opened by its own name but by SQLite: who closes a file lets go of all locks that the process has on it,
    those of SQLite's connections too, and other processes then write over what is being read.
    Source: https://www.sqlite.org/howtocorrupt.html, section 2.2.
    """
    if path.exists():
        return
    with draft_beside(path) as draft:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
            _prepare(connection)
            write_back(connection)
        with suppress(FileExistsError):
            path.hardlink_to(draft)
            sync_folder(path.parent)


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the tables that are not there; the file of before the first version had that of runs only."""
    connection.row_factory = sqlite3.Row
    if _version(connection) >= len(_VERSIONS):
        return
    connection.execute("PRAGMA journal_mode = WAL")
    with transaction(connection):
        known = _version(connection)  # somebody else may have been faster
        for steps in _VERSIONS[known:]:
            for step in steps:
                connection.execute(step)
        if known < _SEALED:
            seal_all(connection)
        connection.execute(f"PRAGMA user_version = {max(known, len(_VERSIONS))}")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
