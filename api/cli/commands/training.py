"""`rolepath training`: the training tasks for a role, ranked."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from typing import Annotated

import typer

from api.cli.context import CommandRun
from api.cli.options import Language
from api.cli.table_options import TableOptions
from queries.parameters.description import describe
from queries.parameters.training import TrainingQuery


def training(
    ask: CommandRun,
    role_id: Annotated[str, typer.Argument(metavar="ROLE", help=describe("command_training_role"))],
    *,
    query: TrainingQuery,
    table: TableOptions,
    unreachable: Annotated[bool, typer.Option("--unreachable", help=describe("command_unreachable"))] = False,
    lang: Language = "en",
) -> None:
    """Rank the training tasks for a role by what each practises of it: the quick answer, no search for the best."""
    from api.cli.render.training import show_training, show_unreachable
    from queries.training import role_training, role_unreachable

    snapshot, scope = ask.snapshot(lang), query.scope()
    if unreachable:
        missing = role_unreachable(snapshot, role_id, scope, query, limit=query.limit, cursor=query.cursor)
        ask.answer(missing, lambda out: show_unreachable(missing, out), table)
        return
    found = role_training(snapshot, role_id, scope, query.wish(), limit=query.limit, cursor=query.cursor)
    ask.answer(found, lambda out: show_training(found, out), table)
