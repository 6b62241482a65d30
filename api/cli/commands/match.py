"""`rolepath match`: the roles that come closest to what somebody holds."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

import typer

from api.cli.context import CommandRun
from api.cli.options import Have, Language, Limit, ScopeOptions


def match(
    ask: CommandRun,
    *,
    narrowed: ScopeOptions,
    have: Have = None,
    limit: Limit = 20,
    lang: Language = "en",
) -> None:
    """Find the roles that come closest to what somebody holds, and what each still asks for."""
    from api.cli.render.match import show_match
    from queries.match import match_roles

    if not have:
        raise typer.BadParameter("name what is held: --have ID, once for each", param_hint="--have")
    found = match_roles(ask.snapshot(lang), have, narrowed.scope(), limit=limit)
    ask.answer(found, lambda out: show_match(found, out))
