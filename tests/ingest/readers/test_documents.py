"""Documents: text in its order with its place, and hostile files refused with a reason, within limits."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from pypdf import PdfWriter

from graph.document_part import spoken_part
from graph.errors import InputError
from ingest.readers.documents import docx, pdf
from ingest.readers.documents.document_files import find_documents, read_document
from ingest.readers.documents.document_tables import DocumentTable, blocks
from ingest.readers.documents.passage import Passage
from ingest.readers.documents.sheet_passages import read_sheets


def made(path: Path, *lines: str) -> Path:
    """Write a PDF, one page for each text, its lines below each other."""
    pages = []
    objects: list[bytes] = []
    for number, text in enumerate(lines):
        shown = b"".join(b"(%s) Tj T* " % line.encode() for line in text.split("\n"))
        content = b"BT /F1 12 Tf 14 TL 72 720 Td " + shown + b"ET" if text else b""
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        pages.append(4 + 2 * number + 1)
        font = b"<< /Font << /F1 3 0 R >> >>"
        objects.append(b"<< /Type /Page /Parent 2 0 R /Contents %d 0 R /Resources %s >>" % (4 + 2 * number, font))
    kids = b" ".join(b"%d 0 R" % page for page in pages)
    box = b"/MediaBox [0 0 612 792]"
    first = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d %s >>" % (kids, len(pages), box),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    return put_together(path, [*first, *objects])


def put_together(path: Path, objects: list[bytes]) -> Path:
    """Write a PDF of these objects, numbered from 1."""
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    at = out.tell()
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table))
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, at))
    path.write_bytes(out.getvalue())
    return path


def zipped(path: Path, **parts: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", data)
    return path


def told(path: Path) -> str:
    """Return the code of the reason why a document is refused."""
    with pytest.raises(InputError) as refused:
        read_document(path)
    assert refused.value.problem.file == path.name
    return refused.value.problem.message.code


def test_word_documents_give_paragraphs_and_rows_in_their_order(tmp_path: Path) -> None:
    """Headings, list items, tables with spanning cells, inserted text; what is deleted is not there."""
    document = Document()
    document.add_heading("培养目标", 1)
    document.add_paragraph("编程", style="List Number")
    table = document.add_table(2, 3)
    for cell, text in zip(table._cells, ["课程", "学时", "学分", "焊接", "32", "2"], strict=True):
        cell.text = text
    table.cell(1, 1).merge(table.cell(1, 2))
    body = document.add_paragraph("留下")
    for tag, inner, text in (("w:ins", "w:t", "加入"), ("w:del", "w:delText", "删去")):
        change, run, part = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(inner)
        part.text = text
        run.append(part)
        change.append(run)
        body._p.append(change)
    style = document.styles["List Number"].element
    properties = style.get_or_add_pPr() if hasattr(style, "get_or_add_pPr") else None
    assert properties is not None
    paragraph = document.paragraphs[1]._p.get_or_add_pPr()
    paragraph.append(OxmlElement("w:numPr"))
    assert paragraph.find(qn("w:numPr")) is not None
    document.save(str(tmp_path / "a.docx"))
    assert read_document(tmp_path / "a.docx") == [
        Passage(1, "培养目标", is_heading=True),
        Passage(2, "编程", is_item=True),
        Passage(1, "课程 学时 学分", "table:1", cells=("课程", "学时", "学分")),
        Passage(2, "焊接 32\n2", "table:1", cells=("焊接", "32\n2", "32\n2")),
        Passage(3, "留下加入"),
    ]


def test_pdf_files_give_the_lines_of_each_page(tmp_path: Path) -> None:
    """Page numbers are no lines; a page without text has none."""
    path = made(tmp_path / "a.pdf", "First line\nSecond line\n- 1 -", "", "Third")
    assert read_document(path) == [
        Passage(1, "First line", "page:1"),
        Passage(2, "Second line", "page:1"),
        Passage(1, "Third", "page:3"),
    ]
    assert [spoken_part(part).text("zh") for part in ("page:3", "table:2", "岗位")] == [
        "第 3 页",
        "第 2 个表格",
        "工作表 岗位",
    ]


def test_texts_are_read_in_the_encodings_of_china(tmp_path: Path) -> None:
    """UTF-8, UTF-16, GB18030; marks of Markdown, radicals and control characters are gone."""
    text = "# 专业核⼼课程\n\n- 焊接机器人操作与编程\x08\n"
    for encoding in ("utf-8-sig", "utf-16", "utf-8"):
        path = tmp_path / f"{encoding}.md"
        path.write_text(text, encoding=encoding)
        assert read_document(path) == [
            Passage(1, "专业核心课程", is_heading=True),
            Passage(3, "焊接机器人操作与编程", is_item=True),
        ]
    (tmp_path / "gb.txt").write_text("焊接机器人操作与编程", encoding="gb18030")
    assert read_document(tmp_path / "gb.txt") == [Passage(1, "焊接机器人操作与编程")]


XML = b'<?xml version="1.0"?>'
DOCX = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body/></w:document>'
HOSTILE: dict[str, tuple[str, Callable[[Path], Any], str]] = {
    "scanned": ("a.pdf", lambda path: made(path, "", ""), "document.scanned"),
    "no PDF": ("a.pdf", lambda path: path.write_bytes(b"hello"), "document.no_pdf"),
    "cut PDF": ("a.pdf", lambda path: path.write_bytes(b"%PDF-1.7\n1 0 obj\n<<"), "document.damaged"),
    "PDF loop": (
        "a.pdf",
        lambda path: put_together(
            path,
            [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 /Parent 2 0 R >>"],
        ),
        "document.",
    ),
    "empty PDF": ("a.pdf", lambda path: path.write_bytes(b""), "document.no_pdf"),
    "text as Word": ("a.docx", lambda path: path.write_text("hello"), "document.no_docx"),
    "PDF as Word": ("a.docx", lambda path: made(path, "hello"), "file.is_pdf"),
    "workbook as Word": ("a.docx", lambda path: zipped(path, xl__workbook=XML), "file.is_workbook"),
    "entities": (
        "a.docx",
        lambda path: zipped(path, word__document=XML + b'<!DOCTYPE a [<!ENTITY b "c">]>' + DOCX),
        "document.deep",
    ),
    "deep": ("a.docx", lambda path: zipped(path, word__document=b"<a>" * 300 + b"</a>" * 300), "document.deep"),
    "bomb": (
        "a.docx",
        lambda path: zipped(path, word__document=DOCX, word__media=b"\0" * 30_000_000),
        "document.unpacks",
    ),
    "broken parts": ("a.docx", lambda path: zipped(path, word__document=DOCX), "document.damaged"),
    "old Word": ("a.doc", lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0"), "document.old_word"),
    "another ending": ("a.exe", lambda path: path.write_bytes(b"MZ"), "document.other"),
    "HTML as text": ("a.md", lambda path: path.write_text("<!doctype html><p>x"), "file.is_html"),
    "empty text": ("a.txt", lambda path: path.write_text(" \n"), "file.empty"),
}


def test_hostile_documents_are_refused_by_name(tmp_path: Path) -> None:
    """Each with its reason, whatever the ending says; none is unpacked, expanded or followed without end."""
    wrong = {}
    for name, (file, write, code) in HOSTILE.items():
        folder = tmp_path / name.replace(" ", "-")
        folder.mkdir()
        write(folder / file)
        got = told(folder / file)
        if not got.startswith(code):
            wrong[name] = got
    assert wrong == {}


def test_a_protected_pdf_is_said_to_be_one(tmp_path: Path) -> None:
    """One with an owner's password alone opens; one that asks for a password does not."""
    for name, password in (("locked.pdf", "secret"), ("open.pdf", "")):
        writer = PdfWriter(clone_from=made(tmp_path / "plain.pdf", "Hello"))
        writer.encrypt(password, "owner", algorithm="RC4-128")
        writer.write(tmp_path / name)
    assert told(tmp_path / "locked.pdf") == "document.password"
    assert [passage.text for passage in read_document(tmp_path / "open.pdf")] == ["Hello"]


