"""Reader of the embedded store: its tables at one revision."""

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from graph.cancellation import cancellable_rows
from graph.changes import Asserted
from graph.messages import message
from graph.model import LinkKey, NodeId, Revision, Source
from graph.stores.base import EMPTY, LinkRow, NodeRow
from graph.stores.content_hash import (
    Content,
    DamageError,
    check_kept,
    check_sums,
    from_text,
    of_source,
)
from graph.stores.digest_sums import LinkSums, batches, link_sums, node_sums, summed
from graph.stores.sqlite.ddl import HEAD_SEALED, SEALED, format_of
from graph.stores.sqlite.seals import checked, seal, unchecked

if TYPE_CHECKING:
    from graph.stores.link_columns import LinkColumns

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
_LINK_NUMBERS = """
SELECT source, from_entity, relation, to_entity, weight, level, term, openings, note FROM link
"""
_BATCH_ROWS = 500
SPANS_NODES = """
SELECT source.name, entity.id, node.kind, node."values", node.since, NULL, node.seal
FROM node JOIN entity ON entity.key = node.entity JOIN source ON source.key = node.source
{where} ORDER BY entity.id, source.name
"""
SPANS_LINKS = """
SELECT source.name, a.id, relation, b.id, weight, level, term, openings, note, link.since, NULL, link.seal
FROM link JOIN entity a ON a.key = from_entity JOIN entity b ON b.key = to_entity
JOIN source ON source.key = link.source
{where} ORDER BY a.id, relation, b.id, source.name
"""
"""The same with spans and seals."""
SPANS_SOURCES = (
    "SELECT name, version, licence, url, rank, institution_id, since, NULL, seal FROM source ORDER BY rank, name"
)
_LINKS_NAMED = SPANS_LINKS.replace(
    "FROM link",
    """FROM json_each(?) wanted
JOIN link ON from_entity = (SELECT key FROM entity WHERE id = wanted.value ->> 0)
AND relation = wanted.value ->> 1 AND to_entity = (SELECT key FROM entity WHERE id = wanted.value ->> 2)""",
).format(where="")
_OF = "WHERE source.name = ?"
_NODES_NAMED = SPANS_NODES.format(where="WHERE entity.id IN (SELECT value FROM json_each(?))")
_SUMS = "SELECT name, node_sum, link_sum FROM source"
_KEPT = "SELECT revision, content_hash FROM run ORDER BY revision"


