"""How the OpenAPI document tells the shapes of an answer: whole, in part, and as a table."""

from typing import Any

from api.answers.table_columns import columns_for, table_named
from api.rest.openapi.header_components import references
from api.rest.shape import CSV, JSON
from graph.messages import text

Schema = dict[str, Any]
_REF = "#/components/schemas/"


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
            responses["406"] = {**responses["422"], "description": text("openapi_answer.not_acceptable")}
            good = responses["200"]
            good["description"] = text("openapi_answer.partial")
            if "format" in taken:
                good["content"][CSV] = {"schema": _table(good["content"][JSON]["schema"]["$ref"].removeprefix(_REF))}


def _table(name: str) -> Schema:
    names = ", ".join(f"`{column.name}`" for column in columns_for(table_named(name))[1])
    return {"type": "string", "description": text("openapi.table", columns=names)}


def _declare_behind(responses: Schema) -> None:
    """Declare what is answered where the revision that is asked for does not come."""
    known, behind = responses.get("409"), text("openapi_answer.behind")
    meaning = f"{known['description']} {behind}" if known else behind
    responses["409"] = {
        **(known or responses["422"]),
        "description": meaning,
        "headers": references("Retry-After"),
    }
