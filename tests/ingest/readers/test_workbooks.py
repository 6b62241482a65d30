"""Workbooks that are no .xlsx: .ods and .xls give the same tables, and what is hostile in them is refused in time."""

import struct
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from openpyxl import Workbook

from graph.errors import InputError, Problem
from ingest.readers import NumberText, Tolerance, container_check, read_workbook, sheet_table
from ingest.readers.workbooks import sheet_rows
from ingest.readers.xls_formulas import Formula, formulas
from tests.support.ods_files import cell, content, number, ods, row, sheet

FIXTURES = Path(__file__).parents[2] / "fixtures" / "designer"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def tables(path: Path) -> tuple[dict[str, list[tuple[int, list[str]]]], list[str], list[Problem]]:
    """Return the records of each sheet, the notes, and the problems, as a tolerant reader has them."""
    notes: list[str] = []
    problems: list[Problem] = []
    taken = Tolerance(lambda note: notes.append(str(note)), _widest)
    found = read_workbook(path, problems.append, tolerance=taken)
    return {one.name: list(one.records(problems.append)) for one in found}, notes, problems


def _widest(rows: Sequence[list[str]]) -> int:
    return max(range(len(rows)), key=lambda at: (sum(map(bool, rows[at])), -at), default=0)


def everything(path: Path) -> None:
    """Go through all records of a workbook. Raises InputError at the first problem."""
    for table in read_workbook(path, tolerance=Tolerance(lambda _: None)):
        list(table.records())


def refusal(path: Path) -> Problem:
    """Return why the workbook is refused, be it when it is opened or when it is gone through."""
    with pytest.raises(InputError) as raised:
        everything(path)
    assert raised.value.text("zh") != raised.value.text("en")
    return raised.value.problem


def test_ods_cells_are_what_they_show(tmp_path: Path) -> None:
    """Numbers with their shown form, dates, booleans, spaces and lines; comments and drawings are no text of a cell."""
    note = '<office:annotation><text:p>ignored</text:p></office:annotation><text:p>a<text:s text:c="2"/>b</text:p>'
    text = content(
        sheet(
            "s",
            row("id", "a", "b", "c", "d"),
            row(
                "x",
                number(80901, "080901"),
                number(1.1, "1.10"),
                number(3.0, "3"),
                cell("50%", value_type="percentage"),
            ),
            row(
                "y",
                cell("2026年3月1日", value_type="date", date_value="2026-03-01"),
                cell("真", value_type="boolean", boolean_value="true"),
                f'<table:table-cell office:value-type="string">{note}</table:table-cell>',
                "one\ntwo",
            ),
        )
    )
    records, _, problems = tables(ods(tmp_path / "a.ods", text))
    first, second = records["s"]
    assert problems == []
    assert first == (2, ["x", "80901", "1.1", "3", "50%"])
    shown = [one.shown for one in first[1] if isinstance(one, NumberText)]
    assert shown == ["080901", "1.10", "3"]
    assert second == (3, ["y", "2026-03-01", "TRUE", "a  b", "one\ntwo"])
    assert [one.shown for one in second[1] if isinstance(one, NumberText)] == [None, "TRUE"]


def test_ods_rows_and_cells_are_repeated_hidden_merged_and_empty(tmp_path: Path) -> None:
    """Empty rows to the last one cost nothing; ranges count for all of their cells; what is hidden is noted."""
    merged = cell("m", t_number_rows_spanned="3", value_type="string")
    text = content(
        sheet("empty", row(cell(t_number_columns_repeated="16384"), times=1048576)),
        sheet("hidden", row("id"), row("x"), is_hidden=True),
        sheet(
            "s",
            row(cell(), times=2),
            row("id", "k", "k2"),
            row("a", merged, cell("v", t_number_columns_repeated="1", value_type="string")),
            row("b", "<table:covered-table-cell/>", "w", times=2),
            row(cell(), times=1048570),
        ),
    )
    records, notes, problems = tables(ods(tmp_path / "a.ods", text))
    assert (list(records), problems) == (["s"], [])
    assert records["s"] == [(4, ["a", "m", "v"]), (5, ["b", "m", "w"]), (6, ["b", "m", "w"])]
    assert [note.partition(", ")[2].partition(": ")[0] for note in notes] == ["empty", "hidden", "s", "s"]
    assert "B4:B6" in notes[-1]


def test_formulas_without_a_value_and_errors_are_problems_of_their_cells(tmp_path: Path) -> None:
    """In .ods as in .xlsx; a formula that gave an empty text was computed."""
    computed = cell(t_formula="of:=IF(1;&quot;&quot;)", value_type="string", string_value="")
    text = content(
        sheet(
            "s",
            row("id", "k"),
            row("a", cell(t_formula="of:=1/2")),
            row("b", cell("#DIV/0!", t_formula="of:=1/0", value_type="float", value="0")),
            row("c", computed),
            row("d", '<table:table-cell table:formula="of:=&quot;&quot;"><text:p/></table:table-cell>'),
        )
    )
    records, _, problems = tables(ods(tmp_path / "a.ods", text))
    assert records["s"] == [(4, ["c", ""]), (5, ["d", ""])]
    assert [(one.row, one.column, one.message.code) for one in problems] == [
        (2, "k", "xlsx.uncomputed"),
        (3, "k", "xlsx.error_cell"),
    ]


