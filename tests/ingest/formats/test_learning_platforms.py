"""Competency frameworks of Moodle and outcomes of Canvas: what each column means, and what is wrong with a row."""

import csv
import io
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from graph.errors import InputError
from graph.model import NodeId
from graph.stores import Store, open_store
from ingest.draft import Draft
from ingest.formats import canvas
from ingest.formats.html_text import text_of_html
from ingest.formats.moodle import read as moodle
from ingest.formats.moodle.multilang import chosen_text as moodle_text
from ingest.job import ingest
from tests.support.commanding import Commands
from tests.support.drafts import notes_of, skipped_of
from tests.support.samples.learning_platforms import CANVAS, MOODLE, MOODLE_HEADER

READERS: dict[str, tuple[Callable[[Path], Draft], str]] = {
    "moodle": (moodle.read, MOODLE),
    "canvas": (canvas.read, CANVAS),
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path / 'graph.db'}")


def written(folder: Path, content: str | bytes, name: str = "framework.csv") -> Path:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def values(draft: Draft, node_id: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(draft.nodes[NodeId(node_id)][1])
    return found


def test_a_framework_of_moodle_is_read(tmp_path: Path) -> None:
    """Names, codes, texts without HTML, kinds by taxonomy, who is below whom, and what is related, once."""
    draft = moodle.read(written(tmp_path, MOODLE))
    assert draft.problems == []
    assert (draft.read, draft.accepted, draft.source.name) == (4, 4, "Orchard work")
    assert values(draft, "moodle:AGRO:O1") == {
        "name": "Prune trees",
        "kind": "skill",
        "code": "O1",
        "framework": "Orchard work",
        "description": "Cut & shape\n- in winter",
    }
    below = values(draft, "moodle:AGRO:O1.1")
    assert (below["kind"], below["description"]) == ("knowledge", "plain <b>")
    assert values(draft, "moodle:AGRO:O2")["name_zh"] == "修剪工具保养"
    assert set(draft.links) == {
        ("moodle:AGRO:O1.1", "BROADER", "moodle:AGRO:O1"),
        ("moodle:AGRO:O1", "CLOSE_TO", "moodle:AGRO:O2"),
    }
    assert [note.split(",")[0] for note in notes_of(draft)] == ["scales", "rules of completion"]


def test_outcomes_of_canvas_are_read(tmp_path: Path) -> None:
    """Groups and outcomes, with every parent; the ratings run to the right, and are counted."""
    draft = canvas.read(written(tmp_path, CANVAS))
    assert draft.problems == []
    assert (draft.read, draft.accepted) == (4, 3)
    assert skipped_of(draft) == {"outcomes and groups that were deleted": 1}
    assert values(draft, "canvas:canvas_outcome:7") == {
        "name": "Prune trees",
        "kind": "skill",
        "framework": "Canvas",
        "aliases": ["OW-7"],
        "description": "Cut & shape",
    }
    assert set(draft.links) == {
        ("canvas:tools", "BROADER", "canvas:orchard"),
        ("canvas:canvas_outcome:7", "BROADER", "canvas:orchard"),
        ("canvas:canvas_outcome:7", "BROADER", "canvas:tools"),
    }
    assert sum("of 1 outcomes" in note or "deleted groups" in note for note in notes_of(draft)) == 3


def test_files_are_read_as_they_come(tmp_path: Path) -> None:
    """In any encoding, with any separator; from a folder with nothing else; columns by name, or in Moodle's order."""
    french = ("Numéro parent,Identifiant,Nom abrégé,Description,Format,Échelle,Configuration,Type,Résultat,Réglage,"
              "Références,Identifiant exporté,Est référentiel,Taxonomie\n")  # fmt: skip
    turned = [line.split(",")[::-1] for line in MOODLE_HEADER.strip().splitlines()]
    rows = [["", "A", "Frame", "", "", "", "", "", "", "", "", "", "1", ""], ["", "a1", "Pick", *[""] * 11]]
    named = "\n".join(",".join(cells) for cells in [*turned, *(row[::-1] for row in rows)])
    for name, (read, text) in READERS.items():
        expected = read(written(tmp_path, text))
        forms: dict[str, bytes] = {
            "tabs": text.replace(",", "\t").encode(),
            "UTF-16": text.encode("utf-16"),
            "GB18030": text.encode("gb18030"),
            "BOM": text.encode("utf-8-sig"),
            "a title": ("Exported on 2 March\n\n" + text).encode(),
        }
        if name == "canvas":
            del forms["GB18030"]
        else:
            forms["in French"] = text.replace(MOODLE_HEADER, french).encode()
            del forms["tabs"]  # a list of related ID numbers is cut at commas
        for form, content in forms.items():
            folder = tmp_path / f"{name} {form}"
            folder.mkdir()
            written(folder, content)
            written(folder, b"\0", "._framework.csv")
            draft = read(folder)
            assert (draft.nodes, draft.links) == (expected.nodes, expected.links), form
        book = openpyxl.Workbook()
        (sheet,) = book.worksheets
        for cells in csv.reader(io.StringIO(text)):
            sheet.append(cells)
        book.save(tmp_path / "framework.xlsx")
        openpyxl.Workbook().save(tmp_path / "empty.xlsx")
        with pytest.raises(InputError, match=r"empty|no header"):
            read(tmp_path / "empty.xlsx")
        draft = read(tmp_path / "framework.xlsx")
        assert (draft.nodes, draft.links) == (expected.nodes, expected.links)
    assert list(moodle.read(written(tmp_path, named)).nodes) == ["moodle:A:a1"]


def test_languages_of_moodle_are_told_apart(tmp_path: Path) -> None:
    """By either filter of multi-language content."""
    rows = (
        ",F,Frame,,1,,,,,,,,1,\n"
        ",a,{mlang es}Podar{mlang}{mlang zh_cn}修剪{mlang}{mlang en}Prune{mlang},,1,,,,,,,,,\n"
        ',b,"<span lang=""en"" class=""multilang"">Graft</span><span class=""multilang"" lang=""zh_tw"">嫁接</span>"'
        ",,1,,,,,,,,,\n"
    )
    draft = moodle.read(written(tmp_path, MOODLE_HEADER + rows))
    named = [(values(draft, one)["name"], values(draft, one)["name_zh"]) for one in ("moodle:F:a", "moodle:F:b")]
    assert named == [("Prune", "修剪"), ("Graft", "嫁接")]


MISSES: list[tuple[str, str, int, str, str]] = [
    ("moodle", MOODLE.replace("O1,O1.1,", "O7,O1.1,"), 4, "Parent ID number", "moodle:AGRO:O7"),
    ("moodle", MOODLE.replace("null,O2,11", "null,O5,11"), 3, "Cross-referenced competency ID numbers", "O5"),
    ("moodle", MOODLE.replace(",O1,Prune trees", ",O1,"), 3, "Short name", "missing"),
    ("moodle", MOODLE + ",X,Second,,1,,,,,,,,1,\n", 6, "Is framework", "that of row 2"),
    ("moodle", MOODLE + "O1.1,O1.1,x,,1,,,,,,,,,\n", 6, "ID number", "already in row 4"),
    ("canvas", CANVAS + "b,outcome,B,,,,,active,no-such,,,,,,\n", 6, "parent_guids", "canvas:no-such"),
    ("canvas", CANVAS + "b,skill,B,,,,,active,,,,,,,\n", 6, "object_type", "neither outcome nor group"),
    ("canvas", CANVAS + "b,group,B,,,,,gone,,,,,,,\n", 6, "workflow_state", "neither active nor deleted"),
    ("canvas", CANVAS + ",group,B,,,,,,,,,,,,\n", 6, "vendor_guid", "missing"),
    ("canvas", CANVAS + "b,outcome,B,,,,,active,,,Well,3\n", 6, "ratings", "number of points"),
]


def test_every_miss_is_named_by_its_row(tmp_path: Path, store: Store) -> None:
    """And by its column; what depends on a wrong row is counted under it."""
    for name, content, row, column, reason in MISSES:
        report = ingest(partial(READERS[name][0], written(tmp_path, content)), store, dry_run=True)
        (problem,) = report.problems
        assert (problem.file, problem.row, problem.column) == ("framework.csv", row, column), content
        assert reason in problem.reason
    orphaned = MOODLE.replace(",O1,Prune trees", ",O1,")
    report = ingest(lambda: moodle.read(written(tmp_path, orphaned)), store, dry_run=True)
    assert report.problems[0].dependents == 1


def test_other_tables_are_refused(tmp_path: Path) -> None:
    """A column that must be there is named; a folder of several is told which there are."""
    for name, (read, text) in READERS.items():
        with pytest.raises(InputError, match="is missing") as refused:
            read(written(tmp_path, "a,b\n1,2\n"))
        assert refused.value.problem.row == 1
        with pytest.raises(InputError, match="quotation mark"):
            read(written(tmp_path, text + ',"cut'))
        other = "canvas" if name == "moodle" else "moodle"
        for content, form, file in ((READERS[other][1], other, "f.csv"), ('{"CFDocument": {}}', "case", "f.json")):
            with pytest.raises(InputError, match=f"rolepath ingest {form}"):
                read(written(tmp_path, content, file))
        folder = tmp_path / name
        folder.mkdir()
        with pytest.raises(InputError, match="no CSV file"):
            read(folder)
        for file in ("one.csv", "two.csv"):
            written(folder, text, file)
        with pytest.raises(InputError, match="one by one"):
            read(folder)
    assert moodle.read(written(tmp_path, MOODLE_HEADER + ",a,A,,1,,,,,,,,,\n")).source.name == "framework"


def test_the_commands_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a preview first; twice is once."""
    cli = Commands(tmp_path, monkeypatch, capsys)
    for name, (_, text) in READERS.items():
        file = written(cli.home, text)
        assert cli("ingest", name, file, "--dry-run", "--json").document["added"]["nodes"] == 3
        assert cli("ingest", name, file, "--json").document["added"]["links"] > 1
        assert cli("ingest", name, file, "--json").document["unchanged"]["nodes"] == 3


def test_html_becomes_lines() -> None:
    """Scripts and styles are none; hostile texts end in time of their length, and entities that are no characters."""
    assert text_of_html("<script>x()</script><p>a<br>b") == "a\nb"
    assert text_of_html("&#" + "9" * 9000 + "; &lt;i&gt;") == "\ufffd <i>"
    for hostile in ("<!--", "<a ", "<![CDATA[", "&#", "<script>", "</p", "<p a='", "<span class=multilang ", "{mlang "):
        text_of_html(hostile * 20_000)
        moodle_text(hostile * 20_000, is_html=True)
