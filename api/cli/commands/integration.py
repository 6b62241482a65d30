"""`rolepath integration`: how far innovation and the disciplines meet in training."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from api.cli.context import CommandRun
from api.cli.options import Language
from api.cli.table_options import TableOptions
from queries.parameters.integration import IntegrationQuery


def integration(ask: CommandRun, *, query: IntegrationQuery, table: TableOptions, lang: Language = "en") -> None:
    """Show how far innovation and the disciplines meet in training, and what would bring most."""
    from api.cli.render.integration import show_integration
    from queries.integration import integrate

    answer = integrate(
        ask.snapshot(lang),
        institution=query.institution,
        discipline=query.discipline,
        role=query.role,
        focus=query.focus,
        limit=query.limit,
    )
    ask.answer(answer, lambda out: show_integration(answer, lang, out), table)
