"""The page of the support matrix: cells previewed with their effects, applied, conflicting, and out again as a file."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from api.http.headers import REVISION_HEADER
from graph.stores import open_store
from ingest.download_edits import ingest_or_edit
from ingest.formats.native import read as native
from ingest.job import ingest
from ingest.report import IngestReport
from tests.support.conditions import eventually
from tests.support.import_pages import applied, over, upload
from tests.support.markup import Page
from tests.support.serving import Asker, serving, settings_in
from tests.support.workbooks import workbook_of

ROWS, COLUMNS = 40, 30
LEVELS = ("H", "M", "L", None, "0.45", None)
MATRIX: Sequence[Sequence[object]] = [
    ["课程编号", *(f"k{column:02}" for column in range(COLUMNS))],
    *([f"c{row:02}", *(LEVELS[(row * 7 + column) % 6] for column in range(COLUMNS))] for row in range(ROWS)),
]
SHEETS: dict[str, Sequence[Sequence[object]]] = {
    "source": [["name", "version"], ["Matrix", "1"]],
    "disciplines": [["id", "name"], ["d1", "Robotics"]],
    "courses": [["id", "name", "discipline_id"], *([f"c{row:02}", f"Course {row:02}", "d1"] for row in range(ROWS))],
    "knowledge_units": [["id", "name", "kind", "course_id"], ["u1", "A unit", "disciplinary", "c00"]],
    "competencies": [["id", "name", "kind"], *([f"k{at:02}", f"Competency {at:02}", "skill"] for at in range(COLUMNS))],
    "training_tasks": [["id", "name", "kind"], ["t1", "Bench", "lab"]],
    "roles": [["id", "name"], ["r1", "Fitter"]],
    "links": [
        ["from_id", "relation", "to_id"],
        ["d1", "TARGETS", "r1"],
        ["r1", "REQUIRES", "k03"],
        ["t1", "PRACTISES", "k03"],
        ["d1", "SCHEDULES", "t1"],
    ],
    "支撑矩阵": MATRIX,
}
WHERE = "/matrix?discipline=d1&lang=en"


@pytest.fixture
def asker(tmp_path: Path) -> Iterator[Asker]:
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    report = ingest(lambda: native.read(workbook_of(tmp_path / "plan.xlsx", SHEETS)), store)
    assert not report.problems
    store.close()
    with serving(settings) as found:
        yield found


def cells_of(asker: Asker) -> dict[tuple[str, str], str]:
    """Return the filled cells of the matrix as its workbook, and its CSV, have them."""
    book = load_workbook(io.BytesIO(asker.get("/matrix.xlsx?discipline=d1&lang=zh").content))
    sheet = book["支撑矩阵"]
    lines = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    table = list(csv.reader(io.StringIO(asker.get("/matrix.csv?discipline=d1&lang=zh").text.removeprefix("\ufeff"))))
    assert [line[3:] for line in lines] == [line[3:] for line in table]
    return {(line[0], lines[1][at]): cell for line in lines[2:] for at, cell in enumerate(line) if at > 2 and cell}


def form_of(page: Page) -> dict[str, list[str]]:
    """Return what the form of a matrix, or of its preview, holds."""
    found: dict[str, list[str]] = {}
    for has in page.all("input"):
        if "name" in has and has.get("type") != "checkbox" and has["name"] not in {"q", "discipline", "course_q"}:
            found.setdefault(has["name"], []).append(has.get("value", ""))
    return found


def sent(asker: Asker, form: Mapping[str, list[str]], **more: str) -> tuple[int, Page, str]:
    data: dict[str, Any] = {**form}
    answer = asker.post("/edit/matrix?lang=en", data=data | more)
    location = answer.headers.get("location", "").lstrip("./")
    return answer.status_code, Page(answer.text), location


def changed(form: dict[str, list[str]], wanted: dict[tuple[str, str], str]) -> dict[str, list[str]]:
    """Return the form with some cells written over."""
    found = dict(form)
    for name in form:
        row, _, rest = name.partition(".")
        column, dot, _ = rest.partition(".")
        if dot and row.isdecimal():
            key = (form["row"][int(row)], form["column"][int(column)])
            if key in wanted:
                found[name] = [wanted[key]]
    return found


def test_three_edited_cells_come_out_and_no_other(asker: Asker) -> None:
    """Of 40 courses by 30 competencies, read from a sheet; by the page; taken back, there are none."""
    before = cells_of(asker)
    stated = {
        (str(row[0]), str(MATRIX[0][at])): str(cell) for row in MATRIX[1:] for at, cell in enumerate(row) if at and cell
    }
    assert before == stated
    page = Page(asker.get(WHERE).text)
    wanted = {("c01", "k03"): "", ("c02", "k01"): "ｌ", ("c03", "k03"): "0.7"}
    assert before.get(("c01", "k03"))
    assert before.get(("c03", "k03")) != "0.7"
    status, refused, _ = sent(asker, changed(form_of(page), wanted))
    assert status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Matrix states it" in refused.text("main")
    status, preview, _ = sent(asker, form_of(refused), source="Matrix")
    assert status == HTTPStatus.OK
    for one in (page, preview):
        assert (one.faults, one.unlabelled, one.inline) == ([], [], [])
    told = preview.text("main")
    assert "Changed cells: 3" in told
    assert cells_of(asker) == before
    status, _, location = sent(asker, form_of(preview), do="apply", reason="Meeting", source="Matrix")
    assert status == HTTPStatus.SEE_OTHER
    after = {key: cell for key, cell in before.items() if key != ("c01", "k03")}
    assert cells_of(asker) == after | {("c02", "k01"): "L", ("c03", "k03"): "0.7"}
    applied = Page(asker.get("/" + location).text)
    assert "Applied" in applied.text("main")
    run = location.partition("run=")[2]
    undone = asker.post(f"/v1/undo?run={run}")
    assert undone.status_code == HTTPStatus.OK
    revision = undone.json()["revision"]
    assert eventually(lambda: asker.get(WHERE).headers[REVISION_HEADER] == str(revision))
    assert cells_of(asker) == before


def test_a_course_with_units_asks_which_develop_it(asker: Asker) -> None:
    """Without one the cell stays an aim; with one chosen the chain becomes connected, and the preview says so."""
    page = Page(asker.get(WHERE).text)
    status, preview, _ = sent(asker, changed(form_of(page), {("c00", "k03"): "H"}))
    assert status == HTTPStatus.OK
    assert "A unit" in preview.text("main")
    (box,) = [has for has in preview.all("input") if has.get("type") == "checkbox"]
    status, chosen, _ = sent(asker, {**form_of(preview), box["name"]: [box["value"]]}, do="preview")
    assert status == HTTPStatus.OK
    status, _, _ = sent(asker, {**form_of(chosen), box["name"]: [box["value"]]}, do="apply")
    assert status == HTTPStatus.SEE_OTHER
    units = asker.get("/matrix.csv?discipline=d1&of=units&lang=en").text
    assert next(line for line in units.splitlines() if line.startswith("u1,")).split(",")[3:].count("H") == 1
    page = Page(asker.get(WHERE + "&of=units").text)
    _, preview, _ = sent(asker, changed(form_of(page), {("u1", "k03"): "0.45"}))
    assert sent(asker, form_of(preview), do="apply")[0] == HTTPStatus.SEE_OTHER
    assert ",0.45," in asker.get("/matrix.csv?discipline=d1&of=units&lang=en").text


def test_two_people_never_overwrite_each_other_unseen(asker: Asker) -> None:
    """The second is shown both values, and what they wrote; theirs counts when they say so again."""
    page = Page(asker.get(WHERE).text)
    mine, theirs = ({("c04", "k05"): level} for level in ("L", "0.9"))
    status, preview, _ = sent(asker, changed(form_of(page), theirs))
    assert sent(asker, form_of(preview), do="apply", source="Matrix")[0] == HTTPStatus.SEE_OTHER
    before = cells_of(asker)
    status, conflict, _ = sent(asker, changed(form_of(page), mine))
    assert status == HTTPStatus.CONFLICT
    told = conflict.text("main")
    assert all(said in told for said in ("Nothing was overwritten", "0.9", "L"))
    assert cells_of(asker) == before
    status, again, _ = sent(asker, form_of(conflict), do="preview")
    assert status == HTTPStatus.OK
    assert sent(asker, form_of(again), do="apply", source="Matrix")[0] == HTTPStatus.SEE_OTHER
    assert cells_of(asker)["c04", "k05"] == "L"


def test_wrong_cells_are_told_and_nothing_is_done(asker: Asker) -> None:
    """A level that is none; a row that is not there; no changed cell; one row alone, as a phone shows it."""
    page = Page(asker.get(WHERE).text)
    before = cells_of(asker)
    status, told, _ = sent(asker, changed(form_of(page), {("c04", "k05"): "X"}), do="apply")
    assert status == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "'X' is no level of support" in told.text("main")
    assert "No cell was changed" in sent(asker, form_of(page))[1].text("main")
    token = form_of(page)["token"]
    gone = {"token": token, "revision": ["1"], "row": ["nowhere"], "column": ["k01"], "0.0.": ["H"]}
    assert sent(asker, gone)[0] == HTTPStatus.UNPROCESSABLE_ENTITY
    assert cells_of(asker) == before
    alone = Page(asker.get(WHERE + "&row=c04").text)
    assert len([has for has in alone.all("input") if has.get("type") == "radio"]) >= 4 * COLUMNS
    assert "no such row" in Page(asker.get(WHERE + "&row=c99").text).text("main")


def test_downloaded_matrix_changes_what_was_changed(asker: Asker, tmp_path: Path) -> None:
    """As it is, it states nothing; filled in, its edited cells alone."""
    made = asker.get("/matrix.xlsx?discipline=d1&lang=en").content
    path, before = tmp_path / "matrix.xlsx", cells_of(asker)
    store = open_store(settings_in(tmp_path).store_url)

    def uploaded(changes: dict[str, str | None]) -> IngestReport:
        book = load_workbook(io.BytesIO(made))
        for place, value in changes.items():
            book["matrix"][place] = value
        book.save(path)
        return ingest_or_edit(lambda: native.read(path, "Matrix"), store)

    report = uploaded({})
    assert (report.problems, report.revision) == ([], report.base_revision)
    report = uploaded({"D3": None, "E4": "H", "F4": "Z"})
    assert [(one.row, one.column) for one in report.problems] == [(4, "k02")]
    report = uploaded({"D3": None, "E4": "H"})
    assert report.problems == []
    assert report.changed.links + report.added.links + report.removed.links <= 4
    store.close()
    changed_cells = {key: cell for key, cell in before.items() if key != ("c00", "k00")} | {("c01", "k01"): "H"}
    assert eventually(lambda: asker.get(WHERE).headers[REVISION_HEADER] == str(report.revision))
    assert cells_of(asker) == changed_cells


def test_list_is_downloaded_filled_in_and_uploaded_by_pages(asker: Asker, tmp_path: Path) -> None:
    """The preview tells what was changed and no more; once it is applied, the list has it."""
    book = load_workbook(io.BytesIO(asker.get("/lists/courses.xlsx?discipline=d1&lang=zh").content))
    book["课程"]["B3"] = "Renamed"
    book.save(tmp_path / "courses.xlsx")
    preview = upload(asker, (tmp_path / "courses.xlsx").read_bytes(), "courses.xlsx", source="")
    told = over(asker, preview).text("main")
    assert "changed since it was downloaded: 1" in told
    assert "Entered on pages" in told
    applied(asker, preview)
    assert "Renamed" in asker.get("/lists/courses.csv?min_revision=2").text
