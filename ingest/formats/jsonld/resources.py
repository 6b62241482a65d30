"""Resources of JSON-LD: what documents say of one thing as the values of a node, and of its alignments."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from graph.errors import InvalidValueError
from graph.messages import message
from graph.model import LinkValues, NodeId, Source, Value, parse_id
from graph.properties import Number, Text
from graph.schema import KINDS, LEVEL, WEIGHT
from ingest.draft import Place
from ingest.formats.framework import is_chinese, one_line
from ingest.formats.jsonld import terms
from ingest.formats.jsonld.linked_data import LangString, LdNode, NodeRef


class StatedLink(NamedTuple):
    """What a property of a thing says: which, of what, and the values of the link."""

    term: terms.TermMapping
    other: NodeId
    values: LinkValues


@dataclass(slots=True)
class Resource:
    """All that the documents say of one thing. `named` are the names under which others point at it in passing."""

    uri: str
    place: Place
    kind: str = ""
    types: set[str] = field(default_factory=set)
    places: set[Place] = field(default_factory=set)
    values: dict[str, list[LangString | NodeRef]] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    sorts: set[str] = field(default_factory=set)
    links: list[StatedLink] = field(default_factory=list)


class AlignmentTarget(NamedTuple):
    """What an alignment points at: its identifier or its name, and the values of the link."""

    uri: str
    name: str
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
    """Say whether the node only stands between another and what that is aligned with."""
    return bool(node.types & terms.ALIGNMENT_TYPES)


def alignment_target(node: LdNode) -> AlignmentTarget:
    """Return what an alignment says. Raises InvalidValueError."""
    targets = [value for name in terms.TARGETS for value in node.values.get(name, ())]
    uri = next((one.key if isinstance(one, NodeRef) else one.text for one in targets), "")
    names = _texts(node.values, terms.TARGET_NAMES) or ([] if uri else _texts(node.values, terms.TARGET_CODES))
    weight = next(iter(_texts(node.values, (terms.WEIGHT,))), None)
    level = next((found[1] for text in _texts(node.values, (terms.LEVEL,)) if (found := _EQF.fullmatch(text))), None)
    note = next(iter(_texts(node.values, (terms.NOTE,))), None)
    return AlignmentTarget(
        "" if uri.startswith("_:") else uri,
        names[0] if names else "",
        (
            None if weight is None else float(str(WEIGHT.parse(weight))),
            None if level is None else int(str(LEVEL.parse(level))),
            _whole(node, terms.TERM),
            _whole(node, terms.OPENINGS),
            None if note is None else str(_LINES.parse(note)),
        ),
    )


def _whole(node: LdNode, name: str) -> int | None:
    return next((int(text) for text in _texts(node.values, (name,)) if text.isdecimal()), None)


def name_of(resource: Resource) -> str:
    """Return the name, not in Chinese if it has another; of a thing that is only named, the first in their order."""
    names = _by_language(resource.values, terms.NAMES)
    others = sorted(text for language, texts in names.items() if language not in {"", "en", "zh"} for text in texts)
    first_choice = sorted(names.get("", ())) or sorted(names.get("en", ())) or others or sorted(names.get("zh", ()))
    if first_choice:
        return first_choice[0]
    for properties in (terms.DESCRIPTIONS, terms.CODES):
        if texts := _texts(resource.values, properties):
            return one_line(texts[0])[:2000]
    return min(resource.named, default="")


def values_of(resource: Resource) -> dict[str, Value]:
    """Return the values of the resource's node. Raises InvalidValueError."""
    names = _by_language(resource.values, terms.NAMES)
    for texts in names.values():
        if len(texts) > 1:
            raise InvalidValueError(message("jsonld.two_names", first=min(texts)[:80], second=max(texts)[:80]))
    name = name_of(resource)
    values: dict[str, Value] = {"name": _parsed("name", _LINE, name)}
    wanted = {one.name for one in KINDS[resource.kind].properties}
    chinese = min(names.get("zh", ()), default="")
    if chinese:
        values["name_zh"] = _parsed("chinese_name", _LINE, chinese)
    described, chinese = _descriptions(resource, name)
    if described:
        values["description"] = _parsed("description", _LINES, described)
    if chinese and "description_zh" in wanted:
        values["description_zh"] = _parsed("description", _LINES, chinese)
    codes, aliases = _texts(resource.values, terms.CODES), [one_line(a) for a in _texts(resource.values, terms.ALIASES)]
    if "code" in wanted and codes:
        values["code"] = _parsed("code", Text(longest=200), codes[0])
    if "aliases" in wanted and (others := [str(_parsed("alias", _LINE, a)) for a in aliases if a != name]):
        values["aliases"] = others
    addresses = sorted(value.key for value in resource.values.get(terms.URL, ()) if isinstance(value, NodeRef))
    uri = next((one for one in (resource.uri, *addresses) if one.startswith(("http://", "https://"))), "")
    if "uri" in wanted and uri:
        values["uri"] = _parsed("id", _LINE, uri)
    if "framework" in wanted and (sets := _texts(resource.values, terms.SETS)):
        values["framework"] = _parsed("set", _LINE, one_line(sets[0]))
    values |= _sort(resource)
    return _own_values(resource) | values


