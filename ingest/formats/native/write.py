"""Writer of the native exchange format: what one source states, as a folder of CSV files or as JSON."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from graph.cancellation import cancellable_rows
from graph.disk import disk_fault, sync_file, sync_folder, unwritable
from graph.draft_files import move_draft
from graph.errors import InputError, NoRoomError, Problem
from graph.messages import message
from graph.model import Value
from graph.schema import FILES, SOURCE_FILE
from ingest.formats.json_document import write_json_document
from ingest.formats.native.checksums import CHECKSUMS, write_checksums
from ingest.formats.native.read import ABOUT
from ingest.formats.native.records import FileRecords, SourceStatements, records, source_record
from ingest.formats.native.rows import escape


def write_folder(statements: SourceStatements, folder: Path, *, overwrite: bool = False) -> None:
    """Write checksums and a .csv file for each file of the format that has records: UTF-8 with BOM, lines end in LF.

    A new folder appears whole. In one that stands, with `overwrite`, each file is replaced whole, and files of the
    format that have no records any more are removed.

    Raises:
        InputError: the folder holds other .csv files, or files of the format without `overwrite`; or cannot be written.
    """
    standing = {file.name for file in folder.glob("*.csv")} if folder.is_dir() else set()
    foreign = sorted(standing - {f"{file}.csv" for file in FILES})
    if foreign:
        reason = message("native.foreign_file", folder=folder.name, file=foreign[0])
        raise InputError(Problem(reason, foreign[0]))
    if standing and not overwrite:
        reason = message("native.standing_files", folder=folder.name)
        raise InputError(Problem(reason, min(standing)))
    with beside(folder) as room:
        new = room / "new"
        new.mkdir()
        records_by_file = records(statements)
        for file, rows in records_by_file.items():
            _write_csv(new / f"{file}.csv", rows)
        write_checksums(new.glob("*.csv"), new / CHECKSUMS, statements.stamp.line if statements.stamp else "")
        for written in new.iterdir():
            sync_file(written)
        sync_folder(new)
        if not folder.exists():
            new.rename(folder)
            sync_folder(folder.absolute().parent)
            return
        for name in (*(f"{file}.csv" for file in records_by_file), CHECKSUMS):
            (new / name).replace(folder / name)
        for name in standing - {f"{file}.csv" for file in records_by_file}:
            (folder / name).unlink()
        sync_folder(folder)


def write_json(statements: SourceStatements, file: Path, *, overwrite: bool = False) -> None:
    """Write one object with a key for each file of the format that has records; keys sorted, the file replaced whole.

    Under `about` stands what it is cited by.

    Raises:
        InputError: the file stands already, without `overwrite`; or cannot be written.
    """
    document: dict[str, object] = dict(records(statements))
    document[SOURCE_FILE] = source_record(statements)
    if statements.stamp:
        document[ABOUT] = [{**statements.stamp.told(), "revision": statements.stamp.revision}]
    with replacing(file, overwrite=overwrite) as temporary:
        write_json_document(document, temporary)


@contextmanager
def replacing(file: Path, *, overwrite: bool) -> Iterator[Path]:
    """Give a path to write to, which then becomes `file`, whole, and on the disk.

    Raises:
        InputError: the file stands already, without `overwrite`; or cannot be written.
    """
    if file.exists() and not overwrite:
        raise InputError(Problem(message("native.standing_file", file=file.name), file.name))
    with beside(file) as room:
        yield room / file.name
        sync_file(room / file.name)
        move_draft(room / file.name, file)


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Give a folder to write to, next to the path, which is gone afterwards.

    Raises:
        InputError: there cannot be one, or what is written there cannot be written.
        NoRoomError: its disk is full.
    """
    try:
        with TemporaryDirectory(prefix=".rolepath-", dir=path.absolute().parent) as room:
            yield Path(room)
    except OSError as error:
        fault = disk_fault(error)
        if fault.kind is NoRoomError:
            raise unwritable(path, error) from None
        raise InputError(Problem(message("file.unwritable", error=fault.reason), path.name)) from None


def _write_csv(path: Path, rows: FileRecords) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(rows.header)
        writer.writerows([_csv_cell(row.get(name)) for name in rows.header] for row in cancellable_rows(rows))


def _csv_cell(value: Value | None) -> str:
    if value is None:
        return ""
    return escape(as_text(value)) if isinstance(value, str | list) else as_text(value)


def as_text(value: Value) -> str:
    """Return the value as the text that the schema parses to it.

    >>> as_text(["a", "b"]), as_text(0.5), as_text(3.0)
    ('a|b', '0.5', '3')
    """
    if isinstance(value, list):
        return "|".join(value)
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)
