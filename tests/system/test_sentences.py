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
        "ingest/formats/moodle/read.py": ("Parent ID number", "Cross-referenced"),
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
        "ingest/formats/moe/job_advertisements.py": ("As stated by the job board",),
        "ingest/formats/moe/occupations.py": ("Document of a state organ",),
        "ingest/formats/moe/programme_table.py": ("Document of a state organ",),
        "ingest/formats/moe/programmes.py": ("Document of a state organ",),
        "ingest/formats/moe/teaching_standards.py": ("Document of a state organ",),
        "ingest/formats/moe/competency_analyses.py": ("As stated by whoever made",),
        "ingest/formats/moe/curriculum_plans.py": ("As stated by the college.",),
        "ingest/formats/moe/skill_standards.py": ("As stated by whoever publishes",),
        "ingest/formats/canvas.py": ("as stated by whoever runs the account",),
        "ingest/formats/moodle/read.py": ("as stated by whoever runs the site",),
        "ingest/formats/nice/read.py": ("Work of the US Government", "CC0 1.0. NICE Workforce Framework"),
        "ingest/formats/onet/read.py": ("CC BY 4.0. This product includes",),
        "ingest/formats/osmt/read.py": ("as stated by whoever runs the server", "as in OSMT"),
        "ingest/formats/xapi/read.py": ("your own records",),
    },
    "what a defect of the program says, in its log": {
        "graph/migrate.py": ("{} differs from {}, although every revision was copied",),
        "queries/plan.py": ("the chosen tasks break a limit or lack a prerequisite",),
        "api/rest/openapi/pages.py": ("the package fastapi-offline is not installed",),
    },
    "a deprecation, told to who writes programs": {"api/client/__init__.py": ("api.client is called rolepath now",)},
    "what the client tells who writes programs, in English: by contract it imports nothing of the service": {
        "rolepath/client/calls.py": ("{} is no id",),
        "rolepath/client/exchange.py": (
            "the loop has no end",
            "a request is answered by a reply",
            "the answer of {}{} is not as this client knows it",
            "The answer is not understood",
            "{} gives no answer",
        ),
        "rolepath/client/problems.py": ("the answer is no problem document", "An unknown status"),
        "rolepath/client/senders.py": ("rolepath needs httpx", "this is no key"),
        "rolepath/client/transfers.py": ("there is no file {} to send", "name the source"),
        "rolepath/client/webhook_message.py": ("the message is", "the message tells"),
        "rolepath/errors.py": (" Did you mean {}?", "There is no {} {}.{}"),
    },
    "command lines, shown as examples to be typed": {
        "api/cli/command_table.py": (
            "what-if idea.json",
            "metrics --format csv",
            "search robot",
            "align qihang poly",
            "align poly poly",
            "ingest native ",
            "ingest esco ",
            "ingest onet ",
            "ingest crosswalk ",
            "ingest nice ",
            "ingest case ",
            "ingest osmt ",
            "ingest jsonld ",
            "ingest moodle ",
            "ingest canvas ",
            "ingest xapi ",
            "export native ",
            "export matrix ",
            "export case ",
            "export graphml ",
            "export gexf ",
            "export edges ",
            "export cypher ",
            "export jsonld ",
            "key create ",
            "follow-up list ",
            "review list ",
            "review accept ",
            "review defer ",
            "follow-up set ",
            "person forget ",
        ),
    },
    "names of deeds, kept in the audit log and given out as they are": {
        "api/jobs/queue.py": ("import asked for",),
        "api/web/pages/sign_in.py": ("no such key",),
    },
    "markup, style and signs of life, without a word that is read": {
        "api/rest/openapi/pages.py": ('<link rel="stylesheet" href="docs/swagger/',),
        "api/rest/routes/imports.py": (": still at it",),
        "api/web/pages/import_runs.py": (": still at it",),
        "api/web/pictures/png.py": ("system-ui, ",),
    },
    "how the texts of a library begin, sought in them": {"api/settings/service.py": ("Input should be ",)},
    "what is caught where it is raised, and told as something else": {
        "graph/properties.py": ("{} is no number",),
        "api/jobs/worker.py": ("the service has ended",),
        "graph/stores/sqlite/open_file.py": ("database is locked",),
    },
    "why a snapshot is compiled and not patched, which the log alone says": {
        "graph/snapshot/log_patch.py": (
            "the snapshot does not hold what was stated of {}",
            "{} becomes another kind of node",
            "another member comes first, or one goes, of the class {}",
            "what is the same changes: {}",
        ),
        "graph/snapshot/past.py": (
            "there is no content hash to tell by",
            "the store has not gone through its revision {}",
            "more than {} statements changed",
        ),
        "graph/snapshot/statement_history.py": (
            "the log does not lead to what is stated of {}",
            "the source {} speaks in another place",
        ),
    },
    "how a name is marked in the audit log, sought in it": {"api/state/people.py": (" \\((?:key ",)},
    "pieces of SQL: columns of a table, and what follows SELECT": {
        "api/state/backup.py": ("(store = :id OR",),
        "api/state/proposal_rows.py": ("{} IN (SELECT",),
        "api/state/sentence_rows.py": ("sentence, candidate, relation",),
        "api/state/review_queue.py": ("number, position, sentence", "{} IN (SELECT", "{} ORDER BY", "(who = ? OR"),
        "graph/stores/sqlite/ddl.py": ("institution_id TEXT NOT NULL", "CASE WHEN seal ="),
        "ingest/formats/case/write.py": (
            "(id PRIMARY KEY, ",
            "(from_id, relation, to_id, PRIMARY KEY ",
            "(identifier, place, content)",
            "identifier FROM item",
            "id FROM item",
        ),
    },
    "words that are left out of a comparison": {"queries/align_shared_words.py": ("\nabout across after",)},
}
"""Why a text is none that a person is told, by file; each as it begins."""

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
    """What a person is told is a message."""
    lines = [f"{name}:{line}: {text}" for name, met in sentences_in(folder).items() for line, text in met]
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
