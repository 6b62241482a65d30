"""`rolepath signals`: what policies, trends and demand figures call for."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from datetime import datetime
from typing import Annotated, Literal

import typer

from api.cli.context import CommandRun
from api.cli.options import Language


def signals(
    ask: CommandRun,
    *,
    region: Annotated[str | None, typer.Option(metavar="NAME", help="Only of this region.")] = None,
    kind: Annotated[Literal["policy", "trend", "demand"] | None, typer.Option(help="Only of this kind.")] = None,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Only what holds on that day.")
    ] = None,
    revisions: Annotated[
        int, typer.Option(min=1, metavar="N", help="Look back over so many revisions: since when is it connected?")
    ] = 1,
    lang: Language = "en",
) -> None:
    """Show which competencies and roles policies, trends and demand call for, and how they stand."""
    from api.answers.measures import ask_signals
    from api.cli.render.signals import show_signals

    day = None if on is None else on.date()
    snapshot = ask.snapshot(lang)
    found = ask_signals(ask.store_for_reading, snapshot, region=region, kind=kind, on=day, revisions=revisions)
    ask.answer(found, lambda out: show_signals(found, out))
