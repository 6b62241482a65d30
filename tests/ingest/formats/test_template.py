"""The workbook that a curriculum designer fills in: empty it explains itself, filled it is the graph."""

import re
from pathlib import Path
from typing import cast

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from graph.changes import ChangeSet
from graph.errors import InputError
from graph.messages import Language, catalogue
from graph.model import NOTHING_STATED, LinkKey, LinkValues, NodeId, Source, Value, canonical
from graph.properties import Choice
from graph.schema import FILES, KINDS, RELATIONS, Kind, columns, required_columns
from ingest.formats.native import read as native
from ingest.formats.native import workbook as template
from ingest.formats.native.example_rows import example_rows
from ingest.formats.native.headings import columns_shown, sheet_name
from ingest.formats.native.records import SourceStatements
from ingest.formats.native.vocabulary import column_called, file_called
from queries.gaps import find_gaps
from queries.semantics.connected_share import connected_share
from queries.semantics.resolved_scope import resolve
from tests.support.drafts import notes_of
from tests.support.factory import snapshot_of


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the template."""
    path = tmp_path_factory.mktemp("template") / "template.xlsx"
    template.write_template(path)
    return path


@pytest.fixture(scope="module")
def workbook(path: Path) -> Workbook:
    """Open the template as a spreadsheet program would."""
    return load_workbook(path)


def filled(path: Path, **cells: list[list[str | float]]) -> Path:
    """Fill rows into the sheets below the header, as a designer would, and save."""
    book = load_workbook(path)
    for sheet, rows in cells.items():
        for row, values in enumerate(rows, 2):
            for column, value in enumerate(values, 1):
                page(book, sheet).cell(row, column, value)
    book.save(path.parent / "filled.xlsx")
    return path.parent / "filled.xlsx"


def page(workbook: Workbook, name: str) -> Worksheet:
    """Return a sheet of the workbook; none is a chart."""
    return cast(Worksheet, workbook[name])


def exported(folder: Path, values: dict[str, Value]) -> Worksheet:
    """Export a role of these values, and open its sheet."""
    role = (NodeId("r"), ("Role", canonical({"name": "R"} | values)))
    path = folder / "export.xlsx"
    template.write_workbook(SourceStatements(Source(name="Poly", version="1"), [role], []), path)
    return page(load_workbook(path), "roles")


def note(cell: Cell | MergedCell) -> str:
    """Return what the cell's note says."""
    assert cell.comment is not None
    return str(cell.comment.text)


def column_letter(sheet: str, column: str) -> str:
    """Return the letter of a column; no sheet of the format has more than 26."""
    return chr(ord("A") + columns(sheet).index(column))


def test_sheets_are_the_files_of_the_format(workbook: Workbook) -> None:
    """The help comes first, then examples, then a sheet for each file."""
    assert workbook.sheetnames == ["Help", "Examples", *FILES]


@pytest.mark.parametrize("name", FILES)
def test_header_is_bold_frozen_and_explained(workbook: Workbook, name: str) -> None:
    """Each column is named in bold, stays in sight, and says whether it is required."""
    sheet = page(workbook, name)
    assert [cell.value for cell in sheet[1]] == columns_shown(name, complete=False)
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.freeze_panes == "A2"
    for cell in sheet[1]:
        assert note(cell).startswith("required" if cell.value in required_columns(name) else "optional")


def test_note_says_what_is_expected(workbook: Workbook) -> None:
    """A note joins the column's help and what its type reads."""
    cell = page(workbook, "courses")[f"{column_letter('courses', 'theory_hours')}1"]
    assert note(cell).startswith("optional\nlearner hours of theory\n\na number above 0")


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: str(kind.file))
def test_choices_are_drop_downs(workbook: Workbook, kind: Kind) -> None:
    """Every choice can be picked from a list, and nothing else can."""
    found = {str(v.sqref): v.formula1 for v in page(workbook, kind.file).data_validations.dataValidation}
    expected = {}
    for choice in kind.properties:
        if isinstance(choice.type, Choice):
            letter = column_letter(kind.file, choice.name)
            expected[f"{letter}2:{letter}10000"] = f'"{",".join(choice.type.words)}"'
    assert found == expected


