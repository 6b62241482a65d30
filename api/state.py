"""Operational state: what is kept of the service itself, and is no graph data. One SQLite file for all workers."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from graph.errors import StoreUnavailableError
from graph.model import IngestRun
from ingest.run import IngestReport

_TABLES = """
CREATE TABLE IF NOT EXISTS run (
    id TEXT PRIMARY KEY, store_url TEXT NOT NULL, source TEXT NOT NULL, at TEXT NOT NULL, revision INTEGER NOT NULL,
    report TEXT NOT NULL
)
"""


class State:
    """The file; it is made when something is first kept."""

    def __init__(self, path: Path) -> None:
        """Name the file; nothing is opened yet."""
        self.path = path

    def keep_run(self, report: IngestReport, store_url: str) -> None:
        """Keep the report of a job that left no trace in the store: refused, or nothing to change."""
        row = (
            report.run,
            store_url,
            report.source,
            datetime.now(UTC).isoformat(timespec="seconds"),
            report.revision,
            report.model_dump_json(),
        )
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreUnavailableError(
                f"the folder of {self.path} cannot be made: {error.strerror}; see ROLEPATH_STATE"
            ) from error
        with self._connection() as connection:
            connection.execute("INSERT INTO run VALUES (?, ?, ?, ?, ?, ?)", row)

    def runs(self, store_url: str) -> list[IngestRun]:
        """Return the kept jobs on a store, the latest first."""
        if not self.path.exists():
            return []
        with self._connection() as connection:
            rows = connection.execute(
                "SELECT id, source, at, revision, report FROM run WHERE store_url = ? ORDER BY at DESC, rowid DESC",
                (store_url,),
            ).fetchall()
        return [
            IngestRun(id=i, source=source, applied_at=datetime.fromisoformat(at), revision=r, report=json.loads(report))
            for i, source, at, r, report in rows
        ]

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = sqlite3.connect(self.path, timeout=10)
            try:
                with connection:
                    connection.execute(_TABLES)
                    yield connection
            finally:
                connection.close()
        except sqlite3.Error as error:
            raise StoreUnavailableError(
                f"the state file {self.path} cannot be used: {error}; see ROLEPATH_STATE"
            ) from error
