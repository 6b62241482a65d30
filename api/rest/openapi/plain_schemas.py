"""Schemas without what is said twice: titles that repeat names, descriptions of parameters, a null apart from its type.

Source: OpenAPI Specification 3.1.1, section 4.8.24 (Schema Object: JSON Schema, draft 2020-12).
"""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
"""Bounds that are whole numbers are written so: `0`, not `0.0`."""


def simplify_schemas(document: Schema) -> None:
    """Simplify every schema of the document; what is valid by it stays the same."""
    for schema in document["components"]["schemas"].values():
        _simplify(schema)
    for operations in document["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                parameter["schema"].pop("description", None)
                _simplify(parameter["schema"])
                if not parameter["required"]:
                    del parameter["required"]
            for content in operation.get("requestBody", {"content": {}})["content"].values():
                _simplify(content["schema"])


def _simplify(schema: Schema) -> None:
    schema.pop("title", None)
    schema.update({name: int(bound) for name in _BOUNDS if (bound := schema.get(name)) is not None and bound % 1 == 0})
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
