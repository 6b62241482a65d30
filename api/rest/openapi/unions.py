"""Union types, once, as components of the OpenAPI document: generators of clients name or refuse those within a field.

Source: OpenAPI Specification 3.1.1, section 4.8.24 (Schema Object), `anyOf`, `oneOf`.
"""

import json
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
_NULL = {"type": "null"}
_NAMES = {
    "string|integer|number|array": "PropertyValue",
    "string|integer|number": "ParameterValue",
    "Gaps|RoleCoverage|Trace|Plan": "ScenarioResult",
}
"""What a union is called, by what it is of."""
UNIONS = frozenset(_NAMES.values())
_TOLD_APART = {"LinkEdit|NodeEdit": "AnyEdit"}
"""What a union is called whose types a property tells apart, likewise."""


def name_unions(document: Schema) -> None:
    """Put each union of several types within a field into the components, and a reference where it was.

    Raises:
        KeyError: a union has no name in the table.
    """
    schemas = document["components"]["schemas"]
    found: Schema = {}
    for schema in schemas.values():
        for part in _told_apart(schema.get("properties", {})):
            union = {name: part.pop(name) for name in ("oneOf", "discriminator")}
            name = _TOLD_APART["|".join(_word(option) for option in union["oneOf"])]
            found[name] = union
            part["$ref"] = f"#/components/schemas/{name}"
        for part in _unions(schema.get("properties", {})):
            options = [option for option in part["anyOf"] if option != _NULL]
            name = _NAMES["|".join(_word(option) for option in options)]
            if found.setdefault(name, {"anyOf": options}) != {"anyOf": options}:
                raise ValueError(json.dumps(options))
            reference = {"$ref": f"#/components/schemas/{name}"}
            if _NULL in part["anyOf"]:
                part["anyOf"] = [reference, _NULL]
            else:
                del part["anyOf"]
                part.update(reference)
    schemas.update(found)


def _unions(part: object) -> Iterator[Schema]:
    """Yield each union of more than one type, null aside, the innermost first."""
    if isinstance(part, dict):
        for within in list(part.values()):
            yield from _unions(within)
        if sum(option != _NULL for option in part.get("anyOf", ())) > 1:
            yield part
    elif isinstance(part, list):
        for within in part:
            yield from _unions(within)


def _told_apart(part: object) -> Iterator[Schema]:
    """Yield each union whose types a property tells apart."""
    if isinstance(part, dict):
        for within in list(part.values()):
            yield from _told_apart(within)
        if "discriminator" in part:
            yield part
    elif isinstance(part, list):
        for within in part:
            yield from _told_apart(within)


def _word(option: Schema) -> str:
    return str(option["$ref"]).rpartition("/")[2] if "$ref" in option else str(option["type"])
