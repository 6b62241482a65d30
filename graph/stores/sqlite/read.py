"""Reader of the embedded store: its tables at one revision."""

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from graph.cancellation import cancellable_rows
from graph.changes import Asserted
from graph.model import LinkKey, NodeId, Revision, Source
from graph.stores.base import EMPTY, LinkRow, NodeRow

NODES = """
SELECT source.name, entity.id, node.kind, node."values"
FROM node JOIN entity ON entity.key = node.entity JOIN source ON source.key = node.source
{where} ORDER BY entity.id, source.name
"""
LINKS = """
SELECT source.name, a.id, relation, b.id, weight, level, term, openings, note
FROM link JOIN entity a ON a.key = from_entity JOIN entity b ON b.key = to_entity
JOIN source ON source.key = link.source
{where} ORDER BY a.id, relation, b.id, source.name
"""
_LINKS_NAMED = LINKS.replace(
    "FROM link",
    """FROM json_each(?) wanted
JOIN link ON from_entity = (SELECT key FROM entity WHERE id = wanted.value ->> 0)
AND relation = wanted.value ->> 1 AND to_entity = (SELECT key FROM entity WHERE id = wanted.value ->> 2)""",
).format(where="")
_OF = "WHERE source.name = ?"
_KINDS = "SELECT DISTINCT kind FROM node JOIN source ON source.key = node.source WHERE source.name = ?"


class SqliteReader:
    """One read transaction: sees the file as it was when it began."""

    def __init__(self, connection: sqlite3.Connection | None) -> None:
        """Pin the revision; without a connection there is nothing to read."""
        self._connection = connection
        row = connection.execute("SELECT revision, token FROM meta").fetchone() if connection else None
        self.revision = Revision(number=row[0], token=row[1]) if row else EMPTY

    def rows(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> Iterator[Any]:
        """Yield what a query finds; nothing where there is no store."""
        return iter(()) if self._connection is None else cancellable_rows(self._connection.execute(sql, values))

    def sources(self) -> list[Source]:
        """See Reading."""
        rows = self.rows("SELECT name, version, licence, url, rank FROM source ORDER BY rank, name")
        return [Source(name=n, version=v, licence=li, url=u, rank=r) for n, v, li, u, r in rows]

    def nodes(self, source: str | None = None) -> Iterator[NodeRow]:
        """See Reading."""
        return self._statements(NODES, source)

    def links(self, source: str | None = None) -> Iterator[LinkRow]:
        """See Reading."""
        return self._statements(LINKS, source)

    def links_of(self, relation: str) -> Iterator[LinkRow]:
        """See Reading."""
        return self.rows(LINKS.format(where="WHERE relation = ?"), (relation,))

    def links_named(self, keys: Collection[LinkKey]) -> list[LinkRow]:
        """See Reading."""
        return list(self.rows(_LINKS_NAMED, (json.dumps(list(set(keys))),)))

    def _statements(self, sql: str, source: str | None) -> Iterator[Any]:
        return self.rows(sql.format(where="")) if source is None else self.rows(sql.format(where=_OF), (source,))

    def asserted(self, ids: Collection[NodeId]) -> Asserted:
        """See Reading."""
        rows = self.rows(
            "SELECT entity.id, node.kind, source.name FROM json_each(?) wanted JOIN entity ON entity.id = wanted.value"
            " JOIN node ON node.entity = entity.key JOIN source ON source.key = node.source",
            (json.dumps(list(ids)),),
        )
        assertions: dict[NodeId, tuple[str, frozenset[str]]] = {}
        for node_id, kind, source in rows:
            others = assertions[node_id][1] if node_id in assertions else frozenset()
            assertions[node_id] = (kind, others | {source})
        return assertions

    def kinds_of(self, source: str) -> frozenset[str]:
        """See Reading."""
        rows = self.rows(_KINDS, (source,))
        return frozenset(kind for (kind,) in rows)

    def withheld(self, source: str | None = None) -> Mapping[str, int]:
        """See Reading."""
        return {}
