"""Schemas without what is said twice, and as generators of clients take them: one type each, open answers.

Source: OpenAPI Specification 3.1.1, section 4.8.24 (Schema Object: JSON Schema, draft 2020-12).
"""

import re
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
_REF = "#/components/schemas/"
_MOST_IN_32_BITS = 2**31 - 1
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
"""Bounds that are whole numbers are written so: `0`, not `0.0`."""

_LONGEST = 260
_SENTENCE_END = re.compile(r"\.(?=\s|$)")


def simplify_schemas(document: Schema) -> None:
    """Simplify every schema of the document; what is valid by it stays the same, but for what a body may have besides.

    What is asked refuses fields that it does not know. What is answered may have more in a newer service: a client that
    refused them would break.
    """
    for schema in document["components"]["schemas"].values():
        _simplify(schema)
        if "description" in schema:
            schema["description"] = _beginning(schema["description"])
    for operations in document["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                parameter["schema"].pop("description", None)
                _simplify(parameter["schema"])
                _drop_null(parameter["schema"])
                if not parameter["required"]:
                    del parameter["required"]
            for content in operation.get("requestBody", {"content": {}})["content"].values():
                _simplify(content["schema"])
                _drop_null(content["schema"])
    _tell_apart(document)


def _beginning(said: str) -> str:
    """Return the sentences with which a description begins, as many as make no more than `_LONGEST` characters.

    The first is there however long it is. What more is to be said stands in the documentation: the document is read
    whole by whoever looks at it.
    """
    ends = [found.end() for found in _SENTENCE_END.finditer(said)]
    within = [end for end in ends if end <= _LONGEST]
    return said[: within[-1] if within else ends[0] if ends else len(said)].strip()


def _simplify(schema: Schema) -> None:
    schema.pop("title", None)
    if "prefixItems" in schema:
        schema["items"] = schema["prefixItems"][-1]  # generators that know no tuples take it for what all are
    schema.update({name: int(bound) for name in _BOUNDS if (bound := schema.get(name)) is not None and bound % 1 == 0})
    if schema.get("type") == "integer" and schema.get("maximum", 0) > _MOST_IN_32_BITS:
        schema["format"] = "int64"  # else generators of typed languages take 32 bits
    for within in list(_within(schema)):
        _simplify(within)
    _join_null(schema)


def _within(schema: Schema) -> Iterator[Schema]:
    """Yield the schemas within another one."""
    yield from schema.get("properties", {}).values()
    for name in ("anyOf", "oneOf", "allOf", "prefixItems"):
        yield from schema.get(name, ())
    for name in ("items", "additionalProperties"):
        if isinstance(schema.get(name), dict):
            yield schema[name]


def _join_null(schema: Schema) -> None:
    """Make one type or null of two options, where the first is of one type, and neither a choice nor of a format.

    Of a moment or null, generators would make a text.

    >>> schema = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "null"}], "description": "A share."}
    >>> _join_null(schema)
    >>> schema
    {'type': ['number', 'null'], 'minimum': 0, 'description': 'A share.'}
    """
    options = schema.get("anyOf", [])
    if len(options) != 2 or options[1] != {"type": "null"} or not isinstance(options[0].get("type"), str):
        return
    if options[0].keys().isdisjoint({"enum", "const", "format"}):
        others = {name: value for name, value in schema.items() if name != "anyOf"}
        schema.clear()
        schema.update({**options[0], "type": [options[0]["type"], "null"], **others})


def _drop_null(schema: Schema) -> None:
    """Take away the null: parameters and fields of bodies have none, they are left out.

    So is a list or an object that stands for what is left out: a literal in no language alike.

    >>> schema = {"type": ["string", "null"], "maxLength": 200}
    >>> _drop_null(schema)
    >>> schema
    {'type': 'string', 'maxLength': 200}
    """
    if isinstance(schema.get("default"), list | dict):
        del schema["default"]
    if isinstance(schema.get("type"), list):
        (schema["type"],) = (name for name in schema["type"] if name != "null")
    options = [option for option in schema.get("anyOf", ()) if option != {"type": "null"}]
    if len(options) == 1:
        del schema["anyOf"]
        schema.update(options[0])


def _tell_apart(document: Schema) -> None:
    """Let objects of answers have fields besides; let those of bodies alone have no null, which is left out instead."""
    schemas = document["components"]["schemas"]
    bodies = [
        operation["requestBody"]
        for operations in document["paths"].values()
        for operation in operations.values()
        if "requestBody" in operation
    ]
    answers = [operation["responses"] for operations in document["paths"].values() for operation in operations.values()]
    asked, answered = _reached(bodies, schemas), _reached(answers, schemas)
    for name in schemas.keys() - asked:
        if schemas[name].get("additionalProperties") is False:
            del schemas[name]["additionalProperties"]
    for name in schemas.keys() - answered:
        for field, schema in schemas[name].get("properties", {}).items():
            if field not in schemas[name].get("required", ()):
                _drop_null(schema)


def _reached(part: object, schemas: Schema) -> set[str]:
    """Return the names of the schemas that a part of the document is made of."""
    found: set[str] = set()
    names = list(_references(part))
    while names:
        name = names.pop()
        if name not in found:
            found.add(name)
            names += _references(schemas[name])
    return found


def _references(part: object) -> Iterator[str]:
    """Yield the name of every schema that a part of the document refers to."""
    if isinstance(part, dict):
        if str(part.get("$ref", "")).startswith(_REF):
            yield part["$ref"].removeprefix(_REF)
        for within in part.values():
            yield from _references(within)
    elif isinstance(part, list):
        for within in part:
            yield from _references(within)