class SqliteReader:
    """One read transaction: sees the file as it was when it began."""

    def __init__(self, connection: sqlite3.Connection | None) -> None:
        """Pin the revision; without a connection there is nothing to read."""
        self._connection = connection
        self.store_id, self.revision = ("", EMPTY) if connection is None else _head(connection)
        self._checked = checked if connection is not None and format_of(connection) >= SEALED else unchecked
        self._content: Content | None = None
        self._is_sound = connection is None

    def rows(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> Iterator[Any]:
        """Yield what a query finds; nothing where there is no store."""
        return iter(()) if self._connection is None else cancellable_rows(self._connection.execute(sql, values))

    def sources(self) -> list[Source]:
        """See Reading."""
        return list(self._sources())

    def _sources(self) -> Iterator[Source]:
        return (source_of(row) for row in self.checked(SPANS_SOURCES, "source"))

    def content(self) -> Content | None:
        """See StoreReader."""
        if self._content is None and self._checked is checked:
            sums = {row[0]: row[1:] for row in self.rows(_SUMS)}
            content = Content(
                {source.name: source for source in self._sources()},
                {name: from_text(nodes) for name, (nodes, _) in sums.items()},
                {name: from_text(links) for name, (_, links) in sums.items()},
            )
            check_kept(content, self.content_hashes(), self.revision.number)
            self._content = content
        return self._content

    def content_hashes(self) -> dict[int, str]:
        """See StoreReader."""
        return dict(self.rows(_KEPT)) if self._checked is checked else {}

    def checked(self, sql: str, what: str, values: Sequence[object] | Mapping[str, object] = ()) -> Iterator[Any]:
        """Yield what a query finds that ends with seals, without these. Raises DamageError where one does not fit."""
        return self._checked(self.rows(sql, values), what)

    def nodes(self, source: str | None = None) -> Iterator[NodeRow]:
        """See Reading."""
        rows = list(self._rows_of(NODES, source))
        self._check("nodes", node_sums(rows), source)
        rows.sort(key=itemgetter(1, 0))  # they are, unless an index is damaged
        return iter(rows)

    def links(self, source: str | None = None) -> Iterator[LinkRow]:
        """See Reading."""
        rows = list(self._rows_of(LINKS, source))
        self._check("links", link_sums(rows), source)
        rows.sort(key=itemgetter(1, 2, 3, 0))
        return iter(rows)

    def node_stream(self, source: str | None = None) -> Iterator[NodeRow]:
        """See StoreReader."""
        found: dict[str, int] = {}
        yield from summed(self._rows_of(NODES, source), node_sums, found)
        self._check("nodes", found, source)

    def link_stream(self, source: str | None = None) -> Iterator[LinkRow]:
        """See StoreReader."""
        found: dict[str, int] = {}
        yield from summed(self._rows_of(LINKS, source), link_sums, found)
        self._check("links", found, source)

    def link_columns(self) -> "LinkColumns":
        """See StoreReader."""
        from graph.stores.link_columns import LinkColumnsBuilder  # noqa: PLC0415 - with NumPy: few commands need it

        names = {number: str(name) for number, name in self.rows("SELECT key, name FROM source")}
        ids = {number: NodeId(str(node_id)) for number, node_id in self.rows("SELECT key, id FROM entity")}
        sums, builder = LinkSums(ids), LinkColumnsBuilder(names, ids)
        try:
            for batch in batches(self.rows(_LINK_NUMBERS), _BATCH_ROWS):
                columns = list(zip(*batch, strict=True))
                sums.add(*columns)
                builder.add(*columns[:-1])
        except (KeyError, ValueError, TypeError, OverflowError) as error:  # such a row was never written
            self._check("links", {}, None)
            raise DamageError(message("damage.pages", found=repr(error))) from error
        self._check("links", {names[number]: total for number, total in sums.of_all().items()}, None)
        return builder.columns()

    def has_links(self, count: int) -> bool:
        """See StoreReader."""
        return next(self.rows("SELECT 1 FROM link LIMIT 1 OFFSET ?", (count - 1,)), None) is not None

    def links_of(self, relation: str) -> Iterator[LinkRow]:
        """See Reading."""
        rows = self.checked(SPANS_LINKS.format(where="WHERE relation = ?"), "link", (relation,))
        return (row[:-2] for row in rows)

    def nodes_named(self, ids: Collection[NodeId], *, expected: bool = True) -> list[NodeRow]:
        """See StoreReader."""
        rows = [row[:-2] for row in self.checked(_NODES_NAMED, "node", (json.dumps(list(ids)),))]
        if expected:
            self.missed(len(set(ids)) - len({row[1] for row in rows}))
        return rows

    def links_named(self, keys: Collection[LinkKey], *, expected: bool = True) -> list[LinkRow]:
        """See Reading."""
        wanted = set(keys)
        rows = [row[:-2] for row in self.checked(_LINKS_NAMED, "link", (json.dumps(list(wanted)),))]
        if expected:
            self.missed(len(wanted) - len({row[1:4] for row in rows}))
        return rows

    def missed(self, count: int) -> None:
        """Look, where something was not found, whether it is an index that is damaged.

        Raises:
            DamageError: it is, or something else is.
        """
        if count and not self._is_sound:
            check_pages(self)
            self._is_sound = True

    def _rows_of(self, sql: str, source: str | None) -> Iterator[Any]:
        return self.rows(sql.format(where="")) if source is None else self.rows(sql.format(where=_OF), (source,))

    def _check(self, what: str, found: dict[str, int], source: str | None) -> None:
        """Check what was read against the sums; name the row that is damaged, or else whose statements are."""
        content = self.content()
        if content is None:
            return
        kept = content.nodes if what == "nodes" else content.links
        try:
            check_sums(of_source(kept, source), found, what)
        except DamageError:
            sql = SPANS_NODES if what == "nodes" else SPANS_LINKS
            for _ in self.checked(sql.format(where=""), what.removesuffix("s")):
                pass
            raise

    def asserted(self, ids: Collection[NodeId]) -> Asserted:
        """See Reading."""
        rows = self.checked(_NODES_NAMED, "node", (json.dumps(list(ids)),))
        assertions: dict[NodeId, tuple[str, frozenset[str]]] = {}
        for source, node_id, kind, *_ in rows:
            others = assertions[node_id][1] if node_id in assertions else frozenset()
            assertions[node_id] = (kind, others | {source})
        self.missed(len(set(ids)) - len(assertions))
        return assertions

    def kinds_of(self, source: str) -> frozenset[str]:
        """See Reading."""
        return frozenset(kind for _, _, kind, _ in self.nodes(source))

    def withheld(self, source: str | None = None) -> Mapping[str, int]:
        """See Reading."""
        return {}


def source_of(row: Sequence[Any]) -> Source:
    """Return the source that the first columns of a row of its span are of."""
    name, version, licence, url, rank, institution_id = row[:6]
    return Source(name=name, version=version, licence=licence, url=url, rank=rank, institution_id=institution_id)


def check_pages(reading: SqliteReader) -> None:
    """Check the pages of the file, the indexes among them, as SQLite does. Raises DamageError."""
    for (found,) in reading.rows("PRAGMA integrity_check(1)"):
        if found != "ok":
            raise DamageError(message("damage.pages", found=found))


def _head(connection: sqlite3.Connection) -> tuple[str, Revision]:
    """Return which store it is, and its revision."""
    match connection.execute("SELECT store_id, revision, token, seal FROM meta").fetchall():
        case [(str(store_id), int(number), str(token), sealed)] if number >= 0:
            if sealed == seal(store_id, number, token) or format_of(connection) < HEAD_SEALED:
                return store_id, Revision(number=number, token=token)
    raise DamageError(message("damage.head"))
