"""China's classification of occupations, catalogue of programmes, and the table of both: small files, wrong ones."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook

from graph.errors import InputError
from graph.stores import Store, open_store
from ingest.draft import Draft
from ingest.formats.moe import occupations, programme_table
from ingest.job import ingest
from tests.support.samples.moe import CATALOGUE, OCCUPATIONS, PAIRS, write


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    # What a reader says does not depend on the kind of store.
    opened = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    yield opened
    opened.close()


def values(draft: Draft, node: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(draft.nodes[node][1])  # type: ignore[index]
    return found


def test_occupations_stand_below_their_classes_with_their_tasks(tmp_path: Path) -> None:
    """Definition, jobs, marks; tasks cut by line ends, run together, or numbered; tables of contents are none."""
    draft = occupations.read(write(tmp_path / "csco", {"6.md": OCCUPATIONS}))
    keeper = values(draft, "csco:6-99-01-01")
    assert keeper == {
        "name": "灯塔管理员",
        "name_zh": "灯塔管理员",
        "code": "6-99-01-01",
        "framework": "职业分类大典",
        "description": "从事灯塔巡检、灯器更换的人员。",
        "aliases": ["灯塔巡检员", "灯器更换工"],
        "extra": '{"digital":true,"green":true}',
    }
    duties = [to for at, relation, to in draft.links if (at, relation) == ("csco:6-99-01-01", "HAS_RESPONSIBILITY")]
    assert [values(draft, duty)["name"] for duty in duties] == ["巡检灯塔，记录（含夜间）灯质", "更换灯器", "填写日志"]
    broader = {(at, to) for at, relation, to in draft.links if relation == "BROADER"}
    assert broader == {
        ("csco:6-99", "csco:6"),
        ("csco:6-99-01", "csco:6-99"),
        ("csco:6-99-01-01", "csco:6-99-01"),
        ("csco:6-99-01-02", "csco:6-99-01"),
        ("csco:6-99-01-03", "csco:6-99-01"),
    }
    assert "6.md, row 31 (6-99-01-03 雾号员)" in str(draft.notes[0])
    assert draft.read == draft.accepted + len(draft.rejected) + draft.skipped.total()


def test_programmes_target_occupations_by_code(store: Store, tmp_path: Path) -> None:
    """The catalogue gives classes, the table what the catalogue lacks; links wait for occupations, and come alive."""
    folder = write(tmp_path / "tables", {"catalogue.csv": CATALOGUE, "pairs.csv": PAIRS, "other.csv": "a,b\n1,2\n"})
    draft = programme_table.read(folder)
    parents = {node: values(draft, node).get("parent_id") for node in draft.nodes}
    assert parents == {
        "moe:51": None,
        "moe:5190": "moe:51",
        "moe:519001": "moe:5190",
        "moe:519002": "moe:5190",
        "moe:519003": "moe:5190",
        "moe:019901": None,
    }
    assert values(draft, "moe:019901")["level"] == "bachelor"
    assert (draft.read, draft.accepted, draft.skipped.total(), draft.problems) == (7, 6, 1, [])
    first = ingest(lambda: programme_table.read(folder), store)
    assert (first.refused, first.dormant) == (False, 3)
    classification = write(tmp_path / "csco", {"6.md": OCCUPATIONS})
    ingest(lambda: occupations.read(classification), store)
    again = ingest(lambda: programme_table.read(folder), store)
    assert (again.revision == again.base_revision, again.dormant) == (True, 0)


def test_wrong_rows_are_told_with_sheet_row_and_column(store: Store, tmp_path: Path) -> None:
    """Codes that are none, names that are missing; a code that a spreadsheet took for a number gets its zero back."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "对照"
    sheet.append(["序号", "专业代码", "专业名称", "职业编码", "职业名称"])
    sheet.append([1, 519001, "灯塔技术", "6-99-01-01", "灯塔管理员"])
    sheet.append([2, 5190, "灯塔技术", "6-99-01-01", "灯塔管理员"])
    sheet.append([3, 519001, None, "6-99-01-01", "灯塔管理员"])
    sheet.append([4, 519001, "灯塔技术", "6-99-1-1", "灯塔管理员"])
    sheet.append([5, 19901, "航标学", "6-99-01-01", "灯塔管理员"])
    workbook.create_sheet("空").append(["说明"])
    workbook.save(tmp_path / "pairs.xlsx")
    report = ingest(lambda: programme_table.read(tmp_path / "pairs.xlsx"), store)
    assert report.refused
    assert [(one.sheet, one.row, one.column) for one in report.problems] == [
        ("对照", 3, "专业代码"),
        ("对照", 4, "专业名称"),
        ("对照", 5, "职业编码"),
    ]
    assert any("lost their first zero" in note for note in report.notes)


@pytest.mark.parametrize("cells", ["A5:E5", "A5:A5", "B5:C5"])
def test_notes_below_the_table_are_no_rows(tmp_path: Path, cells: str) -> None:
    """A text in one cell, or in one that is merged over several; a row that has nothing but a code is a problem."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(["序号", "专业代码", "专业名称", "职业编码", "职业名称"])
    sheet.append([1, 519001, "灯塔技术", "6-99-01-01", "灯塔管理员"])
    sheet.append([None, 519001, None, None, None])
    sheet.append([None, "51900", None, None, None])
    sheet[cells.partition(":")[0]] = "注：本表仅供试用"
    sheet.merge_cells(cells)
    workbook.save(tmp_path / "pairs.xlsx")
    draft = programme_table.read(tmp_path / "pairs.xlsx")
    assert [(one.row, one.column) for one in draft.problems] == [
        (3, "专业名称"),
        (4, "专业代码"),
        (4, "专业名称"),
    ]
    assert (draft.read, draft.accepted, draft.skipped.total()) == (4, 1, 1)


def test_files_of_another_form_are_refused(tmp_path: Path) -> None:
    """Nothing in them has the form; what is not there neither."""
    folder = write(tmp_path / "other", {"a.csv": "x,y\n1,2\n", "a.md": "# Notes\n\nNothing.\n"})
    for path in (folder, folder / "a.csv", tmp_path / "none.csv"):
        with pytest.raises(InputError):
            programme_table.read(path)
    for path in (folder, folder / "a.md", tmp_path / "none.md"):
        with pytest.raises(InputError):
            occupations.read(path)
