"""The commands about the store itself: who states what it holds, what was imported, and taking it out again."""

# ruff: noqa: PLC0415

from pathlib import Path
from typing import Annotated

import typer

from api.cli.asking import Ask
from api.cli.options import Cursor, Limit


def sources(ask: Ask) -> None:
    """List who states what the graph holds."""
    from api.cli.lists import show_sources
    from api.views import list_sources

    found = list_sources(ask.store_for_reading)
    ask.answer(found, lambda out: show_sources(found, out))


def runs(ask: Ask, limit: Limit = 20, cursor: Cursor = None) -> None:
    """List the imports that were tried, refused ones too."""
    from api.cli.lists import show_runs
    from api.state import State
    from api.views import list_runs

    found = list_runs(ask.store_for_reading, State(ask.settings.state_path), limit=limit, cursor=cursor)
    ask.answer(found, lambda out: show_runs(found, out))


def export_native(
    ask: Ask,
    target: Annotated[
        Path, typer.Argument(metavar="TARGET", help="A folder for .csv files, or an .xlsx or .json file.")
    ],
    source: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only what this source states; needed for one file of several.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files that are there.")] = False,
) -> None:
    """Write what a source states, so that importing it again gives the same graph."""
    from api.cli.exporting import is_file, show_exported, stated, write

    with ask.store_for_reading.reading() as reading:
        names = [found.name for found in reading.sources()]
        if source is None and is_file(target) and len(names) > 1:
            several = f"the store has several sources, and one file holds one: name one of {', '.join(names)}"
            raise typer.BadParameter(several, param_hint="--source")
        statements = stated(reading, source)
        revision = reading.revision.number
    written = write(statements, target, revision, overwrite=overwrite)
    ask.answer(written, lambda out: show_exported(written, out))
