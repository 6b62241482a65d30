"""Sheets as people fill them in: the native reader takes them, says what it bent, and refuses what is ambiguous."""

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from graph.stores import open_store
from ingest.formats.native import read as native
from ingest.job import ingest
from ingest.report import IngestReport
from tests.support.cases import each

SHEETS: dict[str, list[list[object]]] = {
    "数据来源": [["名称", "版本"], ["测试学院", 2026]],
    "专业": [["2026 级培养方案"], [], ["编号", "名称"], [101, "机电一体化"]],
    "课程": [
        ["课程编号", "课程名称", "所属专业", "开课学期", "备注"],
        [1, "传感器技术", "机电一体化", 2, "必修"],
        [2, "PLC 编程", None, "３", None],
    ],
    "知识单元": [["编号", "单元名称", "种类", "所属课程"], ["u1", "信号", "专业", 1], ["u2", "滤波", "创新", None]],
    "能力": [["编号", "能力名称", "类型", "代码"], ["k1", "读取信号", "技能", 80901]],
    "实训任务": [["编号", "名称", "类型"], ["t1", "传感器台架", "实验实训"]],
    "岗位": [["编号", "名称"], ["r1", "装调工"]],
    "联系": [
        ["起点", "关系", "终点", "权重", "说明"],
        ["u1", "培养能力", "读取信号", "80%", None],
        ["t1", "训练", "k1\u200b", 1, None],
        ["r1", "REQUIRES", "k1", 0.5, "企业提出"],
    ],
}


