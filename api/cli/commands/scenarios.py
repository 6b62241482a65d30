"""The commands that set two states of the graph side by side: as it would be, and as it was."""

# ruff: noqa: PLC0415

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.cli.context import Ask
from api.cli.options import Language, Limit, Roles, ScopeOptions

if TYPE_CHECKING:
    from graph.snapshot.snapshot import Snapshot


def what_if(
    ask: Ask,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            help="What is supposed: a .json file with add and remove, or a folder or file of the native format.",
            show_default=False,
        ),
    ] = None,
    *,
    narrowed: ScopeOptions,
    remove: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="A node that is supposed not to be there; repeatable.")
    ] = None,
    question: Annotated[
        Literal["gaps", "coverage", "trace", "plan"] | None,
        typer.Option("--ask", help="What else to answer, before and after.", show_default=False),
    ] = None,
    of: Annotated[
        str | None, typer.Option("--of", metavar="ID", help="The role, or competency, that --ask is about.")
    ] = None,
    limit: Limit = 20,
    roles: Roles = "targeted",
    lang: Language = "en",
) -> None:
    """Show the difference that other nodes and links would make; nothing is saved."""
    from api.answers.scenarios import ask_what_if
    from api.cli.render.diff import show_what_if
    from graph.model import NodeId
    from ingest import scenario_document as supposing
    from queries.what_if import Question

    if file is None and not remove:
        raise typer.BadParameter("name a file that says what is supposed, or a node with --remove", param_hint="FILE")
    supposed = supposing.removing(remove or ()) if file is None else supposing.read(file, remove or ())
    asked = None if question is None else Question(ask=question, of=None if of is None else NodeId(of))
    snapshot = ask.snapshot(lang)
    found = ask_what_if(ask.store_for_reading, snapshot, supposed, asked, narrowed.scope(roles), limit=limit)
    ask.answer(found, lambda out: show_what_if(found, out))


def diff(
    ask: Ask,
    since: Annotated[
        str, typer.Argument(metavar="A", help="The earlier state: a revision, a store's URL, or exported files.")
    ],
    until: Annotated[
        str | None, typer.Argument(metavar="[B]", help="The later state. Default: now.", show_default=False)
    ] = None,
    *,
    narrowed: ScopeOptions,
    limit: Limit = 20,
    roles: Roles = "targeted",
    lang: Language = "en",
) -> None:
    """Show what changed between two states of the graph, and what that did to coverage and gaps."""
    from api.answers.scenarios import ask_diff
    from api.cli.render.diff import show_diff
    from queries.diff import Sides
    from queries.diff import diff as compare

    scope = narrowed.scope(roles)
    if _is_revision(since) and (until is None or _is_revision(until)):
        present = ask.snapshot(lang)
        last = present.revision.number if until is None else int(until)
        found = ask_diff(ask.store_for_reading, present, int(since), last, scope, limit=limit)
    else:
        before, after = _state(ask, since, lang, "A"), _state(ask, until, lang, "B")
        sides = Sides(since=since, until=until or f"revision {after.revision.number}")
        found = compare(before, after, sides, None, scope, limit=limit)
    ask.answer(found, lambda out: show_diff(found, out))


def _is_revision(word: str) -> bool:
    return word.isascii() and word.isdigit()


def _state(ask: Ask, word: str | None, lang: str, name: str) -> "Snapshot":
    from api.answers.scenarios import read_state, state_of_store
    from graph.snapshot.past import snapshot_at

    if word is None:
        return ask.snapshot(lang)
    if _is_revision(word):
        return snapshot_at(ask.store_for_reading, int(word), ask.snapshot(lang))[0]
    if "://" in word:
        return state_of_store(ask.store_at(word, name, for_reading=True)).in_language(lang)
    return read_state(Path(word)).in_language(lang)
