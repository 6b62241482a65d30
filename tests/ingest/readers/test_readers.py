"""CSV, XLSX and JSON files as tables: what comes back, and what is said of every fault."""

import csv
import json
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path

import pytest
from openpyxl import Workbook

from graph.errors import InputError, Problem
from ingest.readers import NumberText, Table, read_csv, read_json, read_workbook, tables, workbooks
from ingest.readers import container_check as containers
from ingest.readers import sheet_table as limits
from ingest.readers.cell_text import text_of
from tests.support.drafts import as_worded, worded_problem


def fault(call: Callable[[], object]) -> Problem:
    """Return the problem that the call raises."""
    with pytest.raises(InputError) as raised:
        call()
    return raised.value.problem


def csv_file(folder: Path, data: str | bytes, name: str = "roles.csv") -> Path:
    """Write a file as it is given; text as UTF-8."""
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def workbook_file(folder: Path, *rows: Sequence[object], sheet: str = "roles") -> Path:
    """Write a workbook of one sheet."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    page = workbook.create_sheet(sheet)
    for row in rows:
        page.append(row)
    path = folder / "book.xlsx"
    workbook.save(path)
    return path


def with_part(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """Change one part of a workbook."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts[part] = change(parts.get(part, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)
    return path


def json_file(folder: Path, document: object) -> Path:
    """Write a document; text as it is."""
    path = folder / "book.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


def records_and_problems(table: Table) -> tuple[list[tuple[int, list[str]]], list[Problem]]:
    """Return the records, and the problems of those that are left out."""
    problems: list[Problem] = []
    return list(table.records(problems.append)), problems


def test_csv_rows_count_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    """The header is row 1, and an empty record takes a row."""
    table = read_csv(csv_file(tmp_path, "id,name\na,A\n\n,\nb,B\n"))
    assert list(table.records()) == [(2, ["a", "A"]), (5, ["b", "B"])]


def test_csv_counts_records_not_lines(tmp_path: Path) -> None:
    """A cell with line breaks is one cell of one record."""
    table = read_csv(csv_file(tmp_path, 'id,name\na,"1\n2\n3"\nb,B\n'))
    assert list(table.records()) == [(2, ["a", "1\n2\n3"]), (3, ["b", "B"])]


def test_csv_can_be_read_again(tmp_path: Path) -> None:
    """Every call of records starts from the first."""
    table = read_csv(csv_file(tmp_path, "id\na\n"))
    assert list(table.records()) == list(table.records()) == [(2, ["a"])]


def test_csv_knows_its_file_and_name(tmp_path: Path) -> None:
    """The file comes without folders, the name without the ending."""
    table = read_csv(csv_file(tmp_path, "id\n"))
    assert (table.file, table.sheet, table.name, table.header) == ("roles.csv", None, "roles", ["id"])


def test_csv_cells_are_stripped(tmp_path: Path) -> None:
    """White space around a cell is no part of it, be it wide or of no break."""
    table = read_csv(csv_file(tmp_path, " id ,name\n a\u3000,\u00a0A \n"))
    assert (table.header, list(table.records())) == (["id", "name"], [(2, ["a", "A"])])


def test_csv_takes_a_byte_order_mark(tmp_path: Path) -> None:
    """The mark that Excel writes is no part of the first column."""
    assert read_csv(csv_file(tmp_path, b"\xef\xbb\xbfid\na\n")).header == ["id"]


def test_csv_empty_cells_beyond_the_header_are_nothing(tmp_path: Path) -> None:
    """Excel leaves commas behind; they do no harm."""
    table = read_csv(csv_file(tmp_path, "id,name,,\na,A,,\nb,B,,,,\n"))
    assert list(table.records()) == [(2, ["a", "A"]), (3, ["b", "B"])]


