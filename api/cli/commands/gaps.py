"""`rolepath gaps`: where chains break or are weak."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from api.cli.context import CommandRun
from api.cli.options import Language
from api.cli.table_options import TableOptions
from queries.parameters.gaps import GapsQuery


def gaps(ask: CommandRun, *, query: GapsQuery, table: TableOptions, lang: Language = "en") -> None:
    """List where chains break or are weak, the gravest first."""
    from api.cli.render.gaps import show_gaps
    from queries.gap_table import gap_columns
    from queries.gaps import find_gaps

    gap_filter = query.filter()
    if table.chosen:
        snapshot = ask.snapshot(lang)
        columns = gap_columns(snapshot, query.scope(), gap_filter, order=query.sort, limit=query.limit)
        ask.write_table(table, columns, snapshot.revision.number)
        return
    answer = find_gaps(
        ask.snapshot(lang), query.scope(), gap_filter, order=query.sort, limit=query.limit, cursor=query.cursor
    )
    ask.answer(answer, lambda out: show_gaps(answer, gap_filter, out))
