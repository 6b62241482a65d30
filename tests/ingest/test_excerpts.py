"""Excerpts of wrong rows: what stands in the file, the wrong cell marked, whatever the file is like."""

from pathlib import Path

import openpyxl
import pytest

from ingest.excerpts import MOST_EXCERPTS, excerpts
from ingest.report import ReportedProblem


def wrong(file: str, row: int | None, column: str | None = None, sheet: str | None = None) -> ReportedProblem:
    return ReportedProblem(file=file, sheet=sheet, row=row, column=column, value=None, reason="is wrong")


def test_wrong_row_stands_between_its_neighbours(tmp_path: Path) -> None:
    """Letters, header and the marked column are those of the spreadsheet; two problems of a row make one excerpt."""
    text = "id,name,kind\na,Weld,skill\nb,,talent\nc,Measure,skill\n"
    (tmp_path / "competencies.csv").write_text(text, encoding="utf-8")
    found = excerpts(tmp_path, [wrong("competencies.csv", 3, "name"), wrong("competencies.csv", 3, "kind")])
    assert [(one.row, one.columns, one.header, one.marked) for one in found] == [
        (3, ["A", "B", "C"], ["id", "name", "kind"], ["B", "C"])
    ]
    assert [(row.number, row.cells) for row in found[0].rows] == [
        (2, ["a", "Weld", "skill"]),
        (3, ["b", "", "talent"]),
        (4, ["c", "Measure", "skill"]),
    ]


def test_header_itself_may_be_wrong(tmp_path: Path) -> None:
    """Row 1 is shown as the row that it is."""
    (tmp_path / "links.csv").write_text("from_id,from_id\na,b\n", encoding="utf-8")
    (found,) = excerpts(tmp_path, [wrong("links.csv", 1, "from_id")])
    assert [row.number for row in found.rows] == [1, 2]


@pytest.mark.parametrize("column", ["学分", None])
def test_header_below_a_title_is_the_one_that_is_shown(tmp_path: Path, column: str | None) -> None:
    """Found by the columns that problems name, else by the words of the format; the title is no neighbour."""
    text = "2026 级课程一览\n\n编号,名称,学分\nc1,焊接,-3\n"
    (tmp_path / "课程.csv").write_text(text, encoding="utf-8")
    (found,) = excerpts(tmp_path, [wrong("课程.csv", 4, column)])
    assert (found.header, found.header_row) == (["编号", "名称", "学分"], 3)
    assert found.marked == (["C"] if column else [])
    assert [row.number for row in found.rows] == [4]


def test_workbooks_of_other_kinds_are_shown(tmp_path: Path) -> None:
    """With the header below the title."""
    fixtures = Path(__file__).parents[1] / "fixtures" / "designer"
    for ending in (".xls", ".ods"):
        (tmp_path / f"wrong{ending}").write_bytes((fixtures / f"wrong{ending}").read_bytes())
        (found,) = excerpts(tmp_path, [wrong(f"wrong{ending}", 4, "编号", "专业")])
        assert found.header == ["编号", "专业名称", "代码", "备注"]
        assert found.rows[0].cells[:2] == ["10 1", "机电一体化技术"]


def test_sheet_of_a_workbook_is_shown(tmp_path: Path) -> None:
    """The sheet is found in a folder below; empty rows count, as in the spreadsheet."""
    book = openpyxl.Workbook()
    sheet = book.create_sheet("courses")
    for row in (["id", "name", "term"], ["c1", "Drawing", 1], [], ["c2", "Welding", "soon"]):
        sheet.append(row)
    (tmp_path / "mine").mkdir()
    book.save(tmp_path / "mine" / "my.xlsx")
    (found,) = excerpts(tmp_path, [wrong("my.xlsx", 4, "term", "courses")])
    assert found.marked == ["C"]
    assert found.rows[-1].cells == ["c2", "Welding", "soon"]
    assert found.rows[0].cells == ["", "", ""]


def test_wide_row_is_shown_around_what_is_wrong(tmp_path: Path) -> None:
    """Of forty columns those about the wrong one are shown, by their own letters; long texts are cut."""
    names = [f"c{n}" for n in range(40)]
    (tmp_path / "a.csv").write_text(",".join(names) + "\n" + ",".join(["x" * 500] * 40) + "\n", encoding="utf-8")
    (found,) = excerpts(tmp_path, [wrong("a.csv", 2, "c27")])
    assert found.columns == ["Z", "AA", "AB", "AC", "AD", "AE", "AF", "AG"]
    assert found.marked == ["AB"]
    assert {len(cell) for cell in found.rows[0].cells} == {80}


@pytest.mark.parametrize(
    "problem",
    [
        wrong("gone.csv", 2),
        wrong("short.csv", 9),
        wrong("short.csv", None),
        wrong("damaged.xlsx", 2, None, "courses"),
        wrong("data.json", 2, None, "courses"),
    ],
)
def test_what_cannot_be_shown_has_no_excerpt(tmp_path: Path, problem: ReportedProblem) -> None:
    """A file that is gone, damaged or no table spoils nothing."""
    (tmp_path / "short.csv").write_text("id\na\n", encoding="utf-8")
    (tmp_path / "damaged.xlsx").write_bytes(b"PK nonsense")
    (tmp_path / "data.json").write_text("{}", encoding="utf-8")
    assert excerpts(tmp_path, [problem]) == []


def test_no_utf8_and_broken_quotes_are_shown_as_far_as_they_go(tmp_path: Path) -> None:
    """The very files that are refused for how they are written can be shown."""
    (tmp_path / "a.csv").write_bytes('id,name\na,\xff\nb,"open\n'.encode("latin-1"))
    (found,) = excerpts(tmp_path, [wrong("a.csv", 2, "name")])
    assert found.rows[0].cells == ["a", "\ufffd"]


def test_number_of_excerpts_is_bounded(tmp_path: Path) -> None:
    """However much is wrong, a report stays readable."""
    (tmp_path / "a.csv").write_text("id\n" + "x\n" * 500, encoding="utf-8")
    found = excerpts(tmp_path, [wrong("a.csv", row, "id") for row in range(2, 400)])
    assert [one.row for one in found] == list(range(2, 2 + MOST_EXCERPTS))
