"""Tables of published formats as spreadsheets and systems leave them: read, and said; in every format that has such."""

import csv
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from graph.errors import InputError
from graph.messages import Message
from graph.stores import open_store
from ingest.draft import Draft, Place
from ingest.formats import cip_soc, esco
from ingest.formats.case.mapping import read_mapping as read_item_types
from ingest.formats.case.mapping import target_of
from ingest.formats.crosswalk import read as crosswalk
from ingest.formats.nice import read as nice
from ingest.formats.onet import read as onet
from ingest.formats.osmt import read as osmt
from ingest.formats.xapi.mapping import read_mapping as read_activities
from ingest.formats.xapi.statements import ScoredAttempt
from ingest.job import ingest
from tests.support.cases import each
from tests.support.damaging import FORMS
from tests.support.drafts import notes_of
from tests.support.ods_files import cell, content, number, ods, row, sheet
from tests.support.samples.crosswalk import PAIRS
from tests.support.samples.esco import REQUIRED, SKILLS, small, write
from tests.support.samples.osmt import EXPORT, UUID

TEXTS = ("esco", "onet txt", "cip-soc csv", "crosswalk csv", "osmt csv")
WORKBOOKS = ("onet xlsx", "cip-soc xlsx", "crosswalk xlsx")


def stated(draft: Draft) -> tuple[object, object]:
    """Return what a draft states, which must be without a problem."""
    assert draft.problems == []
    return draft.nodes, draft.links


def _in_rows(change: Callable[[list[str]], str]) -> Callable[[Path], None]:
    def changed(path: Path) -> None:
        separator = "\t" if path.suffix == ".txt" else ","
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file, delimiter=separator))
        path.write_text("".join(change(cells) for cells in rows), encoding="utf-8", newline="")

    return changed


def _written(cells: list[str], separator: str) -> str:
    quoted = ['"' + one.replace('"', '""') + '"' if set(one) & set('";,\n') else one for one in cells]
    return separator.join(quoted) + "\r\n"


