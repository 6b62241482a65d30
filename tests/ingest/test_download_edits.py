"""A downloaded workbook, filled in and uploaded: what was changed is changed, and nothing else."""

from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from api.answers.downloaded_lists import list_workbook, scope_workbook
from graph.messages import Language
from graph.model import NodeId
from graph.snapshot.compile import compile_snapshot
from graph.stores import Store, open_store
from ingest.download_edits import ingest_or_edit
from ingest.edit_document import parse_document
from ingest.edits import apply_edits
from ingest.formats.native import read as native
from ingest.job import Leniency, ingest
from ingest.report import IngestReport
from queries.semantics.scope import Scope
from tests.support import ods_files
from tests.support.workbooks import Rows, workbook_of

SHEETS: dict[str, Rows] = {
    "source": [["name", "version"], ["College", "1"]],
    "disciplines": [["id", "name"], ["d1", "Robotics"], ["d2", "Welding"]],
    "courses": [
        ["id", "name", "term", "discipline_id", "description"],
        ["c1", "PLC", 3, "d1", "+1 =a"],
        ["101", "Robots", None, "d1", None],
        ["c3", "Seams", 1, None, None],
    ],
    "competencies": [
        ["id", "name", "kind", "aliases"],
        ["k1", "weld", "skill", "join|fuse"],
        ["k2", "look", "skill", None],
    ],
    "links": [["from_id", "relation", "to_id", "weight"], ["d1", "OFFERS", "c3", None], ["d2", "OFFERS", "c3", None]],
}
OTHER: dict[str, Rows] = {
    "source": [["name", "version", "rank"], ["Other", "1", 10]],
    "courses": [["id", "name", "name_zh"], ["c1", "PLC", "可编程控制器"]],
}
Change = Callable[[Any], None]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/graph.db")
    for name, sheets in (("a", SHEETS), ("b", OTHER)):
        path = workbook_of(tmp_path / f"{name}.xlsx", sheets)
        assert not ingest(lambda path=path: native.read(path), opened).problems  # type: ignore[misc]
    yield opened
    opened.close()


def courses(store: Store, folder: Path, change: Change, language: Language = "en") -> Path:
    """Return the list of courses as it was downloaded, filled in, and saved anew."""
    made = list_workbook(store, "Course", [NodeId(one) for one in ("101", "c1", "c3")], language)
    return filled_in(folder, made, change)


def filled_in(folder: Path, made: bytes, change: Change) -> Path:
    path = folder / "list.xlsx"
    path.write_bytes(made)
    book: Workbook = load_workbook(path)
    change(book.worksheets[0])
    book.save(path)
    return path


def uploaded(store: Store, path: Path, source: str | None = None, *, dry_run: bool = False) -> IngestReport:
    return ingest_or_edit(lambda: native.read(path, source), store, dry_run=dry_run, leniency=Leniency())


def content(store: Store) -> str:
    return store.content_hashes()[store.revision().number]


def row_of(sheet: Any, node_id: str) -> int:  # noqa: ANN401
    return int(next(cell.row for cell in sheet["A"] if cell.value == node_id))


def put(node_id: str, column: str, value: object) -> Change:
    def change(sheet: Any) -> None:  # noqa: ANN401
        at = next(cell.column for cell in sheet[1] if cell.value == column)
        sheet.cell(row_of(sheet, node_id), at).value = value

    return change


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_not_changed_states_nothing(store: Store, tmp_path: Path, language: Language) -> None:
    """A list, a matrix and all that a scope holds, opened, saved and uploaded as they are: the content stays."""
    before, revision = content(store), store.revision()
    whole = scope_workbook(store, compile_snapshot(store), Scope(focus="all"), language)
    for path in (
        courses(store, tmp_path, lambda _: None, language),
        filled_in(tmp_path, whole, lambda _: None),
        courses(store, tmp_path, lambda sheet: sheet.delete_rows(row_of(sheet, "c1")), language),
    ):
        report = uploaded(store, path)
        assert (report.problems, report.refused) == ([], False)
        assert any("nothing was changed" in note for note in report.notes)
    assert (content(store), store.revision()) == (before, revision)


