"""`rolepath integration`: how far innovation and the disciplines meet in training."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from typing import Annotated

import typer

from api.cli.context import CommandRun
from api.cli.options import DisciplineId, Language, Limit


def integration(
    ask: CommandRun,
    *,
    discipline: DisciplineId = None,
    role: Annotated[str | None, typer.Option(metavar="ID", help="Only for what this role requires.")] = None,
    limit: Limit = 20,
    lang: Language = "en",
) -> None:
    """Show how far innovation and the disciplines meet in training, and what would bring most."""
    from api.cli.render.integration import show_integration
    from queries.integration import integrate

    found = integrate(ask.snapshot(lang), discipline=discipline, role=role, limit=limit)
    ask.answer(found, lambda out: show_integration(found, lang, out))