def workbook(folder: Path, change: Callable[[Workbook], None] = lambda _: None) -> Path:
    """Return a designer's workbook, changed."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in SHEETS.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book["能力"]["D2"].number_format = "000000"
    book["知识单元"].merge_cells("D2:D3")
    change(book)
    book.save(folder / "plan.xlsx")
    return folder / "plan.xlsx"


def imported(path: Path, *, strict: bool = False) -> IngestReport:
    """Return the report of importing the file into a store of its own."""
    store = open_store(f"sqlite:///{path.parent}/graph.db")
    try:
        return ingest(lambda: native.read(path, strict=strict), store)
    finally:
        store.close()


def test_workbook_of_a_designer_is_read(tmp_path: Path) -> None:
    """Chinese words, numbers as ids, a title, merged cells, remarks, shares, names and invisible characters."""
    draft_of = native.read(workbook(tmp_path))
    report = imported(tmp_path / "plan.xlsx")
    assert (report.problems, report.refused) == ([], False)
    assert report.read == report.accepted == 11
    assert draft_of.source.version == "2026"
    with_notes = "\n".join(report.notes_in("zh"))
    for said in (
        "plan.xlsx, 专业：以第 3 行为表头",
        "plan.xlsx, 课程：备注 列不属于本格式，不读取",
        "数字按显示的样子作为标识",
        "D2:D3",
        "以名称代替标识，如 101（机电一体化）",
        "以名称代替标识，如 k1（读取信号）",
        "全角数字",
        "百分数按小数读取（80%）",
        "略去不可见字符",
    ):
        assert said in with_notes, said


def test_what_the_workbook_states(tmp_path: Path) -> None:
    """As if it had been filled in by the book."""
    workbook(tmp_path)
    imported(tmp_path / "plan.xlsx")
    with_store = open_store(f"sqlite:///{tmp_path}/graph.db")
    with with_store.reading() as reading:
        links = {(a, relation, b): weight for _, a, relation, b, weight, *_ in reading.links()}
        nodes = {str(node_id): (kind, values) for _, node_id, kind, values in reading.nodes()}
    with_store.close()
    assert links == {
        ("101", "OFFERS", "1"): None,
        ("1", "COVERS", "u1"): None,
        ("1", "COVERS", "u2"): None,
        ("u1", "DEVELOPS", "k1"): 0.8,
        ("t1", "PRACTISES", "k1"): 1.0,
        ("r1", "REQUIRES", "k1"): 0.5,
    }
    assert '"code":"080901"' in nodes["k1"][1]
    assert '"kind":"skill"' in nodes["k1"][1]
    assert '"term":3' in nodes["2"][1]


def _set(
    sheet: str, cell: str, value: str | float | None, number_format: str | None = None
) -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        at: Worksheet = book[sheet]
        at[cell] = value
        if number_format:
            at[cell].number_format = number_format

    return change


@each(
    "change, place, said",
    {
        "a formula that was never computed": (_set("联系", "D4", "=1/2"), ("联系", 4, "权重"), "没有保存计算结果"),
        "an error cell": (_set("联系", "D4", "#DIV/0!"), ("联系", 4, "权重"), "#DIV/0!"),
        "a code that cannot be known": (_set("能力", "D2", 0.5, "0%"), ("能力", 2, "代码"), "无法得知"),
        "an invisible character in an id": (_set("岗位", "A2", "r\u200b1"), ("岗位", 2, "编号"), "U+200B"),
        "no such word": (_set("能力", "C2", "技巧"), ("能力", 2, "类型"), "技巧"),
        "a number beyond its limits": (_set("联系", "D2", "180%"), ("联系", 2, "权重"), "180%"),
        "a name of two": (_set("能力", "B2", "装调工"), ("联系", 2, "终点"), "读取信号"),
        "a column twice": (_set("课程", "E1", "课程名"), ("课程", 1, "课程名"), "含义相同"),
    }.values(),
)
def test_one_mistake_is_one_problem(
    tmp_path: Path, change: Callable[[Workbook], None], place: tuple[str, int, str], said: str
) -> None:
    """In its cell, by the words of the sheet, in Chinese; what depends on it is counted there."""
    report = imported(workbook(tmp_path, change))
    assert report.refused
    (problem,) = report.problems
    assert (problem.file, problem.sheet, problem.row, problem.column) == ("plan.xlsx", *place)
    assert said in problem.text("zh")


def test_rows_that_depend_on_a_wrong_one_are_counted(tmp_path: Path) -> None:
    """Three links need the competency whose kind is wrong."""
    report = imported(workbook(tmp_path, _set("能力", "C2", "?")))
    (problem,) = report.problems
    assert problem.dependents == 3
    assert report.read == report.accepted + report.rejected
    assert report.rejected == 4
    assert "另有 3 行依赖于它" in problem.reason_in("zh")


def test_name_of_several_nodes_is_refused(tmp_path: Path) -> None:
    """It names them."""
    report = imported(workbook(tmp_path, lambda book: book["能力"].append(["k2", "读取信号", "技能"])))
    (problem,) = report.problems
    assert (problem.row, problem.column) == (2, "终点")
    assert "k1" in problem.reason
    assert "k2" in problem.reason


def test_name_of_a_node_of_the_graph_stands_for_it(tmp_path: Path) -> None:
    """Not only what is in the same workbook."""
    imported(workbook(tmp_path))
    (tmp_path / "more.csv").write_text("起点,关系,终点\nu2,培养,读取信号\n", encoding="utf-8")
    (tmp_path / "more.csv").rename(tmp_path / "links.csv")
    store = open_store(f"sqlite:///{tmp_path}/graph.db")
    report = ingest(lambda: native.read(tmp_path / "links.csv", "more"), store)
    assert report.problems == []
    store.close()


def test_near_id_is_named(tmp_path: Path) -> None:
    """Where nothing is called so."""
    report = imported(workbook(tmp_path, _set("联系", "C4", "kk1")))
    (problem,) = report.problems
    assert "did you mean k1?" in problem.reason


def test_strict_takes_nothing_of_it(tmp_path: Path) -> None:
    """Each sheet is unlisted then."""
    report = imported(workbook(tmp_path), strict=True)
    assert {problem.sheet for problem in report.problems} == SHEETS.keys() | {None}


@each(
    "encoding, line, delimiter, note",
    {
        "GB18030": ("gb18030", "", ",", "GB18030"),
        "UTF-16": ("utf-16", "", ",", "UTF-16"),
        "UTF-16 without a mark": ("utf-16-le", "", ",", "UTF-16"),
        "semicolons": ("utf-8", "", ";", "semicolons"),
        "tabs": ("utf-8-sig", "", "\t", "tabs"),
        "a line that names the separator": ("utf-8", "sep=|\n", "|", "names the separator"),
        "a title": ("utf-8", "课程一览,,\n", ",", "row 2"),
    }.values(),
)
def test_csv_as_spreadsheets_write_it(tmp_path: Path, encoding: str, line: str, delimiter: str, note: str) -> None:
    """Encodings, separators, lines above the header: read, and said."""
    rows = [["编号", "名称", "学分"], ["c1", "机器人技术", "2"], ["c2", "传感器", "3"]]
    text = line + "\n".join(delimiter.join(row) for row in rows) + "\n"
    (tmp_path / "课程.csv").write_bytes(text.encode(encoding))
    (tmp_path / "._课程.csv").write_bytes(b"\0\x05\x16\x07")
    (tmp_path / "source.csv").write_text("name,version\nA,1\n", encoding="utf-8")
    report = imported(tmp_path)
    assert (report.problems, report.accepted) == ([], 2)
    assert any(note in one and one.startswith("课程.csv") for one in report.notes)


@pytest.mark.parametrize(("values", "reads"), [(["0,9", "0,25", "1"], True), (["0,9", "0.8", "1"], False)])
def test_decimal_commas_where_there_are_only_those(tmp_path: Path, values: list[str], *, reads: bool) -> None:
    """Beside a point they stay a problem."""
    (tmp_path / "source.csv").write_text("name,version\nA,1\n", encoding="utf-8")
    rows = "\n".join(f"c{i};Course;{value}" for i, value in enumerate(values))
    (tmp_path / "courses.csv").write_text(f"id;name;credits\n{rows}\n", encoding="utf-8")
    report = imported(tmp_path)
    assert report.refused is not reads
    assert reads == any("decimal comma" in note for note in report.notes)


def test_hidden_and_empty_sheets_are_passed_over(tmp_path: Path) -> None:
    """And noted."""

    def change(book: Workbook) -> None:
        book.create_sheet("Sheet1")
        book.create_sheet("草稿").append(["编号", "名称"])
        book.create_sheet("说明").append(["怎么填"])
        for name in ("草稿", "说明"):
            book[name].sheet_state = "hidden"

    report = imported(workbook(tmp_path, change))
    assert report.problems == []
    assert any("Sheet1" in note for note in report.notes)
    assert any("草稿" in note for note in report.notes)
    assert any("说明" in note for note in report.notes)
