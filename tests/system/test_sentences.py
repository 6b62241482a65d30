"""No sentence to a person stands outside the catalogue of messages: each text of three words in the code is judged."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.support.paths import ROOT

FOLDERS = ("graph", "ingest", "queries", "api", "rolepath")
EXCUSED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "the names that published files give to their columns and sheets, sought and written as they are": {
        "ingest/formats/nice/v2017.py": ("Work Role ID",),
        "ingest/formats/onet/files.py": (
            "Tasks to DWAs",
            "Content Model Reference",
            "DWA Element",
            "GWAs to IWAs to DWAs",
        ),
        "ingest/formats/osmt/csv_export.py": (
            "Contextualized Skill Statement",
            "Occupation M",
            "BLS ",
            "O*NET Job",
            "O*Net Job",
        ),
    },
    "a licence or a version that is stated of a source, kept in the graph as its publisher words it": {
        "ingest/formats/cip_soc.py": ("Public domain: works of",),
        "ingest/formats/crosswalk/read.py": ("MIT, Copyright (c) 2021 Nesta.",),
        "ingest/formats/esco.py": ("Commission Decision 2011/833/EU.",),
        "ingest/formats/jsonld/read.py": ("as stated in the files, or by whoever published them",),
        "ingest/formats/nice/read.py": ("Work of the US Government", "CC0 1.0. NICE Workforce Framework"),
        "ingest/formats/onet/read.py": ("CC BY 4.0. This product includes",),
        "ingest/formats/osmt/read.py": ("as stated by whoever runs the server", "as in OSMT"),
        "ingest/formats/xapi/read.py": ("your own records",),
    },
    "what a defect of the program says, in its log": {
        "graph/messages/catalogue.py": ("the message {} stands twice in the catalogue",),
        "graph/migrate.py": ("{} differs from {}, although every revision was copied",),
        "queries/plan.py": ("the chosen tasks break a limit or lack a prerequisite",),
    },
    "what is caught where it is raised, and told as something else": {
        "graph/properties.py": ("{} is no number",),
        "graph/snapshot/past.py": ("a source speaks in another place",),
    },
    "words that are left out of a comparison": {"queries/align_shared_words.py": ("\nabout across after",)},
}
"""Why a text is none that a person is told, by file; each as it begins."""
LEFT: Mapping[str, int] = {
    "queries/align.py": 1,
    "api/answers/store_views.py": 1,
    "api/app.py": 2,
    "api/cli/program.py": 31,
    "api/client/__init__.py": 1,
    "api/jobs/queue.py": 1,
    "api/jobs/worker.py": 1,
    "api/rest/openapi/document.py": 27,
    "api/rest/openapi/examples.py": 3,
    "api/rest/openapi/header_components.py": 10,
    "api/rest/openapi/links.py": 29,
    "api/rest/openapi/pages.py": 5,
    "api/rest/openapi/shapes.py": 4,
    "api/rest/respond.py": 7,
    "api/rest/routes/exports.py": 1,
    "api/rest/routes/imports.py": 5,
    "api/settings/service.py": 1,
    "api/web/pages/import_runs.py": 1,
    "api/web/pages/sign_in.py": 1,
    "api/web/pictures/png.py": 1,
    "rolepath/client/exchange.py": 5,
    "rolepath/client/problems.py": 2,
    "rolepath/client/senders.py": 2,
    "rolepath/client/transfers.py": 1,
    "rolepath/errors.py": 2,
}
"""How many sentences of a file do not stand in the catalogue yet: may only fall, and whole files may only go."""

GENERATED = {"rolepath/client/models.py"}
"""Files that repeat what the catalogue says elsewhere."""
_WORD = r"[A-Za-z]{2,}[,;:.!?)]?"
_SENTENCE = re.compile(rf"{_WORD}\s+(?:\S+\s+)*?{_WORD}\s+(?:\S+\s+)*?{_WORD}")
_QUERY = re.compile(
    r"\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|PRAGMA|WITH|BEGIN|ATTACH|MATCH|UNWIND|MERGE|CALL|RETURN|SHOW"
    r"|FROM|WHERE|ORDER BY|AND|VALUES|ON|SET|UNION|JOIN|LEFT JOIN|AS)\b|.* (?:AND|ORDER BY) [\w(]+"
)
"""SQL and Cypher, and pieces of them."""
_LOGS = {"debug", "info", "warning", "error", "exception", "critical"}


def sentences(code: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of each literal of three words that is no docstring, no query, and goes to no log."""
    tree = ast.parse(code)
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _LOGS:
            silent.update(id(part) for part in ast.walk(node))
    for node in ast.walk(tree):  # from the outside in: an f-string is met before its pieces
        if id(node) in silent or not isinstance(node, ast.JoinedStr | ast.Constant):
            continue
        text = ""
        if isinstance(node, ast.JoinedStr):
            silent.update(id(part) for part in node.values)
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node.value, str):
            text = node.value
        if _SENTENCE.search(text) and not _QUERY.match(text):
            yield node.lineno, text


def sentences_in(folder: str) -> dict[str, list[tuple[int, str]]]:
    """Return the sentences of each file of a folder, without those that are excused."""
    files = {str(path.relative_to(ROOT)): path for path in sorted((ROOT / folder).rglob("*.py"))}
    return {name: _unexcused(name, path) for name, path in files.items() if name not in GENERATED}


def _unexcused(name: str, path: Path) -> list[tuple[int, str]]:
    excused = tuple(text for files in EXCUSED.values() for text in files.get(name, ()))
    met = sentences(path.read_text(encoding="utf-8"))
    return [(line, text) for line, text in met if not text.startswith(excused or ("\0",))]


@pytest.mark.parametrize("folder", FOLDERS)
def test_sentences_stand_in_the_catalogue(folder: str) -> None:
    """What a person is told is a message; files that are not moved yet have no more sentences than they had."""
    more = {name: met for name, met in sentences_in(folder).items() if len(met) > LEFT.get(name, 0)}
    lines = [f"{name}:{line}: {text}" for name, met in more.items() for line, text in met]
    assert not lines, "\n".join(lines)


def test_every_excuse_is_needed() -> None:
    """An excuse goes with the text that it was made for."""
    for files in EXCUSED.values():
        for name, beginnings in files.items():
            met = [text for _, text in sentences((ROOT / name).read_text(encoding="utf-8"))]
            assert [one for one in beginnings if not any(text.startswith(one) for text in met)] == [], name


def test_a_sentence_is_found_wherever_it_stands() -> None:
    """In an error, a problem, a variable, a default or a help text; not in docstrings, queries, logs and keys."""
    code = '''
"""A module that says much in three words."""
LIMIT = 3
"""How much there is of it."""
def f(x=option(help="how many there are")):
    """Say what is done here."""
    _log.warning("the file is gone: %s", x)
    run("SELECT id FROM node WHERE kind = ?", "since <= :at AND until > :at")
    reason = f"there is no {x} of that name"
    raise InputError(message("problem.not_found"), "this cannot be read")
'''
    assert sorted(line for line, _ in sentences(code)) == [5, 9, 10]
