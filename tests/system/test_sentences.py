"""No sentence to a person stands outside the catalogue of messages (graph/messages)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT

PACKAGES = ("api", "queries")
WORDS = re.compile(r"[A-Za-z][A-Za-z'’-]*[,:;]? [a-z][a-z'’-]*[,:;.]? [A-Za-z]")
"""Three words in a row, the second in lower case."""
OTHER_TEXT = re.compile(
    r"^: |^\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|PRAGMA|ALTER|DROP|[\d\w(). ]+ ORDER BY|json_extract)\b"
)
"""SQL, and comments of event streams."""

EXCEPTED_CALLS = {
    "describe": "a parameter's description, which is a key",
    "compile": "a regular expression", "fullmatch": "a regular expression", "sub": "a regular expression",
    "debug": "the log", "info": "the log", "warning": "the log", "error": "the log", "exception": "the log",
    "warn": "a warning to programmers",
    "AssertionError": "a defect", "RuntimeError": "a defect", "TypeError": "a defect", "ImportError": "a defect",
    "_CommandEntry": "an example, in the words of the command line",
    "note": "what the audit log keeps as data",
    "with_store": "as note",
    "Option": "help of options that are of one command alone", "Argument": "as Option",
    "Field": "the document of the interface, which is in English",
    "TypeVar": "a type",
    "_ParentGoneError": "nobody reads it",
    "removeprefix": "words of pydantic, taken away",
}  # fmt: skip
EXCEPTED_FILES = {
    "api/rest/openapi": "the document of the interface, which is in English",
    "api/rest/respond.py": "the document of the interface, which is in English",
    "api/rest/routes": "the document of the interface, which is in English; its errors are checked by their messages",
    "api/app.py": "the document of the interface, which is in English",
    "queries/align_shared_words.py": "words that tell nothing, as data",
    "api/web/view.py": "headers",
    "api/http/security.py": "headers",
}


def documented(tree: ast.AST) -> set[ast.AST]:
    """Return the docstrings, of modules, classes, functions and attributes."""
    return {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def called(call: ast.Call) -> str:
    """Return the name of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def texts(node: ast.AST, skipped: set[ast.AST]) -> Iterator[tuple[int, str]]:
    """Yield each text with its line: of one that is filled in, places as `{}`."""
    if node in skipped or (isinstance(node, ast.Call) and called(node) in EXCEPTED_CALLS):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.lineno, node.value
    elif isinstance(node, ast.JoinedStr):
        yield node.lineno, "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                yield from texts(part.value, skipped)
    else:
        for child in ast.iter_child_nodes(node):
            yield from texts(child, skipped)


def sentences(source: str) -> list[tuple[int, str]]:
    """Return the sentences of a module, with their lines."""
    tree = ast.parse(source)
    return [
        (line, text)
        for line, text in texts(tree, documented(tree))
        if WORDS.search(text) and OTHER_TEXT.search(text) is None and "{{" not in text and "<" not in text
    ]


def files(package: str) -> list[Path]:
    """Return the modules of a package that are not excepted."""
    excepted = tuple(EXCEPTED_FILES)
    every = sorted((ROOT / package).rglob("*.py"))
    return [file for file in every if not file.relative_to(ROOT).as_posix().startswith(excepted)]


@pytest.mark.parametrize("package", PACKAGES)
def test_no_sentence_stands_outside_the_catalogue(package: str) -> None:
    """What people read is a key of graph/messages/texts, in both languages."""
    found = [
        f"{file.relative_to(ROOT)}:{line}: {text}"
        for file in files(package)
        for line, text in sentences(file.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


def test_sentence_is_found() -> None:
    """What is raised or shown in words is found, also where it is filled in; what is a docstring is not."""
    assert sentences('"""A module that says this."""\nraise InputError("this cannot be read")') == [
        (2, "this cannot be read")
    ]
    assert sentences('show(f"{n} rows were left out")') == [(1, "{} rows were left out")]
    assert sentences('raise InputError(message("a.key", name=name))') == []
