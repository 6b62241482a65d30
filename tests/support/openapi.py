"""The OpenAPI document as its operations are read: with the shared parameters and answers in their places."""

from collections.abc import Iterator, Mapping
from typing import Any

Document = dict[str, Any]


def resolved(document: Document) -> Document:
    """Return the document with each parameter, answer, link and example where it belongs, not referred to."""
    components = document["components"]
    paths = {
        path: {
            method: _resolved(operation, components, document["security"]) for method, operation in operations.items()
        }
        for path, operations in document["paths"].items()
    }
    return {**document, "paths": paths}


def _resolved(operation: Document, components: Document, security: list[Document]) -> Document:
    parameters = [target(parameter, components["parameters"]) for parameter in operation.get("parameters", ())]
    responses = {
        status: _with_links(target(response, components["responses"]), components)
        for status, response in operation["responses"].items()
    }
    needed = operation.get("security", security)
    told = {name: value for name, value in operation.items() if name != "security"}
    return {
        **told,
        "responses": responses,
        **({"parameters": parameters} if parameters else {}),
        **({"security": needed} if needed else {}),
    }


def _with_links(response: Document, components: Document) -> Document:
    links = {name: target(link, components["links"]) for name, link in response.get("links", {}).items()}
    content = {kind: _with_example(told, components) for kind, told in response.get("content", {}).items()}
    return {**response, **({"links": links} if links else {}), **({"content": content} if content else {})}


def _with_example(content: Document, components: Document) -> Document:
    """Return a content with the shared example that it refers to as its own."""
    shared = content.get("examples", {}).get("answer", {})
    if "$ref" not in shared:
        return content
    others = {name: value for name, value in content.items() if name != "examples"}
    return {**others, "example": target(shared, components["examples"])["value"]}


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
