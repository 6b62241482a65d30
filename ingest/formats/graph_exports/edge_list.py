"""Writer of edge lists: the live graph as three tables - nodes, edges, sources - in CSV or Parquet."""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Literal

from graph.cancellation import cancellable_rows
from graph.errors import InputError, Problem
from graph.live import LiveGraph
from graph.messages import message
from graph.model import Source, Value
from graph.properties import Integer, Number
from graph.schema import KINDS, LINK_COLUMNS, WITHHELD
from ingest.formats.native.rows import escape
from ingest.formats.native.write import as_text, beside

Form = Literal["csv", "parquet"]
Rows = Iterator[Sequence[Value | None]]

_TYPES = {p.name: p.type for kind in KINDS.values() for p in kind.properties}
_LINK_TYPES: dict[str, str] = {"weight": "float64", "level": "int64", "term": "int64", "openings": "int64"}
_SOURCE_COLUMNS = ("name", "version", "licence", "url", "rank", "institution_id", "revision")
_BATCH = 50_000
_KEYS = {"rolepath": "version"}
"""What metadata of Parquet call otherwise, since all of them begin with the name of Rolepath."""


def write_tables(graph: LiveGraph, folder: Path, form: Form = "csv", *, overwrite: bool = False) -> None:
    """Write nodes, edges and sources into the folder, each file whole.

    `nodes` has id, type, the properties that any node states, and sources; `edges` from_id, relation, to_id, the values
    of links, and sources; `sources` who states all this, the licences, the revision with its content hash and
    date, the version of Rolepath, and `withheld`, where so many assessments of small groups are left out of the whole.
    Rows are in the order of their ids. In CSV (UTF-8 with BOM) several names are separated by `|`, and text that a
    spreadsheet would take for a formula has an apostrophe before it, as in the native format.

    Raises:
        InputError: files of these names stand already, without `overwrite`; they cannot be written; or Parquet is
            wanted and pyarrow is not installed.
    """
    write = _parquet_writer(graph) if form == "parquet" else _write_csv
    marks: dict[str, Value] = {**stamp_of(graph), **({WITHHELD.name: graph.withheld} if graph.withheld else {})}
    tables = {"nodes": _node_columns(graph), "edges": (*LINK_COLUMNS, "sources"), "sources": (*_SOURCE_COLUMNS, *marks)}
    rows: dict[str, Callable[[], Rows]] = {
        "nodes": lambda: _nodes(graph, tables["nodes"][2:-1]),
        "edges": lambda: ((*link[:3], *link.values, link.sources) for link in cancellable_rows(graph.links)),
        "sources": lambda: ((*_source(source, graph.revision), *marks.values()) for source in graph.sources),
    }
    standing = [name for name in tables if (folder / f"{name}.{form}").exists()]
    if standing and not overwrite:
        name = f"{standing[0]}.{form}"
        raise InputError(Problem(message("graph_exports.stands", name=name), name))
    with beside(folder) as room:
        new = room / "new"
        new.mkdir()
        for name, columns in tables.items():
            write(new / f"{name}.{form}", columns, rows[name]())
        if not folder.exists():
            new.rename(folder)
            return
        for name in tables:
            (new / f"{name}.{form}").replace(folder / f"{name}.{form}")


def stamp_of(graph: LiveGraph) -> dict[str, str | int]:
    """Return what the graph's files are cited by, by name; nothing where it has no stamp."""
    return graph.stamp.told() if graph.stamp else {}


def _node_columns(graph: LiveGraph) -> tuple[str, ...]:
    stated = {name for node in graph.nodes for name in node.values}
    return ("id", "type", *(name for name in _TYPES if name in stated), "sources")


def _nodes(graph: LiveGraph, properties: Sequence[str]) -> Rows:
    for node in cancellable_rows(graph.nodes):
        yield (node.id, node.kind, *(node.values.get(name) for name in properties), node.sources)


def _source(source: Source, revision: int) -> Sequence[Value | None]:
    stated = (source.name, source.version, source.licence, source.url, source.rank, source.institution_id)
    return (*(value if isinstance(value, int) else value or None for value in stated), revision)


def _write_csv(path: Path, columns: Sequence[str], rows: Rows) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: Value | None) -> str:
    if value is None:
        return ""
    return escape(as_text(value)) if isinstance(value, str | list) else as_text(value)


def _parquet_writer(graph: LiveGraph) -> Callable[[Path, Sequence[str], Rows], None]:
    """Return what writes a table as Parquet: typed columns, lists as lists, and who states it all in its metadata."""
    try:
        import pyarrow as pa  # noqa: PLC0415 - 170 MB that most installations do without
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError:
        raise InputError(message("graph_exports.no_pyarrow")) from None
    about = {
        "rolepath.revision": str(graph.revision),
        **{f"rolepath.{_KEYS.get(name, name)}": str(value) for name, value in stamp_of(graph).items()},
        **({"rolepath.withheld": str(graph.withheld)} if graph.withheld else {}),
        "rolepath.sources": json.dumps([source.model_dump() for source in graph.sources], ensure_ascii=False),
    }

    def write(path: Path, columns: Sequence[str], rows: Rows) -> None:
        types = {"list": pa.list_(pa.string()), "int64": pa.int64(), "float64": pa.float64(), "string": pa.string()}
        of_links = path.stem == "edges"
        fields = [pa.field(name, types[_parquet_type(name, of_links=of_links)]) for name in columns]
        schema = pa.schema(fields, metadata=about)
        with pq.ParquetWriter(path, schema) as writer:
            remaining = iter(rows)
            while batch := list(islice(remaining, _BATCH)):
                arrays = [
                    pa.array([_exactly(field.type == pa.float64(), row[place]) for row in batch], field.type)
                    for place, field in enumerate(fields)
                ]
                writer.write_batch(pa.record_batch(arrays, schema=schema))

    return write


def _parquet_type(column: str, *, of_links: bool) -> str:
    if column in {"aliases", "sources"}:
        return "list"
    if column in {"rank", "revision", WITHHELD.name}:
        return "int64"
    if of_links:  # a link's level is a number, a discipline's a word
        return _LINK_TYPES.get(column, "string")
    kind = _TYPES.get(column)
    return "float64" if isinstance(kind, Number) else "int64" if isinstance(kind, Integer) else "string"


def _exactly(is_float: bool, value: Value | None) -> Value | None:
    return float(value) if is_float and isinstance(value, int) else value
