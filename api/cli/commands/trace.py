"""`rolepath trace`: the chain of a competency, or what any other node leads to or comes from."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from typing import Annotated

import typer

from api.cli.context import CommandRun
from api.cli.options import Cursor, Language
from queries.parameters.description import describe
from queries.parameters.trace import TraceQuery


def trace(
    ask: CommandRun,
    node_id: Annotated[str, typer.Argument(metavar="ID", help=describe("command_id"))],
    *,
    query: TraceQuery,
    cursor: Cursor = None,
    lang: Language = "en",
) -> None:
    """Trace a competency from classroom to position, or any other node to where it leads; see where chains break."""
    from api.answers.page_windows import page_of
    from api.cli.render.trace import draw_trace
    from api.cli.render.trace_node import show_node_trace
    from queries.trace import trace_competency
    from queries.trace_node import trace_node

    snapshot = ask.snapshot(lang)
    node = snapshot.find(node_id)
    if node is not None and snapshot.kind_of(node) != "Competency":
        node_trace = page_of(
            lambda limit: trace_node(snapshot, node_id, query.scope(), limit=limit),
            query.limit,
            cursor,
            snapshot.revision,
        )
        ask.answer(node_trace, lambda out: show_node_trace(node_trace, out))
        return
    answer = page_of(
        lambda limit: trace_competency(snapshot, node_id, query.scope(), limit=limit),
        query.limit,
        cursor,
        snapshot.revision,
    )
    ask.answer(answer, lambda out: draw_trace(answer, out))
