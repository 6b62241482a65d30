"""`rolepath allocation`: teaching hours and training seats beside demand."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from typing import Annotated

import typer

from api.cli.context import CommandRun
from api.cli.options import Language, Limit, Roles, ScopeOptions


def allocation(
    ask: CommandRun,
    *,
    narrowed: ScopeOptions,
    hours: Annotated[
        float | None, typer.Option(min=0, metavar="N", help="Where so many more hours of teaching bring most.")
    ] = None,
    seats: Annotated[
        float | None, typer.Option(min=0, metavar="N", help="Where so many more training seats bring most.")
    ] = None,
    limit: Limit = 20,
    roles: Roles = "targeted",
    lang: Language = "en",
) -> None:
    """Show where hours and seats go beside where demand is, and the next best use of more."""
    from api.cli.render.allocation import show_allocation
    from queries.allocation import allocate

    found = allocate(ask.snapshot(lang), narrowed.scope(roles), hours=hours, seats=seats, limit=limit)
    ask.answer(found, lambda out: show_allocation(found, out))
