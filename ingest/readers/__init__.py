"""Readers of CSV files, workbooks and JSON files as tables, whose records know their file, sheet and row."""

import re
from collections.abc import Collection
from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import message
from ingest.readers.csv import CsvTable, csv_rows, read_csv
from ingest.readers.json_documents import parse_json_document, read_json_document, read_json_object
from ingest.readers.json_tables import JsonTable, read_json
from ingest.readers.table import NumberText, OnProblem, Table, noted, raise_problem
from ingest.readers.text import read_text
from ingest.readers.tolerance import Tolerance
from ingest.readers.workbooks import ENDINGS, read_workbook

__all__ = [
    "CsvTable",
    "JsonTable",
    "NumberText",
    "OnProblem",
    "Table",
    "Tolerance",
    "csv_rows",
    "is_junk",
    "only_workbook",
    "parse_json_document",
    "raise_problem",
    "read_csv",
    "read_json",
    "read_json_document",
    "read_json_object",
    "read_text",
    "read_workbook",
    "tables",
]


_JUNK = re.compile(r"\._.*|~\$.*|\.~lock\..*|__MACOSX|\.DS_Store|Thumbs\.db|desktop\.ini", re.IGNORECASE)


def is_junk(name: str) -> bool:
    """Say whether a file or folder of that name is what systems and programs leave beside people's files.

    >>> is_junk("._roles.csv"), is_junk("~$plan.xlsx"), is_junk("roles.csv")
    (True, True, False)
    """
    return _JUNK.fullmatch(name) is not None


def tables(
    path: Path,
    on_problem: OnProblem = raise_problem,
    *,
    ignore: Collection[str] = (),
    tolerance: Tolerance | None = None,
) -> list[Table]:
    """Return the tables of a folder of CSV files (by name), of one, of a workbook (in its order) or of a JSON file.

    With a tolerance, text files that are cut at tabs (.tsv, .txt) are tables, too, and a folder may hold workbooks.

    A file of a folder, or a sheet of a workbook, that is at fault is told to `on_problem` and left out. Sheets named in
    `ignore` are left out.

    Raises:
        InputError: there is nothing at `path` that could be read.
    """
    if path.is_dir():
        return _folder(path, on_problem, ignore, tolerance)
    if not path.exists():
        raise InputError(Problem(message("file.missing"), path.name))
    match path.suffix.lower():
        case ".csv":
            return [read_csv(path, tolerance=tolerance)]
        case ".tsv" | ".txt" if tolerance:
            return [read_csv(path, delimiter="\t", tolerance=tolerance)]
        case ".xlsx" | ".ods" | ".xls":
            return [*read_workbook(path, on_problem, ignore=ignore, tolerance=tolerance)]
        case ".json":
            return [*read_json(path)]
        case ".xlsm" | ".xlsb" | ".numbers" | ".et" | ".fods" as ending:
            raise InputError(Problem(message("file.other_workbook", ending=ending), path.name))
    raise InputError(Problem(message("file.other"), path.name))


def only_workbook(path: Path) -> Path:
    """Return the workbook of a folder that holds one, and nothing else that is read; else the path itself."""
    if not path.is_dir():
        return path
    files = [file for file in path.iterdir() if file.suffix.lower() in {".csv", ".tsv", *ENDINGS}]
    files = [file for file in files if not is_junk(file.name)]
    return files[0] if len(files) == 1 and files[0].suffix.lower() in ENDINGS else path


def _folder(path: Path, on_problem: OnProblem, ignore: Collection[str], tolerance: Tolerance | None) -> list[Table]:
    endings = {".csv", ".tsv", *ENDINGS} if tolerance else {".csv"}
    try:
        files = sorted(file for file in path.iterdir() if file.suffix.lower() in endings and file.is_file())
    except OSError as error:
        raise InputError(Problem(message("file.unreadable", error=error.strerror or str(error)), path.name)) from None
    files = [file for file in files if not is_junk(file.name)]
    workbooks = [file for file in files if file.suffix.lower() in ENDINGS]
    if tolerance is not None and workbooks:
        if workbooks == files:
            read = (read_workbook(file, on_problem, ignore=ignore, tolerance=tolerance) for file in files)
            return [table for sheets in read for table in sheets]
        for file in workbooks:
            tolerance.on_note(noted(message("file.beside_csv"), file.name))
            files.remove(file)
    if not files:
        raise InputError(Problem(message("file.no_csv"), path.name))
    readable: list[Table] = []
    for file in files:
        try:
            delimiter = "\t" if file.suffix.lower() == ".tsv" else ","
            readable.append(read_csv(file, delimiter=delimiter, tolerance=tolerance))
        except InputError as error:
            on_problem(error.problem)
    return readable
