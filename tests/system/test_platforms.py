"""Other systems and odd surroundings: no module needs POSIX, no command needs a home, a locale or a plain path."""

import ast
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT

POSIX_ONLY = {"crypt", "fcntl", "grp", "nis", "posix", "pty", "pwd", "resource", "spwd", "syslog", "termios", "tty"}


SURROUNDINGS = {
    "LANG=C": {"LANG": "C", "LC_ALL": "C"},
    "a locale that is not there": {"LC_ALL": "xx_XX.UTF-8"},
    "an unknown time zone": {"TZ": "Nowhere/Odd"},
    "a time zone ahead of all": {"TZ": "<+14>-14"},
    "an empty HOME": {"HOME": ""},
    "no folder for temporary files": {"TMPDIR": "/nonexistent"},
    "a HOME that is a file": {"HOME": os.devnull, "XDG_CACHE_HOME": f"{os.devnull}/cache"},
}


def run(command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command line by the shell, in a folder, with little more of an environment than is given."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    return subprocess.run(
        command, shell=True, cwd=folder, env={**kept, "PATH": path, **environment}, capture_output=True, check=False
    )


@pytest.mark.slow
@pytest.mark.parametrize("what", SURROUNDINGS)
def test_commands_work_in_odd_surroundings(what: str, tmp_path: Path) -> None:
    """A store with blanks and Chinese in its path is written and searched, and the commands that are proposed work."""
    folder = tmp_path / "a b 中文"
    folder.mkdir()
    surroundings = {"HOME": str(tmp_path / "home"), **SURROUNDINGS[what]}
    store = "--store 'sqlite:///g raph 图.db'"
    done = run(f"rolepath ingest example {store}", folder, **surroundings)
    assert done.returncode == 0, done.stderr
    found = run(f"rolepath search 机器人 {store} --json", folder, **surroundings)
    assert found.returncode == 0, found.stderr
    assert b"poly:c.robot-cell" in found.stdout
    assert [path.name for path in folder.iterdir()] == ["g raph 图.db"]


def test_commands_to_copy_are_quoted(tmp_path: Path) -> None:
    """What a command proposes to run next means the same store, whatever blanks its path has."""
    store = f"sqlite:///{tmp_path}/g raph 图.db"
    done = run(f"rolepath ingest example --store {shlex.quote(store)}", tmp_path, HOME=str(tmp_path))
    proposed = [line.partition("rolepath ")[2] for line in (done.stdout + done.stderr).decode().splitlines()]
    split = [shlex.split(words) for words in proposed if words.startswith("--store")]
    assert split
    assert {words[1] for words in split} == {store}


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
