"""The OpenAPI document as its operations are read: with the shared parameters and answers in their places."""

from collections.abc import Iterator, Mapping
from typing import Any

Document = dict[str, Any]


def resolved(document: Document) -> Document:
    """Return the document with each parameter, answer and link where it belongs, instead of a reference to it."""
    components = document["components"]
    paths = {
        path: {method: _resolved(operation, components) for method, operation in operations.items()}
        for path, operations in document["paths"].items()
    }
    return {**document, "paths": paths}


def _resolved(operation: Document, components: Document) -> Document:
    parameters = [target(parameter, components["parameters"]) for parameter in operation.get("parameters", ())]
    responses = {
        status: _with_links(target(response, components["responses"]), components)
        for status, response in operation["responses"].items()
    }
    return {**operation, "responses": responses, **({"parameters": parameters} if parameters else {})}


def _with_links(response: Document, components: Document) -> Document:
    links = {name: target(link, components["links"]) for name, link in response.get("links", {}).items()}
    return {**response, "links": links} if links else response


def target(part: Document, named: Mapping[str, Document]) -> Document:
    """Return what the part refers to by name; else the part."""
    return named[part["$ref"].rpartition("/")[2]] if "$ref" in part else part


def parameters_of(operation: Document) -> set[str]:
    """Return the names of an operation's parameters, of a document that is resolved."""
    return {parameter["name"] for parameter in operation.get("parameters", ())}


def operations(document: Document) -> Iterator[tuple[str, Document]]:
    """Yield each operation with its method and path."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation
