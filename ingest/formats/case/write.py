"""Writer of CASE packages: what came as one comes out whole again, all else as far as CASE has a place for it."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from graph.model import LINK_VALUES, NodeId, Value
from graph.schema import RELATIONS
from graph.stores.spool import Spool, SpooledRows
from ingest.formats.case.package import (
    ASSOCIATIONS,
    DOCUMENT,
    FOREIGN,
    ITEMS,
    RELATION_OF,
    CaseExtra,
    Json,
    as_column,
    columns_of,
    is_guid,
    kept_in,
    link_of,
)
from ingest.formats.json_document import write_json_document
from ingest.formats.native.records import SourceStatements, spool_of
from ingest.formats.native.write import replacing

# What is no CASE item gets a GUID made of its id in this name space (RFC 9562, version 5): the same id, the same GUID.
_NAMESPACE = UUID("7f0b2c5e-3d41-5c7a-9a35-6d1f0c9e8b24")

# The kinds of which a framework is made, and the CFItemType of each; people, enterprises and signals are left out.
_TYPES = {
    "Discipline": "Discipline",
    "Course": "Course",
    "KnowledgeUnit": "Knowledge Unit",
    "Competency": "Competency",
    "TrainingTask": "Training Task",
    "JobResponsibility": "Job Responsibility",
    "Role": "Role",
    "Certificate": "Certificate",
}
_TYPE_OF_RELATION = {relation: name for name, relation in reversed(RELATION_OF.items())}


class Package(NamedTuple):
    """A CFPackage, how much is in it, and how much of what the source states it leaves out, by kind and relation.

    Its items and associations are made as they are read.
    """

    content: Json
    items: int
    associations: int
    left_out: dict[str, int]


def package(statements: SourceStatements, changed_at: str) -> Package:
    """Return what a source states as a CFPackage; items and associations are ordered by identifier.

    `changed_at` (ISO 8601, with time zone) is when that was last changed, for what does not say it itself.
    """
    return _PackageWriter(statements, changed_at).package()


def write_package(made: Package, file: Path, *, overwrite: bool = False) -> None:
    """Write a CFPackage; keys sorted, the file replaced whole.

    Raises:
        InputError: the file stands already, without `overwrite`; or cannot be written.
    """
    with replacing(file, overwrite=overwrite) as temporary:
        write_json_document(made.content, temporary)


class _Node(NamedTuple):
    """A node that becomes an item: its kind, its properties, and what is kept of CASE, if it came from there."""

    kind: str
    values: dict[str, Value]
    kept: CaseExtra | None


class _End(NamedTuple):
    """What an association says of an end: its id, and of a node of this source its kind, identifier, name, address."""

    id: NodeId
    kind: str | None
    identifier: str | None
    title: str | None
    uri: str | None


# Beside the statements: the nodes that become items, the links that associations of CASE say, and associations,
# which are sorted when they are read: put in their place one by one, they would be written all over the file.
_TABLES = {
    "item": "(id PRIMARY KEY, kind, identifier, title, uri, is_kept) WITHOUT ROWID",
    "kept_link": "(from_id, relation, to_id, PRIMARY KEY (from_id, relation, to_id)) WITHOUT ROWID",
    "association": "(identifier, place, content)",
}
_ITEMS = """
SELECT item.id, item.kind, node."values", item.identifier FROM item JOIN node ON node.id = item.id {where}
ORDER BY item.identifier, item.id
"""
_KEPT = 'SELECT item.kind, node."values" FROM item JOIN node ON node.id = item.id WHERE is_kept ORDER BY item.id'
_LINKS = """
SELECT relation, weight, level, term, openings, note,
    from_id, a.kind, a.identifier, a.title, a.uri, to_id, b.kind, b.identifier, b.title, b.uri
