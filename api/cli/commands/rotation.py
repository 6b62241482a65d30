"""`rolepath rotation`: a cohort's training plan, placed by host and term."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from typing import Annotated

import typer

from api.cli.context import CommandRun
from api.cli.options import Language
from api.cli.table_options import TableOptions
from queries.parameters.description import describe
from queries.parameters.rotation import RotationQuery


def rotation(
    ask: CommandRun,
    cohort_id: Annotated[str, typer.Argument(metavar="COHORT", help=describe("command_cohort"))],
    *,
    query: RotationQuery,
    table: TableOptions,
    lang: Language = "en",
) -> None:
    """Place a cohort's plan by host and term within the seats that there are, and say who cannot be placed and why."""
    from api.cli.render.rotation import show_rotation
    from queries.rotation import rotate

    wish, institution = query.wish(), query.institution
    answer = rotate(ask.snapshot(lang), cohort_id, query.role, institution=institution, terms=query.terms, wish=wish)
    ask.answer(answer, lambda out: show_rotation(answer, out), table)
