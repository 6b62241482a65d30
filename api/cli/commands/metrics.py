"""`rolepath metrics`: measures of the graph for researchers, to read or as a tidy table."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

import typer

from api.cli.context import CommandRun
from api.cli.options import Cursor, Language
from api.cli.table_options import TableOptions
from graph.messages.reader_language import say
from queries.parameters.metrics import MetricsQuery


def metrics(
    ask: CommandRun,
    *,
    query: MetricsQuery,
    table: TableOptions,
    cursor: Cursor = None,
    lang: Language = "en",
) -> None:
    """Measure the graph: linkage, prerequisites, bottlenecks, structure, betweenness, disciplines."""
    from api.answers.measures import as_csv, ask_metrics, write_parquet
    from api.answers.page_windows import page_of
    from api.answers.stamps import stamp_at
    from api.cli.render.metrics import show_metrics
    from ingest.formats.native.write import replacing

    snapshot, store = ask.snapshot(lang), ask.store_for_reading
    asked = query.model_dump(include={"revisions", "max_error"})
    answer = page_of(
        lambda limit: ask_metrics(store, snapshot, query.groups(), query.scope(), **asked, limit=limit),
        query.limit,
        cursor,
        snapshot.revision,
    )
    if table.chosen not in {"csv", "parquet"}:
        ask.answer(answer, lambda terminal: show_metrics(answer, terminal), table)
        return
    stamp = stamp_at(store, snapshot)
    if table.out is None:
        typer.echo(as_csv(answer, stamp).encode(), nl=False)
        return
    with replacing(table.out, overwrite=table.overwrite) as draft:
        if table.chosen == "parquet":
            write_parquet(answer, stamp, draft)
        else:
            draft.write_text(as_csv(answer, stamp), encoding="utf-8", newline="\n")
    ask.hint(say("command.table_written", rows=answer.total, out=table.out))
