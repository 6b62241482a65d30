"""The support matrix as a sheet: read in its usual form, every mistake in its cell, edited cells alone changed."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from graph.model import NodeId
from graph.stores import Store, open_store
from graph.whole_course import whole_course
from ingest.formats.native import read as native
from ingest.job import Leniency, ingest
from ingest.report import IngestReport, Mode
from tests.support import ods_files
from tests.support.workbooks import Rows, workbook_of

COLLEGE: dict[str, list[list[object]]] = {
    "source": [["name", "version"], ["College", "1"]],
    "courses": [
        ["id", "name", "name_zh"],
        ["c1", "PLC", "可编程控制器"],
        ["c2", "Robots", "机器人"],
        ["c3", "Law", "法律"],
    ],
    "knowledge_units": [["id", "name", "kind", "course_id"], ["u1", "Ladder logic", "disciplinary", "c1"]],
    "competencies": [
        ["id", "name", "kind", "name_zh"],
        ["k1", "program", "skill", "编写程序"],
        ["k2", "debug", "skill", "调试"],
        ["k3", "wire", "skill", "接线"],
    ],
}
MATRIX: list[list[object]] = [
    ["2026 级课程支撑矩阵"],
    ["课程", None, "学期", "专业能力", None, None, "合计", "备注"],
    ["课程编号", "课程名称", None, "编写程序", "调试", "k3", None, None],
    ["c1", None, 1, "高", None, "Ｌ", 2, "必修"],
    [None, "机器人", 2, "m", "0.45", "●", 3, None],
    [None, "法律", 3, None, "—", "80%", 1, None],
    ["合计", None, None, 2, 1, 3, None, None],
]
"""With a title, a group over the headings, ids here and names there, totals, remarks; the course c1 has a unit."""
Links = dict[tuple[str, str, str], float | None]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with the college."""
    opened = open_store(f"sqlite:///{tmp_path}/graph.db")
    assert not brought_in(opened, workbook_of(tmp_path / "college.xlsx", COLLEGE), None).refused
    yield opened
    opened.close()


def brought_in(store: Store, file: Path, source: str | None = "Matrix", mode: Mode = "replace") -> IngestReport:
    return ingest(lambda: native.read(file, source), store, mode=mode, leniency=Leniency(allow_removals=True))


def links_of(store: Store, source: str = "Matrix") -> Links:
    with store.reading() as reading:
        return {(str(a), relation, str(b)): weight for _, a, relation, b, weight, *_ in reading.links(source)}


def grouped(sheet: Worksheet) -> None:
    """Merge the group above three competencies, and the heading of the courses."""
    sheet.merge_cells("D2:F2")
    sheet.merge_cells("A2:B2")


WANTED: Links = {
    ("c1", "AIMS_AT", "k1"): 1.0,
    ("c1", "AIMS_AT", "k3"): 0.3,
    ("c2", "AIMS_AT", "k1"): 0.6,
    ("c2", "AIMS_AT", "k2"): 0.45,
    ("c2", "AIMS_AT", "k3"): None,
    ("c2", "COVERS", "whole:c2"): None,
    ("whole:c2", "DEVELOPS", "k1"): 0.6,
    ("whole:c2", "DEVELOPS", "k2"): 0.45,
    ("whole:c2", "DEVELOPS", "k3"): None,
    ("c3", "AIMS_AT", "k3"): 0.8,
    ("c3", "COVERS", "whole:c3"): None,
    ("whole:c3", "DEVELOPS", "k3"): 0.8,
}
"""A course with units aims alone; the others become one unit each, the course as a whole."""


@pytest.mark.parametrize("name", ["支撑矩阵", "matrix 2026", "Sheet1"])
def test_matrix_is_read_in_its_usual_form(store: Store, tmp_path: Path, name: str) -> None:
    """By its name or its shape; what is left out is told of; read again, it changes nothing."""
    report = brought_in(store, workbook_of(tmp_path / "plan.xlsx", {name: MATRIX}, grouped))
    assert (report.problems, report.refused) == ([], False)
    assert report.read == report.accepted + sum(report.skipped.values()) == 4
    assert links_of(store) == WANTED
    with_notes = "\n".join([*report.notes_in("zh"), *report.skipped_in("zh")])
    for said in (
        "3 行、3 项能力，已填 6 格",
        "合计行",
        "如 c2",
        "编写程序（k1）",
        "c2、c3",
        "c1",
        "百分数",
        "符号",
    ):
        assert said in with_notes, said
    again = brought_in(store, tmp_path / "plan.xlsx")
    assert again.revision == again.base_revision