FROM link LEFT JOIN item AS a ON a.id = from_id LEFT JOIN item AS b ON b.id = to_id
WHERE NOT EXISTS (
    SELECT 1 FROM kept_link AS kept
    WHERE kept.from_id = link.from_id AND kept.relation = link.relation AND kept.to_id = link.to_id
)
ORDER BY from_id, relation, to_id
"""
_ROOTS = """
SELECT id, kind, identifier, title, uri FROM item WHERE NOT is_kept AND NOT EXISTS (
    SELECT 1 FROM link WHERE from_id = item.id AND relation = 'BROADER' AND to_id IN (SELECT id FROM item)
)
ORDER BY id
"""


class _Lookup(Mapping[Any, Any]):
    """What a query finds first for a key."""

    def __init__(self, spool: Spool, table: str, sql: str) -> None:
        self._spool, self._table, self._sql = spool, table, sql

    def __getitem__(self, key: object) -> Any:  # noqa: ANN401 - of whatever column was asked for
        found = self._spool.first(self._sql, (key,))
        if found is None:
            raise KeyError(key)
        return found[0]

    def __iter__(self) -> Iterator[str]:
        return (key for (key,) in self._spool.rows(f"SELECT DISTINCT {self._table}"))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _PackageWriter:
    """Statements to a package, of which no list is ever held."""

    def __init__(self, statements: SourceStatements, changed_at: str) -> None:
        self._source, self._changed_at = statements.source, changed_at
        self._spool = spool_of(statements)
        self._left_out: Counter[str] = Counter()
        self._around: Json = {}
        for table, columns in _TABLES.items():
            self._spool.change(f"DROP TABLE IF EXISTS {table}")
            self._spool.change(f"CREATE TABLE {table} {columns}")
        self._spool.fill("INSERT INTO item VALUES (?, ?, ?, ?, ?, ?)", self._found_items())
        self._spool.change("CREATE INDEX item_by_identifier ON item (identifier, id)")
        document = self._around.get(DOCUMENT)
        self._document: Json = document if isinstance(document, dict) else self._made_document()

    def _found_items(self) -> Iterator[tuple[object, ...]]:
        for node_id, kind, stated in self._spool.rows('SELECT id, kind, "values" FROM node ORDER BY id'):
            if kind not in _TYPES:
                self._left_out[kind] += 1
                continue
            node = _node(kind, stated)
            if node.kept and node.kept.package and not self._around:
                self._around = node.kept.package
            title, uri = node.values["name"], node.values.get("uri") or None
            yield (node_id, kind, _identifier(node_id, node), title, uri, node.kept is not None)

    def package(self) -> Package:
        """Return the package."""
        content: Json = {**(self._around or self._made_definitions()), DOCUMENT: self._document}
        made = ((str(one["identifier"]), place, json.dumps(one)) for place, one in enumerate(self._associations()))
        self._spool.fill("INSERT INTO association VALUES (?, ?, ?)", made)
        items: SpooledRows[Json] = SpooledRows(
            self._spool,
            "SELECT count(*) FROM item",
            _ITEMS,
            lambda rows: (self._item(row[0], _node(row[1], row[2]), row[3]) for row in rows),
        )
        associations: SpooledRows[Json] = SpooledRows(
            self._spool,
            "SELECT count(*) FROM association",
            "SELECT content FROM association {where} ORDER BY identifier, place",
            lambda rows: (json.loads(row[0]) for row in rows),
        )
        content[ITEMS], content[ASSOCIATIONS] = items, associations
        return Package(content, len(items), len(associations), dict(sorted(self._left_out.items())))

    def _item(self, node_id: NodeId, node: _Node, identifier: str) -> Json:
        """Return the item: the columns, and what is kept; a kept text stands where its column still says the same."""
        fields = node.kept.item if node.kept else self._made_item(node_id, node)
        item: Json = {"identifier": identifier, **fields}
        for field, column in columns_of(node.kind).items():
            stated, value = fields.get(field), node.values.get(column)
            if isinstance(stated, str) and as_column(field, stated) == (value or ""):
                continue
            item.pop(field, None)
            if value is not None:
                item[field] = value
        item.setdefault("uri", f"urn:uuid:{item['identifier']}")
        item.setdefault("lastChangeDateTime", self._changed_at)
        return item

    def _made_item(self, node_id: NodeId, node: _Node) -> Json:
        """Return the fields without a column of a node that did not come from CASE."""
        own = {*columns_of(node.kind).values(), "extra"}
        rest = {name: value for name, value in node.values.items() if name not in own}
        sort = str(node.values.get("kind", ""))
        item_type = sort.capitalize() if node.kind == "Competency" else _TYPES[node.kind]
        return {"CFItemType": item_type, "extensions": {"rolepath": {"id": node_id, **rest}}}

    def _associations(self) -> Iterator[Json]:
        """Yield what is kept, without associations whose link is stated no more; then those that nothing kept says."""
        ids = _Lookup(
            self._spool, "identifier FROM item", "SELECT id FROM item WHERE identifier = ? ORDER BY id DESC LIMIT 1"
        )
        kinds = _Lookup(self._spool, "id FROM item", "SELECT kind FROM item WHERE id = ?")
        for association in self._kept():
            link = link_of(association, ids, kinds, str(self._document.get("identifier")))
            if link is not None and not self._spool.first(_IS_STATED, link):
                continue
            if link is not None:
                self._spool.change("INSERT OR IGNORE INTO kept_link VALUES (?, ?, ?)", link)
            yield association
        for relation, *rest in self._spool.rows(_LINKS):
            values, ends = rest[:5], (_End(*rest[5:10]), _End(*rest[10:]))
            if _fits(relation, *ends):
                yield self._association(relation, *ends, values)
            else:
                self._left_out[relation] += 1
        for row in self._spool.rows(_ROOTS):
            yield self._membership(_End(*row))

    def _kept(self) -> Iterator[Json]:
        for kind, stated in self._spool.rows(_KEPT):
            if kept := _node(kind, stated).kept:
                yield from kept.associations
        strays = self._around.get(ASSOCIATIONS)
        yield from strays if isinstance(strays, list) else []

    def _association(self, relation: str, origin: _End, destination: _End, values: Sequence[Value | None]) -> Json:
        stated = {name: value for name, value in zip(LINK_VALUES, values, strict=True) if value is not None}
        note = stated.pop("note", None)
        association: Json = {
            "associationType": _TYPE_OF_RELATION[relation],
            "originNodeURI": _written_end(origin),
            "destinationNodeURI": _written_end(destination),
        }
        if note is not None:
            association["notes"] = note
        if stated:
            association["extensions"] = {"rolepath": stated}
        return association | self._named(f"{origin.id} {relation} {destination.id}")

    def _membership(self, member: _End) -> Json:
        document = {name: str(self._document.get(name, "")) for name in ("title", "identifier", "uri")}
        return {
            "associationType": "isChildOf",
            "originNodeURI": _written_end(member),
            "destinationNodeURI": document,
        } | self._named(f"{member.id} in {self._source.name}")

    def _named(self, of_what: str) -> Json:
        identifier = _guid(of_what)
        return {"identifier": identifier, "uri": f"urn:uuid:{identifier}", "lastChangeDateTime": self._changed_at}

    def _made_document(self) -> Json:
        """Return the document of a source that did not come from CASE."""
        source = self._source
        document: Json = {"title": source.name, "creator": source.name, "caseVersion": "1.1"}
        document |= self._named(f"source {source.name}")
        if source.version:
            document["version"] = source.version
        if source.url:
            document["officialSourceURL"] = source.url
        if source.licence:
            licence = self._licence()
            document["licenseURI"] = {name: licence[name] for name in ("title", "identifier", "uri")}
        return document

    def _made_definitions(self) -> Json:
        return {"CFDefinitions": {"CFLicenses": [self._licence()]}} if self._source.licence else {}

    def _licence(self) -> Json:
        licence = self._source.licence
        return {"title": licence, "licenseText": licence} | self._named(f"licence {licence}")


_IS_STATED = "SELECT 1 FROM link WHERE from_id = ? AND relation = ? AND to_id = ?"


def _node(kind: str, stated: str) -> _Node:
    values = json.loads(stated)
    return _Node(kind, values, kept_in(values))


def _identifier(node_id: NodeId, node: _Node | None = None) -> str:
    """Return the item's GUID: its own, if it came from CASE."""
    local = node_id.removeprefix("case:")
    if node is not None and node.kept:
        return str(node.kept.item.get("identifier", local))
    return local if is_guid(local) and local != node_id else _guid(node_id)


def _fits(relation: str, origin: _End, destination: _End) -> bool:
    """Say whether a link can lead between items; an end that the source does not state may be of any kind."""
    return any(
        left in _TYPES and right in _TYPES and origin.kind in {None, left} and destination.kind in {None, right}
        for left, right in RELATIONS[relation].ends
    )


def _written_end(one: _End) -> Json:
    identifier = one.identifier or _identifier(one.id)
    if one.kind is None and identifier != one.id.removeprefix("case:"):
        # No item of CASE and not of this source: named by its id, which an extension allows.
        end: Json = {"title": one.id, "identifier": one.id, "targetType": FOREIGN}
    else:
        end = {"title": one.id if one.title is None else str(one.title), "identifier": identifier}
    return end | {"uri": one.uri or f"urn:uuid:{identifier}"}


def _guid(of_what: str) -> str:
    return str(uuid5(_NAMESPACE, of_what))
