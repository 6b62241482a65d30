"""The commands that write the live graph for other tools: `rolepath export graphml|gexf|edges|cypher`."""

# ruff: noqa: PLC0415

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.cli.context import CommandRun
from api.cli.options import with_past
from queries.parameters.description import help_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from graph.live import LiveGraph

File = Annotated[Path, typer.Argument(metavar="FILE", help=help_of("option_help.file_to_write"))]
Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help=help_of("option_help.tables_to_write"))]
SourceName = Annotated[
    str | None,
    typer.Option("--source", metavar="NAME", help=help_of("option_help.only_source_and_ends")),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help=help_of("option_help.replace_files"))]


@with_past
def export_graphml(ask: CommandRun, file: File, source: SourceName = None, overwrite: Overwrite = False) -> None:
    """Write the graph as GraphML, for Gephi, yEd, Cytoscape and NetworkX."""
    from ingest.formats.graph_exports.networks import write_graphml

    _export(ask, file, source, lambda graph: write_graphml(graph, file, overwrite=overwrite))


@with_past
def export_gexf(ask: CommandRun, file: File, source: SourceName = None, overwrite: Overwrite = False) -> None:
    """Write the graph as GEXF, for Gephi."""
    from ingest.formats.graph_exports.networks import write_gexf

    _export(ask, file, source, lambda graph: write_gexf(graph, file, overwrite=overwrite))


@with_past
def export_edges(
    ask: CommandRun,
    folder: Folder,
    form: Annotated[Literal["csv", "parquet"], typer.Option("--as", help=help_of("option_help.parquet_needs"))] = "csv",
    source: SourceName = None,
    overwrite: Overwrite = False,
) -> None:
    """Write the graph as tables of nodes, edges and sources, for pandas, R, DuckDB and spreadsheets."""
    from ingest.formats.graph_exports.edge_list import write_tables

    _export(ask, folder, source, lambda graph: write_tables(graph, folder, form, overwrite=overwrite))


@with_past
def export_cypher(ask: CommandRun, file: File, source: SourceName = None, overwrite: Overwrite = False) -> None:
    """Write a Cypher script that rebuilds the graph in an empty Neo4j of any edition."""
    from ingest.formats.graph_exports.cypher import write_script

    _export(ask, file, source, lambda graph: write_script(graph, file, overwrite=overwrite))


def _export(ask: CommandRun, target: Path, source: str | None, write: "Callable[[LiveGraph], None]") -> None:
    from api.answers.exports import ExportedGraph, known_source
    from api.answers.stamps import stamp_of
    from api.cli.render.exports import show_exported_graph
    from graph.live import live_graph

    store = ask.store_for_reading
    with store.reading() as reading:
        known_source(reading, source)
        graph = live_graph(reading, source)._replace(stamp=stamp_of(store, reading))
    write(graph)
    written = ExportedGraph(
        path=str(target),
        nodes=len(graph.nodes),
        links=len(graph.links),
        sources=[one.name for one in graph.sources],
        revision=graph.revision,
    )
    ask.answer(written, lambda out: show_exported_graph(written, out))
