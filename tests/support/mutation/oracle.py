"""Oracle of imports: whatever the files are, all of them is accounted for, or what is wrong is told of its place."""

import csv
import io
import json
import re
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from openpyxl import load_workbook

from graph.errors import InputError, Problem
from graph.messages import Message, restored
from graph.schema import FILES, SOURCE_FILE
from graph.snapshot.compile import compile_snapshot
from graph.stores import Store
from ingest.draft import Draft
from ingest.excerpts import excerpts
from ingest.job import Leniency, ingest
from ingest.report import IngestReport
from queries.gaps import find_gaps

LONGEST_S = 10.0
"""How long a case may take of the processor: its files have a few thousand bytes."""
_MOST_CELLS = 100_000
LENIENT = Leniency(skip_invalid=True, allow_dangling=True, allow_removals=True)


class Case(NamedTuple):
    """Files in a folder, how they are read, and the names that the form's files have before any is changed."""

    read: Callable[[], Draft]
    folder: Path
    names: set[str]


class Verdict(NamedTuple):
    """How a case ended: applied, refused by its rows or files, or not to be read."""

    outcome: str
    seconds: float


def judge(case: Case, store: Store, spare: Callable[[], Store]) -> Verdict:
    """Import what is read, strictly into `store` and leniently into a spare one; assert that each may end as it does.

    `store` stays as it is: what could be applied there is applied to the spare one.
    """
    read, folder = case.read, case.folder
    names = case.names | {path.name for path in folder.rglob("*")} | {folder.name}
    began, before = time.process_time(), store.revision()
    draft: list[Draft] = []

    def kept() -> Draft:
        draft.append(read())
        return draft[-1]

    report = ingest(kept, store, dry_run=True)
    _assert_told(report, names)
    excerpts(folder, report.problems)
    if draft:
        _assert_worded([*draft[0].notes, *draft[0].skipped])
        _assert_rows_accounted(draft[0], folder)
    assert store.revision() == before
    outcome = "refused" if draft else "unreadable"
    if draft:
        target = spare()
        lenient = ingest(read, target, leniency=LENIENT)
        _assert_told(lenient, names)
        if lenient.refused:
            assert not target.exists()
        elif target.exists():
            _assert_answers(target, lenient)
            outcome = "applied leniently" if report.refused else "applied"
        target.close()
    seconds = time.process_time() - began
    assert seconds < LONGEST_S
    return Verdict(outcome, seconds)


def assert_problem(problem: Problem, names: set[str]) -> None:
    """Assert that a problem names a file of the case, or none, and is worded in both languages."""
    assert problem.row is None or problem.row >= 1
    assert problem.file is None or Path(problem.file).name in names or problem.file in names, problem
    _assert_worded([problem.whole])


def _assert_told(report: IngestReport, names: set[str]) -> None:
    assert report.read == report.accepted + report.rejected + sum(report.skipped.values())
    assert min(report.read, report.accepted, report.rejected) >= 0
    assert report.problems_total >= len(report.problems)
    for told in report.problems:
        assert told.code
        assert_problem(
            Problem(restored(told.code, told.params), told.file, told.sheet, told.row, told.column, told.value), names
        )
        told.value is None or told.value.encode()
    if report.refused:
        assert report.problems
        assert any(told.file for told in report.problems) or report.problems[0].row is None
    assert IngestReport.model_validate_json(report.model_dump_json()) == report


def _assert_worded(messages: list[Message]) -> None:
    for one in messages:
        english, chinese = one.text("en"), one.text("zh")
        assert english.encode()
        assert chinese.encode()
        assert re.search("[\u4e00-\u9fff]", chinese)
        assert english != one.code


def _assert_answers(store: Store, report: IngestReport) -> None:
    """Assert that what was stored can be compiled, and be asked about."""
    snapshot = compile_snapshot(store)
    with store.reading() as reading:
        nodes = sum(1 for _ in reading.nodes())
        values = [value for *_, stated in reading.nodes() for value in json.loads(stated).values()]
    assert nodes == report.added.nodes
    # A text may hold JSON, what CASE states besides for one, and that an escape.
    assert all("\0" not in str(text) for value in values for text in (value if isinstance(value, list) else [value]))
    find_gaps(snapshot)


# Rows of the native format


def _assert_rows_accounted(draft: Draft, folder: Path) -> None:
    """Assert that each row that holds anything states something, or is named as wrong: for files of the native form."""
    met = set(draft.places.values()) | draft.rejected | {place for ones in draft._repeats.values() for place in ones}
    refused = {(told.file, told.sheet) for told in draft.problems if told.row is None or told.row <= 1}
    refused |= {
        (told.file, told.sheet)
        for told in draft.problems
        if (told.file or "", told.sheet, told.row or 0) not in draft.rejected
    }
    for file, sheet, row in native_rows(folder):
        if (file, sheet) not in refused and (file, None) not in refused:
            assert (file, sheet, row) in met, (file, sheet, row)


def native_rows(folder: Path) -> Iterator[tuple[str, str | None, int]]:
    """Yield (file, sheet, row) of each record of native files that is not empty, read the plain way."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".csv" and path.stem in FILES and path.stem != SOURCE_FILE:
            yield from ((path.name, None, row) for row in _csv_rows(path))
        elif path.suffix == ".json":
            yield from ((path.name, sheet, row) for sheet, row in _json_rows(path))
        elif path.suffix == ".xlsx":
            yield from ((path.name, sheet, row) for sheet, row in _workbook_rows(path))


def _csv_rows(path: Path) -> Iterator[int]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file, strict=True))
    except (csv.Error, UnicodeDecodeError):
        return
    yield from (number for number, cells in enumerate(rows[1:], 2) if any(cell.strip() for cell in cells))


def _json_rows(path: Path) -> Iterator[tuple[str, int]]:
    try:
        document = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return
    if not isinstance(document, Mapping):
        return
    for key, items in document.items():
        if key in FILES and key != SOURCE_FILE and isinstance(items, list):
            yield from ((key, row) for row, item in enumerate(items, 2) if not _is_blank(item))


def _workbook_rows(path: Path) -> Iterator[tuple[str, int]]:
    """Yield (sheet, row) as openpyxl reads the whole of a workbook, by the places that cells name."""
    try:
        with zipfile.ZipFile(path) as archive:
            if any(b"mergeCell " in archive.read(name) for name in archive.namelist()):
                return  # openpyxl would make every cell that is merged: of all of a sheet, 17 thousand million
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = load_workbook(io.BytesIO(path.read_bytes()), data_only=True)  # which leaves a broken file open
    except Exception:  # noqa: BLE001 - whatever a broken workbook ends in: then there is nothing to compare with
        return
    for sheet in workbook.worksheets:
        if sheet.title in FILES and sheet.title != SOURCE_FILE and sheet.max_row * sheet.max_column < _MOST_CELLS:
            for row, cells in enumerate(sheet.iter_rows(min_row=2, values_only=True), 2):
                if any(str(cell).strip() for cell in cells if cell is not None):
                    yield sheet.title, row


def _is_blank(item: object) -> bool:
    return isinstance(item, dict) and not any(
        value not in (None, "", []) and not (isinstance(value, str) and not value.strip()) for value in item.values()
    )


def refusal(read: Callable[[], object], names: set[str]) -> InputError | None:
    """Return how a reading was refused, whose problem is asserted to be well told; None where it was not."""
    try:
        read()
    except InputError as error:
        assert_problem(error.problem, names)
        return error
    return None