def test_more_than_a_document_holds_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages and paragraphs are counted while they are read."""
    path = made(tmp_path / "a.pdf", *["text"] * 4)
    monkeypatch.setattr(pdf, "MAX_PAGES", 3)
    assert told(path) == "document.many_pages"
    document = Document()
    for _ in range(4):
        document.add_paragraph("text")
    document.save(str(tmp_path / "a.docx"))
    monkeypatch.setattr(docx, "MAX_PASSAGES", 3)
    assert told(tmp_path / "a.docx") == "document.long"


def test_folders_are_looked_through_and_litter_is_left_alone(tmp_path: Path) -> None:
    """Documents by name, other files beside; a folder without any is refused."""
    (tmp_path / "below").mkdir()
    for name in ("b.md", "a.txt", "~$a.docx", "c.csv", "below/d.pdf"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    documents, others = find_documents(tmp_path)
    assert [file.name for file in documents] == ["a.txt", "b.md", "d.pdf"]
    assert [file.name for file in others] == ["c.csv"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError):
        find_documents(tmp_path / "empty")


def test_merged_cells_of_tables_and_sheets_count_in_each_row(tmp_path: Path) -> None:
    """Word and workbooks hold the text of a merged cell once; what reads whole tables sees it wherever it goes on."""
    document = Document()
    document.add_paragraph("表 1")
    table = document.add_table(3, 4)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "课程名称"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "学时"
    table.cell(1, 1).text, table.cell(2, 0).text = "理论", "航标"
    document.save(str(tmp_path / "a.docx"))
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (("课程名称", "学时", None), (None, "理论", None), ("航标", None, None)):
        sheet.append(row)
    sheet.merge_cells("A1:A2")
    sheet.merge_cells("B1:C1")
    workbook.save(tmp_path / "a.xlsx")
    passages = read_document(tmp_path / "a.docx")
    _, word = blocks(passages)
    (excel,) = blocks(read_sheets(tmp_path / "a.xlsx"))
    assert isinstance(word, DocumentTable)
    assert isinstance(excel, DocumentTable)
    assert word.caption == "表 1"
    assert passages[2].text == "理论"
    for found in (word, excel):
        assert [(*row.cells, "", "")[:3] for row in found.rows] == [
            ("课程名称", "学时", "学时"),
            ("课程名称", "理论", ""),
            ("航标", "", ""),
        ]


def test_tables_of_html_inside_markdown_are_tables(tmp_path: Path) -> None:
    """Converters write them so: on one line or several, with cells that span rows and columns."""
    table = "<table><tr><td rowspan=2>课程名称</td><td colspan=2>学时</td></tr>\n<tr><td>理论</td><td>实践</td></tr>\n"
    (tmp_path / "a.md").write_text(
        f"# 表 1\n\n{table}<tr><td>航<br>标</td><td>4</td></tr></table>\n\n后文\n", encoding="utf-8"
    )
    title, found, _, rest = blocks(read_document(tmp_path / "a.md"))
    assert isinstance(title, Passage)
    assert isinstance(rest, Passage)
    assert isinstance(found, DocumentTable)
    assert (found.caption, title.text, rest.text) == ("表 1", "表 1", "后文")
    assert [(row.row, row.cells) for row in found.rows] == [
        (3, ("课程名称", "学时", "学时")),
        (4, ("课程名称", "理论", "实践")),
        (5, ("航\n标", "4")),
    ]