def test_edited_cells_alone_change(store: Store, tmp_path: Path) -> None:
    """One grows, one comes, one goes; a course whose last cell goes is a unit no longer; its remarks stay."""
    brought_in(store, workbook_of(tmp_path / "plan.xlsx", {"matrix": MATRIX}))

    def change(sheet: Worksheet) -> None:
        sheet["D4"], sheet["E4"], sheet["F6"] = "L", "H", None

    report = brought_in(store, workbook_of(tmp_path / "plan.xlsx", {"matrix": MATRIX}, change))
    gone = {key for key in WANTED if "c3" in key[0] or key[2] == "whole:c3"}
    kept = {key: weight for key, weight in WANTED.items() if key not in gone}
    assert links_of(store) == kept | {("c1", "AIMS_AT", "k1"): 0.3, ("c1", "AIMS_AT", "k2"): 1.0}
    assert (report.changed.links, report.added.links, report.removed.links, report.removed.nodes) == (1, 1, 3, 1)
    brought_in(store, workbook_of(tmp_path / "plan.xlsx", {"matrix": [*MATRIX[:4], *MATRIX[6:]]}, change))
    assert links_of(store) == kept | {("c1", "AIMS_AT", "k1"): 0.3, ("c1", "AIMS_AT", "k2"): 1.0}
    report = brought_in(
        store, workbook_of(tmp_path / "plan.xlsx", {"matrix": MATRIX}, lambda sheet: sheet.delete_cols(5)), mode="merge"
    )
    assert report.removed.links == 0


def test_cells_of_others_stay(store: Store, tmp_path: Path) -> None:
    """What another source states, and what this one says of a link beside its weight, an empty cell leaves alone."""
    links: Rows = [
        ["from_id", "relation", "to_id", "weight", "level"],
        ["u1", "DEVELOPS", "k1", 0.5, 4],
        ["u1", "DEVELOPS", "k2", 0.5, 3],
    ]
    brought_in(
        store, workbook_of(tmp_path / "links.xlsx", {"source": [["name", "version"], ["Matrix", "1"]], "links": links})
    )
    brought_in(
        store,
        workbook_of(tmp_path / "other.xlsx", {"source": [["name", "version"], ["Other", "1"]], "links": links}),
        None,
    )
    units: Rows = [["知识单元", "k1", "k2", "k3"], ["u1", "H", None, "L"]]
    brought_in(store, workbook_of(tmp_path / "units.xlsx", {"matrix": units}))
    assert links_of(store) == {("u1", "DEVELOPS", "k1"): 1.0, ("u1", "DEVELOPS", "k3"): 0.3}
    assert len(links_of(store, "Other")) == 2
    with store.reading() as reading:
        assert {row[5] for row in reading.links("Matrix")} == {4, None}


def _cell(place: str, value: str | int | None) -> Callable[[Worksheet], None]:
    def change(sheet: Worksheet) -> None:
        sheet[place] = value

    return change


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        (_cell("D5", "X"), (5, "编写程序"), "“X”不是支撑程度"),
        (_cell("E5", 3), (5, "调试"), "“3”不是支撑程度"),
        (_cell("B5", "机器入"), (5, "课程名称"), "是否为 机器人"),
        (_cell("F3", "k33"), (3, "k33"), "是否为 k3"),
        (_cell("A5", None), (None, None), ""),
        (_cell("F3", None), (3, "6"), "没有写明能力"),
        (_cell("D5", "=1/2"), (5, "编写程序"), "没有保存计算结果"),
        (lambda sheet: sheet.append([None, None, 4, "H"]), (8, "课程编号"), "没有写明课程"),
    ],
)
def test_each_mistake_is_a_problem_in_its_cell(
    store: Store, tmp_path: Path, change: Callable[[Worksheet], None], place: tuple[int | None, str | None], said: str
) -> None:
    """One each, however many cells depend on it, and nothing is applied."""
    report = brought_in(store, workbook_of(tmp_path / "plan.xlsx", {"matrix": MATRIX}, change))
    assert report.read == report.accepted + report.rejected + sum(report.skipped.values())
    if place[0] is None:
        assert not report.problems
        return
    (problem,) = report.problems
    assert (problem.sheet, problem.row, problem.column) == ("matrix", *place)
    assert said in problem.text("zh")
    assert report.refused
    assert links_of(store) == {}


