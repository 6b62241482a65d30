"""Other systems than Linux: client and command line import no module that only POSIX systems have."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT

POSIX_ONLY = {"crypt", "fcntl", "grp", "nis", "posix", "pty", "pwd", "resource", "spwd", "syslog", "termios", "tty"}


def unguarded(tree: ast.AST) -> Iterator[str]:
    """Yield what is imported as soon as the module is: outside of functions, `try` and `if`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]
        elif isinstance(node, ast.ClassDef):
            yield from unguarded(node)


@pytest.mark.parametrize("package", ["graph", "ingest", "queries", "api", "rolepath"])
def test_no_module_needs_posix_to_be_imported(package: str) -> None:
    """What POSIX alone has is imported in a `try`, under a test of the system, or where it is used."""
    paths = list((ROOT / package).rglob("*.py"))
    assert paths
    found = {(str(path), name) for path in paths for name in POSIX_ONLY & set(unguarded(_parsed(path)))}
    assert not found


def test_guards_are_told_from_what_needs_posix() -> None:
    """An import in a `try` may fail, one beside it may not."""
    code = "import fcntl\ntry:\n    import pwd\nexcept ImportError:\n    pwd = None\ndef f():\n    import grp\n"
    assert set(unguarded(ast.parse(code))) == {"fcntl"}


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