def test_three_kinds_of_a_workbook_are_one_table() -> None:
    """What a spreadsheet program saved as .xlsx, .ods and .xls: equal cells, shown forms, notes but for the name."""
    found = {ending: tables(FIXTURES / f"plan{ending}") for ending in (".xlsx", ".ods", ".xls")}
    records, notes, problems = found[".xlsx"]
    assert (len(records), problems) == (9, [])
    shown = {
        ending: [one.shown for _, cells in each["能力"] for one in cells if isinstance(one, NumberText)]
        for ending, (each, _, _) in found.items()
    }
    assert shown[".xlsx"] == ["1.10", "1.20", "2.10", "2.20", "3.10"]
    for ending in (".ods", ".xls"):
        assert found[ending][0] == records, ending
        assert [note.replace(ending, ".xlsx") for note in found[ending][1]] == notes, ending
        assert shown[ending] == shown[".xlsx"]
    for ending in found:
        excerpt = dict(sheet_rows(FIXTURES / f"plan{ending}", "课程", 3))
        assert excerpt[2][:3] == ["1", "传感器与检测技术", "机电一体化技术"]


def test_formula_that_no_program_computed_is_known_in_xls() -> None:
    """By its record: row, column, and a value that is more than an empty text."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    empty = b"\x03" + bytes(5) + b"\xff\xff"
    computed = struct.pack("<d", 0.5)
    values = enumerate([empty, computed])
    cells = [record(0x0006, struct.pack("<HHH", at, 1, 0) + value + bytes(6)) for at, value in values]
    chart = record(0x0809, bytes(16)) + cells[0] + record(0x000A, b"")
    stream = b"before" + record(0x0809, bytes(16)) + chart + b"".join(cells) + record(0x000A, b"") + cells[0]
    assert list(formulas(stream, 6)) == [Formula(0, 1, has_value=False), Formula(1, 1, has_value=True)]
    assert list(formulas(stream[:60], 6)) == []


def _packed(**parts: str) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in parts.items():
                archive.writestr(name.replace("_", "."), text)
        return path

    return write


def _data(data: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(data)
        return path

    return write


def _content(text: str, **more: str) -> Callable[[Path], Path]:
    return lambda path: ods(path, text, **more)


HOSTILE: dict[str, tuple[str, Callable[[Path], Path], str]] = {
    "zip bomb": ("a.ods", _content(content() + " " * 9_000_000), "200 are allowed"),
    "document type": (
        "a.ods",
        _content(content(before='<!DOCTYPE o [<!ENTITY e SYSTEM "file:///etc/passwd">]>')),
        "document type",
    ),
    "a filled row, a million times": (
        "a.ods",
        _content(content(sheet("s", row("id"), row("x", times=1048576)))),
        "2,000 records",
    ),
    "wide rows, a million times": (
        "a.ods",
        _content(content(sheet("s", row("id"), row(cell("x", t_number_columns_repeated="16384"), times=1048576)))),
        "20,000,000 cells",
    ),
    "encrypted": ("a.ods", _content("?", manifest="<manifest:encryption-data/>"), "password"),
    "a text document": ("a.ods", _content(content().replace("spreadsheet", "text")), "no OpenDocument spreadsheet"),
    "a zip of something else": ("a.ods", _packed(readme="x"), "no OpenDocument spreadsheet"),
    "cut off within": ("a.ods", _content(content(sheet("s", row("id")))[:-60]), "damaged"),
    "a text file": ("a.ods", _data(b"id,name\n"), "text file under another name"),
    "an empty file": ("a.ods", _data(b""), "the file is empty"),
    "a web page": ("a.xls", _data(b"<html><table></table></html>"), "text file under another name"),
    "no stream of a workbook": ("a.xls", _data(OLE + bytes(1600)), "damaged"),
    "encrypted as a package": ("a.xls", _data(OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le")), "password"),
    "records cut off": ("a.xls", _data((FIXTURES / "plan.xls").read_bytes()[:7000]), ""),
    "a picture": ("a.xls", _data(b"\x89PNG\0\0"), "no workbook"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_or_damaged_is_refused(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bombs, entities, endless repeats, protection, other files, files cut off: a problem that names the file."""
    monkeypatch.setattr(sheet_table, "MAX_RECORDS", 2000)
    file, write, said = HOSTILE[name]
    problem = refusal(write(tmp_path / file))
    assert (problem.file, said in problem.reason) == (file, True), problem.reason


def test_deep_xml_costs_no_stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Elements in each other, a hundred thousand deep."""
    monkeypatch.setattr(container_check, "MAX_RATIO", 1000)
    deep = "<table:x>" * 100_000 + "</table:x>" * 100_000
    records, _, _ = tables(ods(tmp_path / "a.ods", content(sheet("s", row("id"), row("x")), deep)))
    assert records == {"s": [(2, ["x"])]}


def test_cells_kept_of_a_workbook_are_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that memory does not end."""
    monkeypatch.setattr("ingest.readers.ods_content.MOST_KEPT", 3)
    path = ods(tmp_path / "a.ods", content(sheet("s", row("id"), row("a", "b", "c"))))
    assert "more than 3 cells" in refusal(path).reason


def test_xls_of_any_damage_ends_in_a_report(tmp_path: Path) -> None:
    """Bytes changed here and there: records, or a problem; nothing else."""
    whole = (FIXTURES / "plan.xls").read_bytes()
    for at in range(0, len(whole), len(whole) // 60):
        path = tmp_path / "a.xls"
        path.write_bytes(whole[:at] + b"\xff\x7f\x00\x80" + whole[at + 4 :])
        with suppress(InputError):
            everything(path)


def test_another_kind_than_the_name_says_is_noted(tmp_path: Path) -> None:
    """Read as what it is; a strict reader refuses it."""
    book = Workbook()
    book.create_sheet("s").append(["id"])
    book.save(tmp_path / "plan.xls")
    path = tmp_path / "plan.xls"
    _, notes, problems = tables(path)
    assert problems == []
    assert any(".xlsx under another name" in note for note in notes)
    with pytest.raises(InputError, match="no workbook"):
        read_workbook(path)
