"""What the client's methods take by name, made from the parameters and bodies of the OpenAPI document."""

from graph.schema import KINDS
from tests.support.openapi import Document, target

NOT_TAKEN = {"fields", "format", "cursor"}
"""Answers are read whole, as models, and pages follow one another."""
_STAYING = {"type", "items", "enum", "const", "format", "description", "anyOf", "oneOf"}


def parameters(document: Document) -> Document:
    """Return schemas of parameters: of each question by its operation, of all imports, and of the scope in bodies."""
    operations = {
        operation["operationId"]: operation for methods in document["paths"].values() for operation in methods.values()
    }
    questions = {name: one for name, one in operations.items() if not name.startswith("ingest_")}
    imports = [_of_query(one) for name, one in operations.items() if name.startswith("ingest_")]
    common = {name: told for name, told in imports[0].items() if all(name in other for other in imports)}
    scope = _scope_of(document, operations["plan_role"])
    found = {_title(name): {**_of_query(one), **_of_body(document, one, scope)} for name, one in questions.items()}
    named = {**found, "ImportParameters": common, "ScopeParameters": scope}
    schemas = document["components"]["schemas"]
    return {name: _schema(fields, schemas) for name, fields in sorted(named.items()) if fields}


def _title(operation_id: str) -> str:
    return f"{operation_id.title().replace('_', '')}Parameters"


def _of_query(operation: Document) -> Document:
    """Return the parameters that may be left out, by name.

    What must be given, a method names itself; and days, which are texts to the generator, as they are in JSON.
    """
    found = {
        one["name"]: {**_or_none(one["schema"]), "description": one["description"]}
        for one in operation.get("parameters", ())
        if one["in"] == "query" and not one.get("required") and one["name"] not in NOT_TAKEN and not _is_day(one)
    }
    if "lang" in found:  # None: as the client was made
        found["lang"] = {"anyOf": [found["lang"], {"type": "null"}], "description": found["lang"]["description"]}
    return found


def _or_none(schema: Document) -> Document:
    """Return the schema of an argument: None, where nothing stands for it, is as if it were left out."""
    return schema if "default" in schema or schema.get("type") == "array" else {"anyOf": [schema, {"type": "null"}]}


def _is_day(parameter: Document) -> bool:
    return bool(parameter["schema"].get("format") == "date")


def _body(document: Document, operation: Document) -> Document:
    content = operation.get("requestBody", {"content": {}})["content"].get("application/json", {})
    options = [content.get("schema", {}), *content.get("schema", {}).get("anyOf", ())]
    references = [one for one in options if "$ref" in one]
    return target(references[0], document["components"]["schemas"]) if references else {}


def _scope_of(document: Document, operation: Document) -> Document:
    scope = target(_body(document, operation)["properties"]["scope"], document["components"]["schemas"])
    return {name: {**_or_none(told), "description": told["description"]} for name, told in scope["properties"].items()}


def _of_body(document: Document, operation: Document, scope: Document) -> Document:
    """Return the fields of a body that has a scope, with those of the scope beside them, as in a method."""
    body = _body(document, operation)
    fields = body.get("properties", {})
    if "scope" not in fields:
        return {}
    own = {
        name: {**_or_none(told), "description": told["description"]}
        for name, told in fields.items()
        if name != "scope" and name not in body.get("required", ())
    }
    return {**own, **scope}


def _schema(fields: Document, schemas: Document) -> Document:
    return {"type": "object", "properties": {name: _plain(told, schemas) for name, told in fields.items()}}


def _plain(schema: Document, schemas: Document) -> Document:
    """Return the type alone.

    A choice that has a name is a text: programs may give its member, or what this says. So is a kind of nodes.
    """
    if "$ref" in schema or set(KINDS) <= set(schema.get("enum", ())):
        return {"type": "string"}
    found = {name: value for name, value in schema.items() if name in _STAYING}
    if "items" in found:
        found["items"] = _plain(found["items"], schemas)
    if "anyOf" in found:
        found["anyOf"] = [_plain(option, schemas) for option in found["anyOf"]]
    return found
