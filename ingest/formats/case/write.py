"""Writer of CASE packages: what came as one comes out whole again, all else as far as CASE has a place for it."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid5

from graph.cancellation import cancellable_rows
from graph.model import LINK_VALUES, LinkKey, LinkValues, NodeId, Value
from graph.schema import RELATIONS
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
from ingest.formats.native.write import SourceStatements, replacing

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
    """A CFPackage, how much is in it, and how much of what the source states it leaves out, by kind and relation."""

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


class _PackageWriter:
    """Statements to a package."""

    def __init__(self, statements: SourceStatements, changed_at: str) -> None:
        self._source, self._changed_at = statements.source, changed_at
        self._links: dict[LinkKey, LinkValues] = dict(statements.links)
        self._left_out: Counter[str] = Counter()
        self._nodes: dict[NodeId, _Node] = {}
        for node_id, (kind, stated) in cancellable_rows(sorted(statements.nodes)):
            if kind in _TYPES:
                values = json.loads(stated)
                self._nodes[node_id] = _Node(kind, values, kept_in(values))
            else:
                self._left_out[kind] += 1
        self._around = next((n.kept.package for n in self._nodes.values() if n.kept and n.kept.package), {})
        document = self._around.get(DOCUMENT)
        self._document: Json = document if isinstance(document, dict) else self._made_document()

    def package(self) -> Package:
        """Return the package."""
        items = [self._item(node_id, node) for node_id, node in cancellable_rows(self._nodes.items())]
        associations = list(self._associations())
        content: Json = {**(self._around or self._made_definitions()), DOCUMENT: self._document}
        content[ITEMS] = sorted(items, key=lambda item: str(item["identifier"]))
        content[ASSOCIATIONS] = sorted(associations, key=lambda one: str(one["identifier"]))
        return Package(content, len(items), len(associations), dict(sorted(self._left_out.items())))

    def _item(self, node_id: NodeId, node: _Node) -> Json:
        """Return the item: the columns, and what is kept; a kept text stands where its column still says the same."""
        fields = node.kept.item if node.kept else self._made_item(node_id, node)
        item: Json = {"identifier": self._identifier(node_id), **fields}
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

    def _identifier(self, node_id: NodeId) -> str:
        """Return the item's GUID: its own, if it came from CASE."""
        node = self._nodes.get(node_id)
        if node is not None and node.kept:
            return str(node.kept.item.get("identifier", node_id.removeprefix("case:")))
        local = node_id.removeprefix("case:")
        return local if is_guid(local) and local != node_id else _guid(node_id)

    def _associations(self) -> Iterator[Json]:
        """Yield what is kept, without associations whose link is stated no more; then those that nothing kept says."""
        ids = {self._identifier(node_id): node_id for node_id in self._nodes}
        kinds = {node_id: node.kind for node_id, node in self._nodes.items()}
        written: set[LinkKey] = set()
        for association in self._kept():
            link = link_of(association, ids, kinds, str(self._document.get("identifier")))
            if link is None or link in self._links:
                written |= {link} if link else set()
                yield association
        for key in cancellable_rows(sorted(self._links.keys() - written)):
            if self._fits(key):
                yield self._association(key, self._links[key])
            else:
                self._left_out[key[1]] += 1
        has_parent = {key[0] for key in self._links if key[1] == "BROADER" and key[2] in self._nodes}
        for node_id, node in self._nodes.items():
            if node.kept is None and node_id not in has_parent:
                yield self._membership(node_id)

    def _kept(self) -> Iterator[Json]:
        for node in self._nodes.values():
            if node.kept:
                yield from node.kept.associations
        strays = self._around.get(ASSOCIATIONS)
        yield from strays if isinstance(strays, list) else []

    def _fits(self, key: LinkKey) -> bool:
        """Say whether a link can lead between items; an end that the source does not state may be of any kind."""
        kinds = [node.kind if (node := self._nodes.get(end)) else None for end in (key[0], key[2])]
        return any(
            left in _TYPES and right in _TYPES and kinds[0] in {None, left} and kinds[1] in {None, right}
            for left, right in RELATIONS[key[1]].ends
        )

    def _association(self, key: LinkKey, values: LinkValues) -> Json:
        stated = {name: value for name, value in zip(LINK_VALUES, values, strict=True) if value is not None}
        note = stated.pop("note", None)
        association: Json = {
            "associationType": _TYPE_OF_RELATION[key[1]],
            "originNodeURI": self._end(key[0]),
            "destinationNodeURI": self._end(key[2]),
        }
        if note is not None:
            association["notes"] = note
        if stated:
            association["extensions"] = {"rolepath": stated}
        return association | self._named(" ".join(key))

    def _membership(self, node_id: NodeId) -> Json:
        document = {name: str(self._document.get(name, "")) for name in ("title", "identifier", "uri")}
        return {
            "associationType": "isChildOf",
            "originNodeURI": self._end(node_id),
            "destinationNodeURI": document,
        } | self._named(f"{node_id} in {self._source.name}")

    def _end(self, node_id: NodeId) -> Json:
        node, identifier = self._nodes.get(node_id), self._identifier(node_id)
        if node is None and identifier != node_id.removeprefix("case:"):
            # No item of CASE and not of this source: named by its id, which an extension allows.
            end: Json = {"title": node_id, "identifier": node_id, "targetType": FOREIGN}
        else:
            end = {"title": str(node.values["name"]) if node else node_id, "identifier": identifier}
        return end | {"uri": (node.values.get("uri") if node else None) or f"urn:uuid:{identifier}"}

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


def _guid(of_what: str) -> str:
    return str(uuid5(_NAMESPACE, of_what))
