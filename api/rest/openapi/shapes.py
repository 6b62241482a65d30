"""How the OpenAPI document tells the shapes of an answer: whole, in part, and as a table."""

from collections.abc import Iterator
from typing import Any

from api.answers.table_columns import columns_for, table_named
from api.rest.openapi.header_components import references
from api.rest.shape import CSV, JSON

Schema = dict[str, Any]
_REF = "#/components/schemas/"
_PARTIAL = "The answer. With `fields`, what these do not name is left out, at every depth; `revision` and `next` stay."
_BEHIND = "The graph is not at `min_revision` yet: `Retry-After` says when to ask again."
_NOT_ACCEPTABLE = "The answer does not come in any of the forms that `Accept` names."


def declare_shapes(document: Schema) -> None:
    """Declare of each question that takes `fields` that its answer may come in part, and where it may as a table."""
    for operations in document["paths"].values():
        for operation in operations.values():
            taken = {parameter["name"] for parameter in operation.get("parameters", ())}
            if "min_revision" in taken:
                _declare_behind(operation["responses"])
            if "fields" not in taken:
                continue
            responses = operation["responses"]
            responses["406"] = {**responses["422"], "description": _NOT_ACCEPTABLE}
            good = responses["200"]
            good["description"] = _PARTIAL
            if "format" in taken:
                good["content"][CSV] = {"schema": _table(good["content"][JSON]["schema"]["$ref"].removeprefix(_REF))}


def drop_repetition(document: Schema) -> None:
    """Take from schemas what is said beside them: titles say names once more, and parameters their own description."""
    for schema in document["components"]["schemas"].values():
        for within in (schema, *_within(schema)):
            within.pop("title", None)
    for operations in document["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                parameter["schema"].pop("title", None)
                parameter["schema"].pop("description", None)
            for content in operation.get("requestBody", {"content": {}})["content"].values():
                content["schema"].pop("title", None)


def _within(schema: Schema) -> Iterator[Schema]:
    """Yield every schema within another one."""
    options = [option for name in ("anyOf", "oneOf", "allOf", "prefixItems") for option in schema.get(name, ())]
    items = [schema[name] for name in ("items", "additionalProperties") if isinstance(schema.get(name), dict)]
    for within in (*schema.get("properties", {}).values(), *options, *items):
        yield within
        yield from _within(within)


def _table(name: str) -> Schema:
    names = ", ".join(f"`{column.name}`" for column in columns_for(table_named(name))[1])
    return {"type": "string", "description": f"One row for each item, with the columns {names}, unless `fields` says."}


def _declare_behind(responses: Schema) -> None:
    """Declare what is answered where the revision that is asked for does not come."""
    known = responses.get("409")
    meaning = f"{known['description']} {_BEHIND}" if known else _BEHIND
    responses["409"] = {
        **(known or responses["422"]),
        "description": meaning,
        "headers": references("Retry-After"),
    }
