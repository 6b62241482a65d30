"""Table of a learning platform: the one file, of a path or a folder, in which a platform exports competencies."""

from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import message
from ingest.formats.framework import data_files, spelling, tolerance
from ingest.formats.json_shapes import of_other_format
from ingest.readers import NumberText, Table, tables
from ingest.readers.tolerance import OnNote

_ENDINGS = {".csv", ".tsv", ".txt", ".xlsx", ".ods", ".xls"}


_MARKS = {"moodle": {"idnumber", "isframework"}, "canvas": {"vendorguid", "objecttype"}}
"""Columns by which the export of each platform is known, as `spelling` has them."""


def outcome_table(path: Path, on_note: OnNote, platform: str, *names: str) -> Table:
    """Return the table at a path: a CSV file of any separator and encoding, or a workbook of one sheet.

    The header is the first row that bears most of the names.

    Raises:
        InputError: there is none, there are several, or it cannot be read.
    """
    if not path.exists():
        raise InputError(Problem(message("framework.no_path"), file=str(path)))
    file = _only_file(path) if path.is_dir() else path
    try:
        found = tables(file, tolerance=tolerance(on_note, *names))
    except InputError as error:
        raise of_other_format(error, file, platform) from None
    if len(found) > 1:
        raise InputError(Problem(message("framework.sheets", n=len(found)), file.name))
    if not found:
        raise InputError(Problem(message("file.empty"), file.name))
    header = {spelling(name) for name in found[0].header}
    other = next((name for name, marks in _MARKS.items() if marks <= header), platform)
    if other != platform:
        reason = message("framework.no_column", column=names[0])
        raise InputError(Problem(message("framework.other_format", reason=reason, format=other), file.name, None, 1))
    return found[0]


def as_shown(cell: str) -> str:
    """Return a cell that holds a code as a spreadsheet shows it."""
    return cell.shown if isinstance(cell, NumberText) and cell.shown is not None else cell


def _only_file(folder: Path) -> Path:
    files = data_files(folder, _ENDINGS, below=True)
    if len(files) == 1:
        return files[0]
    if not files:
        raise InputError(Problem(message("framework.no_table"), folder.name))
    names = [one.relative_to(folder).as_posix() for one in files]
    raise InputError(Problem(message("framework.one_table", n=len(files), files=names[:5]), folder.name))
