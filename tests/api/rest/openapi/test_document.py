"""The OpenAPI document: whole, as it was when it was last looked at, and of the routes that there are."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from schemathesis.specs.openapi.definitions import OPENAPI_31

from api.app import create_app
from api.jobs.formats import FORMATS
from api.rest.openapi.document import TAGS
from api.rest.routes.gaps import GapsParameters
from api.settings.settings import load_settings
from queries.semantics.scope import Scope
from tests.support.conforming import Contract
from tests.support.openapi import Document, operations, resolved
from tests.support.paths import GOLDEN
from tests.support.serving import PROBLEM

FOLDER = GOLDEN / "openapi"
MOST_BYTES = 300_000
_QUESTIONS = (
    "runs",
    "ingest/runs",
    "gaps",
    "coverage",
    "integration",
    "allocation",
    "feedback",
    "align",
    "diff",
    "metrics",
)
FILES = {"GET /v1/ingest/runs/{id}/events", "GET /metrics", "GET /v1/export/{format}"}
"""What is answered with something else than JSON."""
NAMING = {
    *(f"GET /v1/{path}" for path in _QUESTIONS),
    "POST /v1/what-if",
    "POST /v1/roles/plan",
    "POST /v1/roles/match",
    "POST /v1/undo",
    "POST /v1/proposals",
    "PUT /v1/follow-ups",
    "POST /v1/proposals/judgements",
}
"""Questions without an id in their path that take one as a parameter."""


PER_THING = {"GET /v1/align", "POST /v1/proposals"}
"""What has a limit for each node or sentence, and no pages."""
LASTING = {"GET /v1/changes", "GET /v1/audit", "GET /v1/ingest/runs", "GET /v1/follow-ups", "GET /v1/proposals"}
"""What has cursors that never expire."""


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Document:
    """Give the document of a service over a store that need not exist."""
    store = f"sqlite:///{tmp_path_factory.mktemp('none') / 'graph.db'}"
    return create_app(load_settings({}, store)).openapi()


@pytest.fixture(scope="module")
def readable(document: Document) -> Document:
    """Give the document with shared parameters and answers in their places."""
    return resolved(document)


def references(part: object) -> Iterator[str]:
    """Yield every reference within a part of the document."""
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for within in part.values():
            yield from references(within)
    elif isinstance(part, list):
        for within in part:
            yield from references(within)


def contract(part: Any) -> Any:  # noqa: ANN401 - of any JSON
    """Return the document without what is only told to people, without the version, and without the examples."""
    if isinstance(part, dict):
        told = {"title", "description", "summary", "version"}
        kept = {name: value for name, value in part.items() if name not in told or not isinstance(value, str)}
        return {name: contract(value) for name, value in kept.items() if name not in {"example", "examples"}}
    return [contract(value) for value in part] if isinstance(part, list) else part


def golden_parts(document: Document) -> dict[str, Any]:
    """Return the document's parts by the names of their files: each operation, the schemas, and all else."""
    parts = {}
    for name, operation in operations(document):
        parts[operation["operationId"]] = {name: operation}
    schemas = document["components"].pop("schemas")
    del document["paths"]
    return {**parts, "components.schemas": schemas, "components": document}


