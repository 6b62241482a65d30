"""`rolepath what-if`: the difference that other nodes and links would make."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from pathlib import Path
from typing import Annotated

import typer

from api.cli.context import CommandRun
from api.cli.options import Cursor, Language
from api.cli.table_options import TableOptions
from api.cli.wrong_usage import wrong_usage
from queries.parameters.description import describe
from queries.parameters.what_if import WhatIfQuery


def what_if(
    ask: CommandRun,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            help=describe("command_what_if_file"),
            show_default=False,
        ),
    ] = None,
    *,
    query: WhatIfQuery,
    remove: Annotated[list[str] | None, typer.Option(metavar="ID", help=describe("command_what_if_remove"))] = None,
    table: TableOptions,
    cursor: Cursor = None,
    lang: Language = "en",
) -> None:
    """Show the difference that other nodes and links would make; nothing is saved."""
    from api.answers.page_windows import page_of
    from api.answers.scenarios import ask_what_if
    from api.cli.render.what_if import show_what_if
    from ingest import scenario_document
    from queries.what_if import ScenarioQuestion

    if file is None and not remove:
        raise wrong_usage("command.name_scenario", "FILE")
    gone = remove or ()
    scenario = scenario_document.draft_removals(gone) if file is None else scenario_document.read(file, gone)
    question = None if query.ask is None else ScenarioQuestion(ask=query.ask, of=query.of)
    snapshot = ask.snapshot(lang)
    answer = page_of(
        lambda limit: ask_what_if(ask.store_for_reading, snapshot, scenario, question, query.scope(), limit=limit),
        query.limit,
        cursor,
        snapshot.revision,
    )
    ask.answer(answer, lambda out: show_what_if(answer, out), table)
