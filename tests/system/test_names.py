"""The names of modules and classes: nouns of the field, each with one meaning."""

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.support.paths import ROOT

PACKAGES = ("graph", "ingest", "queries", "api", "rolepath")

NOUNS = {"change_feed", "mapping", "tracing", "training", "unassessed"}
"""Names of modules that end as words of doing do: nouns of the field, and a flaw."""

GRID = {
    "change_feed": "the feed of changes: what it says, and its route",
    "read": "the reader of a format or store",
    "write": "the writer of a format or store",
    "store": "a store, and the commands on it",
    "files": "which files there are, and what is in them",
    "mapping": "the mapping file of a format",
    "csv": "CSV",
    "cypher": "texts in Cypher",
    "errors": "the tree of errors, and their statuses",
    "middleware": "ASGI middleware",
    "keys": "API keys, and the commands on them",
    "server": "what listens for requests",
    "settings": "settings",
    "cache": "the cache of responses, of the service and of the client",
    "parameters": "request parameters",
    "problems": "problem documents (RFC 9457), of the service and of the client",
    "examples": "examples",
    "summaries": "summaries of operations",
    "audit": "the audit log",
    "backup": "backup",
    "excerpts": "excerpts of imported files",
    "exports": "exports",
    "imports": "imports",
    "edits": "edits",
    "service": "the service and its commands",
    "sources": "sources",
    "questions": "every question of a client, or of the library",
    "proposals": "proposed links for a person to judge, and the faces of them",
    "review": "review of proposals: items, commands, their looks",
    "review_judgements": "what reviewers say of proposals: how it is asked for, and from a page",
    "review_apply": "what was accepted in review: how it is applied, and from a page",
    "people": "people who are named in the state, and the commands on them",
    "seals": "digests of rows, of a store and of the state file",
}
"""Names of several modules, and what each of these modules is about."""

IRREGULAR = {"Given", "Held", "Kept", "Said", "Told", "Found", "Spoken", "Known", "Left", "Made", "Put", "Seen"}
NOUNS_OF_CLASSES = {"Deed", "Renumbering"}


def modules() -> Iterator[Path]:
    """Yield every module of the product."""
    for package in PACKAGES:
        yield from (file for file in sorted((ROOT / package).rglob("*.py")))


def classes() -> dict[str, list[str]]:
    """Return where each class at the top of a module stands, by name; the client repeats names, on purpose."""
    standing: defaultdict[str, list[str]] = defaultdict(list)
    for file in modules():
        if file.is_relative_to(ROOT / "rolepath") or file.is_relative_to(ROOT / "api" / "client"):
            continue
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                standing[node.name].append(str(file.relative_to(ROOT)))
    return standing


def test_modules_are_called_by_nouns() -> None:
    """A word of doing is the name of no module."""
    names = [file.stem for file in modules() if file.stem != "__init__"]
    doing = [name for name in names if name.endswith(("ing", "ed")) and name not in NOUNS]
    assert len(names) > 300
    assert not doing


def test_modules_of_one_name_are_about_one_thing() -> None:
    """Modules share a name where they are about one question, or about the same part of several formats and faces."""
    questions = {file.stem for file in (ROOT / "queries").rglob("*.py")}
    names = Counter(file.stem for file in modules() if file.stem != "__init__")
    shared = {name for name, count in names.items() if count > 1}
    assert not shared - questions - GRID.keys()


def test_classes_have_names_of_their_own() -> None:
    """A class name stands once in the product."""
    shared = {name: places for name, places in classes().items() if len(places) > 1}
    assert not shared


def test_types_are_called_by_nouns() -> None:
    """No type is a bare participle."""
    doing = {
        name
        for name in (found.lstrip("_") for found in classes())
        if name in IRREGULAR or (name.endswith(("ing", "ed")) and name[1:].islower())
    }
    assert doing == NOUNS_OF_CLASSES
