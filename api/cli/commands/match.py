"""`rolepath match`: the roles that come closest to what somebody holds."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from api.cli.context import CommandRun
from api.cli.options import Language
from api.cli.table_options import TableOptions
from queries.parameters.match import MatchQuery


def match(ask: CommandRun, *, query: MatchQuery, table: TableOptions, lang: Language = "en") -> None:
    """Find the roles that come closest to what somebody holds, and what each still asks for."""
    from api.cli.render.match import show_match
    from queries.match import match_roles

    answer = match_roles(ask.snapshot(lang), query.have, query.scope(), limit=query.limit)
    ask.answer(answer, lambda out: show_match(answer, out), table)
