"""`rolepath match`: the roles that come closest to what somebody holds."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from api.cli.context import CommandRun
from api.cli.options import Cursor, Language
from api.cli.table_options import TableOptions
from queries.parameters.match import MatchQuery


def match(
    ask: CommandRun, *, query: MatchQuery, table: TableOptions, cursor: Cursor = None, lang: Language = "en"
) -> None:
    """Find the roles that come closest to what somebody holds, and what each still asks for."""
    from api.answers.page_windows import page_of
    from api.cli.render.match import show_match
    from queries.match import match_roles

    snapshot = ask.snapshot(lang)
    answer = page_of(
        lambda limit: match_roles(snapshot, query.have, query.scope(), limit=limit),
        query.limit,
        cursor,
        snapshot.revision,
    )
    ask.answer(answer, lambda out: show_match(answer, out), table)
