"""Resources of JSON-LD: what documents say of one thing as the values of a node, and of its alignments."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from graph.errors import InvalidValueError
from graph.messages import message
from graph.model import LinkValues, NodeId, Source, Value, parse_id
from graph.properties import Number, Text
from graph.schema import KINDS, LEVEL, WEIGHT
from ingest.draft import Place
from ingest.formats.framework import one_line
from ingest.formats.jsonld import terms
from ingest.formats.jsonld.labels import Label, chosen_text, description_of, label_of, texts
from ingest.formats.jsonld.linked_data import LangString, LdNode, NodeRef


class StatedLink(NamedTuple):
    """What a property of a thing says: which, of what, and the values of the link."""

    term: terms.TermMapping
    other: NodeId
    values: LinkValues


@dataclass(slots=True)
class Resource:
    """All that the documents say of one thing.

    `named` are the names, `coded` the codes under which others point at it in passing. Its label is worked out when it
    is first asked for, once all is known.
    """

    uri: str
    place: Place
    kind: str = ""
    types: set[str] = field(default_factory=set)
    places: set[Place] = field(default_factory=set)
    values: dict[str, list[LangString | NodeRef]] = field(default_factory=dict)
    named: set[LangString] = field(default_factory=set)
    coded: set[str] = field(default_factory=set)
    sorts: set[str] = field(default_factory=set)
    links: list[StatedLink] = field(default_factory=list)

    _label: Label | None = None

    @property
    def label(self) -> Label:
        """What it is called."""
        if self._label is None:
            self._label = label_of(self.values, self.named)
        return self._label


class AlignmentTarget(NamedTuple):
    """What an alignment points at: its identifier, its names and its code, and the values of the link."""

    uri: str
    names: list[LangString]
    code: str
    values: LinkValues


_EQF = re.compile(r"EQF ?([1-8])")
_LINE, _LINES, _CREDITS = Text(longest=2000), Text(lines=True), Number(0, 1000)


def datasets_of(document: object) -> list[Source]:
    """Return the sources that a document names as its export does: each dataset of its graph with a name."""
    graph = document.get("@graph") if isinstance(document, dict) else None
    sources = []
    for one in graph if isinstance(graph, list) else []:
        if isinstance(one, dict) and one.get("@type") == "Dataset" and isinstance(one.get("@graph"), list):
            stated = {field: one[key] for field, key in DATASET.items() if isinstance(one.get(key), str)}
            if 0 < len(stated.get("name", "")) <= 200:
                sources.append(Source.model_validate(stated | {"institution_id": _institution(stated)}))
    return sources


def _institution(stated: Mapping[str, str]) -> str:
    """Return the id of the institution that a dataset names; empty for none, and for what cannot be one."""
    try:
        return parse_id(stated["institution_id"])
    except (KeyError, InvalidValueError):
        return ""


DATASET = {
    "name": "name",
    "version": "version",
    "licence": "license",
    "url": "url",
    "institution_id": "rolepath:institution_id",
}
"""The properties of a source, as a dataset of schema.org has them."""


def is_alignment(node: LdNode) -> bool:
    """Say whether the node only stands between another and what that is aligned with; some do not say their type."""
    return bool(node.types & terms.ALIGNMENT_TYPES) or (not node.types and bool(node.values.keys() & _TARGETS))


def alignment_target(node: LdNode) -> AlignmentTarget:
    """Return what an alignment says. Raises InvalidValueError."""
    targets = [value for name in (*terms.TARGETS, terms.URL) for value in node.values.get(name, ())]
    uri = next((one.key if isinstance(one, NodeRef) else one.text for one in targets), "")
    names = [
        value
        for name in (*terms.TARGET_NAMES, *terms.NAMES)
        for value in node.values.get(name, ())
        if isinstance(value, LangString) and value.text.strip()
    ]
    weight = next(iter(texts(node.values, (terms.WEIGHT,))), None)
    level = next((found[1] for text in texts(node.values, (terms.LEVEL,)) if (found := _EQF.fullmatch(text))), None)
    note = chosen_text(node.values, (terms.NOTE,)) or None
    return AlignmentTarget(
        "" if uri.startswith("_:") else uri,
        names,
        next(iter(texts(node.values, terms.TARGET_CODES)), ""),
        (
            None if weight is None else float(str(WEIGHT.parse(weight))),
            None if level is None else int(str(LEVEL.parse(level))),
            _whole(node, terms.TERM),
            _whole(node, terms.OPENINGS),
            None if note is None else str(_LINES.parse(note)),
        ),
    )


_TARGETS = {*terms.TARGETS, *terms.TARGET_NAMES}


def _whole(node: LdNode, name: str) -> int | None:
    return next((int(text) for text in texts(node.values, (name,)) if text.isdecimal()), None)


def name_of(resource: Resource) -> str:
    """Return the name, in the language that comes first; empty for none."""
    return resource.label.chosen.text


def values_of(resource: Resource, left: Counter[str]) -> dict[str, Value]:
    """Return the values of the resource's node; count in `left` the languages of names and descriptions that are not.

    Raises:
        InvalidValueError: one of them is at fault.
    """
    label = resource.label
    if label.is_name and label.chosen.rival:
        first, second = sorted(label.chosen.rival)
        raise InvalidValueError(message("jsonld.two_names", first=first[:80], second=second[:80]))
    described = description_of(resource.values, label)
    left.update((*label.chosen.left, *described.left))
    name, wanted = label.chosen.text, {one.name for one in KINDS[resource.kind].properties}
    values: dict[str, Value] = {"name": _parsed("name", _LINE, name)}
    if label.chosen.chinese:
        values["name_zh"] = _parsed("chinese_name", _LINE, label.chosen.chinese)
    if described.text:
        values["description"] = _parsed("description", _LINES, described.text)
    if described.chinese and "description_zh" in wanted:
        values["description_zh"] = _parsed("description", _LINES, described.chinese)
    return _own_values(resource) | values | _reference_values(resource, name, wanted) | _sort(resource)


def _reference_values(resource: Resource, name: str, wanted: set[str]) -> dict[str, Value]:
    """Return by what the resource is found elsewhere: its code, its other names, its address, its framework."""
    values: dict[str, Value] = {}
    codes = texts(resource.values, terms.CODES) or sorted(resource.coded)
    aliases = [one_line(alias) for alias in texts(resource.values, terms.ALIASES)]
    if "code" in wanted and codes:
        values["code"] = _parsed("code", Text(longest=200), codes[0])
    if "aliases" in wanted and (others := [str(_parsed("alias", _LINE, a)) for a in aliases if a != name]):
        values["aliases"] = others
    addresses = sorted(value.key for value in resource.values.get(terms.URL, ()) if isinstance(value, NodeRef))
    uri = next((one for one in (resource.uri, *addresses) if one.startswith(("http://", "https://"))), "")
    if "uri" in wanted and uri:
        values["uri"] = _parsed("id", _LINE, uri)
    if "framework" in wanted and (framework := chosen_text(resource.values, terms.SETS)):
        values["framework"] = _parsed("set", _LINE, one_line(framework))
    return values


def _own_values(resource: Resource) -> dict[str, Value]:
    """Return what is stated of the resource in our own terms."""
    found: dict[str, Value] = {}
    for one in KINDS[resource.kind].properties:
        if stated := texts(resource.values, (terms.OWN_VALUES[one.name],)):
            try:
                found[one.name] = one.type.parse(stated[0])
            except InvalidValueError as error:
                raise InvalidValueError(message("jsonld.fault_of_value", name=one.name, fault=error.message)) from None
    return found


def _sort(resource: Resource) -> dict[str, Value]:
    """Return what only things of some kind state."""
    if resource.kind == "Competency":
        stated = [text for text in texts(resource.values, (terms.CATEGORY,)) if text.lower() in _SORTS]
        implied = min(resource.sorts) if len(resource.sorts) == 1 else "skill"
        return {"kind": stated[0].lower() if stated else implied}
    if resource.kind == "KnowledgeUnit":
        return {"kind": "innovation" if "innovation" in texts(resource.values, (terms.SORT,)) else "disciplinary"}
    if resource.kind == "Role":
        stated = [text for text in texts(resource.values, (terms.ADDITIONAL_TYPE,)) if text in {"employed", "founder"}]
        return {"kind": stated[0]} if stated else {}
    if resource.kind == "Course" and (stated := texts(resource.values, (terms.CREDITS,))):
        return {"credits": _parsed("credits", _CREDITS, stated[0])}
    return {}


_SORTS = {"knowledge", "skill", "ability", "attitude"}


def _parsed(what: str, form: Text | Number, text: str) -> Value:
    try:
        return form.parse(text)
    except InvalidValueError as error:
        raise InvalidValueError(message(f"jsonld.fault_of_{what}", fault=error.message)) from None