def _descriptions(resource: Resource, name: str) -> tuple[str, str]:
    """Return the first description, not in Chinese if there is another, and the first in Chinese; empty for none."""
    stated = [
        one
        for term in terms.DESCRIPTIONS
        for one in sorted({(v.text.strip(), is_chinese(v.language)) for v in _strings(resource.values, term)})
        if one[0] not in {"", name}
    ]
    chinese, others = ([text for text, is_in in stated if is_in is wanted] for wanted in (True, False))
    return next(iter(others or chinese), ""), next(iter(chinese), "")


def _own_values(resource: Resource) -> dict[str, Value]:
    """Return what is stated of the resource in our own terms."""
    found: dict[str, Value] = {}
    for one in KINDS[resource.kind].properties:
        if texts := _texts(resource.values, (terms.OWN_VALUES[one.name],)):
            try:
                found[one.name] = one.type.parse(texts[0])
            except InvalidValueError as error:
                raise InvalidValueError(message("jsonld.fault_of_value", name=one.name, fault=error.message)) from None
    return found


def _sort(resource: Resource) -> dict[str, Value]:
    """Return what only things of some kind state."""
    if resource.kind == "Competency":
        stated = [text for text in _texts(resource.values, (terms.CATEGORY,)) if text.lower() in _SORTS]
        implied = min(resource.sorts) if len(resource.sorts) == 1 else "skill"
        return {"kind": stated[0].lower() if stated else implied}
    if resource.kind == "KnowledgeUnit":
        return {"kind": "innovation" if "innovation" in _texts(resource.values, (terms.SORT,)) else "disciplinary"}
    if resource.kind == "Role":
        stated = [text for text in _texts(resource.values, (terms.ADDITIONAL_TYPE,)) if text in {"employed", "founder"}]
        return {"kind": stated[0]} if stated else {}
    if resource.kind == "Course" and (stated := _texts(resource.values, (terms.CREDITS,))):
        return {"credits": _parsed("credits", _CREDITS, stated[0])}
    return {}


_SORTS = {"knowledge", "skill", "ability", "attitude"}


def _parsed(what: str, form: Text | Number, text: str) -> Value:
    try:
        return form.parse(text)
    except InvalidValueError as error:
        raise InvalidValueError(message(f"jsonld.fault_of_{what}", fault=error.message)) from None


def _by_language(values: dict[str, list[LangString | NodeRef]], names: tuple[str, ...]) -> dict[str, set[str]]:
    """Return the texts of the first of the properties that is stated, by language, without region or script."""
    for name in names:
        texts: dict[str, set[str]] = {}
        for value in _strings(values, name):
            if text := one_line(value.text):
                texts.setdefault(value.language.partition("-")[0], set()).add(text)
        if texts:
            return texts
    return {}


def _texts(values: dict[str, list[LangString | NodeRef]], names: tuple[str, ...]) -> list[str]:
    """Return the texts of the properties, the first property first, in the order of the texts."""
    return [text for name in names for text in sorted({v.text.strip() for v in _strings(values, name)}) if text]


def _strings(values: dict[str, list[LangString | NodeRef]], name: str) -> list[LangString]:
    return [value for value in values.get(name, ()) if isinstance(value, LangString)]
