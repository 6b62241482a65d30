"""Workbook reader: .xlsx, .ods and .xls as tables; which of them a file is, its first bytes say."""

import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import message
from ingest.readers.file_kinds import OLE, ZIP
from ingest.readers.sheet_table import EMPTY_SHEET, Sheet, SheetTable
from ingest.readers.table import MAX_COLUMNS, NumberText, OnProblem, noted, raise_problem
from ingest.readers.tolerance import Tolerance

# ruff: noqa: PLC0415 - each kind of workbook loads a library of its own

XLSX, ODS, XLS = ".xlsx", ".ods", ".xls"
ENDINGS = (XLSX, ODS, XLS)
"""How the names of workbooks end that are read."""
MAX_SHEETS = 100
_ODS_PART = "content.xml"


def read_workbook(
    path: Path,
    on_problem: OnProblem = raise_problem,
    *,
    ignore: Collection[str] = (),
    tolerance: Tolerance | None = None,
) -> list[SheetTable]:
    """Return the workbook's sheets in their order, without those named in `ignore`; charts are none.

    A sheet without a usable header is told to `on_problem` and left out. With a `tolerance`, sheets that are hidden or
    empty are left out, lines may stand above the header, merged cells hold their value in every cell, and the file may
    have the name of another kind of workbook.

    Raises:
        InputError: it is no workbook, or claims more than the limits allow.
    """
    tables = []
    for sheet in _sheets(path, tolerance) if tolerance is None else visible_sheets(path, tolerance):
        if sheet.name in ignore:
            continue
        try:
            tables.append(SheetTable(sheet, path.name, tolerance))
        except InputError as error:
            if tolerance and error.problem.message.code == EMPTY_SHEET:
                tolerance.on_note(noted(message("xlsx.ignored_sheet"), path.name, sheet.name))
            else:
                on_problem(error.problem)
    return tables


def visible_sheets(path: Path, tolerance: Tolerance) -> Iterator[Sheet]:
    """Yield the workbook's sheets that are not hidden, in their order.

    Raises:
        InputError: it is no workbook, or claims more than the limits allow.
    """
    for sheet in _sheets(path, tolerance):
        if not sheet.is_hidden:
            yield sheet
        elif sheet.name not in tolerance.own_sheets:
            tolerance.on_note(noted(message("xlsx.hidden_sheet"), path.name, sheet.name))


def sheet_rows(path: Path, sheet: str, last: int) -> Iterator[tuple[int, list[str]]]:
    """Yield (row, cells) of a sheet as they stand, up to the row `last`: the header, empty rows and wrong ones too.

    Each has its cells up to the last that is filled.

    Raises:
        InputError: it is no workbook, or has no such sheet.
    """
    found = next((one for one in _opened(path, _kind_of(path)) if one.name == sheet), None)
    if found is None:
        raise InputError(Problem(message("xlsx.no_sheet"), path.name, sheet))
    for row, raw in enumerate(found.rows(), 1):
        if row > last:
            return
        cells = [as_shown(found.text(cell)) for cell in raw[:MAX_COLUMNS]]
        yield row, cells[: max((n for n, cell in enumerate(cells, 1) if cell), default=0)]


def as_shown(text: str) -> str:
    """Return what a spreadsheet shows of a cell, as far as that is known."""
    return text.shown or text if isinstance(text, NumberText) else text


def _sheets(path: Path, tolerance: Tolerance | None) -> list[Sheet]:
    """Return the sheets of what the file is; of another kind than its name says only with a tolerance."""
    named, kind = path.suffix.lower(), _kind_of(path)
    if tolerance is not None and kind != named:
        tolerance.on_note(noted(message("xlsx.other_kind", kind=kind), path.name))
    sheets = _opened(path, named if tolerance is None else kind)
    if len(sheets) > MAX_SHEETS:
        raise InputError(Problem(message("xlsx.many_sheets", sheets=len(sheets), most=MAX_SHEETS), path.name))
    return sheets


def _opened(path: Path, kind: str) -> list[Sheet]:
    if kind == XLS:
        from ingest.readers.xls import xls_sheets

        return xls_sheets(path)
    if kind == ODS:
        from ingest.readers.ods import ods_sheets

        return ods_sheets(path)
    from ingest.readers.xlsx import xlsx_sheets

    return xlsx_sheets(path)


def _kind_of(path: Path) -> str:
    """Return which kind of workbook a file is; for what is none, what its name says."""
    named = path.suffix.lower()
    named = named if named in ENDINGS else XLSX
    try:
        with path.open("rb") as file:
            head = file.read(len(OLE))
        if head.startswith(OLE):
            return XLS
        if not head.startswith(ZIP):
            return named
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile):
        return named
    return ODS if _ODS_PART in names else XLSX if any(name.endswith("workbook.xml") for name in names) else named
