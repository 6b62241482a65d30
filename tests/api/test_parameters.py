"""The parameters of a question are the same on every face: names, defaults, bounds, words to choose from and help.

What REST documents is compared with what the command line, MCP and the forms of pages tell; each exception stands here
with its reason.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal, NamedTuple, get_args, get_origin

import anyio
import pytest

from api.app import create_app
from api.cli.program import build
from api.mcp.server import build_server
from api.settings.settings import load_settings
from graph.messages import text
from graph.messages.reader_language import read_in
from rolepath import AsyncRolepath
from tests.support.college import COMPETENCY, ROLE
from tests.support.markup import Page
from tests.support.serving import Asker, Document, serving, settings_in

Facts = dict[str, "Fact"]


class Fact(NamedTuple):
    """What a face tells of a parameter. What a number must exceed counts as its least; an empty list as no default."""

    default: object
    least: float | None
    most: float | None
    words: frozenset[str]
    help: str


class Asked(NamedTuple):
    """A question: its operation, its command, its tool and its page, each empty where there is none."""

    path: str
    command: str = ""
    tool: str = ""
    page: str = ""
    method: str = "get"


QUESTIONS = (
    Asked("/v1/competencies/{id}/trace", "trace", "trace", f"/nodes/{COMPETENCY}"),
    Asked("/v1/nodes/{id}/trace", "trace", "trace"),
    Asked("/v1/gaps", "gaps", "gaps", "/gaps"),
    Asked("/v1/coverage", "", "coverage_matrix", "/coverage"),
    Asked("/v1/roles/{id}/coverage", "coverage", "coverage"),
    Asked("/v1/roles/{id}/plan", "plan", "training_plan", f"/plan?role={ROLE}", "post"),
    Asked("/v1/roles/{id}/training", "training", "training", f"/training?role={ROLE}"),
    Asked("/v1/roles/match", "match", "match_roles", "", "post"),
    Asked("/v1/rotation/{id}", "rotation"),
    Asked("/v1/integration", "integration", "", "/integration"),
    Asked("/v1/allocation", "allocation", "", "/allocation"),
    Asked("/v1/feedback", "feedback", "", "/feedback"),
    Asked("/v1/enterprises/{id}/brief", "brief"),
    Asked("/v1/disciplines/{id}/benchmark", "benchmark", "benchmark"),
    Asked("/v1/enterprises/{id}/leadership", "leadership"),
    Asked("/v1/signals", "signals"),
    Asked("/v1/what-if", "what-if", "", "", "post"),
    Asked("/v1/diff", "diff"),
    Asked("/v1/metrics", "metrics"),
    Asked("/v1/align", "align"),
    Asked("/v1/search", "search", "search", "/search?q=plc"),
    Asked("/v1/nodes/{id}", "show"),
)

REST_ONLY = {"fields", "format", "min_revision"}
"""How an answer comes over HTTP: the command line has `--json`, `--format` of its own, and reads the store itself."""
COMMAND_ONLY = {
    "*": {"store", "as_json", "help", "form", "out", "overwrite"},  # which store, how to answer, and where a table goes
    "coverage": {"by", "focus"},  # one command for a role and for the matrix: `--by` asks for the matrix
    "training": {"unreachable"},  # one command for both questions
    "plan": {"role_ids", "roles_of"},  # one command for a role and for several
    "what-if": {"file", "remove"},  # what is supposed is a file here, and a document over REST
    "diff": {"since", "until"},  # a store's URL or exported files, too
    "metrics": {"table"},  # a table of its own form
}
READER_LANGUAGE = text("parameter.command_lang")
"""Help of the command line's `--lang`: it words all that is told, and is that of the locale where it is not given."""
IN_THE_PATH = {"node_id", "role_id", "cohort_id", "enterprise_id", "discipline_id"}
NOT_ON_THE_COMMAND_LINE = {"what-if": {"add", "remove"}, "diff": {"since", "until"}}
"""Parameters of REST that the command takes otherwise (see COMMAND_ONLY)."""
CALLED_BY_ASSISTANTS = {"trace": {"limit": "chains"}, "search": {"q": "text"}}
"""Inputs of tools that have another name, which assistants have learnt."""
SHORT_FOR_ASSISTANTS = {"limit", "alternatives"}
"""Lists are shorter there: an assistant reads all that it is given."""
ONLY_FOR_ASSISTANTS = {"id", "role", "discipline", "lang"}
"""What stands in the path of REST; and the language, which is compared by itself."""
FORM_DEFAULTS = {"severity": "1"}
"""The page of gaps shows what is isolated, of severity 0, when it is asked for."""
FORM_ONLY = {
    "role_q", "page", "lang", "theme",  # looking for a role, and how pages look
    "education", "balance", "resource",  # which rows of the page's table are listed
    "follow",  # which of the gaps are listed by what people decided, which is a question of its own: /v1/follow-ups
    "add", "remove", "change", "card", "chains",
}  # fmt: skip

SEARCH_OF_EVERY_PAGE = "q"


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Document:
    """Give the OpenAPI document of a service over a store that need not exist."""
    return create_app(load_settings({}, f"sqlite:///{tmp_path_factory.mktemp('none') / 'graph.db'}")).openapi()


@pytest.fixture(scope="module")
def commands() -> dict[str, Any]:
    """Give the commands by name, as Typer runs them, with help in the language of the document."""
    with read_in("en"):
        return dict(build("en").commands)


@pytest.fixture(scope="module")
def tools() -> dict[str, Any]:
    """Give the tools by name, as an assistant is told of them."""
    server = build_server(AsyncRolepath("http://127.0.0.1:9"))
    return {tool.name: tool for tool in anyio.run(server.list_tools)}


@pytest.fixture(scope="module")
def pages(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """Serve the pages of the bundled college."""
    settings = settings_in(tmp_path_factory.mktemp("pages"))
    with serving(replace(settings, store_url=store_url)) as asker:
        yield asker


def test_command_line_has_the_parameters_of_rest(document: Document, commands: dict[str, Any]) -> None:
    """Each command has the options of its operation, with the same default, bounds, words and help."""
    for asked in QUESTIONS:
        if not asked.command:
            continue
        own = COMMAND_ONLY["*"] | COMMAND_ONLY.get(asked.command, set()) | IN_THE_PATH
        told = {name: fact for name, fact in command_facts(commands[asked.command]).items() if name not in own}
        wanted = rest_facts(document, asked)
        for name in REST_ONLY | NOT_ON_THE_COMMAND_LINE.get(asked.command, set()):
            wanted.pop(name, None)
        assert told.keys() == wanted.keys(), asked.command
        wanted["lang"] = wanted["lang"]._replace(default=None, help=READER_LANGUAGE)
        for name, fact in wanted.items():
            words = told[name].words or fact.words  # those of enumerations are checked when the command runs
            assert told[name]._replace(words=words) == fact, (asked.command, name)


def test_tools_have_parameters_of_rest(document: Document, tools: dict[str, Any]) -> None:
    """Each input of a tool is a parameter of its operation, with the same default, bounds, words and help."""
    for asked in QUESTIONS:
        if not asked.tool:
            continue
        names = CALLED_BY_ASSISTANTS.get(asked.tool, {})
        wanted = rest_facts(document, asked)
        schema = tools[asked.tool].input_schema
        told = {name: fact_of(about, schema) for name, about in schema["properties"].items()}
        assert told["lang"] == wanted["lang"], asked.tool
        compared = {name for name in wanted if names.get(name, name) in told}
        assert told.keys() - {names.get(name, name) for name in compared} <= ONLY_FOR_ASSISTANTS, asked.tool
        for name in compared:
            fact, other = wanted[name], told[names.get(name, name)]
            if name in SHORT_FOR_ASSISTANTS:
                assert other.most is not None, name
                assert fact.most is not None, name
                assert other.most <= fact.most, (asked.tool, name)
                other = other._replace(most=fact.most, default=fact.default)
            assert other == fact, (asked.tool, name)


def test_forms_have_parameters_of_rest(document: Document, pages: Asker) -> None:
    """Each field of a form is a parameter of its operation; numbers have its bounds, choices its words and default.

    What a field is for, its label says in the page's own words.
    """
    for asked in QUESTIONS:
        if not asked.page:
            continue
        wanted = rest_facts(document, asked)
        seen = 0
        for field in fields_of(pages.get(asked.page).text):
            if field.name in FORM_ONLY or (field.name == SEARCH_OF_EVERY_PAGE and asked.path != "/v1/search"):
                continue
            seen += 1
            if field.name.removesuffix("_q") in wanted and field.name not in wanted:
                continue  # by name, in a picker, what the parameter takes by id
            fact = wanted[field.name]
            if field.sort == "number":
                assert (field.least, field.most) == (fact.least, fact.most), (asked.page, field.name)
            if fact.words and field.words:
                assert field.words <= fact.words, (asked.page, field.name)
            if field.chosen is not None and "?" not in asked.page:
                default = FORM_DEFAULTS.get(field.name, "" if fact.default is None else str(fact.default))
                assert field.chosen == default, (asked.page, field.name)
        assert seen, asked.page


def test_help_of_a_command_shows_its_parameters(commands: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """What `--help` prints holds each option and each sentence of its help, for one command with all sorts of them."""
    from api.cli.main import main

    assert main(["gaps", "--help", "--lang", "en"]) == 0
    shown = "".join(char for char in capsys.readouterr().out if char.isalnum())
    for name, fact in command_facts(commands["gaps"]).items():
        assert "".join(char for char in fact.help if char.isalnum()) in shown, name


def rest_facts(document: Document, asked: Asked) -> Facts:
    """Return what the document tells of a question's parameters: those of the query, the body and the scope within."""
    operation = document["paths"][asked.path][asked.method]
    found: Facts = {}
    for parameter in (resolved(part, document) for part in operation.get("parameters", ())):
        if parameter["in"] == "query":
            about = resolved(parameter["schema"], document) | {"description": parameter.get("description", "")}
            found[parameter["name"]] = fact_of(about, document)
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    for schema in (resolved(part, document) for part in body.get("anyOf", [body])):
        for name, about in schema.get("properties", {}).items():
            if name == "scope":
                scope = resolved(about, document)["properties"]
                found |= {within: fact_of(told, document) for within, told in scope.items()}
            else:
                found[name] = fact_of(about, document)
    return found


def command_facts(command: Any) -> Facts:  # noqa: ANN401 - Typer has no public types of what it makes
    """Return what a command tells of its options and arguments."""
    found: Facts = {}
    for one in command.params:
        annotation = getattr(getattr(one, "type_descriptor", None), "annotation", None)
        literals = [part for part in (annotation, *get_args(annotation)) if get_origin(part) is Literal]
        words = frozenset(str(word) for part in literals for word in get_args(part))
        found[one.name] = Fact(one.default or None, one.min, one.max, words, one.help or "")
    return found


def fact_of(about: Document, root: Document) -> Fact:
    """Return what a JSON Schema tells of a value."""
    options = [resolved(part, root) for part in about.get("anyOf", [about])]
    schema = next(resolved(part, root) for part in options if part.get("type") != "null")
    value = resolved(schema.get("items", schema), root)
    value = next((resolved(part, root) for part in value.get("anyOf", [value]) if part.get("type") != "null"), value)
    default = about.get("default")
    is_every = isinstance(default, list) and set(default) == set(value.get("enum", ()))
    least = value.get("minimum", value.get("exclusiveMinimum"))
    return Fact(
        None if is_every else default or None,
        least,
        value.get("maximum"),
        frozenset(str(word) for word in value.get("enum", ()) if word is not None),
        about.get("description", ""),
    )


def resolved(part: Document, root: Document) -> Document:
    """Return the part, or what it refers to."""
    if "$ref" not in part:
        return part
    found: Any = root
    for name in part["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return {**found, **{name: value for name, value in part.items() if name != "$ref"}}


class Field(NamedTuple):
    """A field of a form: `chosen` is what a list of choices has chosen, None where it is no such list."""

    name: str
    sort: str
    least: float | None
    most: float | None
    words: frozenset[str]
    chosen: str | None


def fields_of(text: str) -> Iterator[Field]:
    """Yield the fields of a page that people see."""
    elements = Page(text).elements
    for at, (tag, has) in enumerate(elements):
        if tag == "input" and has.get("type") not in {"hidden", "submit"} and "name" in has:
            bounds = [float(has[name]) if name in has else None for name in ("min", "max")]
            yield Field(has["name"], has.get("type", "text"), bounds[0], bounds[1], frozenset(), None)
        if tag == "select":
            options = []
            for other in elements[at + 1 :]:
                if other.tag != "option":
                    break
                options.append(other.has)
            chosen = next((one.get("value", "") for one in options if "selected" in one), options[0].get("value", ""))
            words = frozenset(one.get("value", "") for one in options) - {""}
            yield Field(has["name"], "choice", None, None, words, chosen)
