"""Writer of the embedded store: a ChangeSet into its tables."""

import json
import secrets
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from operator import itemgetter

from graph.changes import ChangeSet, Difference, difference
from graph.errors import ConflictError, SchemaError
from graph.messages import message
from graph.model import Revision
from graph.stores.base import Receipt, asserted_by
from graph.stores.sqlite.read import SqliteReader

_RETIRE_NODE = """
INSERT INTO node_past SELECT entity, source, kind, "values", since, ? FROM node WHERE entity = ? AND source = ?
"""
_LINK_KEY = "from_entity = ? AND relation = ? AND to_entity = ? AND source = ?"
_RETIRE_LINK = f"""
INSERT INTO link_past
SELECT from_entity, relation, to_entity, source, weight, level, term, openings, note, since, ?
FROM link WHERE {_LINK_KEY}
"""


class SqliteWriter:
    """One ChangeSet on its way into the tables, within a write transaction that the store holds."""

    def __init__(self, connection: sqlite3.Connection, changes: ChangeSet) -> None:
        self._connection = connection
        self._changes = changes
        self._reading = SqliteReader(connection)
        self._number = self._reading.revision.number + 1

    def apply(self, expected: int | None, report: Mapping[str, object], applied_at: datetime | None) -> Receipt:
        """Write everything but the commit. See Store.apply."""
        here = self._reading.revision
        if expected is not None and expected != here.number:
            raise ConflictError(message("store.overtaken", revision=here.number, expected=expected))
        difference = self._difference()
        if difference.is_empty:
            return Receipt(here, difference, atomic=True)
        source = self._write_source(difference)
        keys = self._entity_keys(difference)
        self._write_nodes(difference, source, keys)
        self._write_links(difference, source, keys)
        self._refuse_second_kinds()
        revision = Revision(number=self._number, token=secrets.token_hex(8))
        self._connection.execute("UPDATE meta SET revision = ?, token = ?", (revision.number, revision.token))
        self._connection.execute(
            "INSERT INTO run VALUES (?, ?, ?, ?, ?)",
            (
                self._changes.run_id or secrets.token_hex(6),
                self._changes.source.name,
                (applied_at or datetime.now(UTC)).isoformat(timespec="seconds"),
                self._number,
                json.dumps(report, ensure_ascii=False),
            ),
        )
        return Receipt(revision, difference, atomic=True)

    def _difference(self) -> Difference:
        name = self._changes.source.name
        before = next((source for source in self._reading.sources() if source.name == name), None)
        return difference(self._changes, before, *asserted_by(self._reading, name))

    def _write_source(self, difference: Difference) -> int:
        before, after = difference.source_before, difference.source_after
        run = self._connection.execute
        values = (after.version, after.licence, after.url, after.rank, self._number)
        if before is None:
            run(
                "INSERT INTO source (version, licence, url, rank, since, name) VALUES (?, ?, ?, ?, ?, ?)",
                (*values, after.name),
            )
        elif before != after:
            run(
                "INSERT INTO source_past SELECT key, version, licence, url, rank, since, ? FROM source WHERE name = ?",
                (self._number, after.name),
            )
            run(
                "UPDATE source SET version = ?, licence = ?, url = ?, rank = ?, since = ? WHERE name = ?",
                (*values, after.name),
            )
        return int(run("SELECT key FROM source WHERE name = ?", (after.name,)).fetchone()[0])

    def _entity_keys(self, difference: Difference) -> dict[str, int]:
        """Return the number of every id that the difference names, giving new ids theirs in the order of the ids."""
        nodes, links = difference.nodes, difference.links
        ids: set[str] = {*nodes.added, *nodes.changed, *nodes.removed}
        for mapping in (links.added, links.changed, links.removed):
            ids.update(key[0] for key in mapping)
            ids.update(key[2] for key in mapping)
        self._connection.executemany(
            "INSERT OR IGNORE INTO entity (id) VALUES (?)", ((node_id,) for node_id in sorted(ids))
        )
        rows = self._connection.execute(
            "SELECT id, key FROM entity WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
        )
        return dict(rows)

    def _write_nodes(self, difference: Difference, source: int, keys: Mapping[str, int]) -> None:
        nodes, number = difference.nodes, self._number
        gone = [(number, keys[node_id], source) for node_id in (*nodes.changed, *nodes.removed)]
        self._connection.executemany(_RETIRE_NODE, gone)
        self._connection.executemany("DELETE FROM node WHERE entity = ? AND source = ?", (row[1:] for row in gone))
        standing = (*nodes.added.items(), *((node_id, after) for node_id, (_, after) in nodes.changed.items()))
        rows = sorted((keys[node_id], source, kind, values, number) for node_id, (kind, values) in standing)
        self._connection.executemany("INSERT INTO node VALUES (?, ?, ?, ?, ?)", rows)

    def _write_links(self, difference: Difference, source: int, keys: Mapping[str, int]) -> None:
        links, number = difference.links, self._number
        gone = [(number, keys[a], relation, keys[b], source) for a, relation, b in (*links.changed, *links.removed)]
        self._connection.executemany(_RETIRE_LINK, gone)
        self._connection.executemany(f"DELETE FROM link WHERE {_LINK_KEY}", (row[1:] for row in gone))
        standing = (*links.added.items(), *((key, after) for key, (_, after) in links.changed.items()))
        rows = [(keys[a], relation, keys[b], source, *values, number) for (a, relation, b), values in standing]
        rows.sort(key=itemgetter(0, 1, 2))
        self._connection.executemany("INSERT INTO link VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def _refuse_second_kinds(self) -> None:
        row = self._connection.execute(
            "SELECT id, min(kind), max(kind) FROM node JOIN entity ON key = entity"
            " WHERE entity IN (SELECT entity FROM node WHERE since = ?) GROUP BY entity HAVING min(kind) <> max(kind)",
            (self._number,),
        ).fetchone()
        if row:
            raise SchemaError(message("store.two_kinds", id=row[0], kind=row[1], other=row[2]))
