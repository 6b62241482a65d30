"""Shared components of the OpenAPI document: parameters, answers and links that several operations have, told once.

Source: OpenAPI Specification 3.1.1, section 4.8.7 (Components Object).
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

Part = dict[str, Any]


class _Use(NamedTuple):
    """A part where an operation has it: `text` is the part, as text that can be compared; `name` what it would be."""

    text: str
    name: str
    operation_id: str
    container: Any
    key: Any


def name_bodies(document: Part) -> None:
    """Move the schema of each body that has a title into the components, under this name."""
    for methods in document["paths"].values():
        for operation in methods.values():
            for content in operation.get("requestBody", {"content": {}})["content"].values():
                name = content["schema"].get("title") if "properties" in content["schema"] else None
                if name is not None:
                    document["components"]["schemas"][name] = content["schema"]
                    content["schema"] = {"$ref": f"#/components/schemas/{name}"}


def share_parts(document: Part) -> None:
    """Move what two operations have alike into the components: parameters, links, examples, answers but of status 200.

    What most operations have goes by its plain name, an answer by its status; another of that name by its name and the
    first operation's.
    """
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    kinds = (
        ("links", _links(operations)),
        ("parameters", _parameters(operations)),
        ("examples", _examples(operations)),
        ("responses", _answers(operations)),
    )
    for kind, uses in kinds:
        document["components"][kind] = _shared(kind, list(uses))


def _parameters(operations: list[Part]) -> Iterator[_Use]:
    for operation in operations:
        parameters = operation.get("parameters", [])
        for at, parameter in enumerate(parameters):
            yield _Use(_text(parameter), parameter["name"], operation["operationId"], parameters, at)


def _answers(operations: list[Part]) -> Iterator[_Use]:
    for operation in operations:
        for status, answer in operation["responses"].items():
            yield _Use(_text(answer), status, operation["operationId"], operation["responses"], status)


def _examples(operations: list[Part]) -> Iterator[_Use]:
    """Yield the long examples of answers; one that stands once stays where it is."""
    contents = [
        (operation, content)
        for operation in operations
        for answer in operation["responses"].values()
        for content in answer.get("content", {}).values()
        if "example" in content
    ]
    times = Counter(_text(content["example"]) for _, content in contents)
    for operation, content in contents:
        if times[_text(content["example"])] > 1:
            content["examples"] = {"answer": {"value": content.pop("example")}}
            name = operation["operationId"]
            yield _Use(_text(content["examples"]["answer"]), name, name, content["examples"], "answer")


def _links(operations: list[Part]) -> Iterator[_Use]:
    for operation in operations:
        for answer in operation["responses"].values():
            links = answer.get("links", {})
            for name, link in links.items():
                yield _Use(_text(link), name, operation["operationId"], links, name)


def _shared(kind: str, uses: list[_Use]) -> Part:
    """Put references where parts are had alike, and return these by name."""
    times = Counter(use.text for use in uses)
    names: dict[str, str] = {}
    parts: Part = {}
    for use in sorted(uses, key=lambda use: -times[use.text]):
        if times[use.text] == 1:
            break
        if use.text not in names:
            names[use.text] = use.name if use.name not in parts else f"{use.name}.{use.operation_id}"
            parts[names[use.text]] = use.container[use.key]
        use.container[use.key] = {"$ref": f"#/components/{kind}/{names[use.text]}"}
    return dict(sorted(parts.items()))


def _text(part: Part) -> str:
    return json.dumps(part, sort_keys=True)
