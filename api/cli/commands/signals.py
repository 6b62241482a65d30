"""`rolepath signals`: what policies, trends and demand figures call for."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from api.cli.context import CommandRun
from api.cli.options import Language
from api.cli.table_options import TableOptions
from queries.parameters.signals import SignalsQuery


def signals(ask: CommandRun, *, query: SignalsQuery, table: TableOptions, lang: Language = "en") -> None:
    """Show which competencies and roles policies, trends and demand call for, and how they stand."""
    from api.answers.past_signals import ask_signals
    from api.cli.render.signals import show_signals

    answer = ask_signals(
        ask.store_for_reading,
        ask.snapshot(lang),
        region=query.region,
        kind=query.wanted_kind,
        on=query.on,
        institution=query.institution,
        focus=query.focus,
        revisions=query.revisions,
    )
    ask.answer(answer, lambda out: show_signals(answer, out), table)
