"""How the OpenAPI document tells the shapes of an answer: whole, in part, and as a table."""

from typing import Any

from api.rest.openapi.header_components import references
from api.rest.shape import CSV
from graph.messages import text

Schema = dict[str, Any]


def declare_shapes(document: Schema) -> None:
    """Declare of each question that takes `fields` that its answer may come in part, and where it may as a table.

    What `fields` and a table are, the parameters say, once for all.
    """
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
            if "format" in taken:
                good["content"][CSV] = {"schema": {"type": "string"}}


def _declare_behind(responses: Schema) -> None:
    """Declare what is answered where the revision that is asked for does not come."""
    known, behind = responses.get("409"), text("openapi_answer.behind")
    meaning = f"{known['description']} {behind}" if known else behind
    responses["409"] = {
        **(known or responses["422"]),
        "description": meaning,
        "headers": references("Retry-After"),
    }
