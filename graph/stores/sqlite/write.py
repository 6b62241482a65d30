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
from graph.stores.content_hash import Content, DamageError, to_text
from graph.stores.sqlite.read import SqliteReader
from graph.stores.sqlite.seals import seal

_RETIRE_NODE = """
INSERT INTO node_past
SELECT entity, source, kind, "values", since, ?1, seal(?4, ?5, kind, "values", since, ?1)
FROM node WHERE entity = ?2 AND source = ?3
"""
_DROP_NODE = "DELETE FROM node WHERE entity = ?2 AND source = ?3"
_OF_LINK = "from_entity = ?2 AND relation = ?3 AND to_entity = ?4 AND source = ?5"
_RETIRE_LINK = f"""
INSERT INTO link_past
SELECT from_entity, relation, to_entity, source, weight, level, term, openings, note, since, ?1,
    seal(?6, ?7, relation, ?8, weight, level, term, openings, note, since, ?1)
FROM link WHERE {_OF_LINK}
"""
_DROP_LINK = f"DELETE FROM link WHERE {_OF_LINK}"
_RETIRE_SOURCE = """
INSERT INTO source_past (key, version, licence, url, rank, institution_id, since, until, seal)
SELECT key, version, licence, url, rank, institution_id, since, ?1,
    seal(name, version, licence, url, rank, institution_id, since, ?1)
FROM source WHERE name = ?2
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
        content = self._content().after(difference)
        source = self._write_source(difference)
        self._write_sums(content)
        keys = self._entity_keys(difference)
        self._write_nodes(difference, source, keys)
        self._write_links(difference, source, keys)
        self._refuse_second_kinds()
        revision = Revision(number=self._number, token=secrets.token_hex(8))
        head = (revision.number, revision.token)
        sealed = seal(self._reading.store_id, *head)
        self._connection.execute("UPDATE meta SET revision = ?, token = ?, seal = ?", (*head, sealed))
        run = (
            self._changes.run_id or secrets.token_hex(6),
            self._changes.source.name,
            (applied_at or datetime.now(UTC)).isoformat(timespec="seconds"),
            self._number,
            json.dumps(report, ensure_ascii=False),
            content.hash,
        )
        self._connection.execute("INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?)", (*run, seal(*run)))
        return Receipt(revision, difference, atomic=True)

    def _difference(self) -> Difference:
        name = self._changes.source.name
        before = next((source for source in self._reading.sources() if source.name == name), None)
        return difference(self._changes, before, *asserted_by(self._reading, name))

    def _content(self) -> Content:
        """Return what the store holds before. Its format has been brought up to the present one."""
        content = self._reading.content()
        if content is None:
            raise DamageError(message("damage.head"))
        return content

    def _write_sums(self, content: Content) -> None:
        name = self._changes.source.name
        sums = (to_text(content.nodes[name]), to_text(content.links[name]), name)
        self._connection.execute("UPDATE source SET node_sum = ?, link_sum = ? WHERE name = ?", sums)

    def _write_source(self, difference: Difference) -> int:
        before, after = difference.source_before, difference.source_after
        run = self._connection.execute
        values = (after.version, after.licence, after.url, after.rank, after.institution_id, self._number)
        sealed = (*values, seal(after.name, *values, None), after.name)
        if before is None:
            run(
                "INSERT INTO source (version, licence, url, rank, institution_id, since, seal, name)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                sealed,
            )
        elif before != after:
            run(_RETIRE_SOURCE, (self._number, after.name))
            run(
                "UPDATE source SET version = ?, licence = ?, url = ?, rank = ?, institution_id = ?, since = ?, seal = ?"
                " WHERE name = ?",
                sealed,
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
        name = self._changes.source.name
        gone = [(number, keys[node_id], source, name, node_id) for node_id in (*nodes.changed, *nodes.removed)]
        self._connection.executemany(_RETIRE_NODE, gone)
        self._connection.executemany(_DROP_NODE, (row[:3] for row in gone))
        standing = (*nodes.added.items(), *((node_id, after) for node_id, (_, after) in nodes.changed.items()))
        rows = sorted(
            (keys[node_id], source, kind, values, number, seal(name, node_id, kind, values, number, None))
            for node_id, (kind, values) in standing
        )
        self._connection.executemany("INSERT INTO node VALUES (?, ?, ?, ?, ?, ?)", rows)

    def _write_links(self, difference: Difference, source: int, keys: Mapping[str, int]) -> None:
        links, number = difference.links, self._number
        name = self._changes.source.name
        gone = [
            (number, keys[a], relation, keys[b], source, name, a, b)
            for a, relation, b in (*links.changed, *links.removed)
        ]
        self._connection.executemany(_RETIRE_LINK, gone)
        self._connection.executemany(_DROP_LINK, (row[:5] for row in gone))
        standing = (*links.added.items(), *((key, after) for key, (_, after) in links.changed.items()))
        rows = []
        for (a, relation, b), (weight, *others) in standing:
            values = (None if weight is None else float(weight), *others)
            sealed = seal(name, a, relation, b, *values, number, None)
            rows.append((keys[a], relation, keys[b], source, *values, number, sealed))
        rows.sort(key=itemgetter(0, 1, 2))
        self._connection.executemany("INSERT INTO link VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def _refuse_second_kinds(self) -> None:
        row = self._connection.execute(
            "SELECT id, min(kind), max(kind) FROM node JOIN entity ON key = entity"
            " WHERE entity IN (SELECT entity FROM node WHERE since = ?) GROUP BY entity HAVING min(kind) <> max(kind)",
            (self._number,),
        ).fetchone()
        if row:
            raise SchemaError(message("store.two_kinds", id=row[0], kind=row[1], other=row[2]))
