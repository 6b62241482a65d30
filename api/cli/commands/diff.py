"""`rolepath diff`: what changed between two states of the graph."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.context import CommandRun
from api.cli.options import Cursor, Language
from api.cli.table_options import TableOptions
from queries.parameters.description import describe
from queries.parameters.diff import ComparisonParameters

if TYPE_CHECKING:
    from graph.snapshot.snapshot import Snapshot


def diff(
    ask: CommandRun,
    since: Annotated[str, typer.Argument(metavar="A", help=describe("command_diff_a"))],
    until: Annotated[
        str | None, typer.Argument(metavar="[B]", help=describe("command_diff_b"), show_default=False)
    ] = None,
    *,
    query: ComparisonParameters,
    table: TableOptions,
    cursor: Cursor = None,
    lang: Language = "en",
) -> None:
    """Show what changed between two states of the graph, and what that did to coverage and gaps."""
    from api.answers.page_windows import page_of
    from api.answers.scenarios import ask_diff
    from api.cli.render.diff import show_diff
    from queries.diff import Sides
    from queries.diff import diff as compare

    scope = query.scope()
    if _is_revision(since) and (until is None or _is_revision(until)):
        present = ask.snapshot(lang)
        last = present.revision.number if until is None else int(until)
        answer = page_of(
            lambda limit: ask_diff(ask.store_for_reading, present, int(since), last, scope, limit=limit),
            query.limit,
            cursor,
            present.revision,
        )
    else:
        before, after = _state(ask, since, lang, "A"), _state(ask, until, lang, "B")
        sides = Sides(since=since, until=until or f"revision {after.revision.number}")
        answer = page_of(
            lambda limit: compare(before, after, sides, None, scope, limit=limit),
            query.limit,
            cursor,
            after.revision,
        )
    ask.answer(answer, lambda out: show_diff(answer, out), table)


def _is_revision(word: str) -> bool:
    return word.isascii() and word.isdigit()


def _state(ask: CommandRun, word: str | None, lang: str, name: str) -> "Snapshot":
    from api.answers.scenarios import read_state, state_of_store
    from graph.snapshot.past import snapshot_at

    if word is None:
        return ask.snapshot(lang)
    if _is_revision(word):
        return snapshot_at(ask.store_for_reading, int(word), ask.snapshot(lang))[0]
    if "://" in word:
        return state_of_store(ask.store_at(word, name, for_reading=True)).in_language(lang)
    return read_state(Path(word)).in_language(lang)
