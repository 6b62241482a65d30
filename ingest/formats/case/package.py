"""The CASE data model, for reading and writing: which field is which column, and where the rest is kept.

The graph has a column for four fields of an item, and a relation for four types of association. All else is kept as it
came, in the property `extra` under the key `case`: of each item its other fields (`item`) and the associations that
begin there (`associations`); and once, with the first item by id, the package around them (`package`).
"""

import json
import re
from collections.abc import Mapping
from typing import NamedTuple

from graph.model import LinkKey, NodeId, Value, curie, parse_id
from graph.properties import JsonObject
from graph.schema import KINDS, RELATIONS

FORMAT = "case"
FOREIGN = "ext:rolepath"
"""The targetType of an end that is no CASE item: its identifier is an id of the graph."""
ITEMS, ASSOCIATIONS, DOCUMENT = "CFItems", "CFAssociations", "CFDocument"

REPEATED = {DOCUMENT: "CFPackageURI", ITEMS: "CFDocumentURI"}
"""Fields that only repeat which package it is: single answers of a CASE service have them, packages may not."""

COLUMN_OF = {"fullStatement": "name", "humanCodingScheme": "code", "uri": "uri", "notes": "description"}
"""The fields of an item that have a column, where the item's kind has that column."""

RELATION_OF = {
    "isChildOf": "BROADER",
    "precedes": "PREREQUISITE_OF",
    "exactMatchOf": "SAME_AS",
    "isRelatedTo": "CLOSE_TO",
} | {f"ext:{name}": name for name in RELATIONS}
"""The relation that an association's type stands for; an extension may name any relation."""

_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_LONGEST_NAME = 2000

Json = dict[str, object]


class CaseExtra(NamedTuple):
    """What is kept of a package with one of its items."""

    item: Json
    associations: list[Json]
    package: Json


def text(extra: CaseExtra) -> str:
    """Return the property `extra`. Raises InvalidValueError where it would be too long."""
    parts = {"item": extra.item, "associations": extra.associations, "package": extra.package}
    whole = {FORMAT: {name: value for name, value in parts.items() if value or name == "item"}}
    return str(JsonObject().parse(json.dumps(whole)))


def kept_in(values: Mapping[str, Value]) -> CaseExtra | None:
    """Return what a node's `extra` keeps of CASE; None where it came from elsewhere."""
    extra = values.get("extra")
    extra_of_case = json.loads(extra).get(FORMAT) if isinstance(extra, str) else None
    if not isinstance(extra_of_case, dict):
        return None
    item, associations, package = (extra_of_case.get(name) for name in ("item", "associations", "package"))
    listed = associations if isinstance(associations, list) else []
    return CaseExtra(
        item if isinstance(item, dict) else {},
        [one for one in listed if isinstance(one, dict) and _has_ends(one)],
        package if isinstance(package, dict) else {},
    )


def _has_ends(association: Json) -> bool:
    ends = (association.get("originNodeURI"), association.get("destinationNodeURI"))
    return all(isinstance(end, dict) and isinstance(end.get("identifier"), str) for end in ends) and all(
        isinstance(association.get(name), str) for name in ("identifier", "associationType")
    )


def columns_of(kind: str) -> dict[str, str]:
    """Return the fields of an item that are a column of the kind.

    >>> columns_of("JobResponsibility")
    {'fullStatement': 'name', 'notes': 'description'}
    """
    there = {p.name for p in KINDS[kind].properties}
    return {field: column for field, column in COLUMN_OF.items() if column in there}


def as_column(field: str, stated: str) -> str:
    """Return the text of a field as its column holds it: a name is one line of at most 2,000 characters."""
    if field == "notes":
        return stated.replace("\r\n", "\n").replace("\r", "\n").strip()
    line = " ".join(stated.split())
    return line if field != "fullStatement" or len(line) <= _LONGEST_NAME else line[: _LONGEST_NAME - 1] + "…"


def is_guid(identifier: str) -> bool:
    """Say whether the identifier has the form of a GUID, of whatever version."""
    return _GUID.fullmatch(identifier) is not None


def node_id_of(identifier: str) -> NodeId:
    """Return the id of an item. Raises InvalidValueError."""
    return parse_id(f"case:{identifier.lower() if is_guid(identifier) else identifier}")


def end_of(end: object, items: Mapping[str, NodeId]) -> NodeId | None:
    """Return the id of a node that an association names; None where it names none that the graph could hold.

    `items` holds the ids of the package's items by identifier. Others are items of other packages, by their GUID, or
    known by their address, as a skill of ESCO is.
    """
    identifier, uri, target = (
        (str(end.get(name) or "") for name in ("identifier", "uri", "targetType"))
        if isinstance(end, dict)
        else [""] * 3
    )
    if identifier in items:
        return items[identifier]
    try:
        if target == FOREIGN:
            return parse_id(identifier)
        if is_guid(identifier):
            return node_id_of(identifier)
        return parse_id(curie(uri)) if curie(uri) != uri else None
    except ValueError:
        return None


def link_of(
    association: Json, items: Mapping[str, NodeId], kinds: Mapping[NodeId, str], document: str
) -> LinkKey | None:
    """Return the link that an association states; None where the graph has none for it.

    `kinds` holds the kinds of the package's items. An end of another package may be of any kind that fits; of two such
    ends, only those relations are linked that join one kind with itself.
    """
    relation = RELATION_OF.get(str(association.get("associationType")))
    ends = (association.get("originNodeURI"), association.get("destinationNodeURI"))
    if relation is None or any(isinstance(end, dict) and end.get("identifier") == document for end in ends):
        return None
    from_id, to_id = (end_of(end, items) for end in ends)
    if from_id is None or to_id is None:
        return None
    from_kind, to_kind = kinds.get(from_id), kinds.get(to_id)
    joins = RELATIONS[relation].ends
    if from_kind is None and to_kind is None:
        fits = all(left == right for left, right in joins)
    else:
        fits = any(from_kind in {None, left} and to_kind in {None, right} for left, right in joins)
    return (from_id, relation, to_id) if fits else None
