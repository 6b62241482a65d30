"""`rolepath show`: what is stated of a node, by whom, and its links."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from typing import Annotated

import typer

from api.cli.context import CommandRun
from api.cli.options import Cursor, Language
from queries.parameters.description import describe
from queries.parameters.node import NodeQuery


def show(
    ask: CommandRun,
    node_id: Annotated[str, typer.Argument(metavar="ID", help=describe("command_node"))],
    *,
    query: NodeQuery,
    cursor: Cursor = None,
    lang: Language = "en",
) -> None:
    """Show a node: what is stated of it, by whom, and its links."""
    from api.answers.page_windows import page_of
    from api.answers.store_views import node_view
    from api.cli.render.node import show_node

    snapshot = ask.snapshot(lang)
    answer = page_of(
        lambda limit: node_view(ask.store_for_reading, snapshot, node_id, limit=limit),
        query.limit,
        cursor,
        snapshot.revision,
    )
    ask.answer(answer, lambda out: show_node(answer, out))
