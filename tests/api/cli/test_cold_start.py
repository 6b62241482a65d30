"""What a command loads: as little as its answer needs, since loading is most of its time."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.cases import each
from tests.support.commanding import Commands
from tests.support.paths import ROOT

LOADED = """
import sys
before = set(sys.modules)  # where the clock of a run is shifted, what shifts it is there too
from api.cli.main import main
main()
print(*sorted(sys.modules.keys() - before), file=sys.stderr)
"""
UNUSED = {
    "scipy",
    "networkx",
    "rapidfuzz",
    "asyncio",
    "httpx",
    "ssl",
    "fastapi",
    "starlette",
    "uvicorn",
    "jinja2",
    "openpyxl",
    "neo4j",
    "prometheus_client",
    "opentelemetry",
}
MOST_MODULES = 560


def loaded(*words: str) -> set[str]:
    """Return the modules that a process loads in order to run a command."""
    done = subprocess.run([sys.executable, "-c", LOADED, *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stderr.splitlines()[-1].split())


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Commands of a user whose graph is compiled."""
    commands = Commands(tmp_path, monkeypatch, capsys)
    commands.filled()
    assert commands("trace", "c1").status == 0
    return commands


@pytest.mark.usefixtures("cli")
def test_trace_loads_what_it_uses() -> None:
    """A trace of a compiled graph loads neither SciPy nor NetworkX, nor anything of the service."""
    modules = loaded("trace", "c1")
    assert {name for name in modules if name.startswith("api.cli.commands.")} == {"api.cli.commands.trace"}
    assert modules & UNUSED == set()
    assert len(modules) <= MOST_MODULES, len(modules)


@pytest.mark.slow
@pytest.mark.usefixtures("cli")
@each("words", ["trace k1", "gaps", "show c1", "search skill", "coverage r1", "sources"])
def test_questions_load_what_they_use(words: str) -> None:
    """So it is with other questions that need no sparse matrix."""
    assert loaded(*words.split()) & UNUSED == set()


@pytest.mark.slow
@each("words", ["match --have t1", "training r1", "ingest native filled", "export native copy"])
def test_what_reads_and_ranks_loads_no_solver(cli: Commands, words: str) -> None:
    """Folders of CSV are read and written without openpyxl, and tasks ranked without NetworkX and SciPy."""
    filled = str(cli.home / "filled")
    assert loaded(*words.replace("filled", filled).replace("copy", str(cli.home / "copy")).split()) & UNUSED == set()
