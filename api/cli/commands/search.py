"""`rolepath search`: nodes by id, name, code or alias."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from typing import Annotated

import typer

from api.cli.context import CommandRun, wanted
from api.cli.options import Cursor, Language, Limit


def search(
    ask: CommandRun,
    text: Annotated[str, typer.Argument(help="Part of an id, name, code or alias, in English or Chinese.")],
    *,
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help="Only of a kind, such as Competency or Role.")
    ] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
    lang: Language = "en",
) -> None:
    """Find nodes, and their ids, by what they are called."""
    from api.cli.render.search import show_found
    from graph.schema import KINDS
    from queries.search import search as find

    kind = wanted(kind, list(KINDS), "--kind")
    found = find(ask.snapshot(lang), text, kind, limit=limit, cursor=cursor)
    ask.answer(found, lambda out: show_found(found, out))
