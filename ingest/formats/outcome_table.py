"""Table of a learning platform: the one file, of a path or a folder, in which a platform exports competencies."""

from collections.abc import Callable
from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import Message, message
from ingest.readers import NumberText, Table, Tolerance, is_junk, read_csv, tables

_ENDINGS = {".csv", ".tsv", ".txt", ".xlsx", ".ods", ".xls"}


def outcome_table(path: Path, on_note: Callable[[Message], None]) -> Table:
    """Return the table at a path: a CSV file of any separator and encoding, or a workbook of one sheet.

    Raises:
        InputError: there is none, there are several, or it cannot be read.
    """
    if not path.exists():
        raise InputError(Problem(message("framework.no_path"), file=str(path)))
    file = _only_file(path) if path.is_dir() else path
    tolerance = Tolerance(on_note, loose_header=True)
    if file.suffix.lower() in {".csv", ".tsv", ".txt"}:
        return read_csv(file, tolerance=tolerance)
    found = tables(file, tolerance=tolerance)
    if len(found) > 1:
        raise InputError(Problem(message("framework.sheets", n=len(found)), file.name))
    return found[0]


def as_shown(cell: str) -> str:
    """Return a cell that holds a code as a spreadsheet shows it."""
    return cell.shown if isinstance(cell, NumberText) and cell.shown is not None else cell


def _only_file(folder: Path) -> Path:
    files = sorted(one for one in folder.rglob("*") if one.suffix.lower() in _ENDINGS and one.is_file())
    files = [one for one in files if not any(is_junk(part) for part in one.relative_to(folder).parts)]
    if len(files) == 1:
        return files[0]
    if not files:
        raise InputError(Problem(message("framework.no_table"), folder.name))
    names = [one.relative_to(folder).as_posix() for one in files]
    raise InputError(Problem(message("framework.one_table", n=len(files), files=names[:5]), folder.name))