def test_csv_tells_a_cell_beyond_the_header(tmp_path: Path) -> None:
    """The record is left out, the others stand."""
    records, problems = records_and_problems(read_csv(csv_file(tmp_path, "id,name\na,A,x\nb,B\n")))
    assert records == [(3, ["b", "B"])]
    assert as_worded(problems) == [
        worded_problem(
            "the row has a cell beyond the 2 that the header names; remove it, or name its column",
            "roles.csv",
            None,
            2,
            None,
            "x",
        )
    ]


def test_csv_tells_too_few_cells(tmp_path: Path) -> None:
    """A record cut short is not guessed at."""
    records, problems = records_and_problems(read_csv(csv_file(tmp_path, "id,name,kind\na,A\n")))
    assert records == []
    assert as_worded(problems) == [
        worded_problem("the row has 2 cells, the header 3; write a comma for each empty one", "roles.csv", None, 2)
    ]


def test_csv_ragged_record_raises_without_a_listener(tmp_path: Path) -> None:
    """Nobody who forgets to listen loses a row unknowingly."""
    table = read_csv(csv_file(tmp_path, "id,name\na\n"))
    assert fault(lambda: list(table.records())).row == 2


def test_csv_lenient_pads(tmp_path: Path) -> None:
    """Published files may leave out the last commas, and quote as they like."""
    table = read_csv(csv_file(tmp_path, 'id,name\na\n"b"c,B\n'), lenient=True)
    assert list(table.records()) == [(2, ["a", ""]), (3, ["bc", "B"])]


def test_csv_other_delimiter(tmp_path: Path) -> None:
    """A format may separate by tabs."""
    table = read_csv(csv_file(tmp_path, "id\tname\na\tA\n"), delimiter="\t")
    assert list(table.records()) == [(2, ["a", "A"])]


@pytest.mark.parametrize("wrong", [b"\0", b"\xe9"])
def test_csv_fault_of_bytes_is_placed_by_the_delimiter(tmp_path: Path, wrong: bytes) -> None:
    """In tab-separated text, where a comma and a quotation mark are characters like any other."""
    path = csv_file(tmp_path, b'id\tname\n"a,\t\xc3\xa9\nb\tx' + wrong + b"\n", "roles.txt")
    problem = fault(lambda: read_csv(path, delimiter="\t", quoted=False))
    assert (problem.file, problem.row, problem.column) == ("roles.txt", 3, "name")


def test_csv_large_file_is_streamed(tmp_path: Path) -> None:
    """A fault at the end does not keep the first records back."""
    table = read_csv(csv_file(tmp_path, "id\n" + "a\n" * 1000 + '"b\n'))
    assert next(table.records()) == (2, ["a"])


@pytest.mark.parametrize(
    ("data", "row", "column", "value", "reason"),
    [
        (b"", None, None, None, "the file is empty"),
        (b"\n\n", 1, None, None, "the header is missing"),
        (b"\xef\xbb\xbf", 1, None, None, "the header is missing"),
        (b",,\na,b,c\n", 1, None, None, "the header is missing"),
        (b"id,,name\n", 1, None, None, "column 2 has no name"),
        (b"id,name,id\n", 1, "id", "id", "the column id stands 2 times"),
        (b"id;name\na;A\n", 1, None, "id;name", "separated by semicolons; save it with commas"),
        (b"id\tname\na\tA\n", 1, None, "id\tname", "separated by tabs"),
        (",".join(f"c{i}" for i in range(1001)).encode(), 1, None, None, "names 1001 columns, 1000 are allowed"),
        ("id,name\na,岗位职责说明\n".encode("gbk"), None, None, None, "this file is in GBK; save it as CSV UTF-8"),
        ("编号,名称\na,岗位职责\n".encode("gb18030"), None, None, None, "this file is in GBK"),
        ("id,name\na,岗位\n".encode("utf-16"), None, None, None, "this file is in UTF-16; save it as CSV UTF-8"),
        ("id,name\na,role\n".encode("utf-16-le"), None, None, None, "this file is in UTF-16"),
        (b"id,name\na,A\nb,caf\xe9 au lait\n", 3, "name", "caf\ufffd au lait", "is not UTF-8"),
        (b"id,name\na,A\nb,B\xe5\xb2", 3, "name", "B\ufffd\ufffd", "is not UTF-8"),
        (b"id,name\na,A and much more\nb,B\0\n", 3, "name", "B\ufffd", "holds a NUL character"),
        (b'id,"name\na,A\n', 1, None, None, "a quotation mark is opened and never closed"),
    ],
)
def test_csv_refuses_the_file(
    tmp_path: Path, *, data: bytes, row: int | None, column: str | None, value: str | None, reason: str
) -> None:
    """What is wrong with the whole file is said before a record is given, with its place and the way out."""
    problem = fault(lambda: read_csv(csv_file(tmp_path, data)))
    assert (problem.file, problem.sheet, problem.row, problem.column) == ("roles.csv", None, row, column)
    assert (problem.value, reason in problem.reason) == (value, True)


