"""`rolepath trace`: the chain of a competency, or what any other node leads to or comes from."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.context import CommandRun
from api.cli.options import Cursor, Language
from queries.parameters.description import describe
from queries.parameters.trace import TraceQuery

if TYPE_CHECKING:
    from api.cli.terminal import Terminal
    from graph.snapshot.snapshot import Snapshot
    from queries.trace import Trace


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

    def show(out: "Terminal") -> None:
        draw_trace(answer, out)
        _draw_evidence(ask, snapshot, answer, out)

    ask.answer(answer, show)


def _draw_evidence(ask: CommandRun, snapshot: "Snapshot", answer: "Trace", out: "Terminal") -> None:
    from api.answers.noted_links import noted_links
    from queries.trace_links import find_ties

    store = ask.store_for_reading
    noted = noted_links(store, snapshot, answer, find_ties(snapshot, answer))
    if not noted:
        return  # most traces: then nothing of the state is loaded

    from api.answers.evidence import ReviewBook, evidence_of
    from api.cli.render.trace_evidence import draw_evidence
    from api.state.database import State
    from api.state.table_register import StoreName

    state = State(ask.settings.state_path)
    try:
        book = ReviewBook(state, StoreName(snapshot.store_id, store.url), shows_names=True)
        draw_evidence(evidence_of(noted, book), out)
    finally:
        state.close()
