"""Downloads: exports as one file each; what several files make is packed into a zip."""

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from api.answers.exports import (
    changed_at,
    kinds_of_ends,
    known_source,
    stamped,
    stated,
    write,
    write_case,
    write_linked,
)
from api.answers.stamps import stamp_of
from graph.errors import InputError, Problem
from graph.live import LiveGraph, live_graph
from graph.messages import message
from graph.stamp import GraphStamp
from graph.stores import Store
from graph.stores.base import StoreReader

# ruff: noqa: PLC0415 - a format is loaded when it is written: NetworkX and the writer of workbooks take long to load

ExportFormat = Literal["native", "case", "jsonld", "graphml", "gexf", "edges", "cypher"]
FileForm = Literal["csv", "xlsx", "json", "parquet"]


class FileKind(NamedTuple):
    """A kind of file: how its name ends, and its media type."""

    ending: str
    media_type: str


ZIP, JSON, XML = FileKind(".zip", "application/zip"), FileKind(".json", "application/json"), "application/xml"
XLSX = FileKind(".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
EXPORTS: Mapping[ExportFormat, Mapping[FileForm | None, FileKind]] = {
    "native": {"csv": ZIP, "xlsx": XLSX, "json": JSON},
    "case": {None: JSON},
    "jsonld": {None: FileKind(".jsonld", "application/ld+json")},
    "graphml": {None: FileKind(".graphml", XML)},
    "gexf": {None: FileKind(".gexf", XML)},
    "edges": {"csv": ZIP, "parquet": ZIP},
    "cypher": {None: FileKind(".cypher", "text/plain")},
}
"""The forms of each format, the usual one first; None where there is but one."""
_PACKED_AT = (1980, 1, 1, 0, 0, 0)
"""The time that files in a zip have: the same graph makes the same bytes."""


class DownloadFile(NamedTuple):
    """A file that was made, its media type, what of the graph it is, and how many rows readers are not shown."""

    file: Path
    media_type: str
    stamp: GraphStamp
    withheld: int


def make_download(
    store: Store, name: ExportFormat, folder: Path, *, source: str | None = None, form: FileForm | None = None
) -> DownloadFile:
    """Write an export into the folder, of what the source states or of all, and return the file.

    Raises:
        InputError: the format has no such form, or needs one source named.
        NotFoundError: there is no such source.
    """
    kind = _kind(name, form)
    with store.reading() as reading:
        stamp, withheld = stamp_of(store, reading), sum(reading.withheld(source).values())
        write_it = (
            _statements(store, reading, name, source, kind, stamp=stamp)
            if name in _OF_SOURCES
            else _live(reading, name, source, form, stamp)
        )
    target = folder / f"rolepath-{name}"
    made = target if kind is ZIP else target.with_suffix(kind.ending)
    write_it(made)
    return DownloadFile(_packed(made) if kind is ZIP else made, kind.media_type, stamp, withheld)


_OF_SOURCES = frozenset({"native", "case", "jsonld"})
"""The formats that hold what sources state; the others hold the live graph."""


def _kind(name: ExportFormat, form: FileForm | None) -> FileKind:
    forms = EXPORTS[name]
    if form is None:
        return next(iter(forms.values()))
    if form not in forms:
        known = [one for one in forms if one]
        said = message("export.forms", format=name, forms=known) if known else message("export.one_form", format=name)
        raise InputError(Problem(said, column="as", value=form))
    return forms[form]


def _statements(
    store: Store,
    reading: StoreReader,
    name: ExportFormat,
    source: str | None,
    kind: FileKind,
    *,
    stamp: GraphStamp,
) -> Callable[[Path], object]:
    """Return what writes the statements of the source, or of all where one file holds them all."""
    names = [one.name for one in reading.sources()]
    if source is None and len(names) != 1 and name != "jsonld" and kind is not ZIP:
        said = message("export.one_source", names=names) if names else message("export.no_source")
        raise InputError(Problem(said, column="source"))
    changes, revision = stamped(stated(reading, source), stamp), stamp.revision
    if name == "case":
        when = changed_at(store.runs(), changes[0].source.name)
        return lambda file: write_case(changes[0], file, when, revision, overwrite=False)
    if name == "jsonld":
        kinds = kinds_of_ends(reading, changes)
        return lambda file: write_linked(changes, kinds, file, revision, overwrite=False)
    return lambda target: write(changes, target, revision, overwrite=False)


def _live(
    reading: StoreReader, name: ExportFormat, source: str | None, form: FileForm | None, stamp: GraphStamp
) -> Callable[[Path], object]:
    """Return what writes the live graph."""
    from ingest.formats.graph_exports import cypher as cypher_script
    from ingest.formats.graph_exports import edge_list as edge_lists
    from ingest.formats.graph_exports import networks

    known_source(reading, source)
    graph = live_graph(reading, source)._replace(stamp=stamp)
    writers: Mapping[str, Callable[[LiveGraph, Path], None]] = {
        "graphml": networks.write_graphml,
        "gexf": networks.write_gexf,
        "cypher": cypher_script.write_script,
    }
    if name == "edges":
        table: Literal["csv", "parquet"] = "parquet" if form == "parquet" else "csv"
        return lambda folder: edge_lists.write_tables(graph, folder, table)
    return lambda file: writers[name](graph, file)


def _packed(folder: Path) -> Path:
    """Return the zip of all files below the folder, in the order of their names."""
    packed = folder.with_suffix(ZIP.ending)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            about = zipfile.ZipInfo(file.relative_to(folder).as_posix(), _PACKED_AT)
            about.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(about, "w", force_zip64=True) as entry, file.open("rb") as plain:
                while piece := plain.read(1 << 20):
                    entry.write(piece)
    return packed
