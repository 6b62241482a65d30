"""The client's models of answers, generated from the OpenAPI document: `make client` writes them anew."""

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from api.app import create_app
from api.settings.settings import load_settings
from tests.support.openapi import Document, resolved
from tests.support.paths import ROOT

FILE = ROOT / "rolepath" / "client" / "models.py"
GENERATOR = "datamodel-code-generator"
_REF = "#/components/schemas/"
_LIMITS = {
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "pattern"),
    *("minItems", "maxItems", "additionalProperties"),
}
"""What a service promises of its answers, and a client need not refuse: a newer service may say more."""
_OPTIONS = (
    *("--input-file-type", "openapi", "--output-model-type", "pydantic_v2.BaseModel"),
    *("--target-python-version", "3.11", "--base-class", "rolepath.client.answer.Answer"),
    *("--use-annotated", "--use-specialized-enum", "--capitalise-enum-members", "--enum-field-as-literal", "one"),
    *(
        "--strict-nullable",
        "--use-schema-description",
        "--use-single-line-docstring",
        "--use-double-quotes",
        "--keep-model-order",
        "--disable-timestamp",
    ),
    *("--formatters", "builtin"),
)


def document_of_answers() -> Document:
    """Return the part of the OpenAPI document that models are made from: what good answers and problems are made of."""
    document = resolved(create_app(load_settings({}, "sqlite:///none.db")).openapi())
    schemas = document["components"]["schemas"]
    names = sorted(_reached(schemas, list(_answers(document))))
    return {
        "openapi": document["openapi"],
        "info": {"title": document["info"]["title"], "version": "1"},
        "paths": {},
        "components": {"schemas": {name: _prepared(schemas[name]) for name in names}},
    }


def _answers(document: Document) -> Iterator[str]:
    """Yield the names of the schemas that answers are."""
    for operations in document["paths"].values():
        for operation in operations.values():
            for response in operation["responses"].values():
                yield from _references([content.get("schema") for content in response.get("content", {}).values()])


def _reached(schemas: Document, names: list[str]) -> set[str]:
    found: set[str] = set()
    while names:
        name = names.pop()
        if name not in found:
            found.add(name)
            names += _references(schemas[name])
    return found


def _references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"].removeprefix(_REF)
        for within in part.values():
            yield from _references(within)
    elif isinstance(part, list):
        for within in part:
            yield from _references(within)


def _prepared(schema: Any) -> Any:  # noqa: ANN401 - of any JSON
    """Return a schema without limits."""
    if isinstance(schema, list):
        return [_prepared(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: part for name, part in schema.items() if name not in _LIMITS or isinstance(part, dict)}
    return {name: _prepared(part) for name, part in kept.items()}


def _literals(document: Document) -> str:
    """Return how the generator takes the fields that have a choice without a name: as literals."""
    fields = [
        name
        for schema in document["components"]["schemas"].values()
        for name, part in schema.get("properties", {}).items()
        if '"enum"' in json.dumps(part)
    ]
    return json.dumps(dict.fromkeys(sorted(fields), "literal"))


def generated() -> str:
    """Return the text of the models."""
    document = document_of_answers()
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "openapi.json", Path(folder) / "models.py"
        source.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        command = [sys.executable, "-m", "datamodel_code_generator", "--input", str(source), "--output", str(target)]
        subprocess.run([*command, *_OPTIONS, "--enum-field-as-literal-map", _literals(document)], check=True)
        text = target.read_text(encoding="utf-8")
    return head(document, version(GENERATOR)) + re.sub(r"\A(#.*\n)+\n*", "", text)


def head(document: Document, generator_version: str) -> str:
    """Return how the file begins that a version of the generator makes from a document."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return (
        '"""The models of answers, as the OpenAPI document has them. Generated: `make client` writes them anew."""\n\n'
        f"# {GENERATOR} {generator_version}, document {digest[:32]}\n\n"
    )


def pinned_version() -> str:
    """Return the version of the generator that is tested, as constraints.txt has it."""
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return next(pin.partition("==")[2] for pin in pins if pin.startswith(f"{GENERATOR}=="))


def main() -> int:
    """Write the models; return 0."""
    FILE.write_text(generated(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
