"""Writer of the native exchange format: what one source states, as a folder of CSV files or as JSON."""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from graph.cancellation import cancellable_rows
from graph.disclosure import KIND as ASSESSMENT
from graph.disk import disk_fault, unwritable
from graph.errors import InputError, NoRoomError, Problem
from graph.messages import message
from graph.model import LINK_VALUES, LinkKey, LinkValues, NodeId, NodeValues, Source, Value
from graph.schema import FILES, KINDS, LINKS_FILE, SOURCE_FILE, WITHHELD, Kind, LinkColumn, columns
from ingest.formats.json_document import write_json_document
from ingest.formats.native.checksums import CHECKSUMS, write_checksums
from ingest.formats.native.rows import escape

_NO_VERSION = "not stated"


class SourceStatements(NamedTuple):
    """All that one source states, in any order, but `withheld` assessments, which whoever exports is not shown."""

    source: Source
    nodes: Iterable[tuple[NodeId, NodeValues]]
    links: Iterable[tuple[LinkKey, LinkValues]]
    withheld: int = 0


Record = dict[str, Value]
"""The cells of a row that are not empty, by column."""


def records(statements: SourceStatements) -> dict[str, list[Record]]:
    """Return the records of each file of the format that has any, in the order of the format; the source comes first.

    Nodes are ordered by id, links by key. A link stands in a column of its node's file where it is the node's only one
    of that relation and states nothing that the column cannot say; else it is a record of links.
    """
    nodes, links = dict(statements.nodes), dict(statements.links)
    records_by_file: dict[str, list[Record]] = {SOURCE_FILE: [_source_record(statements)]}
    stated_by_column = _column_links(nodes, links)
    by_id: dict[NodeId, Record] = {}
    for node_id in cancellable_rows(sorted(nodes)):
        kind = KINDS[nodes[node_id][0]]
        mark = {WITHHELD.name: statements.withheld} if kind.name == ASSESSMENT and statements.withheld else {}
        by_id[node_id] = mark | ({} if kind.identified_by else {"id": node_id}) | json.loads(nodes[node_id][1])
        records_by_file.setdefault(kind.file, []).append(by_id[node_id])
    for key, (column, node_id) in cancellable_rows(stated_by_column.items()):
        by_id[node_id][column.name] = key[2] if column.outward else key[0]
        if column.weight_column and (weight := links[key][0]) is not None:
            by_id[node_id][column.weight_column] = weight
    rest = [_link_record(key, links[key]) for key in cancellable_rows(sorted(links)) if key not in stated_by_column]
    if rest:
        records_by_file[LINKS_FILE] = rest
    return {file: records_by_file[file] for file in FILES if file in records_by_file}


def header_of(file: str, rows: Iterable[Record]) -> list[str]:
    """Return the columns of a file of the format; one more where its records bear the mark of what is left out."""
    return columns(file) + ([WITHHELD.name] if any(WITHHELD.name in row for row in rows) else [])


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
            _write_csv(new / f"{file}.csv", header_of(file, rows), rows)
        write_checksums(new.glob("*.csv"), new / CHECKSUMS)
        if not folder.exists():
            new.rename(folder)
            return
        for name in (*(f"{file}.csv" for file in records_by_file), CHECKSUMS):
            (new / name).replace(folder / name)
        for name in standing - {f"{file}.csv" for file in records_by_file}:
            (folder / name).unlink()


def write_json(statements: SourceStatements, file: Path, *, overwrite: bool = False) -> None:
    """Write one object with a key for each file of the format that has records; keys sorted, the file replaced whole.

    Raises:
        InputError: the file stands already, without `overwrite`; or cannot be written.
    """
    document: dict[str, object] = dict(records(statements))
    document[SOURCE_FILE] = _source_record(statements)
    with replacing(file, overwrite=overwrite) as temporary:
        write_json_document(document, temporary)


@contextmanager
def replacing(file: Path, *, overwrite: bool) -> Iterator[Path]:
    """Give a path to write to, which then becomes `file`, whole.

    Raises:
        InputError: the file stands already, without `overwrite`; or cannot be written.
    """
    if file.exists() and not overwrite:
        raise InputError(Problem(message("native.standing_file", file=file.name), file.name))
    with beside(file) as room:
        yield room / file.name
        (room / file.name).replace(file)


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


def _write_csv(path: Path, header: list[str], rows: list[Record]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([_csv_cell(row.get(name)) for name in header] for row in cancellable_rows(rows))


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


def _source_record(statements: SourceStatements) -> Record:
    source = statements.source
    record: Record = {"name": source.name, "version": source.version or _NO_VERSION, "rank": source.rank}
    stated: Record = {"licence": source.licence, "url": source.url, WITHHELD.name: statements.withheld}
    return record | {name: value for name, value in stated.items() if value}


def _link_record(key: LinkKey, values: LinkValues) -> Record:
    record: Record = {"from_id": key[0], "relation": key[1], "to_id": key[2]}
    return record | {name: value for name, value in zip(LINK_VALUES, values, strict=True) if value is not None}


def _column_links(
    nodes: dict[NodeId, NodeValues], links: dict[LinkKey, LinkValues]
) -> dict[LinkKey, tuple[LinkColumn, NodeId]]:
    """Return the links that a column can state whole, each with the column and the node in whose row it stands."""
    by_relation = {column.relation: (kind, column) for kind in KINDS.values() for column in kind.link_columns}
    near = {key: _near_end(by_relation[key[1]], key, nodes) for key in cancellable_rows(links) if key[1] in by_relation}
    times = Counter((key[1], node_id) for key, node_id in near.items())
    return {
        key: (by_relation[key[1]][1], node_id)
        for key, node_id in near.items()
        if node_id is not None
        and times[key[1], node_id] == 1
        and not any(value is not None for value in links[key][1:])
        and (links[key][0] is None or by_relation[key[1]][1].weight_column is not None)
    }


def _near_end(stated: tuple[Kind, LinkColumn], key: LinkKey, nodes: dict[NodeId, NodeValues]) -> NodeId | None:
    kind, column = stated
    near = key[0] if column.outward else key[2]
    return near if near in nodes and nodes[near][0] == kind.name else None