def test_relations_are_a_drop_down(workbook: Workbook) -> None:
    """All relations fit into the 255 characters that a drop-down may have."""
    (validation,) = page(workbook, "links").data_validations.dataValidation
    assert validation.formula1 == f'"{",".join(RELATIONS)}"'
    assert len(validation.formula1) <= 255


@pytest.mark.parametrize("name", FILES[1:])
def test_ids_are_formatted_as_text(workbook: Workbook, name: str) -> None:
    """What is typed into an id column stays text, zeros and all."""
    for column in columns(name):
        if column == "id" or column.endswith("_id"):
            letter = chr(ord("A") + columns_shown(name, complete=False).index(column))
            assert page(workbook, name).column_dimensions[letter].number_format == "@"


def test_numbers_and_dates_are_formatted_as_such(workbook: Workbook) -> None:
    """Numbers and dates are typed as the spreadsheet knows them."""
    sheet = page(workbook, "assessments")
    formats = [
        sheet.column_dimensions[column_letter("assessments", c)].number_format for c in ("learners", "date", "issue")
    ]
    assert formats == ["General", "yyyy-mm-dd", "@"]


def test_help_explains_every_sheet_and_relation(workbook: Workbook) -> None:
    """Each is named with what it is."""
    rows = {row[0]: row[1:] for row in page(workbook, "Help").iter_rows(values_only=True)}
    assert all(rows[name][0] == catalogue()[f"sheet_help.{name}"][0] for name in FILES)
    assert all(rows[name][0] == catalogue()[f"relation_help.{name}"][0] for name in RELATIONS)


def test_template_in_chinese_is_chinese_and_known_to_the_reader(tmp_path: Path) -> None:
    """Sheets, headings, drop-downs and notes have no Latin word; each word is one that the reader knows."""
    template.write_template(tmp_path / "模板.xlsx", language="zh")
    book = load_workbook(tmp_path / "模板.xlsx")
    assert book.sheetnames[:2] == ["说明", "示例"]
    for file, sheet in zip(FILES, book.sheetnames[2:], strict=True):
        shown = columns_shown(file, complete=False)
        headings = [str(cell.value) for cell in page(book, sheet)[1]]
        picked = [str(one.formula1).strip('"') for one in page(book, sheet).data_validations.dataValidation]
        assert file_called(sheet) == file
        assert not {"uri", "extra"} & set(shown)
        assert [column_called(file, one) for one in headings] == shown
        assert not [one for one in [sheet, *headings, *picked] if re.search("[A-Za-z]", one)]
        assert all(len(words) <= 255 for words in picked)
        assert all(note(cell).startswith(("必填\n", "选填\n")) for cell in page(book, sheet)[1])


def test_template_may_have_every_column(tmp_path: Path) -> None:
    """Those too that only other systems state."""
    template.write_template(tmp_path / "all.xlsx", complete=True)
    book = load_workbook(tmp_path / "all.xlsx")
    assert all([cell.value for cell in page(book, name)[1]] == columns(name) for name in FILES)


