"""A designer's workbook as a spreadsheet program saves it, as .xlsx, .ods and .xls; and one with thirteen mistakes.

`tests/support/designer_workbook.py` wrote both; LibreOffice Calc 7.4 saved them as what stands in the fixtures.
"""

from pathlib import Path

from graph.stores import open_store
from ingest.formats.native import read as native
from ingest.job import ingest
from ingest.report import IngestReport
from tests.support.designer_workbook import MISTAKES, NOTED, designer_workbook

FIXTURES = Path(__file__).parents[2] / "fixtures" / "designer"
ENDINGS = (".xlsx", ".ods", ".xls")


def previewed(path: Path, folder: Path) -> tuple[IngestReport, dict[object, object]]:
    """Return the report of a dry run into an empty store, and what the workbook states."""
    draft = native.read(path)
    report = ingest(lambda: draft, open_store(f"sqlite:///{folder / 'none.db'}"), dry_run=True)
    nodes: dict[object, object] = {node_id: values for node_id, values in draft.nodes.items()}  # noqa: C416 - of wider types
    return report, nodes | {key: values for key, values in draft.links.items()}  # noqa: C416


def test_workbook_is_imported_without_an_edit(tmp_path: Path) -> None:
    """Whatever it was saved as it states the same, and notes say what was bent."""
    paths = [designer_workbook(tmp_path / "plan.xlsx"), *(FIXTURES / f"plan{ending}" for ending in ENDINGS)]
    stated: list[dict[object, object]] = []
    for path in paths:
        report, states = previewed(path, tmp_path)
        assert (report.problems, report.refused, report.read, report.accepted) == ([], False, 30, 30), path
        notes = "\n".join(report.notes_in("zh"))
        assert [said for said in NOTED if said not in notes] == [], path
        stated.append(states)
    assert all(states == stated[0] for states in stated)
    assert stated[0]["102"] == ("Discipline", '{"code":"460305","name":"工业机器人技术"}')
    assert stated[0]["k1"] == ("Competency", '{"code":"1.10","kind":"skill","name":"读取并判断信号"}')
    assert ("1", "COVERS", "u2") in stated[0]
    assert ("j1", "REQUIRES", "k1") in stated[0]


def test_folder_of_a_workbook_is_that_workbook(tmp_path: Path) -> None:
    """As a zip of one is unpacked; a workbook beside .csv files is noted, and not read."""
    folder = tmp_path / "folder"
    folder.mkdir()
    designer_workbook(folder / "plan.xlsx")
    (folder / "~$plan.xlsx").write_bytes(b"locked")
    report, states = previewed(folder, tmp_path)
    assert (report.problems, len(states)) == ([], 42)
    (folder / "roles.csv").write_text("id,name\nr1,R\n", encoding="utf-8")
    (folder / "source.csv").write_text("name,version\nA,1\n", encoding="utf-8")
    report, states = previewed(folder, tmp_path)
    assert list(states) == ["r1"]
    assert any("plan.xlsx" in note and "not read" in note for note in report.notes)


def test_thirteen_mistakes_are_thirteen_problems(tmp_path: Path) -> None:
    """Each in its cell, by the words of the sheet, in Chinese; what depends on a wrong row is counted there."""
    wanted = {(sheet, int(cell[1:]), column): said for (sheet, cell), (_, column, said) in MISTAKES.items()}
    assert len(wanted) == 13
    paths = [designer_workbook(tmp_path / "wrong.xlsx", mistakes=True)]
    for path in [*paths, *(FIXTURES / f"wrong{ending}" for ending in ENDINGS)]:
        report, _ = previewed(path, tmp_path)
        found = {(one.sheet, one.row, one.column): one.text("zh") for one in report.problems}
        assert found.keys() == wanted.keys(), path
        assert len(report.problems) == 13
        assert "k3 (示教机器人)" in found["联系", 4, "终点"]
        computed = {place: said for place, said in wanted.items() if path not in paths or said != "#DIV/0!"}
        assert [place for place, said in computed.items() if said not in found[place]] == [], path
