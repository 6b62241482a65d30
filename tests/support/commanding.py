"""The command line as people and scripts use it: words in, exit status and two streams out."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from api.cli.main import main

Files = Mapping[str, str | bytes]
"""Files by name, with what is in them."""

SOURCE = "name,version\nPoly,1\n"
CHAIN: dict[str, str | bytes] = {
    "source.csv": SOURCE,
    "courses.csv": "id,name\nco1,Course One\n",
    "knowledge_units.csv": "id,name,kind,course_id\nk1,Unit One,disciplinary,co1\n",
    "competencies.csv": "id,name,name_zh,kind\nc1,Skill One,能力一,skill\nc2,Skill Two,,skill\n",
    "training_tasks.csv": "id,name,kind,hours\nt1,Task One,lab,4\n",
    "roles.csv": "id,name\nr1,Role One\n",
    "links.csv": (
        "from_id,relation,to_id,weight\nk1,DEVELOPS,c1,0.5\nt1,PRACTISES,c1,0.5\nr1,REQUIRES,c1,1\nr1,REQUIRES,c2,\n"
    ),
}
"""A chain of one unit, one task and one role, and a competency that is only required."""


class Ran(NamedTuple):
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:  # noqa: ANN401 - a document of any form
        """The one JSON document on standard output."""
        assert self.out.endswith("\n")
        return json.loads(self.out)


class Commands:
    """Runs commands in this process, with a home of their own and a terminal of 100 columns."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self._capsys = home, capsys
        for name in ("ROLEPATH_STORE", "ROLEPATH_STATE", "ROLEPATH_CACHE", "ROLEPATH_DEBUG", "FORCE_COLOR"):
            monkeypatch.delenv(name, raising=False)
        for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
            monkeypatch.setenv(name, str(home / "own"))
        monkeypatch.setenv("COLUMNS", "100")
        monkeypatch.setenv("LC_ALL", "en_US.UTF-8")  # a command speaks the language of the locale

    def __call__(self, *words: str | Path) -> Ran:
        """Run a command."""
        self._capsys.readouterr()
        status = main([str(word) for word in words])
        found = self._capsys.readouterr()
        return Ran(status, found.out, found.err)

    def folder(self, files: Files, name: str = "data") -> Path:
        """Write the files into a new folder, and return it."""
        folder = self.home / name
        folder.mkdir()
        for file, content in files.items():
            (folder / file).write_bytes(content.encode() if isinstance(content, str) else content)
        return folder

    def filled(self, files: Files = CHAIN) -> None:
        """Import the files into the user's own store."""
        assert self("ingest", "native", self.folder(files, "filled")).status == 0
