"""Table of a learning platform: the one file, of a path or a folder, in which a platform exports competencies."""

from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import message
from ingest.formats.framework import data_files, tolerance
from ingest.readers import NumberText, Table, tables
from ingest.readers.tolerance import OnNote

_ENDINGS = {".csv", ".tsv", ".txt", ".xlsx", ".ods", ".xls"}


def outcome_table(path: Path, on_note: OnNote, *names: str) -> Table:
    """Return the table at a path: a CSV file of any separator and encoding, or a workbook of one sheet.

    The header is the first row that bears most of the names.

    Raises:
        InputError: there is none, there are several, or it cannot be read.
    """
    if not path.exists():
        raise InputError(Problem(message("framework.no_path"), file=str(path)))
    file = _only_file(path) if path.is_dir() else path
    found = tables(file, tolerance=tolerance(on_note, *names))
    if len(found) > 1:
        raise InputError(Problem(message("framework.sheets", n=len(found)), file.name))
    if not found:
        raise InputError(Problem(message("file.empty"), file.name))
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