@pytest.mark.parametrize(
    ("data", "row", "reason"),
    [
        ('id,name\na,A\nb,"B\nc,C\n', 3, "a quotation mark is opened and never closed"),
        ('id,name\na,A\nb,"B" C\n', 3, "inside a quoted cell write each quotation mark twice"),
        ("id,name\na,A\nb," + "B" * 1_000_001 + "\n", 3, "a cell has more than 1,000,000 characters"),
        ('id,name\na,"' + "A,\n" * 500_000, 2, "a cell has more than 1,000,000 characters"),
    ],
)
def test_csv_names_the_row_where_reading_ends(tmp_path: Path, data: str, row: int, reason: str) -> None:
    """What is no CSV is told with the number of its record."""
    table = read_csv(csv_file(tmp_path, data))
    problem = fault(lambda: list(table.records()))
    assert (problem.file, problem.row, reason in problem.reason) == ("roles.csv", row, True)


def test_csv_finds_a_fault_beyond_the_first_block(tmp_path: Path) -> None:
    """The encoding is judged by all of the file."""
    data = b"id,name\n" + b"a,plain words only\n" * 80_000 + "b,岗位职责\n".encode("gbk")
    assert "GBK" in fault(lambda: read_csv(csv_file(tmp_path, data))).reason


def test_csv_cell_of_a_megabyte_is_read(tmp_path: Path) -> None:
    """The limit of the csv module itself is lower."""
    csv.field_size_limit(131_072)
    table = read_csv(csv_file(tmp_path, "id\n" + "a" * 900_000 + "\n"))
    assert [len(cells[0]) for _, cells in table.records()] == [900_000]


def test_tables_of_a_folder_are_sorted(tmp_path: Path) -> None:
    """Only .csv files count, in the order of their names."""
    for name in ("b.csv", "a.CSV", "note.txt"):
        csv_file(tmp_path, "id\n", name)
    assert [table.file for table in tables(tmp_path)] == ["a.CSV", "b.csv"]


def test_tables_of_a_folder_go_on_after_a_fault(tmp_path: Path) -> None:
    """Every file at fault is told to who listens."""
    csv_file(tmp_path, "", "a.csv")
    csv_file(tmp_path, "id\n", "b.csv")
    csv_file(tmp_path, "id,id\n", "c.csv")
    problems: list[Problem] = []
    assert [table.name for table in tables(tmp_path, problems.append)] == ["b"]
    assert [problem.file for problem in problems] == ["a.csv", "c.csv"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("absent.csv", "there is no such file or folder"),
        ("empty", "there is no .csv file in this folder"),
        ("old.xls", "save it as .xlsx"),
        ("new.numbers", "save it as .xlsx"),
        ("macro.xlsm", "save it as .xlsx"),
        ("text.txt", "give a folder of .csv files, or a .csv, .xlsx, .ods, .xls or .json file"),
    ],
)
def test_tables_refuses_what_is_none(tmp_path: Path, name: str, reason: str) -> None:
    """A path that holds no table says what would."""
    (tmp_path / "empty").mkdir()
    for file in ("old.xls", "new.numbers", "macro.xlsm", "text.txt"):
        csv_file(tmp_path, "id\n", file)
    problem = fault(lambda: tables(tmp_path / name))
    assert (problem.file, reason in problem.reason) == (name, True)