def test_document_is_as_it_was(document: Document, *, update_golden: bool) -> None:
    """A change of the contract is seen: look at the difference, then rewrite the files with `--update-golden`."""
    parts = golden_parts(contract(document))
    texts = {
        f"{name}.json": json.dumps(part, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        for name, part in parts.items()
    }
    if update_golden:
        FOLDER.mkdir(exist_ok=True)
        for file in FOLDER.iterdir():
            file.unlink()
        for name, text in texts.items():
            (FOLDER / name).write_text(text, encoding="utf-8")
    assert {file.name for file in FOLDER.iterdir()} == texts.keys()
    for name, text in texts.items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, name


def test_document_is_small(document: Document) -> None:
    """It is read whole by whoever looks at /docs: at most 300 kB, examples included."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    assert len(text.encode()) < MOST_BYTES


def test_schemas_can_be_generated_from(document: Document) -> None:
    """Each schema has one plain name, no field of its own name, none that is null alone: generators stumble."""
    bodies = {
        f"{name}.body": content["schema"]
        for name, operation in operations(document)
        for content in operation.get("requestBody", {"content": {}})["content"].values()
    }
    for name, schema in {**document["components"]["schemas"], **bodies}.items():
        assert name.isidentifier() or name in bodies, name
        assert name.lower() not in {field.replace("_", "") for field in schema.get("properties", {})}, name
        for field, told in schema.get("properties", {}).items():
            assert told.get("type") != "null", (name, field)
            # openapi-generator for Go makes of such a list of files what does not compile
            assert "minItems" not in told or told["items"].get("format") != "binary", (name, field)


def test_summaries_tell_what_operations_do(document: Document) -> None:
    """Each is a short clause of its own that begins with a verb; none is the name of a function in capitals."""
    summaries = [operation["summary"] for _, operation in operations(document)]
    assert len(set(summaries)) == len(summaries)
    for _, operation in operations(document):
        summary = operation["summary"]
        assert 10 < len(summary) <= 110, summary
        assert not summary.endswith("."), summary
        assert summary != operation["operationId"].replace("_", " ").title(), summary


def test_document_is_openapi_3_1(document: Document) -> None:
    """The version is 3.1, whose schemas are JSON Schema: the document and each of its schemas are well formed."""
    assert document["openapi"].startswith("3.1.")
    assert document["info"]["title"] == "Rolepath"
    Draft202012Validator(OPENAPI_31).validate(document)
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_reference_leads_somewhere(document: Document) -> None:
    """Each `$ref` names a component that is there, and each of these is named."""
    shared = document["components"].keys() - {"securitySchemes"}
    parts = {f"#/components/{of}/{name}" for of in shared for name in document["components"][of]}
    assert set(references(document)) == parts


def test_the_endpoints_are_those_of_the_design(document: Document) -> None:
    """Each question has its path."""
    assert {name for name, _ in operations(document)} == {
        "GET /v1/competencies",
        "GET /v1/competencies/{id}",
        "GET /v1/competencies/{id}/trace",
        "GET /v1/nodes",
        "GET /v1/nodes/{id}",
        "GET /v1/nodes/{id}/trace",
        "GET /v1/search",
        "GET /v1/sources",
        "GET /v1/runs",
        "GET /v1/revisions",
        "GET /v1/changes",
        "GET /v1/export/{format}",
        "GET /v1/roles",
        "GET /v1/roles/{id}",
        "GET /v1/roles/{id}/coverage",
        "GET /v1/roles/{id}/training",
        "GET /v1/roles/{id}/unreachable",
        "POST /v1/roles/{id}/plan",
        "POST /v1/roles/plan",
        "POST /v1/roles/match",
        "GET /v1/rotation/{id}",
        "GET /v1/coverage",
        "GET /v1/align",
        "GET /v1/gaps",
        "GET /v1/proposals",
        "POST /v1/proposals/judgements",
        "POST /v1/proposals/apply",
        "GET /v1/follow-ups",
        "PUT /v1/follow-ups",
        "GET /v1/integration",
        "GET /v1/allocation",
        "GET /v1/feedback",
        "GET /v1/disciplines/{id}/benchmark",
        "GET /v1/enterprises/{id}/leadership",
        "GET /v1/enterprises/{id}/brief",
        "GET /v1/signals",
        "POST /v1/what-if",
        "GET /v1/diff",
        "GET /v1/metrics",
        *(f"POST /v1/ingest/{name}" for name in FORMATS),
        "GET /v1/ingest/runs",
        "GET /v1/ingest/runs/{id}",
        "GET /v1/ingest/runs/{id}/events",
        "DELETE /v1/ingest/runs/{id}",
        "POST /v1/edits",
        "POST /v1/proposals",
        "POST /v1/undo",
        "POST /v1/undo/{source}",
        "GET /v1/audit",
        "GET /healthz",
        "GET /metrics",
        "GET /readyz",
    }


def test_every_operation_is_described(readable: Document) -> None:
    """Each has an id of its own, a summary, one known tag, and a description that is a sentence, as each parameter."""
    found = dict(operations(readable))
    assert len({operation["operationId"] for operation in found.values()}) == len(found)
    for name, operation in found.items():
        assert operation["summary"], name
        assert [tag for tag in operation["tags"] if tag in TAGS] == operation["tags"] != [], name
        assert operation["description"].rstrip().endswith("."), name
        for parameter in operation.get("parameters", ()):
            assert parameter["description"].endswith("."), (name, parameter["name"])


def test_every_operation_declares_its_answer_and_problems(readable: Document) -> None:
    """Each declares a model of its answer, and problem documents for all else."""
    for name, operation in operations(readable):
        answers = operation["responses"]
        good = "202" if "202" in answers else "200"
        if name not in FILES:
            schema = answers[good]["content"]["application/json"]["schema"]
            assert list(schema) == ["$ref"], name
        for status in answers.keys() - {good}:
            assert list(answers[status]["content"]) == [PROBLEM], (name, status)
        assert ("ETag" in answers[good].get("headers", {})) == (
            name.startswith("GET /v1/")
            and not any(part in name for part in ("ingest", "export", "follow-ups", "proposals"))
        ), name
        assert {"403", "421", "422", "500", "503"} <= answers.keys(), name
        assert {"default", "4XX", "5XX"}.isdisjoint(answers), name
        assert ({"401", "429"} <= answers.keys()) == ("security" in operation), name
        assert ("413" in answers) == ("requestBody" in operation), name
        may_be_pinned = any(one["name"] == "revision" for one in operation.get("parameters", ()))
        assert ("404" in answers) == ("{" in name or name in NAMING or may_be_pinned), name


def test_every_operation_has_an_example(readable: Document) -> None:
    """Each shows a good answer, with all that it needs to be asked; what is shown is as the schemas say."""
    for name, operation in operations(readable):
        answers = operation["responses"]
        contents = answers[min(answers)]["content"]
        assert any("example" in content for content in contents.values()) or name == "GET /v1/export/{format}", name
        for parameter in operation.get("parameters", ()):
            assert "example" in parameter or not parameter.get("required"), (name, parameter["name"])
        for content in operation.get("requestBody", {"content": {}})["content"].values():
            assert "example" in content or content["examples"], name


def test_links_lead_to_operations_and_their_parameters(readable: Document) -> None:
    """Each link names an operation that is there, and gives it parameters that it takes, by an expression."""
    takes = {
        operation["operationId"]: {parameter["name"] for parameter in operation.get("parameters", ())}
        for _, operation in operations(readable)
    }
    leads = 0
    for name, operation in operations(readable):
        for response in operation["responses"].values():
            for link in response.get("links", {}).values():
                leads += 1
                assert link["parameters"].keys() <= takes[link["operationId"]], (name, link)
                assert all(told.startswith("$re") for told in link["parameters"].values()), (name, link)
    assert leads > 50


def test_lists_are_paged_alike(readable: Document) -> None:
    """What takes a cursor declares that it expires, and the link to the next page; ids of a log hold for ever.

    What has a limit takes a cursor. How many are proposed for each node is no length of a list.
    """
    for name, operation in operations(readable):
        takes = {parameter["name"] for parameter in operation.get("parameters", ())}
        assert ("cursor" in takes) or ("limit" not in takes) or name in PER_THING, name
        assert ("cursor" in takes and name not in LASTING) == ("410" in operation["responses"]), name
        good = operation["responses"].get("200", {})
        assert ("cursor" in takes) == ("Link" in good.get("headers", {})), name


def test_scope_can_be_asked_for_whole() -> None:
    """Each field of a scope is a parameter of gaps, with the same default."""
    asked = GapsParameters.model_fields
    assert {name: asked[name].default for name in Scope.model_fields} == {
        name: field.default for name, field in Scope.model_fields.items()
    }
    assert GapsParameters.model_validate({"term": 3, "roles": "all", "lang": "zh"}).scope() == Scope(
        term=3, roles="all"
    )


@pytest.mark.parametrize(
    ("part", "objection"),
    [
        ({"items": [{"severity": 5}], "next": None, "revision": 1}, None),
        ({"items": [{"severity": "5"}], "next": None, "revision": 1}, "severity"),
        ({"items": [{"gravity": 5}], "next": None, "revision": 1}, "gravity"),
        ({"items": []}, "revision"),
    ],
)
def test_parts_are_held_against_the_whole(document: Document, part: Document, objection: str | None) -> None:
    """Of an answer asked with `fields`, anything may be missing but what always stays; what is there must be right."""
    found = Contract(document).objection_to_part({"$ref": "#/components/schemas/Gaps"}, part)
    assert (found is None) if objection is None else objection in str(found)
