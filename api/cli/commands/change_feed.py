"""`rolepath changes`: what each revision changed."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from typing import Annotated

import typer

from api.cli.context import CommandRun
from api.cli.options import Cursor, Limit, with_past
from api.cli.table_options import TableOptions
from queries.parameters.description import describe


@with_past
def changes(
    ask: CommandRun,
    since: Annotated[int, typer.Option(min=0, max=2**53, metavar="N", help=describe("changes_since"))] = 0,
    limit: Limit = 20,
    cursor: Cursor = None,
    *,
    table: TableOptions,
) -> None:
    """Tell what each revision after one changed: source, run, content hash, counts by kind and relation."""
    from api.answers.change_feed import list_changes
    from api.cli.render.change_feed import show_changes

    found = list_changes(ask.store_for_reading, since, limit=limit, cursor=cursor)
    ask.answer(found, lambda out: show_changes(found, out), table)
