"""`rolepath integration`: how far innovation and the disciplines meet in training."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from api.cli.context import CommandRun
from api.cli.options import Cursor, Language
from api.cli.table_options import TableOptions
from queries.parameters.integration import IntegrationQuery


def integration(
    ask: CommandRun, *, query: IntegrationQuery, table: TableOptions, cursor: Cursor = None, lang: Language = "en"
) -> None:
    """Show how far innovation and the disciplines meet in training, and what would bring most."""
    from api.answers.page_windows import page_of
    from api.cli.render.integration import show_integration
    from queries.integration import integrate

    snapshot, asked = ask.snapshot(lang), query.model_dump(include={"institution", "discipline", "role", "focus"})
    answer = page_of(lambda limit: integrate(snapshot, **asked, limit=limit), query.limit, cursor, snapshot.revision)
    ask.answer(answer, lambda out: show_integration(answer, lang, out), table)
