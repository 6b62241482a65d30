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
    lang: Language = "en",
) -> None:
    """Rank the training tasks for a role by what each newly covers: the quick answer, without a search for the best."""
    from api.cli.render.training import show_training
    from queries.training import role_training

    answer = role_training(
        ask.snapshot(lang),
        role_id,
        query.scope(),
        have=query.have,
        order=query.sort,
        limit=query.limit,
        cursor=query.cursor,
    )
    ask.answer(answer, lambda out: show_training(answer, out), table)
