"""Records of the native exchange format: what one source states, as the rows of each file, made as they are read."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from graph.disclosure import KIND as ASSESSMENT
from graph.model import LINK_VALUES, LinkKey, LinkValues, NodeId, NodeValues, Source, Value
from graph.schema import FILES, KINDS, LINKS_FILE, SOURCE_FILE, WITHHELD, Kind, columns
from graph.stamp import GraphStamp
from graph.stores.base import StoreReader
from graph.stores.spool import Spool, SpooledRows

_NO_VERSION = "not stated"


class SourceStatements(NamedTuple):
    """All that one source states, in any order, but `withheld` assessments, which whoever exports is not shown.

    `stamp` is what files that are written of it are cited by.
    """

    source: Source
    nodes: Iterable[tuple[NodeId, NodeValues]]
    links: Iterable[tuple[LinkKey, LinkValues]]
    withheld: int = 0
    stamp: GraphStamp | None = None


def read_statements(reading: StoreReader, source: Source) -> SourceStatements:
    """Return all that the source states, in a spool, by id and key; the reading may end before it is read."""
    spool = Spool(reading.node_stream(source.name), reading.link_stream(source.name))
    return SourceStatements(source, *_spooled_rows(spool), sum(reading.withheld(source.name).values()))


def spool_of(statements: SourceStatements) -> Spool:
    """Return the spool in which the statements stand; one is made where they stand elsewhere."""
    if isinstance(statements.nodes, SpooledRows):
        return statements.nodes.spool
    name = statements.source.name
    nodes = ((name, node_id, *values) for node_id, values in statements.nodes)
    return Spool(nodes, ((name, *key, *values) for key, values in statements.links))


def _spooled_rows(
    spool: Spool,
) -> tuple[SpooledRows[tuple[NodeId, NodeValues]], SpooledRows[tuple[LinkKey, LinkValues]]]:
    nodes: SpooledRows[tuple[NodeId, NodeValues]] = SpooledRows(
        spool,
        "SELECT count(*) FROM node",
        'SELECT id, kind, "values" FROM node {where} ORDER BY id',
        lambda rows: ((row[0], row[1:]) for row in rows),
    )
    links: SpooledRows[tuple[LinkKey, LinkValues]] = SpooledRows(
        spool,
        "SELECT count(*) FROM link",
        """SELECT from_id, relation, to_id, weight, level, term, openings, note FROM link {where}
        ORDER BY from_id, relation, to_id""",
        lambda rows: ((row[:3], row[3:]) for row in rows),
    )
    return nodes, links


Record = dict[str, Value]
"""The cells of a row that are not empty, by column."""


class FileRecords:
    """The records of a file of the format, which are made anew whenever they are read, and its columns."""

    def __init__(self, header: list[str], count: int, read: Callable[[], Iterator[Record]]) -> None:
        """There are `count`, which `read` yields."""
        self.header = header
        self._count, self._read = count, read

    def __iter__(self) -> Iterator[Record]:
        """Yield them in their order."""
        return self._read()

    def __len__(self) -> int:
        """Return how many there are."""
        return self._count


def records(statements: SourceStatements) -> dict[str, FileRecords]:
    """Return the records of each file of the format that has any, in the order of the format; the source comes first.

    Nodes are ordered by id, links by key. A link stands in a column of its node's file where it is the node's only one
    of that relation and states nothing that the column cannot say; else it is a record of links.
    """
    spool, withheld = spool_of(statements), statements.withheld
    _place_links(spool)
    source = source_record(statements)
    found = {SOURCE_FILE: FileRecords(_header(SOURCE_FILE, is_marked=bool(withheld)), 1, lambda: iter([source]))}
    for name, count in spool.rows("SELECT kind, count(*) FROM node GROUP BY kind"):
        kind = KINDS[name]
        mark: Record = {WITHHELD.name: withheld} if name == ASSESSMENT and withheld else {}
        header = _header(kind.file, is_marked=bool(mark))
        found[kind.file] = FileRecords(header, count, lambda kind=kind, mark=mark: _node_records(spool, kind, mark))  # type: ignore[misc]
    rest = spool.first("SELECT (SELECT count(*) FROM link) - (SELECT count(*) FROM placed)")[0]
    if rest:
        found[LINKS_FILE] = FileRecords(columns(LINKS_FILE), rest, lambda: _link_records(spool))
    return {file: found[file] for file in FILES if file in found}


def _header(file: str, *, is_marked: bool) -> list[str]:
    """Return the columns of a file of the format; one more where its records bear the mark of what is left out."""
    return columns(file) + ([WITHHELD.name] if is_marked else [])


def source_record(statements: SourceStatements) -> Record:
    """Return the one record of the file of the source."""
    source = statements.source
    record: Record = {"name": source.name, "version": source.version or _NO_VERSION, "rank": source.rank}
    stated: Record = {"licence": source.licence, "url": source.url, WITHHELD.name: statements.withheld}
    stated |= {"institution_id": source.institution_id}
    return record | {name: value for name, value in stated.items() if value}


_PLACED = """
CREATE TABLE placed (
    node, name, other, weight, from_id, relation, to_id, PRIMARY KEY (from_id, relation, to_id)
) WITHOUT ROWID
"""
_PLACE = """
INSERT INTO placed SELECT {near}, ?, {other}, weight, from_id, relation, to_id FROM link
WHERE relation = ? AND {near} IN (SELECT id FROM node WHERE kind = ?)
GROUP BY {near} HAVING count(*) = 1 AND max(level) IS NULL AND max(term) IS NULL AND max(openings) IS NULL
AND max(note) IS NULL AND (? OR max(weight) IS NULL)
"""
_NOT_PLACED = """
SELECT from_id, relation, to_id, weight, level, term, openings, note FROM link
WHERE NOT EXISTS (
    SELECT 1 FROM placed
    WHERE placed.from_id = link.from_id AND placed.relation = link.relation AND placed.to_id = link.to_id
)
ORDER BY from_id, relation, to_id
"""


def _place_links(spool: Spool) -> None:
    """Fill the table `placed`: the links that a column can state whole, with the node in whose row they stand."""
    spool.change("DROP TABLE IF EXISTS placed")
    spool.change(_PLACED)
    by_relation = {column.relation: (kind, column) for kind in KINDS.values() for column in kind.link_columns}
    for relation, (kind, column) in by_relation.items():
        near, other = ("from_id", "to_id") if column.outward else ("to_id", "from_id")
        text = _PLACE.format(near=near, other=other)
        spool.change(text, (column.name, relation, kind.name, column.weight_column is not None))
    spool.change("CREATE INDEX placed_at ON placed (node)")


def _node_records(spool: Spool, kind: Kind, mark: Record) -> Iterator[Record]:
    weights = {column.name: column.weight_column for column in kind.link_columns}
    for node_id, values in spool.rows('SELECT id, "values" FROM node WHERE kind = ? ORDER BY id', (kind.name,)):
        record: Record = mark | ({} if kind.identified_by else {"id": node_id}) | json.loads(values)
        if weights:
            for name, other, weight in spool.rows("SELECT name, other, weight FROM placed WHERE node = ?", (node_id,)):
                record[name] = other
                if (weight_column := weights[name]) and weight is not None:
                    record[weight_column] = weight
        yield record


def _link_records(spool: Spool) -> Iterator[Record]:
    for from_id, relation, to_id, *values in spool.rows(_NOT_PLACED):
        record: Record = {"from_id": from_id, "relation": relation, "to_id": to_id}
        yield record | {name: value for name, value in zip(LINK_VALUES, values, strict=True) if value is not None}
