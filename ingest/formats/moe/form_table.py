"""Tables of the forms: the sheets of a workbook, or a CSV file, with the header found below titles."""

from pathlib import Path

from ingest.formats.framework import delimiter_of, tolerance
from ingest.readers import Table, read_csv
from ingest.readers.tolerance import OnNote
from ingest.readers.workbooks import ENDINGS, read_workbook

TABLE_ENDINGS = (".csv", ".tsv", *ENDINGS)


def form_tables(file: Path, on_note: OnNote, *names: str) -> list[Table]:
    """Return the tables of a file whose header has most of the names; what is taken as it stands is told to `on_note`.

    Raises:
        InputError: it cannot be read.
    """
    taken = tolerance(on_note, *names)
    if file.suffix.lower() in ENDINGS:
        return [*read_workbook(file, tolerance=taken)]
    return [read_csv(file, delimiter=delimiter_of(file), tolerance=taken)]
