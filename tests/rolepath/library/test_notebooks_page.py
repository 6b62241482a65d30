"""The page on notebooks says what holds: its programs run on the bundled college, its table lists every method."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from graph.stores import open_store
from ingest.formats.native import read as native
from ingest.job import ingest
from rolepath.library import Graph
from rolepath.library.question import Question
from tests.support.paths import DOCS, EXAMPLE

PAGE = (DOCS / "notebooks.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
PRINTS = (
    r"untaught|unpractised|unserved[\s\S]*1 gaps",
    r"\{'.*untaught': \d+.*\}",
    r"bottleneck_demand[\s\S]*Entrepreneurship Basics[\s\S]*poly:\S+ leaves 0 more pieces",
    r"\d\.\d competencies lose their chain, \d+ at worst, at revision 1",
)
"""What each program prints, among other things."""


@pytest.mark.slow
@pytest.mark.skipif(
    not all(map(find_spec, ("pandas", "altair"))), reason="pandas or altair, of the extra dev, is not installed"
)
@pytest.mark.parametrize(("program", "prints"), list(zip(PROGRAMS, PRINTS, strict=True)), ids=range(len(PRINTS)))
def test_programs_run(
    program: str, prints: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each program of the page, on a store of its own."""
    for name, file in (("STORE", "graph.db"), ("CACHE", "cache"), ("STATE", "state.db")):
        prefix = "sqlite:///" if name == "STORE" else ""
        monkeypatch.setenv(f"ROLEPATH_{name}", f"{prefix}{tmp_path / file}")
    monkeypatch.chdir(tmp_path)
    store = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    ingest(lambda: native.read(EXAMPLE), store)
    store.close()
    exec(compile(program, "docs/notebooks.md", "exec"), {})
    printed = capsys.readouterr().out
    assert re.search(prints, printed), printed


def test_every_method_is_listed() -> None:
    """The table has every question, and no other."""
    table = PAGE.partition("| methods | |")[2].partition("\n\n")[0]
    listed = {word for row in table.splitlines() for word in re.findall(r"`(\w+)`", row.strip("| ").partition(" |")[0])}
    assert listed == {name for name, value in vars(Graph).items() if isinstance(value, Question)}