def test_what_is_changed_is_all_that_is_changed(store: Store, tmp_path: Path) -> None:
    """As if each cell had been edited by itself, by the content of the graph: values, columns of links, new rows."""

    def change(sheet: Any) -> None:  # noqa: ANN401
        put("c1", "name", "PLC systems")(sheet)
        put("101", "term", "４")(sheet)
        put("101", "discipline_id", "Welding")(sheet)
        sheet.append(["c9", "Lasers"])

    (tmp_path / "twin.db").write_bytes((tmp_path / "graph.db").read_bytes())
    path = courses(store, tmp_path, change)
    preview = uploaded(store, path, "College", dry_run=True)
    assert preview.problems == []
    assert store.revision().number == preview.base_revision
    report = uploaded(store, path, "College")
    assert (report.problems, report.revision) == ([], report.base_revision + 1)
    edits = [
        {"op": "change_node", "id": "c1", "values": {"name": "PLC systems"}},
        {"op": "change_node", "id": "101", "values": {"term": 4}},
        {"op": "add_node", "id": "c9", "kind": "Course", "values": {"name": "Lasers"}},
        {"op": "add_link", "from_id": "d2", "relation": "OFFERS", "to_id": "101"},
        {"op": "drop_link", "from_id": "d1", "relation": "OFFERS", "to_id": "101"},
    ]
    twin = open_store(f"sqlite:///{tmp_path}/twin.db")
    apply_edits(parse_document({"edits": edits, "source": "College"}), twin)
    assert content(twin) == content(store)
    twin.close()


@pytest.mark.parametrize(
    ("change", "source", "told"),
    [
        (put("c1", "term", None), None, ("term", "cannot be dropped")),
        (put("c1", "name", None), "College", ("name", "name is required")),
        (put("101", "discipline_id", "d9"), "College", ("discipline_id", "no node d9")),
        (put("c1", "term", "soon"), "College", ("term", "whole number")),
    ],
)
def test_what_cannot_be_is_told_in_its_cell(
    store: Store, tmp_path: Path, change: Change, source: str | None, told: tuple[str, str]
) -> None:
    """Taking back what others state, a name, an end that is nowhere, a cell that is wrong: and nothing is applied."""
    before = content(store)
    report = uploaded(store, courses(store, tmp_path, change), source)
    assert report.refused
    (problem,) = report.problems
    assert (problem.sheet, problem.column) == ("courses", told[0])
    assert told[1] in problem.reason
    assert content(store) == before


def test_emptied_cell_takes_back_what_the_source_states(store: Store, tmp_path: Path) -> None:
    """A term, and the discipline of a course."""

    def change(sheet: Any) -> None:  # noqa: ANN401
        put("c1", "term", None)(sheet)
        put("c1", "discipline_id", None)(sheet)

    report = uploaded(store, courses(store, tmp_path, change), "College")
    assert report.problems == []
    (node,) = store.nodes([NodeId("c1")])
    assert "term" not in node.values
    with store.reading() as reading:
        assert not reading.links_named([(NodeId("d1"), "OFFERS", NodeId("c1"))], expected=False)


def test_what_others_changed_meanwhile_is_not_overwritten(store: Store, tmp_path: Path) -> None:
    """Both values are told in the cell; a cell that nobody else changed goes on."""
    path = courses(store, tmp_path, put("c1", "term", 6))
    values = {"op": "change_node", "id": "c1", "values": {"term": 5}}
    apply_edits(parse_document({"edits": [values], "source": "College"}), store)
    report = uploaded(store, path)
    (problem,) = report.problems
    assert (problem.sheet, problem.column) == ("courses", "term")
    assert "was 3, and is 5 now" in problem.reason
    assert report.refused


def test_workbook_of_another_store_is_refused(store: Store, tmp_path: Path) -> None:
    """What it was downloaded from is unknown here."""
    path = courses(store, tmp_path, put("c1", "term", 6))
    other = open_store(f"sqlite:///{tmp_path}/other.db")
    report = uploaded(other, path)
    other.close()
    assert report.refused
    assert "another store" in report.problems[0].reason


@pytest.mark.parametrize(
    "line", ["", "x", "[]", '{"revision":"x","store":"y"}', '["link","a","b","c",[1],true]', "[" * 30_000]
)
def test_damaged_base_is_a_problem(store: Store, tmp_path: Path, line: str) -> None:
    """It is told with the way out; nothing is imported, and nothing breaks."""
    path = courses(store, tmp_path, lambda _: None)
    book = load_workbook(path)
    book["as_downloaded"]["A2" if line.startswith('["link') else "A1"] = line
    book.save(path)
    report = uploaded(store, path)
    assert report.refused
    (problem,) = report.problems
    assert (problem.sheet, "delete that sheet" in problem.reason) == ("as_downloaded", True)


def test_saved_as_another_kind_of_workbook(store: Store, tmp_path: Path) -> None:
    """What a spreadsheet program saves as .ods still says how it was."""
    book = load_workbook(courses(store, tmp_path, put("c1", "term", 6)))
    sheets = [
        ods_files.sheet(
            sheet.title,
            *(
                ods_files.row(*("" if cell is None else escape(str(cell)) for cell in row))
                for row in sheet.iter_rows(values_only=True)
            ),
            is_hidden=sheet.sheet_state == "hidden",
        )
        for sheet in book.worksheets
    ]
    path = ods_files.ods(tmp_path / "list.ods", ods_files.content(*sheets))
    report = uploaded(store, path, "College")
    assert report.problems == []
    assert report.changed.nodes == 1
    (node,) = store.nodes([NodeId("c1")])
    assert node.values["term"] == 6
