"""`rolepath allocation`: teaching hours and training seats beside demand."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from api.cli.context import CommandRun
from api.cli.options import Language
from api.cli.table_options import TableOptions
from queries.parameters.allocation import AllocationQuery


def allocation(ask: CommandRun, *, query: AllocationQuery, table: TableOptions, lang: Language = "en") -> None:
    """Show where hours and seats go beside where demand is, and the next best use of more."""
    from api.cli.render.allocation import show_allocation
    from queries.allocation import allocate

    answer = allocate(
        ask.snapshot(lang),
        query.scope(),
        hours=query.hours,
        seats=query.seats,
        order=query.sort,
        limit=query.limit,
    )
    ask.answer(answer, lambda out: show_allocation(answer, out), table)
