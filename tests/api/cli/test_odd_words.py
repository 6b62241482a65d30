"""Words and file names that are no text, too long, or hold signs that nothing may: refused, or taken as they are."""

import json
import os
from pathlib import Path

import pytest

from tests.support.commanding import Commands

NO_TEXT = b"a\xff"
"""Bytes that are no UTF-8, as file systems and shells pass them on."""


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


@pytest.mark.parametrize(
    "words", ["trace {}", "search {}", "gaps --discipline {}", "what-if --remove {}", "show {}", "undo {}", "{}"]
)
def test_words_that_are_no_text_are_told_as_such(commands: Commands, words: str) -> None:
    """The command ends with a status of its own, and one document that says why."""
    commands.filled()
    ran = commands(*words.format(os.fsdecode(NO_TEXT)).split(), "--json")
    assert ran.status in {1, 2, 3, 4}
    assert "�" in ran.document["detail"] or "udcff" in ran.document["detail"]


@pytest.mark.parametrize("name", [os.fsdecode(NO_TEXT), "x" * 230])
@pytest.mark.parametrize("as_json", [False, True])
def test_any_folder_can_be_told_of(commands: Commands, name: str, *, as_json: bool) -> None:
    """A name that is no text, or longer than a source's: the report says what is wrong with the files."""
    folder = commands.folder({"roles.csv": "id,name\nr1,\n"}, name)
    ran = commands("ingest", "native", folder, *(["--json"] if as_json else []))
    assert ran.status == 1
    assert "defect" not in ran.err


def test_a_file_whose_name_is_no_text_is_read(commands: Commands) -> None:
    """What it is called is no fault of what it holds."""
    folder = commands.folder(
        {
            os.fsdecode(NO_TEXT) + ".json": json.dumps(
                {"source": {"name": "S", "version": "1"}, "roles": [{"id": "r 1", "name": "x"}]}
            )
        }
    )
    ran = commands("ingest", "native", next(folder.iterdir()), "--json")
    assert ran.status == 1
    assert ran.document["problems"][0]["file"] == "a�.json"


@pytest.mark.parametrize("name", ["a\x01b", "x" * 201, os.fsdecode(NO_TEXT), " "])
@pytest.mark.parametrize("form", ["native", "crosswalk"])
def test_a_source_that_cannot_be_one_is_refused(commands: Commands, name: str, form: str) -> None:
    """The name on the command is held to what a file may say."""
    file = "roles.csv" if form == "native" else "pairs.csv"
    folder = commands.folder({"roles.csv": "id,name\nr1,x\n", "pairs.csv": "from_id,to_id,weight\nr1,r2,0.9\n"})
    ran = commands("ingest", form, folder / file, "--source", name, "--allow-dangling", "--json")
    assert ran.status in {1, 2}
    assert "defect" not in ran.err
    assert "defect" not in ran.err