def test_name_of_two_is_a_problem(store: Store, tmp_path: Path) -> None:
    """A competency that shares its name asks for its id; a name in the same workbook goes before the graph's."""
    more: Rows = [["id", "name", "kind"], ["k8", "same", "skill"], ["k9", "same", "skill"], ["k7", "wire", "skill"]]
    sheets: dict[str, Rows] = {
        "source": COLLEGE["source"],
        "competencies": more,
        "matrix": [["course", "same", "wire"], ["c2", "H", "H"]],
    }
    report = brought_in(store, workbook_of(tmp_path / "two.xlsx", sheets), "Another")
    (problem,) = report.problems
    assert (problem.row, problem.column) == (1, "same")
    assert "k8, k9" in problem.reason


def test_other_forms(store: Store, tmp_path: Path) -> None:
    """CSV of another separator and encoding; ids above names; a folder; a course that is only named by its unit."""
    lines = [
        ["课程编号", "课程名称", "编写程序", "调试"],
        ["", "", "k1", "k2"],
        ["c2", "机器人", "强", "0,5"],
        ["c3", "法律", "", ""],
    ]
    with (tmp_path / "matrix.csv").open("w", encoding="gb18030", newline="") as file:
        csv.writer(file, delimiter=";").writerows(lines)
    report = brought_in(store, tmp_path / "matrix.csv")
    assert report.problems == []
    assert {key: weight for key, weight in links_of(store).items() if key[1] == "DEVELOPS"} == {
        ("whole:c2", "DEVELOPS", "k1"): 1.0,
        ("whole:c2", "DEVELOPS", "k2"): 0.5,
    }
    with store.reading() as reading:
        assert reading.nodes_named([whole_course(NodeId("c2"))])[0][3] == (
            '{"kind":"disciplinary","name":"Robots (the course as a whole)","name_zh":"机器人（整门课程）"}'
        )


def test_other_sheets_are_no_matrix(store: Store, tmp_path: Path) -> None:
    """Remarks, lists of numbers and the format's own sheets stay what they are."""
    sheets: dict[str, Rows] = {
        **COLLEGE,
        "notes": [["what", "who", "when"], ["H", "someone", "today"], ["M", "else", "tomorrow"]],
    }
    report = brought_in(store, workbook_of(tmp_path / "plan.xlsx", sheets), None)
    assert report.revision == report.base_revision
    assert any("notes" in note for note in report.notes)
    assert not any("matrix" in note for note in report.notes)
    levels: Rows = [["岗位", "编写程序", "调试"], ["装调工", "H", "M"], ["班组长", "X", "L"]]
    raci: Rows = [["activity", "Ann", "Bob"], ["plan", "R", "A"], ["do", "C", "I"]]
    for name, rows in (("岗位能力矩阵", levels), ("RACI matrix", raci)):
        report = brought_in(store, workbook_of(tmp_path / "plan.xlsx", {**COLLEGE, name: rows}), None)
        assert (report.problems, report.revision) == ([], report.base_revision)
        assert any(name in note for note in report.notes)
        assert report.read == report.accepted + sum(report.skipped.values())


def test_matrix_of_another_kind_of_workbook(store: Store, tmp_path: Path) -> None:
    """As people save it from other programs: .ods, with numbers, a title and headings in two rows."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in MATRIX]
    rows = [
        ods_files.row(*(ods_files.number(float(c)) if c.replace(".", "").isdigit() else c for c in row))
        for row in cells
    ]
    path = ods_files.ods(tmp_path / "plan.ods", ods_files.content(ods_files.sheet("支撑矩阵", *rows)))
    report = brought_in(store, path)
    assert report.problems == []
    assert links_of(store) == WANTED
