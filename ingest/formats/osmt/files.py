"""File discovery of OSMT: JSON answers, the CSV export, lists of occupations."""

from dataclasses import replace
from itertools import chain
from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import message
from ingest.draft import Draft
from ingest.formats.answer_pages import AnswerPages
from ingest.formats.framework import data_files, delimiter_of, tolerance
from ingest.formats.json_shapes import other_format
from ingest.formats.osmt.csv_export import COLUMNS, records_of_table
from ingest.formats.osmt.json_answers import Records, is_descriptor, records_of_json
from ingest.readers import read_csv, read_json_document, read_workbook
from ingest.readers.workbooks import ENDINGS


def files(path: Path) -> list[tuple[str, Path]]:
    """Return the JSON files and tables with the names to show for them: relative to the folder, in their order.

    Raises:
        InputError: there is none.
    """
    if not path.is_dir():
        if not path.exists():
            raise InputError(Problem(message("framework.no_path"), file=str(path)))
        if path.suffix.lower() not in _ENDINGS:
            raise InputError(Problem(message("osmt.no_file_of_ours"), path.name))
        return [(path.name, path)]
    paths = data_files(path, _ENDINGS, below=True)
    if not paths:
        raise InputError(Problem(message("osmt.no_file"), path.name))
    return [(file.relative_to(path).as_posix(), file) for file in paths]


_ENDINGS = {".json", ".csv", ".tsv", *ENDINGS}


def _records_of_tables(name: str, file: Path, draft: Draft) -> Records | None:
    """Return the records of a table, or of all sheets of a workbook that hold any."""
    taken = tolerance(draft.note, *COLUMNS)
    if file.suffix.lower() not in ENDINGS:
        return records_of_table(name, read_csv(file, delimiter=delimiter_of(file), tolerance=taken), draft)
    sheets = (records_of_table(name, sheet, draft) for sheet in read_workbook(file, tolerance=taken))
    found = [records for records in sheets if records is not None]
    return chain.from_iterable(found) if found else None


def nothing_found(path: Path, named: list[tuple[str, Path]]) -> InputError:
    """Return the error for files of which none is a file of OSMT, with the format that the first looks like."""
    reason = message("osmt.nothing")
    if documents := [file for _, file in named if file.suffix.lower() == ".json"]:
        reason = other_format(reason, read_json_document(documents[0]), "osmt")
    return InputError(Problem(reason, path.name))


def open_file(name: str, file: Path, draft: Draft, pages: AnswerPages) -> Records | None:
    """Return the records of the file, each with its place; None where it is no file of OSMT.

    A record that is wrong is rejected. The first record is in row 2, in JSON too.

    Raises:
        InputError: the file cannot be read; its problem names the file by `name`.
    """
    try:
        if file.suffix.lower() != ".json":
            return _records_of_tables(name, file, draft)
        document = read_json_document(file)
    except InputError as error:
        raise InputError(replace(error.problem, file=name)) from None
    pages.take(name, document)
    if isinstance(document, dict) and (listed := next((key for key in _LISTS if _is_listed(document, key)), None)):
        document = document[listed]
    elif isinstance(document, dict) and "skillStatement" in document:
        document = [document]
    if not isinstance(document, list) or (document and not any(is_descriptor(item) for item in document)):
        return None
    return records_of_json(name, document, draft)


_LISTS = ("skills", "content", "items", "results", "data")
"""Under which keys answers of several versions and of proxies hold the descriptors."""


def _is_listed(document: dict[str, object], key: str) -> bool:
    return isinstance(document.get(key), list)
