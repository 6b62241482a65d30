"""Exports of what sources state: one file or folder for each, for the command line and REST."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

from graph.disk import disk_fault
from graph.errors import InputError, NotFoundError, Problem
from graph.messages import message
from graph.model import Frozen, IngestRun, NodeId, Source
from graph.stamp import GraphStamp
from graph.stores.base import StoreReader
from ingest.formats.jsonld.write import write_jsonld
from ingest.formats.native.records import SourceStatements, read_statements, spool_of
from ingest.formats.native.write import write_folder, write_json


class ExportedSource(Frozen):
    """What was written of one source, and where; counts of its statements."""

    source: str
    path: str
    nodes: int
    links: int


class ExportList(Frozen):
    """What was written, by source, the first speaker first."""

    items: list[ExportedSource]
    next: None = None
    revision: int


class ExportedPackage(Frozen):
    """What was written as a CASE package, and how much was left out, by kind and relation."""

    source: str
    path: str
    items: int
    associations: int
    left_out: dict[str, int]
    revision: int


class ExportedGraph(Frozen):
    """The live graph that was written for another tool: where, how much, and who states it, first speaker first."""

    path: str
    nodes: int
    links: int
    sources: list[str]
    revision: int


def is_file(target: Path) -> bool:
    """Say whether the target is one file, by its name; everything else is a folder.

    Raises:
        InputError: it is named like a file of a kind that is not written.
    """
    ending = target.suffix.lower()
    if ending in {".csv", ".xls", ".ods", ".xml", ".txt", ".zip"} and not target.is_dir():
        raise InputError(Problem(message("export.ending", ending=ending), target.name))
    return ending in {".xlsx", ".json"} and not target.is_dir()


def stated(reading: StoreReader, name: str | None) -> list[SourceStatements]:
    """Return all that the source states, or that every source states, the first speaker first.

    Raises:
        NotFoundError: there is no such source.
    """
    return [read_statements(reading, source) for source in known_source(reading, name)]


def stamped(statements: Sequence[SourceStatements], stamp: GraphStamp) -> list[SourceStatements]:
    """Return the statements with what files of them are cited by."""
    return [one._replace(stamp=stamp) for one in statements]


_FOREIGN_ENDS = """
SELECT from_id FROM link WHERE from_id NOT IN (SELECT id FROM node)
UNION SELECT to_id FROM link WHERE to_id NOT IN (SELECT id FROM node)
"""


def kinds_of_ends(reading: StoreReader, statements: Sequence[SourceStatements]) -> dict[NodeId, str]:
    """Return the kinds of the nodes that the stated links join and that others state."""
    ends = {end for one in statements for (end,) in spool_of(one).rows(_FOREIGN_ENDS)}
    return {node_id: kind for node_id, (kind, _) in reading.asserted(sorted(ends)).items()}


def known_source(reading: StoreReader, name: str | None) -> list[Source]:
    """Return the source of that name, or for None every source, the first speaker first.

    Raises:
        NotFoundError: there is no such source.
    """
    sources = reading.sources()
    matching = [source for source in sources if name in {None, source.name}]
    if name is not None and not matching:
        raise NotFoundError(
            message("thing.source"), name, near=get_close_matches(name, [one.name for one in sources], 3, 0.3)
        )
    return matching


def write(statements: Sequence[SourceStatements], target: Path, revision: int, *, overwrite: bool) -> ExportList:
    """Write them to the target; several go to folders of their own inside it.

    Raises:
        InputError: something is there already, without `overwrite`; or it cannot be written.
    """
    places = {statements[0].source.name: target} if len(statements) == 1 else _folders(statements, target)
    for one in statements:
        _write(one, places[one.source.name], overwrite=overwrite)
    items = [
        ExportedSource(
            source=one.source.name,
            path=str(places[one.source.name]),
            nodes=sum(1 for _ in one.nodes),
            links=sum(1 for _ in one.links),
        )
        for one in statements
    ]
    return ExportList(items=items, revision=revision)


def changed_at(runs: Sequence[IngestRun], source: str) -> str:
    """Return when the source was last imported, ISO 8601 in UTC; the beginning of time where no import is recorded."""
    when = max((run.applied_at for run in runs if run.source == source), default=datetime.fromtimestamp(0, UTC))
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_case(
    statements: SourceStatements, file: Path, when: str, revision: int, *, overwrite: bool
) -> ExportedPackage:
    """Write them as a CASE package; `when` is the change date of what states none.

    Raises:
        InputError: the file stands already, without `overwrite`; or cannot be written.
    """
    from ingest.formats.case import write as case_writing  # noqa: PLC0415 - only this export needs it

    made = case_writing.package(statements, when)
    case_writing.write_package(made, file, overwrite=overwrite)
    return ExportedPackage(
        source=statements.source.name,
        path=str(file),
        items=made.items,
        associations=made.associations,
        left_out=made.left_out,
        revision=revision,
    )


def write_linked(
    statements: Sequence[SourceStatements], kinds: Mapping[NodeId, str], file: Path, revision: int, *, overwrite: bool
) -> tuple[ExportList, str]:
    """Write them to one JSON-LD document; return what was written, and in words what was left out.

    Raises:
        InputError: the file stands already, without `overwrite`; or it cannot be written.
    """
    left_out = write_jsonld(statements, kinds, file, overwrite=overwrite)
    items = [
        ExportedSource(source=one.source.name, path=str(file), nodes=nodes, links=links)
        for one, (nodes, links) in zip(statements, left_out.written, strict=True)
    ]
    counted = {**left_out.nodes, **left_out.links, **left_out.values}
    return ExportList(items=items, revision=revision), ", ".join(f"{number} {what}" for what, number in counted.items())


def _write(statements: SourceStatements, place: Path, *, overwrite: bool) -> None:
    if not is_file(place):
        write_folder(statements, place, overwrite=overwrite)
    elif place.suffix.lower() == ".json":
        write_json(statements, place, overwrite=overwrite)
    else:
        from ingest.formats.native.workbook import write_workbook  # noqa: PLC0415 - slow to load

        write_workbook(statements, place, overwrite=overwrite)


def _folders(statements: Sequence[SourceStatements], target: Path) -> dict[str, Path]:
    """Return a folder inside the target for each source, which is made where there is something to put there."""
    folders: dict[str, Path] = {}
    taken: set[str] = set()
    for one in statements:
        stem = re.sub(r"[^\w.-]+", "-", one.source.name).strip("-.").lower()[:60] or "source"
        name, number = stem, 2
        while name in taken:
            name, number = f"{stem}-{number}", number + 1
        taken.add(name)
        folders[one.source.name] = target / name
    if folders:
        try:
            target.mkdir(exist_ok=True)
        except OSError as error:
            fault = disk_fault(error)
            raise InputError(Problem(message("export.cannot_make", strerror=fault.reason), target.name)) from None
    return folders
