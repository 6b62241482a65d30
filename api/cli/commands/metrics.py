"""`rolepath metrics`: measures of the graph for researchers, to read or as a tidy table."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from pathlib import Path
from typing import Annotated, Literal

import typer

from api.cli.context import CommandRun
from api.cli.options import Language
from graph.messages import text
from queries.parameters.description import describe
from queries.parameters.metrics import MetricsQuery


def metrics(
    ask: CommandRun,
    *,
    query: MetricsQuery,
    table: Annotated[
        Literal["csv", "parquet"] | None,
        typer.Option("--format", help=describe("command_metrics_format"), show_default=False),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help=describe("command_metrics_out"))] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help=describe("command_overwrite"))] = False,
    lang: Language = "en",
) -> None:
    """Measure the graph: linkage, prerequisites, bottlenecks, structure, betweenness, disciplines."""
    from api.answers.measures import as_csv, ask_metrics, write_parquet
    from api.cli.render.metrics import show_metrics
    from ingest.formats.native.write import replacing

    as_table = table is not None or out is not None
    if as_table and ask.as_json:
        raise typer.BadParameter(text("command.table_or_json"), param_hint="--json")
    if table == "parquet" and out is None:
        raise typer.BadParameter(text("command.parquet_to_file"), param_hint="--out")
    snapshot, listed = ask.snapshot(lang), None if as_table else query.limit
    answer = ask_metrics(
        ask.store_for_reading,
        snapshot,
        query.groups(),
        query.scope(),
        revisions=query.revisions,
        max_error=query.max_error,
        limit=listed,
    )
    if not as_table:
        ask.answer(answer, lambda terminal: show_metrics(answer, terminal))
        return
    url = ask.store_for_reading.url
    if out is None:
        typer.echo(as_csv(answer, url), nl=False)
        return
    with replacing(out, overwrite=overwrite) as draft:
        if table == "parquet":
            write_parquet(answer, url, draft)
        else:
            draft.write_text(as_csv(answer, url), encoding="utf-8", newline="\n")
    ask.hint(text("command.measures_written", total=answer.total, out=out))
