"""Tables of job advertisements: posts, employers, openings and duties, as people and programs write such tables."""

import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from graph.errors import InputError
from graph.stores import open_store
from ingest.formats.moe import job_advertisements
from ingest.job import ingest

HEADER = ["岗位名称", "城市", "公司名称", "薪资", "学历要求", "岗位描述", "发布时间"]
TEXT = "岗位职责：\n1、巡检灯塔；\n2、更换灯器。\n任职要求：\n1、大专以上；联系电话13800001111，邮箱 hr@example.com"
ROWS = [
    ["灯塔管理员", "舟山", "示范航标处", "6-8K", "大专", TEXT, "2026-03-01"],
    ["灯塔管理员", "宁波", "示范航标处", "6-8K", "大专", "岗位职责：1.记录灯质；2.巡检灯塔", "2026-03-05"],
    ["灯塔管理员", "舟山", "示范航标处", "6-8K", "大专", TEXT, "2026-03-01"],
    ["雾号员", "舟山", "示范港务", "", "", "吃苦耐劳", ""],
    ["", "舟山", "示范港务", "", "", "", ""],
]


def workbook(path: Path) -> Path:
    """Write the rows below a title, as a job board exports them."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "招聘"
    sheet.append(["2026 年 3 月招聘信息"])
    sheet.append(HEADER)
    for row in ROWS:
        sheet.append(row)
    book.save(path)
    return path


def test_posts_employers_and_duties_are_gathered(tmp_path: Path) -> None:
    """An advertisement counts as an opening; the same once more does not; contacts are left out."""
    draft = job_advertisements.read(workbook(tmp_path / "jobs.xlsx"))
    stated: dict[str, list[dict[str, str]]] = {kind: [] for kind in ("Role", "Enterprise", "JobResponsibility")}
    for kind, values in draft.nodes.values():
        stated[kind].append(json.loads(values))
    keeper, fog = stated["Role"]
    assert keeper["extra"] == (
        '{"advertisements":2,"cities":{"宁波":1,"舟山":1},"days":["2026-03-01","2026-03-05"],'
        '"education":{"大专":2},"pay":{"6-8K":2}}'
    )
    assert "13800001111" not in keeper["description"]
    assert "hr@example.com" not in keeper["description"]
    assert (fog["name"], fog["description"]) == ("雾号员", "吃苦耐劳")
    assert [(one["name"], one["region"]) for one in stated["Enterprise"]] == [
        ("示范航标处", "宁波"),
        ("示范港务", "舟山"),
    ]
    assert [one["name"] for one in stated["JobResponsibility"]] == ["巡检灯塔", "更换灯器", "记录灯质"]
    openings = [values[3] for (_, relation, _), values in draft.links.items() if relation == "EMPLOYS"]
    assert openings == [2, 1]
    assert (draft.read, draft.accepted, len(draft.rejected), draft.skipped.total()) == (5, 3, 1, 1)
    (problem,) = draft.problems
    assert (problem.sheet, problem.row, problem.column) == ("招聘", 7, "岗位名称")
    assert any("2 phone numbers" in str(note) for note in draft.notes)


def test_a_table_without_faults_is_imported_and_imported_again(tmp_path: Path) -> None:
    """Twice is once, from CSV too; a number of openings counts as such; tables of something else are refused."""
    lines = [",".join(["招聘人数", *HEADER[:3]]), "5,灯塔管理员,舟山,示范航标处", "若干,雾号员,舟山,示范航标处"]
    (tmp_path / "jobs.csv").write_text("\n".join(lines), encoding="gb18030")
    store = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    first = ingest(lambda: job_advertisements.read(tmp_path / "jobs.csv"), store)
    again = ingest(lambda: job_advertisements.read(tmp_path / "jobs.csv"), store)
    with store.reading() as reading:
        found = sorted(row[7] or 0 for row in reading.link_stream() if row[2] == "EMPLOYS")
    store.close()
    assert (first.refused, again.revision == again.base_revision) == (False, True)
    assert found == [1, 5]
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    for path in (tmp_path / "other.csv", tmp_path / "none.csv"):
        with pytest.raises(InputError):
            job_advertisements.read(path)
