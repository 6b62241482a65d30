"""Writer of JSON-LD: what sources state in the terms of schema.org, CTDL and SKOS, each source its own dataset."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from graph.cancellation import cancellable_rows
from graph.model import LinkKey, LinkValues, NodeId
from ingest.formats.json_document import write_json_document
from ingest.formats.jsonld.resources import DATASET
from ingest.formats.jsonld.terms import OWN_RELATIONS, PREFIXES, SCHEMA, own_term
from ingest.formats.native.write import SourceStatements, replacing
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
    """What these terms cannot say: nodes by kind, links by relation, and values of the nodes that were written."""

    nodes: dict[str, int]
    links: dict[str, int]
    values: dict[str, int]
    unwritten: frozenset[LinkKey]


def write_jsonld(
    statements: Sequence[SourceStatements], kinds: Mapping[NodeId, str], file: Path, *, overwrite: bool = False
) -> Omissions:
    """Write one document; objects in the order of their ids, keys sorted, the file replaced whole.

    `kinds` tells the kinds of nodes that another source asserts, for the links between them.

    Raises:
        InputError: the file stands already, without `overwrite`; or cannot be written.
    """
    left_out = _OmissionCounts()
    graph = [_dataset(one, kinds, left_out) for one in statements]
    document = {"@context": _CONTEXT, "@graph": graph}
    with replacing(file, overwrite=overwrite) as temporary:
        write_json_document(document, temporary)
    nodes, links, values = (dict(sorted(one.items())) for one in (left_out.nodes, left_out.links, left_out.values))
    return Omissions(nodes, links, values, frozenset(left_out.unwritten))


class _OmissionCounts:
    def __init__(self) -> None:
        self.nodes, self.links, self.values = Counter[str](), Counter[str](), Counter[str]()
        self.unwritten: set[LinkKey] = set()


def _dataset(one: SourceStatements, kinds: Mapping[NodeId, str], left_out: _OmissionCounts) -> Object:
    """Return what a source states, as a dataset with its name and licence."""
    nodes = {node_id: (kind, json.loads(values)) for node_id, (kind, values) in one.nodes}
    links = dict(one.links)
    writer = _DatasetWriter({**kinds, **{node_id: kind for node_id, (kind, _) in nodes.items()}}, left_out)
    for node_id, (kind, values) in cancellable_rows(sorted(nodes.items())):
        writer.node(node_id, kind, values)
    for key in cancellable_rows(sorted(links)):
        writer.link(key, links[key])
    writer.shortcuts(links)
    source = one.source.model_dump()
    stated: Object = {key: source[name] for name, key in DATASET.items() if source[name]}
    return {"@type": "Dataset", **stated, "@graph": [writer.objects[node_id] for node_id in sorted(writer.objects)]}


class _DatasetWriter:
    def __init__(self, kinds: Mapping[NodeId, str], left_out: _OmissionCounts) -> None:
        self.objects: dict[NodeId, Object] = {}
        self._kinds, self._left_out = kinds, left_out
        self._uris: dict[NodeId, str] = {}
        self._sorts: dict[NodeId, str] = {}

    def node(self, node_id: NodeId, kind: str, values: dict[str, object]) -> None:
        """Write a node with the values that have a term."""
        if kind not in _TYPES:
            self._left_out.nodes[kind] += 1
            return
        written: Object = {"@type": _TYPES[kind], "name": values["name"]}
        if "name_zh" in values:
            written["name"] = [values["name"], {"@value": values["name_zh"], "@language": "zh"}]
        terms = {"description": "description", **_VALUES.get(kind, {})}
        for name, value in values.items():
            if name in terms:
                written[terms[name]] = value
            elif name not in {"name", "name_zh", "uri"}:
                written[f"rolepath:{name}"] = value
        uri = values.get("uri")
        if isinstance(uri, str):
            if _stands_for(uri, node_id):
                self._uris[node_id] = uri
            else:
                written["url"] = uri
        self._sorts[node_id] = str(values.get("kind", ""))
        self.objects[node_id] = {"@id": self._address(node_id), **written}

    def link(self, key: LinkKey, values: LinkValues) -> None:
        """Write a link, at its first end; with an alignment between the two where it has values."""
        from_id, relation, to_id = key
        kind, term = self._kinds.get(from_id, ""), _LINKS.get(relation)
        if relation == "REQUIRES":
            embodied = _EMBODIED.get(self._sorts.get(to_id, ""), "ceasn:skillEmbodied")
            term = "skills" if kind == "Role" else embodied
        if relation in OWN_RELATIONS and to_id in self._kinds:
            term = f"rolepath:{own_term(relation, kind, self._kinds[to_id])}"
        if term is None or kind not in _TYPES:
            self._left_out.links[relation] += 1
            self._left_out.unwritten.add(key)
            return
        target: Object = {"@id": self._address(to_id)}
        weight, level, due, openings, note = values
        if any(value is not None for value in values):
            aligned: Object = {"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": target}
            aligned |= {} if weight is None else {"ceasn:weight": weight}
            aligned |= {} if level is None else {"educationalLevel": f"EQF {level}"}
            aligned |= {} if due is None else {"rolepath:term": due}
            aligned |= {} if openings is None else {"rolepath:openings": openings}
            aligned |= {} if note is None else {"description": note}
            target = aligned
        self._append(from_id, term, target)

    def shortcuts(self, links: Mapping[LinkKey, LinkValues]) -> None:
        """Write what a course teaches by its units: what most readers of schema.org look for."""
        developed: dict[NodeId, list[NodeId]] = {}
        for unit, relation, competency in sorted(links):
            if relation == "DEVELOPS":
                developed.setdefault(unit, []).append(competency)
        taught = {(c, k) for c, relation, unit in links if relation == "COVERS" for k in developed.get(unit, ())}
        for course, competency in cancellable_rows(sorted(taught)):
            if self._kinds.get(course) == "Course":
                self._append(course, "teaches", {"@id": self._address(competency)})

    def _append(self, node_id: NodeId, term: str, value: Object) -> None:
        stub: Object = {"@id": self._address(node_id), "@type": _TYPES[self._kinds[node_id]]}
        listed = self.objects.setdefault(node_id, stub).setdefault(term, [])
        assert isinstance(listed, list)  # noqa: S101 - made two lines above
        listed.append(value)

    def _address(self, node_id: NodeId) -> str:
        return self._uris.get(node_id) or URN + node_id


def _stands_for(uri: str, node_id: NodeId) -> bool:
    """Say whether the address alone gives the id back."""
    try:
        return uri.startswith(("http://", "https://")) and " " not in uri and id_of_uri(uri) == node_id
    except ValueError:
        return False
