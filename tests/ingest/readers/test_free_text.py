"""Free text: HTML, workbooks and pasted text as paragraphs; control characters mended, wrapped lines joined."""

from pathlib import Path

from openpyxl import Workbook

from graph.messages import Message
from ingest.readers.documents.free_text import pasted_text, read_free_text
from ingest.readers.documents.passage import Passage

PAGE = """<!doctype html><html><head><title>no</title><style>p{}</style></head><body><h2>Learning&nbsp;outcomes</h2>
<p>Fit <b>pumps</b>
 at sea<script>alert("no")</script>.</p><ul><li>One<li>Two</ul>
<table><tr><th>Unit<th>Goal</tr><tr><td>Pumps<td><p>can fit</p><p>can mend</p><table><tr><td>inner</table></table>
loose<img src="http://127.0.0.1:9/x.png" alt="no"><iframe src="http://127.0.0.1:9/">no</iframe>"""


def test_pages_are_read_as_somebody_sees_them(tmp_path: Path) -> None:
    """Headings, paragraphs, items, rows of tables; scripts, styles and frames are not there."""
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    assert read_free_text(tmp_path / "a.html", _untold) == [
        Passage(1, "Learning outcomes", is_heading=True),
        Passage(2, "Fit pumps at sea."),
        Passage(3, "One", is_item=True),
        Passage(4, "Two", is_item=True),
        Passage(1, "Unit Goal", "table:1", cells=("Unit", "Goal")),
        Passage(2, "Pumps can fit\ncan mend\ninner", "table:1", cells=("Pumps", "can fit\ncan mend\ninner")),
        Passage(5, "loose"),
    ]


def test_pages_are_read_in_the_encoding_that_they_name(tmp_path: Path) -> None:
    """Of China, of the West (as browsers take it), and one that is none."""
    for charset, encoding in (("gb2312", "gbk"), ("iso-8859-1", "cp1252"), ("zip", "utf-8"), ("utf-16", "utf-8")):
        said = "能编写程序" if encoding in {"gbk", "utf-8"} else "the “fit”"
        (tmp_path / "a.htm").write_bytes(f'<meta charset="{charset}"><p>{said}'.encode(encoding))
        assert [one.text for one in read_free_text(tmp_path / "a.htm", _untold)] == [said], charset


def test_rows_of_visible_sheets_are_read(tmp_path: Path) -> None:
    """Each with its sheet and cells; a hidden sheet is noted, a cell that shows an error holds nothing."""
    book = Workbook()
    sheet, hidden = book.active, book.create_sheet("Notes")
    assert sheet is not None
    sheet.title = "Units"
    sheet.append(["Unit", "Goal"])
    sheet.append([None, None])
    sheet.append(["Pumps", "can fit", "#REF!"])
    hidden.append(["secret"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    notes: list[Message] = []
    assert read_free_text(tmp_path / "a.xlsx", notes.append) == [
        Passage(1, "Unit Goal", "Units", cells=("Unit", "Goal")),
        Passage(3, "Pumps can fit", "Units", cells=("Pumps", "can fit", "")),
    ]
    assert [str(note) for note in notes] == ["a.xlsx, Notes: the sheet is hidden and not read"]


def test_stray_control_characters_are_mended_and_noted(tmp_path: Path) -> None:
    """Windows-1252 taken for Latin-1, as it comes in pasted text and in files; never a refusal."""
    said, mended = "the student\x92s \x93task\x94 \x96 once\x00\x85", "the student’s “task” – once…"
    for ending in ("txt", "md", "html"):
        (tmp_path / f"a.{ending}").write_text(said.replace("\x00", "\x01"), encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(mended.encode("cp1252"))
    notes: list[Message] = []
    texts = [read_free_text(path, notes.append) for path in sorted(tmp_path.iterdir())]
    texts.append(pasted_text(said, "pasted", notes.append))
    assert [[one.text for one in passages] for passages in texts] == [[mended]] * 5
    assert [str(note) for note in notes] == [
        *(f"{name}: 6 control characters were mended or left out" for name in ("a.html", "a.md", "a.txt")),
        "b.txt: is not in UTF-8; read as Windows-1252",
        "pasted: 6 control characters were mended or left out",
    ]


def test_lines_that_were_wrapped_are_one_paragraph() -> None:
    """Words cut at the end are whole again; items, headings, labels, code and tables of Markdown stand apart."""
    text = """# Goals
Students can fit the pumps of a small ship and main-
tain them at **sea** with [tools](http://x.y).
学生能够编写工业机器人搬运与码垛工作站的控制程序并
进行调试
1. one
任职要求：学历
```
code
```
| a | b |
|---|---|
| c | d |"""
    assert [(one.row, one.text, one.cells) for one in pasted_text(text, "a", _untold)] == [
        (1, "Goals", ()),
        (2, "Students can fit the pumps of a small ship and maintain them at sea with tools.", ()),
        (4, "学生能够编写工业机器人搬运与码垛工作站的控制程序并进行调试", ()),
        (6, "1. one", ()),
        (7, "任职要求：学历", ()),
        (11, "a b", ("a", "b")),
        (13, "c d", ("c", "d")),
    ]


def _untold(_: Message) -> None:
    """Take no note."""