def test_unfilled_template_states_nothing(path: Path) -> None:
    """Reading the template as it is says what to fill in first, and nothing else."""
    draft = native.read(path)
    (problem,) = draft.problems
    assert (problem.file, problem.sheet) == ("template.xlsx", "source")
    assert problem.reason == "nothing is stated: fill in row 2 (name: who states all this; version: which edition)"
    assert notes_of(draft) == ["nothing is stated: no file, sheet or key holds a record beside the source"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_example_rows_are_shown_and_never_imported(tmp_path: Path, language: Language) -> None:
    """Their sheet is no record, and locked; copied below the headings they are a chain that holds, and a gap."""
    template.write_template(tmp_path / "template.xlsx", language=language)
    workbook = load_workbook(tmp_path / "template.xlsx")
    examples = page(workbook, catalogue()["workbook.examples_sheet"][language == "zh"])
    assert examples.protection.sheet
    shown = [list(row) for row in examples.iter_rows(values_only=True)]
    for name, rows in example_rows(language).items():
        called = sheet_name(name, language)
        heads = next(at for at, cells in enumerate(shown) if cells[0] == called) + 1
        target = page(workbook, called)
        places = [cell.value for cell in target[1]]
        for at in range(len(rows)):
            for head, value in zip(shown[heads], shown[heads + 1 + at], strict=True):
                if head is not None:
                    target.cell(at + 2, places.index(head) + 1, value)
    workbook.save(tmp_path / "copied.xlsx")
    draft = native.read(tmp_path / "copied.xlsx")
    assert (draft.problems, notes_of(draft)) == ([], [])
    assert draft.nodes.keys() == {row["id"] for rows in example_rows().values() for row in rows if "id" in row}
    assert '"name":"焊接技术"' in draft.nodes[NodeId("d:welding")][1].replace("name_zh", "name")
    snapshot = snapshot_of(ChangeSet(draft.source, draft.nodes, draft.links))
    statuses = {str(gap.competency.id): gap.status for gap in find_gaps(snapshot, limit=10).items}
    assert statuses["k:inspect"] == "unserved"
    assert connected_share(snapshot, resolve(snapshot)).connected == 1
    exported_book = tmp_path / "export.xlsx"
    template.write_workbook(SourceStatements(Source(name="Poly", version="1"), [], []), exported_book)
    assert load_workbook(exported_book).sheetnames == ["Help", *FILES]


def test_filled_template_is_read(path: Path) -> None:
    """What a designer types below the headers is the graph."""
    draft = native.read(
        filled(
            path,
            source=[["Poly", "2026"]],
            competencies=[["c:1", "Test", "skill"]],
            roles=[["r:1", "Tester"]],
            links=[["r:1", "REQUIRES", "c:1", 0.5, 4]],
        )
    )
    assert (draft.problems, set(draft.nodes)) == ([], {"c:1", "r:1"})
    assert draft.links == {("r:1", "REQUIRES", "c:1"): (0.5, 4, None, None, None)}


@pytest.mark.parametrize("text", ["=1+1", "#REF!", "'x", "+1", "1", "2026-03-01", "TRUE", "a\nb", "中文"])
def test_texts_are_text_cells(tmp_path: Path, text: str) -> None:
    """No text becomes a formula, an error, a number or a date."""
    cell = exported(tmp_path, {"description": text})[f"{column_letter('roles', 'description')}2"]
    assert (cell.value, cell.data_type, cell.number_format) == (text, "s", "@")


def test_numbers_are_number_cells(tmp_path: Path) -> None:
    """A number can be computed with; one that a spreadsheet would cut is kept as text."""
    links: list[tuple[LinkKey, LinkValues]] = [
        ((NodeId("r"), "REQUIRES", NodeId("c")), (0.1, 3, None, None, None)),
        ((NodeId("r"), "REQUIRES", NodeId("d")), (0.1 + 0.2, *NOTHING_STATED[1:])),
    ]
    template.write_workbook(SourceStatements(Source(name="Poly", version="1"), [], links), tmp_path / "x.xlsx")
    sheet = page(load_workbook(tmp_path / "x.xlsx"), "links")
    assert [sheet[cell].value for cell in ("D2", "E2", "D3")] == [0.1, 3, "0.30000000000000004"]


def test_too_long_a_text_is_refused(tmp_path: Path) -> None:
    """A cell holds less than the graph may; nothing is cut, and nothing is left behind."""
    with pytest.raises(InputError, match="longer than the 32,767 characters of a cell") as raised:
        exported(tmp_path, {"aliases": ["a" * 30_000, "b" * 30_000]})
    problem = raised.value.problem
    assert (problem.file, problem.sheet, problem.row, problem.column) == ("export.xlsx", "roles", 2, "aliases")
    assert list(tmp_path.iterdir()) == []


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No sheet is written that could not be read again."""
    monkeypatch.setattr(template, "MAX_RECORDS", 0)
    with pytest.raises(InputError, match="there are 1 records, a sheet holds 0"):
        exported(tmp_path, {})
