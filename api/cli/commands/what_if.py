"""`rolepath what-if`: the difference that other nodes and links would make."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from pathlib import Path
from typing import Annotated, Literal

import typer

from api.cli.context import CommandRun
from api.cli.options import Language, Limit, Roles, ScopeOptions


def what_if(
    ask: CommandRun,
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
    from api.cli.render.what_if import show_what_if
    from graph.model import NodeId
    from ingest import scenario_document
    from queries.what_if import ScenarioQuestion

    if file is None and not remove:
        raise typer.BadParameter("name a file that says what is supposed, or a node with --remove", param_hint="FILE")
    gone = remove or ()
    scenario = scenario_document.draft_removals(gone) if file is None else scenario_document.read(file, gone)
    asked = None if question is None else ScenarioQuestion(ask=question, of=None if of is None else NodeId(of))
    snapshot = ask.snapshot(lang)
    found = ask_what_if(ask.store_for_reading, snapshot, scenario, asked, narrowed.scope(roles), limit=limit)
    ask.answer(found, lambda out: show_what_if(found, out))
