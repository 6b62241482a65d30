"""`rolepath feedback`: what assessments show, by cohort."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from api.cli.context import CommandRun
from api.cli.options import Cursor, Language
from api.cli.table_options import TableOptions
from queries.parameters.feedback import FeedbackQuery


def feedback(
    ask: CommandRun, *, query: FeedbackQuery, table: TableOptions, cursor: Cursor = None, lang: Language = "en"
) -> None:
    """Show what assessments say learners lack, where to follow it up, and whether that helped."""
    from api.cli.render.feedback import show_feedback
    from queries.feedback import give_feedback

    answer = give_feedback(
        ask.snapshot(lang),
        institution=query.institution,
        cohort=query.cohort,
        discipline=query.discipline,
        limit=query.limit,
        cursor=cursor,
    )
    ask.answer(answer, lambda out: show_feedback(answer, out), table)
