"""The examples of the OpenAPI document: for each operation what was asked of the bundled college, and the answer.

They stand in examples.json, by operation id, and are answers that a service gave; a test asks anew and compares.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NotRequired, TypedDict, cast

from graph.messages import text
from queries.semantics.scope import EVERYTHING

_EVERYTHING = EVERYTHING.model_dump()
_BEGINNING = 70
"""How many characters of a file to upload are shown: the whole would be a tenth of the document."""
_FILES = 2
"""Of how many files of a field the beginning is shown; all are named."""
_ASKED_OF_MANY = frozenset({"fields", "title"})
"""Parameters that many operations have alike: without an example in one of them, they stand in the document once."""


_SENTENCE = 24
"""How many characters of a sentence in an answer are shown."""


class Example(TypedDict):
    """A request and its answer: `files` are uploads, by field and file name; an answer that is no JSON is its text.

    What a file holds that is given out is too long to be shown. Where an answer is as another operation's, that one is
    named: what several show alike stands in the document once.
    """

    parameters: dict[str, Any]
    body: NotRequired[dict[str, Any]]
    files: NotRequired[dict[str, dict[str, str]]]
    answer: NotRequired[Any]
    answered_as: NotRequired[str]


@cache
def examples() -> Mapping[str, Example]:
    """Return the examples by operation id, in the order in which they are asked."""
    return cast(
        Mapping[str, Example], json.loads((files("api.rest.openapi") / "examples.json").read_text(encoding="utf-8"))
    )


def show_example(operation: dict[str, Any], example: Example) -> None:
    """Add an example to an operation: to its parameters, its body and its answer."""
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in example["parameters"].keys() - _ASKED_OF_MANY:
            parameter["example"] = example["parameters"][parameter["name"]]
    for content in operation.get("requestBody", {"content": {}})["content"].values():
        if "body" in example:
            content["example"] = example["body"]
        elif "files" in example:
            content.update(_uploads(example["files"]))
    contents = operation["responses"][min(operation["responses"])]["content"]
    # Of an answer that comes as a table too, the JSON is shown.
    shown = next((media_type for media_type in contents if media_type.endswith("json")), next(iter(contents)))
    answered = shown_answer(example)
    if answered is not None:
        contents[shown]["example"] = answered


def shown_answer(example: Example) -> Any:  # noqa: ANN401 - of JSON
    """Return the answer that is shown of an example; None where it is too long."""
    return first_items(
        examples()[example["answered_as"]]["answer"] if "answered_as" in example else example.get("answer")
    )


def first_items(value: object) -> object:
    """Return a JSON value with the first item of each list alone, and of scopes what is asked: what shows its shape.

    Of sentences the beginning is enough, of numbers three decimals.

    >>> first_items({"items": [{"ids": ["a", "b"]}, {"ids": []}]})
    {'items': [{'ids': ['a']}]}
    """
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, str) and " " in value and len(value) > _SENTENCE:
        return f"{value[:_SENTENCE]}…"
    if isinstance(value, dict):
        silent = _EVERYTHING if value.keys() == _EVERYTHING.keys() else {}
        return {name: first_items(part) for name, part in value.items() if name not in silent or part != silent[name]}
    return [first_items(part) for part in value[:1]] if isinstance(value, list) else value


def _uploads(fields: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return the uploads as the document has them: how each text begins; of several, which is which."""
    named = "; ".join(f"`{field}`: {', '.join(f'`{name}`' for name in given)}" for field, given in fields.items())
    value = {
        field: beginnings if field == "file" else beginnings[0]
        for field, given in fields.items()
        if (beginnings := [_beginning(content) for content in [*given.values()][:_FILES]])
    }
    if sum(map(len, fields.values())) == 1:
        return {"example": value}
    summary, description = text("openapi_example.upload"), text("openapi_example.upload_files", files=named)
    return {"examples": {"small": {"summary": summary, "description": description, "value": value}}}


def _beginning(content: str) -> str:
    """Return how a file begins: enough to tell its form.

    >>> len(_beginning("x" * 1000))
    101
    """
    return content if len(content) <= _BEGINNING else f"{content[:_BEGINNING]}…"
