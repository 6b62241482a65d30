"""How the OpenAPI document tells the shapes of an answer: whole, in part, and as a table."""

from typing import Any

from api.answers.table_columns import columns_for, table_named
from api.rest.openapi.header_components import references
from api.rest.shape import CSV, JSON

Schema = dict[str, Any]
_REF = "#/components/schemas/"
_PARTIAL = "The answer; with `fields`, what these do not name is absent."
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