def _bytes(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    return lambda path: void(path.write_bytes(change(path.read_bytes())))


def void(_: object) -> None:
    """Take a value and give none."""


def _junk(path: Path) -> None:
    (path.parent / f"._{path.name}").write_bytes(b"\0\5\x16\7")
    (path.parent / "Thumbs.db").write_bytes(b"\xd0\xcf")


BENT: Mapping[str, tuple[Callable[[Path], None], str]] = {
    "UTF-16": (_bytes(lambda data: data.decode().encode("utf-16")), "read as UTF-16"),
    "a byte order mark": (_bytes(lambda data: b"\xef\xbb\xbf" + data), ""),
    "semicolons": (_in_rows(lambda cells: _written(cells, ";")), "separated by semicolons"),
    "a line that names the separator": (_bytes(lambda data: b"sep=,\r\n" + data), "names the separator"),
    "lines above the header": (_bytes(lambda data: b"A title\n\n" + data), "row 3"),
    "files of the system": (_junk, ""),
}


@pytest.mark.parametrize("form", TEXTS)
def test_texts_are_read_as_they_were_saved(tmp_path: Path, form: str) -> None:
    """Whatever encoding, separator and lines above: the same is stated, and a note names the file."""
    given = FORMS[form]
    whole = stated(given.read(given.write(tmp_path / "whole")))

    @each("name", BENT)
    def is_read(name: str) -> None:
        change, said = BENT[name]
        path = given.write(tmp_path / name)
        for file in given.files:
            at = path if path.name == file else path / file
            if at.suffix == ".txt" and name in {"semicolons", "a line that names the separator"}:
                continue
            change(at)
            draft = given.read(path)
            assert stated(draft) == whole
            assert any(file in note and said in note for note in notes_of(draft)) or not said or at.suffix == ".txt"

    is_read()


def _as_ods(path: Path) -> Path:
    """Save a workbook as .ods, with lines above the header, an empty sheet and a hidden one."""
    book = load_workbook(path)
    rows = [[cell_of(value) for value in line] for line in book.worksheets[0].iter_rows(values_only=True)]
    path.unlink()
    named = sheet(book.sheetnames[0], row("A title"), *(row(*cells) for cells in rows))
    return ods(path.with_suffix(".ods"), content(sheet("empty"), named, sheet("draft", row("x"), is_hidden=True)))


def cell_of(value: object) -> str:
    """Return the cell of an .ods file for a value of an .xlsx one."""
    return number(value) if isinstance(value, int | float) else cell("" if value is None else str(value))


@pytest.mark.parametrize("form", WORKBOOKS)
def test_workbooks_are_read_as_they_were_saved(tmp_path: Path, form: str) -> None:
    """As .ods, with a title, an empty sheet and a hidden one, as with a formula that nothing computed: in its cell."""
    given = FORMS[form]
    path = given.write(tmp_path / "whole")
    whole = stated(given.read(path))
    file = path if path.is_file() else path / given.files[0]
    book = load_workbook(file)
    book.worksheets[0]["A2"] = "=1/2"
    (tmp_path / "formula").mkdir()
    changed = given.write(tmp_path / "formula" / "files")
    book.save(changed if changed.is_file() else changed / given.files[0])
    (problem,) = given.read(changed).problems
    assert (problem.file, problem.row, problem.message.code) == (file.name, 2, "xlsx.uncomputed")
    saved = _as_ods(file)
    draft = given.read(saved if path.is_file() or path == file else path)
    assert stated(draft) == whole
    said = notes_of(draft)
    assert any("row 2" in note for note in said)
    assert any("hidden" in note for note in said)
    assert any("empty" in note for note in said)


def test_codes_are_what_cells_show(tmp_path: Path) -> None:
    """Numbers with their zeros and signs; armour comes off; what is not known to be shown is a problem of its cell."""

    def book(name: str, rows: list[list[object]], form: str, column: str) -> Path:
        made = Workbook()
        made.remove(made.worksheets[0])
        page = made.create_sheet("s")
        for cells in rows:
            page.append(cells)
        for (one,) in page[f"{column}2:{column}{len(rows)}"]:
            one.number_format = form
        made.save(tmp_path / name)
        return tmp_path / name

    header: list[object] = ["CIP2020Code", "CIP2020Title", "SOC2018Code", "SOC2018Title"]
    cip: list[list[object]] = [header, [1.09, "Animals", "19-1011", "Scientists"]]
    assert list(cip_soc.read(book("a.xlsx", cip, "00.0000", "A")).nodes) == ["cip:01.0900"]
    (problem,) = cip_soc.read(book("a.xlsx", cip, "0%", "A")).problems
    assert (problem.row, problem.column, problem.message.code) == (2, "CIP2020Code", "native.shown_unknown")
    pairs: list[list[object]] = [["from_id", "to_id", "weight"], [80901, "b:1", 1]]
    assert list(crosswalk.read(book("p.xlsx", pairs, "000000", "A")).links) == [("080901", "SAME_AS", "b:1")]
    (tmp_path / "armour.csv").write_text('from_id,to_id,weight\n"=""0110""",b:1,1\n', encoding="utf-8")
    assert list(crosswalk.read(tmp_path / "armour.csv").links) == [("0110", "SAME_AS", "b:1")]


def test_missing_file_is_named_once(tmp_path: Path) -> None:
    """One line names what is not there; a file that may be missing is noted; what it states may stand in the graph."""
    tables = small()
    folder = write(tmp_path / "whole", tables)
    part = write(tmp_path / "part", {name: rows for name, rows in tables.items() if name != SKILLS})
    store = open_store(f"sqlite:///{tmp_path}/graph.db")
    report = ingest(lambda: esco.read(part), store)
    told = {(problem.file, problem.column): problem.reason for problem in report.problems}
    assert set(told) >= {(REQUIRED, "skillUri")}
    assert len(told) == len(report.problems) == 2  # and the file of what is broader
    assert all(reason.startswith("skills_en.csv is not here") for reason in told.values())
    assert report.read == report.accepted + report.rejected + sum(report.skipped.values())
    assert any("skills_en.csv is not here" in note for note in report.notes)
    assert not ingest(lambda: esco.read(folder), store).refused
    assert not ingest(lambda: esco.read(part), store).refused
    store.close()
    with pytest.raises(InputError, match="Task Statements"):
        onet.read(_without(FORMS["onet txt"].write(tmp_path / "onet"), "Task Statements.txt"))
    with pytest.raises(InputError, match="CIP2020_SOC2018_Crosswalk"):
        cip_soc.read(_without(FORMS["cip-soc csv"].write(tmp_path / "cip"), "CIP2020_SOC2018_Crosswalk.csv"))
    with pytest.raises(InputError, match="missing: tasks"):
        nice.read(_without(FORMS["nice 2024"].write(tmp_path / "nice"), "tasks.json"))


def _without(folder: Path, file: str) -> Path:
    (folder / file).unlink()
    return folder


def test_header_is_where_it_is_said_to_be(tmp_path: Path) -> None:
    """Where two rows could be it."""
    path = tmp_path / "pairs.csv"
    path.write_text(f"from_id,to_id,old\n\n{PAIRS}a:1,SAME_AS,b:1,1,,\n", encoding="utf-8")
    draft = crosswalk.read(path, wanted=crosswalk.CrosswalkOptions(header_row=3))
    assert list(draft.links) == [("a:1", "SAME_AS", "b:1")]
    with pytest.raises(InputError) as raised:
        crosswalk.read(path, wanted=crosswalk.CrosswalkOptions(header_row=2))
    assert raised.value.problem.row == 2


def test_the_sheet_with_the_columns_is_read(tmp_path: Path) -> None:
    """Of several; the others are named."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.create_sheet("about").append(["what this is"])
    for cells in (["a", "b", "sure"], ["x:1", "y:1", 1]):
        (book["pairs"] if "pairs" in book.sheetnames else book.create_sheet("pairs")).append(cells)
    book.save(tmp_path / "p.xlsx")
    wanted = crosswalk.CrosswalkOptions("a", "b", "sure")
    draft = crosswalk.read(tmp_path / "p.xlsx", wanted=wanted)
    assert list(draft.links) == [("x:1", "SAME_AS", "y:1")]
    assert any("the sheet pairs is read, not about" in note for note in notes_of(draft))


def test_occupation_codes_are_read_as_meant(tmp_path: Path) -> None:
    """With underscores, dashes, without signs: noted once; a code of no form is a problem in its column."""
    address = f"https://o.example.org/api/skills/{UUID.format(1)}"
    line = f"{address},Skill,A,s,c,,,,,,,{{codes}},,,,,\n"
    path = tmp_path / "rsd.csv"
    path.write_text(EXPORT + line.format(codes="15_1252; 17–2072; 291141; 2512.4"), encoding="utf-8")
    draft = osmt.read(path)
    assert {a for a, _, _ in draft.links} == {
        "onet:15-1252.00",
        "onet:17-2072.00",
        "onet:29-1141.00",
        "occupation:2512.4",
    }
    assert sum("read as meant" in note and "15_1252 as 15-1252" in note for note in notes_of(draft)) == 1
    path.write_text(EXPORT + line.format(codes="programmer"), encoding="utf-8")
    (problem,) = osmt.read(path).problems
    assert (problem.row, problem.column, problem.value) == (2, "Detailed Occupations", "programmer")


def test_workbook_of_nist_is_read_in_each_layout(tmp_path: Path) -> None:
    """Roles alone; roles among categories, statements in one sheet, and what roles involve by pairs, sheets, marks."""

    def book(**sheets: list[list[object]]) -> Path:
        made = Workbook()
        made.remove(made.worksheets[0])
        for name, rows in sheets.items():
            page = made.create_sheet(name.replace("_", " ").replace("  ", "-"))
            for cells in rows:
                page.append(cells)
        made.save(tmp_path / "NICE Framework Components v2.0.0.xlsx")
        return tmp_path / "NICE Framework Components v2.0.0.xlsx"

    roles: list[list[object]] = [["Work Role ID", "Work Role", "Description"], ["OG-WRL-001", "Security", "d"]]
    alone = nice.read(book(v2_Work_Roles=roles))
    assert (list(alone.nodes), alone.problems, alone.replaces) == (["nice24:OG-WRL-001"], [], {"Role"})
    assert alone.source.version.endswith("2.0.0")
    tks: list[list[object]] = [
        ["TKS ID", "TKS Description"],
        ["T0001", "Do it"],
        ["K0001", "Know it"],
        ["S0001", "Skill in it"],
        ["S0002", "Withdrawn: now S0001"],
    ]
    pairs: list[list[object]] = [["Work Role ID", "TKS ID"], ["OG-WRL-001", "T0001"], ["OG-WRL-001", "K0001"]]
    own: list[list[object]] = [["Security"], ["TKS ID", "TKS Description"], ["T0001", "Do it"], ["K0001", "Know it"]]
    marks: list[list[object]] = [["TKS ID", "OG-WRL-001"], ["T0001", "x"], ["K0001", "x"], ["S0001", None]]
    mixed: list[list[object]] = [
        ["Overview"],
        ["Work Role", "Work Role ID", "Work Role Description"],
        ["OVERSIGHT", None, None],
    ]
    mixed += [["OVERSIGHT", None, None], ["Security", "OG-WRL-001", "d"]]
    for name, involved in {"pairs": pairs, "OG__WRL__001": own, "marks": marks}.items():
        sheets: dict[str, list[list[object]]] = {"v2_Work_Roles": mixed, "v2_TKS": tks, name: involved}
        draft = nice.read(book(**sheets, about=[["Text"]]))
        assert draft.problems == [], name
        assert set(draft.links) == {
            ("nice24:OG-WRL-001", "HAS_RESPONSIBILITY", "nice24:T0001"),
            ("nice24:OG-WRL-001", "REQUIRES", "nice24:K0001"),
        }, name
        assert draft.replaces == {"Role", "JobResponsibility", "Competency", "HAS_RESPONSIBILITY", "REQUIRES"}
    wrong = nice.read(book(v2_TKS=[*tks, ["Q1", "x"]], v2_Work_Roles=roles))
    assert [(one.row, one.column, one.value) for one in wrong.problems] == [(6, "TKS ID", "Q1")]


def test_mappings_that_people_write_are_read_as_they_were_saved(tmp_path: Path) -> None:
    """Those of xAPI activities and of CASE item types: semicolons, UTF-16, titles, workbooks; each is noted."""
    notes: list[str] = []

    def note(said: Message) -> None:
        notes.append(str(said))

    lines = "活动\n\nactivity;task_id;competency_id\nhttps://x.org/a;t1;k1\n"
    (tmp_path / "a.csv").write_bytes(lines.encode("utf-16"))
    (tmp_path / "b.csv").write_bytes("类型对照;\nCFItemType;kind\n技能;Competency\n".encode("gb18030"))
    book = Workbook()
    book.remove(book.worksheets[0])
    page = book.create_sheet("s")
    for cells in (["activity", "task_id", "competency_id"], ["https://x.org/a", 1, 80901]):
        page.append(cells)
    page["C2"].number_format = "000000"
    book.save(tmp_path / "a.xlsx")
    now = datetime(2026, 3, 1, tzinfo=UTC)
    attempt = ScoredAttempt(Place("s", None, 1), b"", "https://x.org/a", None, (), 0.5, None, now, "2026-03-01")
    assert read_activities(tmp_path / "a.csv", note).of(attempt) == ("t1", {"k1"})
    assert read_activities(tmp_path / "a.xlsx", note).of(attempt) == ("1", {"080901"})
    assert target_of("技能", read_item_types(tmp_path / "b.csv", note)).kind == "Competency"
    assert len([one for one in notes if "row" in one]) == 2
    assert len([one for one in notes if "UTF-16" in one or "GB18030" in one]) == 2
