"""`rolepath allocation`: teaching hours and training seats beside demand."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from api.cli.context import CommandRun
from api.cli.options import Cursor, Language
from api.cli.table_options import TableOptions
from queries.parameters.allocation import AllocationQuery


def allocation(
    ask: CommandRun, *, query: AllocationQuery, table: TableOptions, cursor: Cursor = None, lang: Language = "en"
) -> None:
    """Show where hours and seats go beside where demand is, and the next best use of more."""
    from api.answers.page_windows import page_of
    from api.cli.render.allocation import show_allocation
    from queries.allocation import allocate

    snapshot, spent = ask.snapshot(lang), query.model_dump(include={"hours", "seats"})
    answer = page_of(
        lambda limit: allocate(snapshot, query.scope(), **spent, order=query.sort, limit=limit),
        query.limit,
        cursor,
        snapshot.revision,
    )
    ask.answer(answer, lambda out: show_allocation(answer, out), table)
