"""The tests themselves: what they share stands in tests/support/, and loads no more than is asked for."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.order import dealt
from tests.support.paths import ROOT

HEAVY = {"neo4j", "playwright", "api", "schemathesis", "uvicorn", "openpyxl"}
LOADED = """
import sys
import pytest
pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", "tests/support"])
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def imported(file: Path) -> Iterator[str]:
    """Yield the modules that a file imports, at its top or within a function."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (node.module, *(f"{node.module}.{name.name}" for name in node.names))
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def test_no_test_module_is_imported() -> None:
    """What two of them need stands in tests/support/, or in a conftest."""
    files = [file for folder in ("tests", "benchmarks") for file in (ROOT / folder).rglob("*.py")]
    assert len(files) > 100
    shared = {
        f"{file.relative_to(ROOT)} imports {module}"
        for file in files
        for module in imported(file)
        if module.startswith("tests.") and module.rpartition(".")[2].startswith(("test_", "conftest"))
    }
    assert not shared


@pytest.mark.slow
def test_every_test_loads_little() -> None:
    """The conftest of all tests loads no server's driver, no browser and no service."""
    done = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "graph" in loaded
    assert loaded & HEAVY == set()


def test_tests_are_dealt_to_processes(request: pytest.FixtureRequest) -> None:
    """Each is run once; what wants a server is one process's, and what is slow comes before what is quick."""
    session = request.session

    def item(name: str, mark: str = "") -> pytest.Item:
        made = pytest.Function.from_parent(session, name=name, callobj=test_no_test_module_is_imported)
        made.path = Path(name[0])
        if mark:
            made.add_marker(mark)
        return made

    items = [item("a1"), item("a2", "neo4j"), item("b1", "slow"), item("b2"), item("c1", "browser"), item("d1", "slow")]
    items += [item(f"e{number}") for number in range(6)]
    dealt_to_two = [one.name for one in dealt(items, 2)]
    assert dealt_to_two == ["a2", "b1", "b2", "a1", "e0", "e1", "c1", "d1", "e2", "e3", "e4", "e5"]
    for workers in range(2, 20):
        assert sorted(one.name for one in dealt(items, workers)) == sorted(one.name for one in items)
