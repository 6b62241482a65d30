"""Values of edits, by the schema: what a page or a JSON document gives, as statements hold it."""

import json
from collections.abc import Mapping
from typing import NamedTuple

from graph.errors import InvalidValueError
from graph.messages import Message, message
from graph.model import LINK_VALUES, LinkKey, LinkValues, NodeId, Value, parse_id
from graph.properties import JsonObject, NameList, PropertyType
from graph.schema import IMPORTANCE, KINDS, LINK_PROPERTIES, RELATIONS, LinkColumn
from ingest.edit_document import LinkEdit, NodeEdit

Changes = dict[str, Value | None]
"""What is to be stated, by its name; None for what is to be stated no longer."""


class FieldError(Exception):
    """A field of an edit is wrong."""

    def __init__(self, column: str, reason: Message, value: object = None) -> None:
        """Keep which, and why."""
        self.column, self.reason, self.value = column, reason, None if value is None else str(value)
        super().__init__(column)


class NodeFields(NamedTuple):
    """What an edit says of a node's properties, and the links that columns of its kind's file state."""

    changes: Changes
    links: dict[LinkKey, LinkValues]


def link_key(edit: LinkEdit) -> LinkKey:
    """Return which link the edit is of. Raises FieldError."""
    if edit.relation not in RELATIONS:
        reason = message("scenario.no_relation", relation=edit.relation, relations=list(RELATIONS))
        raise FieldError("relation", reason, edit.relation)
    return node_id("from_id", edit.from_id), edit.relation, node_id("to_id", edit.to_id)


def node_id(column: str, text: str) -> NodeId:
    """Return the id that a field holds. Raises FieldError."""
    try:
        return parse_id(text.strip())
    except InvalidValueError as error:
        raise FieldError(column, error.message, text) from None


def link_changes(edit: LinkEdit) -> Changes:
    """Return the values that the edit names. Raises FieldError."""
    types = {p.name: p.type for p in LINK_PROPERTIES}
    stated = {name: parsed(name, getattr(edit, name), types[name]) for name in LINK_VALUES}
    return {name: value for name, value in stated.items() if value is not None or name in edit.clear}


def node_fields(edit: NodeEdit, kind_name: str, subject: NodeId) -> NodeFields:
    """Return what the edit says of a node of the kind. Raises FieldError."""
    kind = KINDS[kind_name]
    types = {p.name: p.type for p in kind.properties}
    columns = {c.name: c for c in kind.link_columns}
    weights = {c.weight_column: c for c in kind.link_columns if c.weight_column}
    changes: Changes = {}
    links: dict[LinkKey, LinkValues] = {}
    for name, value in edit.values.items():
        if name in types:
            changes[name] = parsed(name, value, types[name])
        elif name in columns and edit.op != "change_node":
            _put_link(links, columns[name], edit.values, subject)
        elif not (name in weights and weights[name].name in edit.values and edit.op != "change_node"):
            raise FieldError(
                name, message("edit.no_property", kind=kind_name, name=name, names=[*types, *columns]), name
            )
    return NodeFields(changes, links)


def _put_link(
    links: dict[LinkKey, LinkValues], column: LinkColumn, values: Mapping[str, object], subject: NodeId
) -> None:
    value = values[column.name]
    if value is None or value == "":
        return
    other = node_id(column.name, str(value))
    stated = values.get(column.weight_column) if column.weight_column else None
    weight = None if stated is None else parsed(str(column.weight_column), stated, IMPORTANCE.type)
    key = (subject, column.relation, other) if column.outward else (other, column.relation, subject)
    links[key] = (weight if weight is None else float(weight), None, None, None, None)  # type: ignore[arg-type]


def parsed(name: str, value: object, kind: PropertyType) -> Value | None:
    """Return the value that a field holds; None where it holds none. Raises FieldError."""
    if isinstance(value, bool | dict | list) and not isinstance(kind, _HELD_BY.get(type(value), ())):
        fault = message("value.is_not", expected=kind.expected)
        raise FieldError(name, message("native.column_at_fault", column=name, fault=fault), value)
    text = _text(value)
    if text is None or not text.strip():
        return None
    try:
        return kind.parse(text.strip())
    except InvalidValueError as error:
        raise FieldError(name, message("native.column_at_fault", column=name, fault=error.message), text) from None


_HELD_BY: Mapping[type, tuple[type, ...]] = {dict: (JsonObject,), list: (NameList,)}
"""The types of properties that hold what is neither text nor number."""


def _text(value: object) -> str | None:
    """Return what stands in a field as a cell would hold it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "|".join(map(str, value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
