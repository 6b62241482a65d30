"""How the OpenAPI document tells the shapes of an answer: whole, in part, and as a table."""

from typing import Any

from api.answers.table_columns import columns_for, table_named
from api.rest.shape import CSV, JSON

Schema = dict[str, Any]
_PART = "PartOf"
_REF = "#/components/schemas/"
_BEHIND = "The graph is not at `min_revision` yet: `Retry-After` says when to ask again."
_RETRY_AFTER = {"description": "The seconds after which to ask again.", "schema": {"type": "integer"}}
_NOT_ACCEPTABLE = "The answer does not come in any of the forms that `Accept` names."


def declare_shapes(document: Schema) -> None:
    """Declare of each question that takes `fields` that its answer may come in part, and where it may as a table."""
    parts = _Parts(document["components"]["schemas"])
    for operations in document["paths"].values():
        for operation in operations.values():
            taken = {parameter["name"] for parameter in operation.get("parameters", ())}
            if "min_revision" in taken:
                _declare_behind(operation["responses"])
            if "fields" not in taken:
                continue
            responses = operation["responses"]
            responses["406"] = {**responses["422"], "description": _NOT_ACCEPTABLE}
            content = responses["200"]["content"]
            whole = content[JSON]["schema"]
            content[JSON] = {"schema": {"anyOf": [whole, parts.whole_part(whole)], "title": "Answer"}}
            if "format" in taken:
                content[CSV] = {"schema": _table(whole["$ref"].removeprefix(_REF))}


def _table(name: str) -> Schema:
    names = ", ".join(f"`{column.name}`" for column in columns_for(table_named(name))[1])
    return {"type": "string", "description": f"One row for each item, with the columns {names}, unless `fields` says."}


def _declare_behind(responses: Schema) -> None:
    """Declare what is answered where the revision that is asked for does not come."""
    known = responses.get("409")
    meaning = f"{known['description']} {_BEHIND}" if known else _BEHIND
    responses["409"] = {**(known or responses["422"]), "description": meaning, "headers": {"Retry-After": _RETRY_AFTER}}


class _Parts:
    """Schemas of parts: those of whole answers, with nothing required. They are added to the schemas as they come."""

    def __init__(self, schemas: Schema) -> None:
        self._schemas = schemas
        self._names: dict[str, str] = {}

    def whole_part(self, schema: Schema) -> Schema:
        """Return the schema of parts of a whole answer: what every part keeps is required."""
        told = self._schemas[schema["$ref"].removeprefix(_REF)] if "$ref" in schema else schema
        if "anyOf" in told:
            return {"anyOf": [self.whole_part(option) for option in told["anyOf"]]}
        kept = [name for name in ("next", "revision") if name in told["properties"]]
        return {**self._part(told), **({"required": kept} if kept else {})}

    def _part(self, schema: Schema) -> Schema:
        if "$ref" in schema:
            return {"$ref": _REF + self._named(schema["$ref"].removeprefix(_REF))}
        found = dict(schema)
        if "properties" in schema:
            found.pop("required", None)
            found["properties"] = {name: self._part(within) for name, within in schema["properties"].items()}
        if "anyOf" in schema:
            found["anyOf"] = [self._part(option) for option in schema["anyOf"]]
        if isinstance(schema.get("items"), dict):
            found["items"] = self._part(schema["items"])
        return found

    def _named(self, name: str) -> str:
        """Return the name of the schema of parts of a schema: its own where nothing is within it."""
        if name not in self._names:
            schema = self._schemas[name]
            self._names[name] = name if "enum" in schema or "const" in schema else f"{_PART}{name}"
            if self._names[name] != name:
                self._schemas[self._names[name]] = self._part(schema)
        return self._names[name]
