"""`rolepath feedback`: what assessments show, by cohort."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from typing import Annotated

import typer

from api.cli.context import CommandRun
from api.cli.options import DisciplineId, Language


def feedback(
    ask: CommandRun,
    *,
    cohort: Annotated[
        str | None, typer.Option(metavar="ID", help="Only this cohort; else the latest ones assessed.")
    ] = None,
    discipline: DisciplineId = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="How many competencies are listed.")] = 100,
    lang: Language = "en",
) -> None:
    """Show what assessments say learners lack, where to follow it up, and whether that helped."""
    from api.cli.render.feedback import show_feedback
    from queries.feedback import give_feedback

    found = give_feedback(ask.snapshot(lang), cohort=cohort, discipline=discipline, limit=limit)
    ask.answer(found, lambda out: show_feedback(found, out))
