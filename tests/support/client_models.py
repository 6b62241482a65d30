"""The client's models and parameters, generated from the OpenAPI document: `make client` writes them anew."""

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
from api.rest.openapi.schema_names import RENAMED
from api.rest.openapi.unions import UNIONS
from api.settings.settings import load_settings
from tests.support.client_parameters import parameters
from tests.support.openapi import Document, resolved
from tests.support.paths import ROOT

FOLDER = ROOT / "rolepath" / "client"
FILE, PARAMETERS = FOLDER / "models.py", FOLDER / "parameters.py"
GENERATOR = "datamodel-code-generator"
_REF = "#/components/schemas/"
_LIMITS = {
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "pattern"),
    *("minItems", "maxItems", "additionalProperties"),
}
"""What a service promises of its answers, and a client need not refuse: a newer service may say more."""
_OPTIONS = (
    *("--input-file-type", "openapi", "--target-python-version", "3.11", "--keep-model-order", "--disable-timestamp"),
    *("--use-double-quotes", "--formatters", "builtin"),
)
_OF_MODELS = (
    *("--output-model-type", "pydantic_v2.BaseModel", "--base-class", "rolepath.client.answer.Answer"),
    *("--use-annotated", "--use-specialized-enum", "--capitalise-enum-members", "--enum-field-as-literal", "one"),
    *("--strict-nullable", "--use-schema-description", "--use-single-line-docstring"),
)
_OF_PARAMETERS = (
    *("--output-model-type", "typing.TypedDict", "--use-total-false-for-typed-dict", "--use-generic-container-types"),
    *("--enum-field-as-literal", "all"),
    *("--use-field-description", "--use-inline-field-description"),
)
_ABOUT_MODELS = "The models of answers, as the OpenAPI document has them."
_ABOUT_PARAMETERS = "What the methods take by name, as the OpenAPI document has it."


def document_of_answers() -> Document:
    """Return the part of the OpenAPI document that models are made from: what good answers and problems are made of."""
    document = _document()
    schemas = _without_unions(document["components"]["schemas"])
    return _of_schemas({name: _prepared(schemas[name]) for name in sorted(_reached(schemas, list(_answers(document))))})


def _as_models(document: Document) -> Document:
    """Return the document with its schemas by the names of their models."""
    text = json.dumps(document)
    for model, name in RENAMED.items():
        text = text.replace(f'"{name}"', f'"{model}"').replace(f'"{_REF}{name}"', f'"{_REF}{model}"')
    found: Document = json.loads(text)
    return found


def _without_unions(schemas: Document) -> Document:
    """Return the schemas with unions in their places: a field has the values themselves, no model of them."""

    def put(part: Any) -> Any:  # noqa: ANN401 - of any JSON
        if isinstance(part, list):
            return [put(one) for one in part]
        if not isinstance(part, dict):
            return part
        name = str(part.get("$ref", "")).removeprefix(_REF)
        if name in UNIONS:
            return {key: one for key, one in part.items() if key != "$ref"} | schemas[name]
        found = {key: put(one) for key, one in part.items()}
        if "anyOf" in found:  # of a union or null: one union
            found["anyOf"] = [inner for option in found["anyOf"] for inner in option.get("anyOf", (option,))]
        return found

    return {name: put(schema) for name, schema in schemas.items() if name not in UNIONS}


def document_of_parameters() -> Document:
    """Return the OpenAPI document that parameters are made from."""
    return _of_schemas(parameters(_document()))


def _document() -> Document:
    return _as_models(resolved(create_app(load_settings({}, "sqlite:///none.db")).openapi()))


def _of_schemas(schemas: Document) -> Document:
    info = {"title": "Rolepath", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": {}, "components": {"schemas": schemas}}


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


def generated() -> dict[Path, str]:
    """Return the texts of the models and of the parameters, by file."""
    answers, taken = document_of_answers(), document_of_parameters()
    heads = heads_of(answers, taken, version(GENERATOR))
    literals = ("--enum-field-as-literal-map", _literals(answers))
    return {
        FILE: heads[FILE] + _generated(answers, *_OF_MODELS, *literals),
        PARAMETERS: heads[PARAMETERS] + _generated(taken, *_OF_PARAMETERS),
    }


def _generated(document: Document, *options: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        source, result = Path(folder) / "openapi.json", Path(folder) / "models.py"
        source.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        command = [sys.executable, "-m", "datamodel_code_generator", "--input", str(source), "--output", str(result)]
        subprocess.run([*command, *_OPTIONS, *options], check=True)
        return re.sub(r"\A(#.*\n)+\n*", "", result.read_text(encoding="utf-8"))


def heads_of(answers: Document, taken: Document, generator_version: str) -> dict[Path, str]:
    """Return how the files begin that a version of the generator makes from these documents."""
    return {
        FILE: _head(_ABOUT_MODELS, answers, generator_version),
        PARAMETERS: _head(_ABOUT_PARAMETERS, taken, generator_version),
    }


def _head(about: str, document: Document, generator_version: str) -> str:
    digest = hashlib.sha256(json.dumps(document, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    generator = f"# {GENERATOR} {generator_version}, document {digest[:32]}"
    return f'"""{about} Generated: `make client` writes it anew."""\n\n{generator}\n\n'


def pinned_version() -> str:
    """Return the version of the generator that is tested, as constraints.txt has it."""
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return next(pin.partition("==")[2] for pin in pins if pin.startswith(f"{GENERATOR}=="))


def main() -> int:
    """Write the files; return 0."""
    for file, text in generated().items():
        file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