def test_workbook_rows_and_texts(tmp_path: Path) -> None:
    """A sheet is a table; what is no text is NumberText, spelled plainly."""
    path = workbook_file(
        tmp_path, ["id", "a", "b", "c", "d"], [], ["x", 3, 0.5, date(2026, 3, 1), True], ["y", 3.0, -2, None, " z "]
    )
    (table,) = read_workbook(path)
    assert (table.file, table.sheet, table.name) == ("book.xlsx", "roles", "roles")
    records = list(table.records())
    assert records == [(3, ["x", "3", "0.5", "2026-03-01", "TRUE"]), (4, ["y", "3", "-2", "", "z"])]
    assert [type(cell) is NumberText for cell in records[0][1]] == [False, True, True, True, True]


def test_workbook_moment_keeps_its_time() -> None:
    """A date with a time of day is not cut to the date."""
    assert text_of(datetime.fromisoformat("2026-03-01T08:30")) == "2026-03-01 08:30:00"


def test_workbook_sheets_keep_their_order(tmp_path: Path) -> None:
    """Sheets come as the workbook shows them, without those to be ignored."""
    workbook = Workbook()
    for name in ("b", "a", "Help"):
        workbook.create_sheet(name).append(["id"])
    workbook.remove(workbook.worksheets[0])
    workbook.save(tmp_path / "book.xlsx")
    assert [table.name for table in read_workbook(tmp_path / "book.xlsx", ignore=["Help"])] == ["b", "a"]


def test_workbook_formula_gives_its_value(tmp_path: Path) -> None:
    """What was last computed counts, not the formula."""
    path = workbook_file(tmp_path, ["id", "hours"], ["a", "=1+1"])
    with_part(path, "xl/worksheets/sheet1.xml", lambda xml: re.sub(rb"<v ?/>|<v></v>", b"<v>2</v>", xml))
    (table,) = read_workbook(path)
    assert list(table.records()) == [(2, ["a", "2"])]


def test_workbook_error_cell_is_a_problem_of_its_row(tmp_path: Path) -> None:
    """A formula that fails is named with its column, and every one of the row."""
    path = workbook_file(tmp_path, ["id", "hours", "name"], ["a", "#REF!", "#DIV/0!"], ["b", 2, "B"])
    (table,) = read_workbook(path)
    records, problems = records_and_problems(table)
    assert records == [(3, ["b", "2", "B"])]
    assert as_worded(problems) == [
        worded_problem(
            f"the cell shows {value}; correct its formula, or type the value", "book.xlsx", "roles", 2, column, value
        )
        for column, value in (("hours", "#REF!"), ("name", "#DIV/0!"))
    ]


