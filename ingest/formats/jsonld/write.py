"""Writer of JSON-LD: what sources state in the terms of schema.org, CTDL and SKOS, each source its own dataset."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from graph.model import NodeId
from ingest.formats.json_document import write_json_document
from ingest.formats.jsonld.resources import DATASET
from ingest.formats.jsonld.terms import OWN_RELATIONS, own_term
from ingest.formats.jsonld.vocabularies import PREFIXES, SCHEMA
from ingest.formats.native.records import SourceStatements, spool_of
from ingest.formats.native.write import replacing
from ingest.formats.uris import URN, id_of_uri

Object = dict[str, object]

_CONTEXT = [SCHEMA, {prefix: PREFIXES[prefix] for prefix in ("ceterms", "ceasn", "skos", "rolepath")}]

_TYPES: dict[str, list[str]] = {
    "Competency": ["DefinedTerm", "ceasn:Competency"],
    "Course": ["Course", "ceterms:Course"],
    "KnowledgeUnit": ["LearningResource"],
    "Role": ["Occupation", "ceterms:Occupation"],
    "JobResponsibility": ["ceterms:Task"],
    "Certificate": ["EducationalOccupationalCredential"],
    "TrainingTask": ["rolepath:TrainingTask"],
    "Institution": ["EducationalOrganization", "rolepath:Institution"],
    "Discipline": ["EducationalOccupationalProgram", "rolepath:Discipline"],
    "Enterprise": ["Organization", "rolepath:Enterprise"],
}

# The property for each of a node's values; `description` and `name` are those of every kind.
_VALUES: dict[str, dict[str, str]] = {
    "Competency": {
        "code": "termCode",
        "aliases": "alternateName",
        "framework": "inDefinedTermSet",
        "kind": "ceasn:competencyCategory",
    },
    "Course": {"credits": "numberOfCredits"},
    "KnowledgeUnit": {"kind": "learningResourceType"},
    "Role": {
        "code": "ceterms:codedNotation",
        "aliases": "alternateName",
        "framework": "ceterms:frameworkName",
        "kind": "additionalType",
    },
}

_LINKS: dict[str, str] = {
    "COVERS": "hasPart",
    "DEVELOPS": "teaches",
    "HAS_RESPONSIBILITY": "ceterms:hasTask",
    "BROADER": "skos:broader",
    "SAME_AS": "skos:exactMatch",
    "CLOSE_TO": "skos:closeMatch",
    "CERTIFIES": "competencyRequired",
}
_EMBODIED = {"knowledge": "ceasn:knowledgeEmbodied", "ability": "ceasn:abilityEmbodied"}


class Omissions(NamedTuple):
    """What these terms cannot say: nodes by kind, links by relation, and values of the nodes that were written.

    `written` has how many nodes and links were written of each of the statements.
    """

    nodes: dict[str, int]
    links: dict[str, int]
    values: dict[str, int]
    written: list[tuple[int, int]]


def write_jsonld(
    statements: Sequence[SourceStatements], kinds: Mapping[NodeId, str], file: Path, *, overwrite: bool = False
) -> Omissions:
    """Write one document; objects in the order of their ids, keys sorted, the file replaced whole.

    `kinds` tells the kinds of nodes that another source asserts, for the links between them.

    Raises:
        InputError: the file stands already, without `overwrite`; or cannot be written.
    """
    writers = [_DatasetWriter(one, kinds) for one in statements]
    document = {"@context": _CONTEXT, "@graph": (writer.dataset() for writer in writers)}
    with replacing(file, overwrite=overwrite) as temporary:
        write_json_document(document, temporary)
    nodes, links = (sum(counts, Counter[str]()) for counts in zip(*(one.left_out for one in writers), strict=True))
    return Omissions(
        dict(sorted(nodes.items())), dict(sorted(links.items())), {}, [(one.nodes, one.links) for one in writers]
    )


# What stands at the ends of links: of nodes of this source also the address that stands for the id, and their sort.
_ENDS = 'CREATE TABLE "end" (id PRIMARY KEY, kind, uri, sort) WITHOUT ROWID'
_PUT_END = 'INSERT OR REPLACE INTO "end" VALUES (?, ?, ?, ?)'
_OBJECTS = """
SELECT named.id, "end".kind, "end".uri, node."values"
FROM (SELECT id FROM node UNION SELECT from_id FROM link) AS named
LEFT JOIN "end" ON "end".id = named.id LEFT JOIN node ON node.id = named.id
ORDER BY named.id
"""
_LINKS_FROM = """
SELECT relation, to_id, weight, level, term, openings, note, "end".kind, "end".uri, "end".sort
FROM link LEFT JOIN "end" ON "end".id = to_id WHERE from_id = ? ORDER BY relation, to_id
"""
_SHORTCUTS = """
SELECT DISTINCT develops.to_id, "end".uri FROM link AS covers
JOIN link AS develops ON develops.from_id = covers.to_id AND develops.relation = 'DEVELOPS'
LEFT JOIN "end" ON "end".id = develops.to_id
WHERE covers.from_id = ? AND covers.relation = 'COVERS' ORDER BY develops.to_id
"""
"""What a course teaches by its units: what most readers of schema.org look for."""


class _DatasetWriter:
    """What a source states, as a dataset; counts what is written and what is left out."""

    def __init__(self, statements: SourceStatements, kinds: Mapping[NodeId, str]) -> None:
        self.nodes, self.links = 0, 0
        self.left_out = (Counter[str](), Counter[str]())
        self._source, self._spool, self._stamp = statements.source, spool_of(statements), statements.stamp
        self._spool.change('DROP TABLE IF EXISTS "end"')
        self._spool.change(_ENDS)
        self._spool.fill(_PUT_END, ((node_id, kind, None, "") for node_id, kind in kinds.items()))
        self._spool.fill(_PUT_END, (_end(*row) for row in self._spool.rows('SELECT id, kind, "values" FROM node')))

    def dataset(self) -> Object:
        """Return the dataset, with the name and licence of the source; its objects are made as they are read."""
        source = self._source.model_dump()
        stated: Object = {key: source[name] for name, key in DATASET.items() if source[name]}
        if self._stamp:
            stated["creditText"] = self._stamp.line
        return {"@type": "Dataset", **stated, "@graph": self._objects()}

    def _objects(self) -> Iterator[Object]:
        for node_id, kind, uri, values in self._spool.rows(_OBJECTS):
            if kind not in _TYPES and values is not None:
                self.left_out[0][kind] += 1
            written: Object = {}
            if kind in _TYPES and values is not None:
                written = _node(kind, json.loads(values), uri)
                self.nodes += 1
            is_node = bool(written)
            self._add_links(node_id, kind or "", written)
            if is_node or written:
                yield {"@type": _TYPES[kind], "@id": _address(node_id, uri), **written}

    def _add_links(self, node_id: NodeId, kind: str, written: Object) -> None:
        for relation, to_id, *rest in self._spool.rows(_LINKS_FROM, (node_id,)):
            *values, to_kind, uri, sort = rest
            term = _term(relation, kind, to_kind, sort or "")
            if term is None or kind not in _TYPES:
                self.left_out[1][relation] += 1
                continue
            self.links += 1
            _append(written, term, _target(_address(to_id, uri), *values))
        if kind == "Course":
            for competency, uri in self._spool.rows(_SHORTCUTS, (node_id,)):
                _append(written, "teaches", {"@id": _address(competency, uri)})


def _end(node_id: NodeId, kind: str, stated: str) -> tuple[str, str, str | None, str]:
    if kind not in _TYPES:
        return (node_id, kind, None, "")
    values = json.loads(stated)
    uri = values.get("uri")
    return (node_id, kind, uri if isinstance(uri, str) and _stands_for(uri, node_id) else None, values.get("kind", ""))


def _node(kind: str, values: dict[str, object], address: str | None) -> Object:
    """Return the values that have a term; `address` is the one that stands for the id."""
    written: Object = {"name": values["name"]}
    if "name_zh" in values:
        written["name"] = [values["name"], {"@value": values["name_zh"], "@language": "zh"}]
    in_both = {"description", "description_zh"} <= values.keys()
    if in_both:
        written["description"] = [values["description"], {"@value": values["description_zh"], "@language": "zh"}]
    terms = _VALUES.get(kind, {}) if in_both else {"description": "description", **_VALUES.get(kind, {})}
    for name, value in values.items():
        if name in terms:
            written[terms[name]] = value
        elif name not in {"name", "name_zh", "uri"} and not (in_both and name in {"description", "description_zh"}):
            written[f"rolepath:{name}"] = value
    if address is None and isinstance(values.get("uri"), str):
        written["url"] = values["uri"]
    return written


def _term(relation: str, kind: str, to_kind: str | None, sort: str) -> str | None:
    """Return the term of a link; None where there is none."""
    if relation in OWN_RELATIONS and to_kind is not None:
        return f"rolepath:{own_term(relation, kind, to_kind)}"
    if relation == "REQUIRES":
        return "skills" if kind == "Role" else _EMBODIED.get(sort, "ceasn:skillEmbodied")
    return _LINKS.get(relation)


def _target(address: str, *values: float | str | None) -> Object:
    """Return where a link leads: an alignment between the two where it has values."""
    target: Object = {"@id": address}
    if all(value is None for value in values):
        return target
    weight, level, due, openings, note = values
    aligned: Object = {"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": target}
    aligned |= {} if weight is None else {"ceasn:weight": weight}
    aligned |= {} if level is None else {"educationalLevel": f"EQF {level}"}
    aligned |= {} if due is None else {"rolepath:term": due}
    aligned |= {} if openings is None else {"rolepath:openings": openings}
    return aligned | ({} if note is None else {"description": note})


def _append(written: Object, term: str, value: Object) -> None:
    listed = written.setdefault(term, [])
    assert isinstance(listed, list)  # noqa: S101 - no value of a node has the term of a link
    listed.append(value)


def _address(node_id: NodeId, uri: str | None) -> str:
    return uri or URN + node_id


def _stands_for(uri: str, node_id: NodeId) -> bool:
    """Say whether the address alone gives the id back."""
    try:
        return uri.startswith(("http://", "https://")) and " " not in uri and id_of_uri(uri) == node_id
    except ValueError:
        return False
