"""File discovery of OSMT: JSON answers, the CSV export, lists of occupations."""

from dataclasses import replace
from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import message
from ingest.draft import Draft
from ingest.formats.osmt.csv_export import records_of_table
from ingest.formats.osmt.json_answers import Records, is_descriptor, records_of_json
from ingest.readers import read_csv, read_json_document


def files(path: Path) -> list[tuple[str, Path]]:
    """Return the .json and .csv files with the names to show for them: relative to the folder, in their order.

    Raises:
        InputError: there is none.
    """
    if not path.is_dir():
        if not path.exists():
            raise InputError(Problem(message("framework.no_path"), file=str(path)))
        if path.suffix.lower() not in {".json", ".csv"}:
            raise InputError(Problem(message("osmt.no_file_of_ours"), path.name))
        return [(path.name, path)]
    paths = sorted(file for file in path.rglob("*") if file.suffix.lower() in {".json", ".csv"} and file.is_file())
    if not paths:
        raise InputError(Problem(message("osmt.no_file"), path.name))
    return [(file.relative_to(path).as_posix(), file) for file in paths]


def open_file(name: str, file: Path, draft: Draft) -> Records | None:
    """Return the records of the file, each with its place; None where it is no file of OSMT.

    A record that is wrong is rejected. The first record is in row 2, in JSON too.

    Raises:
        InputError: the file cannot be read; its problem names the file by `name`.
    """
    try:
        if file.suffix.lower() == ".csv":
            return records_of_table(name, read_csv(file), draft)
        document = read_json_document(file)
    except InputError as error:
        raise InputError(replace(error.problem, file=name)) from None
    if isinstance(document, dict) and isinstance(document.get("skills"), list):
        document = document["skills"]
    elif isinstance(document, dict) and "skillStatement" in document:
        document = [document]
    if not isinstance(document, list) or (document and not any(is_descriptor(item) for item in document)):
        return None
    return records_of_json(name, document, draft)