def test_workbook_text_that_looks_like_an_error_is_text(tmp_path: Path) -> None:
    """Only cells that are errors are errors."""
    path = workbook_file(tmp_path, ["id"], ["x"])
    with_part(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<t>x</t>", b"<t>#REF!</t>"))
    (table,) = read_workbook(path)
    assert list(table.records()) == [(2, ["#REF!"])]


def test_workbook_tells_a_cell_beyond_the_header(tmp_path: Path) -> None:
    """A value without a column is a problem of its row."""
    (table,) = read_workbook(workbook_file(tmp_path, ["id"], ["a", None, "x"], ["b"]))
    records, problems = records_and_problems(table)
    assert records == [(3, ["b"])]
    assert [(p.file, p.sheet, p.row, p.value) for p in problems] == [("book.xlsx", "roles", 2, "x")]


@pytest.mark.parametrize(
    ("rows", "row", "column", "reason"),
    [
        ([], None, None, "the sheet is empty; name the columns in row 1, or delete the sheet"),
        ([[], ["id"], ["a"]], 1, None, "the header is missing: name the columns in row 1"),
        ([["id", None, "name"]], 1, None, "column 2 has no name"),
        ([["id", "name", "id"]], 1, "id", "the column id stands 2 times"),
    ],
)
def test_workbook_refuses_a_sheet_without_header(
    tmp_path: Path, rows: list[Sequence[object]], row: int | None, column: str | None, reason: str
) -> None:
    """A sheet at fault is told, and left out."""
    problems: list[Problem] = []
    assert read_workbook(workbook_file(tmp_path, *rows), problems.append) == []
    (problem,) = problems
    assert (problem.file, problem.sheet, problem.row, problem.column) == ("book.xlsx", "roles", row, column)
    assert reason in problem.reason


def test_workbook_claimed_rows_are_not_believed(tmp_path: Path) -> None:
    """A sheet that claims a million rows and fills two is read as two."""
    path = workbook_file(tmp_path, ["id"], ["a"])
    with_part(
        path,
        "xl/worksheets/sheet1.xml",
        lambda xml: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', xml),
    )
    (table,) = read_workbook(path)
    assert list(table.records()) == [(2, ["a"])]


def test_workbook_far_cell_is_reached_without_filling_what_lies_between(tmp_path: Path) -> None:
    """One cell in the last corner costs no memory, and is told as beyond the header."""
    path = workbook_file(tmp_path, ["id"], ["a"])
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    with_part(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</sheetData>", far))
    (table,) = read_workbook(path)
    records, problems = records_and_problems(table)
    assert (records, [(p.row, p.value) for p in problems]) == ([(2, ["a"])], [(1048576, "1")])


def test_workbook_row_beyond_the_last_ends(tmp_path: Path) -> None:
    """A row number that no sheet has does not keep the reader counting."""
    path = workbook_file(tmp_path, ["id"], ["a"])
    far = b'<row r="999999999999"><c r="A999999999999"><v>1</v></c></row></sheetData>'
    with_part(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</sheetData>", far))
    (table,) = read_workbook(path)
    assert "a row beyond the last, 1,048,576" in fault(lambda: list(table.records())).reason


def test_workbook_number_of_any_length_is_read(tmp_path: Path) -> None:
    """No spreadsheet program writes more than 17 digits; other programs do, and more than a float holds."""
    path, digits = workbook_file(tmp_path, ["id"], [7]), "9" * 400
    with_part(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<v>7</v>", f"<v>{digits}</v>".encode()))
    (table,) = read_workbook(path)
    assert list(table.records()) == [(2, [digits])]


def numbered(number: bytes, xml: bytes) -> bytes:
    """Return the sheet with this number at each of its rows."""
    return re.sub(b'<row r="[0-9]+"', b'<row r="%s"' % number, xml)


def test_workbook_rows_out_of_order_are_told_with_the_last_that_is_in_order(tmp_path: Path) -> None:
    """Where not even the first is, no row is named: there is none of number 0."""
    path = workbook_file(tmp_path, ["id"], ["a"])
    told = []
    for first in (b"2", b"1", b"0"):
        with_part(path, "xl/worksheets/sheet1.xml", partial(numbered, first))
        problem = fault(lambda: [list(table.records()) for table in read_workbook(path)])
        told.append((problem.row, problem.message.code))
    assert told == [(2, "xlsx.disorder"), (1, "xlsx.disorder"), (None, "xlsx.no_first_row")]


def test_workbook_limits_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that hold something are counted; the first too many is named."""
    monkeypatch.setattr(limits, "MAX_RECORDS", 2)
    (table,) = read_workbook(workbook_file(tmp_path, ["id"], ["a"], [], ["b"], ["c"]))
    problem = fault(lambda: list(table.records()))
    assert (problem.file, problem.sheet, problem.row) == ("book.xlsx", "roles", 5)
    assert problem.reason == "the sheet has more than 2 records; use CSV"


def test_workbook_limits_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty cells far to the right count too."""
    monkeypatch.setattr(limits, "MAX_CELLS", 20)
    (table,) = read_workbook(workbook_file(tmp_path, ["id"], ["a"] + [None] * 20 + ["x"]))
    problem = fault(lambda: list(table.records()))
    assert (problem.sheet, "delete the empty columns" in problem.reason) == ("roles", True)


def test_workbook_limits_columns(tmp_path: Path) -> None:
    """A header of more columns than any format has is refused."""
    problem = fault(lambda: read_workbook(workbook_file(tmp_path, [f"c{i}" for i in range(1200)])))
    assert (problem.sheet, problem.reason) == ("roles", "the header names 1200 columns, 1000 are allowed")


def test_workbook_limits_sheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many sheets are refused before one is read."""
    monkeypatch.setattr(workbooks, "MAX_SHEETS", 0)
    problem = fault(lambda: read_workbook(workbook_file(tmp_path, ["id"])))
    assert (problem.file, problem.reason) == ("book.xlsx", "the workbook has 1 sheets, 0 are allowed")


@pytest.mark.parametrize(
    ("name", "limit", "reason"),
    [
        ("MAX_FILE_BYTES", 10, "the workbook has more than 0 MB; use CSV"),
        ("MAX_UNPACKED_BYTES", 10, "the workbook unpacks to"),
        ("MAX_PARTS", 1, "parts, 1 are allowed"),
    ],
)
def test_workbook_limits_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, limit: int, reason: str
) -> None:
    """What is too large is refused before it is unpacked."""
    monkeypatch.setattr(containers, name, limit)
    problem = fault(lambda: read_workbook(workbook_file(tmp_path, ["id"])))
    assert (problem.file, reason in problem.reason) == ("book.xlsx", True)


def test_workbook_limits_the_zip_ratio(tmp_path: Path) -> None:
    """A part that unpacks to hundreds of times its size is a bomb."""
    path = workbook_file(tmp_path, ["id"])
    with_part(path, "xl/worksheets/sheet1.xml", lambda xml: xml + b" " * 5_000_000)
    problem = fault(lambda: read_workbook(path))
    assert (problem.file, "200 are allowed" in problem.reason) == ("book.xlsx", True)


def test_workbook_limits_shared_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table of texts is counted by what it holds, wherever it stands and whatever it claims."""
    monkeypatch.setattr(containers, "MAX_SHARED_STRINGS", 3)
    path = workbook_file(tmp_path, ["id"])
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    texts = f'<x:sst xmlns:x="{main}" count="1">{"<x:si><x:t>a</x:t></x:si>" * 4}</x:sst>'
    with_part(path, "xl/texts.xml", lambda _: texts.encode())
    assert "more than 3 different texts" in fault(lambda: read_workbook(path)).reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_workbook_entities_are_refused(tmp_path: Path, encoding: str) -> None:
    """A part that declares a document type is refused, in whatever encoding it hides."""
    path = workbook_file(tmp_path, ["id"], ["a"])

    def declare(xml: bytes) -> bytes:
        text = re.sub(r"^<\?xml.*?\?>", "", xml.decode()).replace("<t>a</t>", "<t>&e;</t>")
        return f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE w [<!ENTITY e "boo">]>{text}'.encode(encoding)

    with_part(path, "xl/worksheets/sheet1.xml", declare)
    problem = fault(lambda: read_workbook(path))
    assert as_worded([problem])[0] == worded_problem(
        "xl/worksheets/sheet1.xml in it declares a document type, which no workbook needs", "book.xlsx"
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (b"id,name\na,A\n", "this is a text file under another name"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "this is an old workbook (.xls) under another name"),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "the workbook is protected by a password",
        ),
        (b"\x89PNG\0\0", "this is no workbook"),
        (b"PK\x03\x04 and then nothing", "the workbook is damaged"),
    ],
)
def test_workbook_refuses_what_is_none(tmp_path: Path, data: bytes, reason: str) -> None:
    """A file that only bears the name says what it is."""
    problem = fault(lambda: read_workbook(csv_file(tmp_path, data, "book.xlsx")))
    assert (problem.file, reason in problem.reason) == ("book.xlsx", True)


@pytest.mark.parametrize(
    ("part", "what"),
    [
        ("readme.txt", "a zip archive that is no workbook"),
        ("mimetype", "an OpenDocument file"),
        ("word/document.xml", "a Word document"),
        ("xl/workbook.bin", "a binary workbook (.xlsb)"),
    ],
)
def test_workbook_refuses_another_archive(tmp_path: Path, part: str, what: str) -> None:
    """A zip archive of something else is named."""
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w") as archive:
        archive.writestr(part, "x")
    assert fault(lambda: read_workbook(tmp_path / "book.xlsx")).reason == f"this is {what}; save it as .xlsx"


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml"])
def test_workbook_refuses_damage(tmp_path: Path, part: str) -> None:
    """XML that breaks off is told, not guessed at."""
    path = with_part(workbook_file(tmp_path, ["id"], ["a"]), part, lambda xml: xml[: len(xml) // 2])
    problem = fault(lambda: [list(table.records()) for table in read_workbook(path)])
    assert (problem.file, "damaged" in problem.reason) == ("book.xlsx", True)


def test_json_keys_are_tables(tmp_path: Path) -> None:
    """The header is every key met; the first record is in row 2; numbers are NumberText; lists are joined."""
    document = {"roles": [{"id": " a ", "n": 1.50}, {"id": "b", "aliases": ["x", "y"], "n": None}], "links": []}
    roles, links = read_json(json_file(tmp_path, document))
    assert (roles.file, roles.sheet, roles.name, roles.header) == (
        "book.json",
        "roles",
        "roles",
        ["id", "n", "aliases"],
    )
    records = list(roles.records())
    assert records == [(2, ["a", "1.5", ""]), (3, ["b", "", "x|y"])]
    assert isinstance(records[0][1][1], NumberText)
    assert (links.header, list(links.records())) == ([], [])


def test_json_source_may_be_one_object(tmp_path: Path) -> None:
    """The source need not be a list of one."""
    (table,) = read_json(json_file(tmp_path, {"source": {"name": "S"}}))
    assert list(table.records()) == [(2, ["S"])]


@pytest.mark.parametrize(
    ("document", "sheet", "value", "reason"),
    [
        ("", None, None, "the file is empty"),
        ("[]", None, None, "the file is one object"),
        ('{"roles": [}', None, None, "is not JSON: Expecting value in line 1, at character 12"),
        ('{"roles": [], "roles": []}', "roles", None, "the key roles stands twice"),
        ('{"roles": {"id": "a"}}', "roles", "an object", "a list of records is expected"),
        ('{"roles": 3}', "roles", "3", "a list of records is expected"),
        ('{"roles": [{"": 1}]}', "roles", None, "a key without a name"),
        ("[" * 200_000, None, None, "is nested too deeply"),
    ],
)
def test_json_refuses_the_file(
    tmp_path: Path, document: str, sheet: str | None, value: str | None, reason: str
) -> None:
    """What is wrong with the whole file is told with its key."""
    problem = fault(lambda: read_json(json_file(tmp_path, document)))
    assert (problem.file, problem.sheet, problem.value) == ("book.json", sheet, value)
    assert reason in problem.reason


def test_json_refuses_another_encoding(tmp_path: Path) -> None:
    """JSON is UTF-8."""
    path = csv_file(tmp_path, '{"roles": "岗位"}'.encode("gbk"), "book.json")
    assert "is not UTF-8 (byte 12)" in fault(lambda: read_json(path)).reason


@pytest.mark.parametrize(
    ("record", "column", "value", "reason"),
    [
        ('"a"', None, "a", "each record is an object"),
        ('{"id": "a", "id": "b"}', "id", "b", "the key id stands twice in this record"),
        ('{"id": NaN}', "id", "NaN", "NaN is no number that JSON allows"),
        ('{"id": -Infinity}', "id", "-Infinity", "-Infinity is no number"),
        ('{"id": true}', "id", "true", "a text, a number, null or a list of texts is expected"),
        ('{"id": {}}', "id", "an object", "a text, a number, null or a list of texts is expected"),
        ('{"id": ["a", 1]}', "id", "a list", "a list may hold texts only"),
        ('{"id": ["a|b"]}', "id", "a list", "may not hold |"),
        ('{"id": "a\\ud800"}', "id", "a?", "holds half a character"),
    ],
)
def test_json_tells_a_record_at_fault(tmp_path: Path, record: str, column: str | None, value: str, reason: str) -> None:
    """The record is left out, and told with its key, number, column and value; the others stand."""
    (table,) = read_json(json_file(tmp_path, '{"roles": [{"id": "z"}, ' + record + "]}"))
    records, problems = records_and_problems(table)
    assert records == [(2, ["z"])]
    (problem,) = problems
    assert (problem.file, problem.sheet, problem.row) == ("book.json", "roles", 3)
    assert (problem.column, problem.value) == (column, value)
    assert reason in problem.reason


def test_json_long_number_is_kept_as_text(tmp_path: Path) -> None:
    """A number of any length or size is left to the schema to judge."""
    (table,) = read_json(json_file(tmp_path, '{"roles": [{"n": 1e999, "m": ' + "9" * 5000 + "}]}"))
    assert list(table.records()) == [(2, ["1e999", "9" * 5000])]


@pytest.mark.parametrize("data", [b"id,na\xffme\na,b\0\n", b"id,name\na,\xff\0\n", b"id,na\xff\0me\na,b\n"])
def test_problem_of_odd_bytes_can_be_told(tmp_path: Path, data: bytes) -> None:
    """Bytes that are no UTF-8 stand neither in the value nor in the name of the column: a report holds them."""
    (tmp_path / "a.csv").write_bytes(data)
    with pytest.raises(InputError) as raised:
        read_csv(tmp_path / "a.csv")
    json.dumps(raised.value.problem.as_dict(), ensure_ascii=False).encode()


def inline_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


@pytest.mark.parametrize(
    "rows",
    [
        f'<row r="3">{inline_cell("A3", "c")}</row><row r="2">{inline_cell("A2", "b")}</row>',
        f'<row r="2">{inline_cell("A2", "b")}</row><row r="2">{inline_cell("A2", "c")}</row>',
        f'<row r="2">{inline_cell("B2", "b")}{inline_cell("A2", "c")}</row>',
        f'<row r="2">{inline_cell("A2", "b")}{inline_cell("A2", "c")}</row>',
        f'<row r="2">{inline_cell("A2", "b")}{inline_cell("B7", "c")}</row>',
    ],
)
def test_what_stands_out_of_order_in_a_sheet_is_refused(tmp_path: Path, rows: str) -> None:
    """Two rows or cells at one place, a row before the one above it, a cell of another row: none is left out unseen."""
    path = workbook_file(tmp_path, ("id", "name"))
    data = f'<row r="1">{inline_cell("A1", "id")}{inline_cell("B1", "name")}</row>{rows}'
    with_part(
        path, "xl/worksheets/sheet1.xml", lambda xml: re.sub(b"<row.*</row>", data.encode(), xml, flags=re.DOTALL)
    )
    problem = fault(lambda: [list(table.records()) for table in read_workbook(path)])
    assert (problem.file, problem.sheet) == ("book.xlsx", "roles")
    assert problem.row == (3 if "A3" in rows else 2)
