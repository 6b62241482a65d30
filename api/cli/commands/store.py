"""The commands about the store itself: who states what it holds, what was imported, taking it out, copying it."""

# ruff: noqa: PLC0415

from pathlib import Path
from typing import Annotated

import typer

from api.cli.context import CommandRun
from api.cli.options import Cursor, Limit, with_past
from api.cli.table_options import TableOptions
from api.cli.wrong_usage import wrong_usage
from graph.messages import message
from graph.messages.reader_language import say
from queries.parameters.description import help_of


@with_past
def sources(ask: CommandRun, *, table: TableOptions) -> None:
    """List who states what the graph holds."""
    from api.answers.store_views import list_sources
    from api.cli.render.sources import show_sources

    found = list_sources(ask.store_for_reading)
    ask.answer(found, lambda out: show_sources(found, out), table)


@with_past
def runs(
    ask: CommandRun,
    source: Annotated[str | None, typer.Option(metavar="NAME", help=help_of("option_help.only_imports"))] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
    *,
    table: TableOptions,
) -> None:
    """List the imports that were tried, refused ones too."""
    from api.answers.store_views import list_runs
    from api.cli.render.runs import show_runs
    from api.state.database import State

    found = list_runs(ask.store_for_reading, State(ask.settings.state_path), source=source, limit=limit, cursor=cursor)
    ask.answer(found, lambda out: show_runs(found, out), table)


def show_run(
    ask: CommandRun, run: Annotated[str, typer.Argument(metavar="RUN", help=help_of("option_help.run_id"))]
) -> None:
    """Show one import as it was reported: what it changed, with examples, or why it was refused."""
    from api.answers.store_views import find_run
    from api.cli.render.ingest_report import show_past_run
    from api.state.database import State

    found = find_run(ask.store_for_reading, State(ask.settings.state_path), run)
    ask.answer(found, lambda out: show_past_run(found, out))


def resume(ask: CommandRun) -> None:
    """Finish an import that was cut off while it was written in stages."""
    from api.cli.render.migration import ImportOutcome, show_ended

    store = ask.store_for_reading
    revision = store.resume()
    ended = ImportOutcome(outcome="finished" if revision else "nothing", revision=(revision or store.revision()).number)
    ask.answer(ended, lambda out: show_ended(ended, out))


def abort(ask: CommandRun) -> None:
    """Take back what an import wrote that was cut off while it was written in stages."""
    from api.cli.render.migration import ImportOutcome, show_ended

    store = ask.store_for_reading
    was_there = store.abort()
    ended = ImportOutcome(outcome="taken_back" if was_there else "nothing", revision=store.revision().number)
    ask.answer(ended, lambda out: show_ended(ended, out))


def migrate(
    ask: CommandRun,
    source: Annotated[str, typer.Argument(metavar="FROM", help=help_of("option_help.migrate_from"))],
    target: Annotated[str, typer.Argument(metavar="TO", help=help_of("option_help.migrate_to"))],
) -> None:
    """Copy a store into another, of any kind: all it holds, its imports and its history; then compare the two.

    What people decided about the one is then decided about the other, too.
    """
    from api.cli.render.migration import MigrationReport, progress, show_migrated
    from api.state.backup import copy_decisions, store_name
    from api.state.database import State
    from graph import migrate as migrating

    there, here = ask.store_at(source, "FROM", for_reading=True), ask.store_at(target, "TO")
    with progress(ask.err) as tell:
        done = migrating.migrate(there, here, tell)
    decisions = copy_decisions(State(ask.settings.state_path), store_name(there), store_name(here))
    migrated = MigrationReport.model_validate(
        {"from": there.url, "to": here.url, **done._asdict(), "decisions": decisions}
    )
    ask.answer(migrated, lambda out: show_migrated(migrated, out))


@with_past
def export_native(
    ask: CommandRun,
    target: Annotated[Path, typer.Argument(metavar="TARGET", help=help_of("option_help.export_to"))],
    source: Annotated[str | None, typer.Option(metavar="NAME", help=help_of("option_help.one_source"))] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help=help_of("option_help.replace_files"))] = False,
) -> None:
    """Write what a source states, so that importing it again gives the same graph."""
    from api.answers.exports import is_file, stamped, stated, write
    from api.answers.stamps import stamp_of
    from api.cli.render.exports import show_exported

    store = ask.store_for_reading
    with store.reading() as reading:
        names = [found.name for found in reading.sources()]
        if source is None and is_file(target) and len(names) > 1:
            raise wrong_usage("export.name_source", "--source", names=names)
        statements = stamped(stated(reading, source), stamp_of(store, reading))
        revision = reading.revision.number
    written = write(statements, target, revision, overwrite=overwrite)
    ask.answer(written, lambda out: show_exported(written, out))


@with_past
def export_case(
    ask: CommandRun,
    file: Annotated[Path, typer.Argument(metavar="FILE.json", help=help_of("option_help.package"))],
    source: Annotated[str | None, typer.Option(metavar="NAME", help=help_of("option_help.package_source"))] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help=help_of("option_help.replace_file"))] = False,
) -> None:
    """Write what a source states as a 1EdTech CASE 1.1 package; what came as one comes out whole."""
    from api.answers.exports import changed_at, stated, write_case
    from api.cli.render.exports import show_package

    if file.suffix.lower() != ".json":
        raise wrong_usage("export.no_package", "FILE.json", name=file.name)
    store = ask.store_for_reading
    with store.reading() as reading:
        names = [found.name for found in reading.sources()]
        if source is None and len(names) != 1:
            there = message("export.one_of", names=names) if names else message("export.none_yet")
            raise wrong_usage("export.package", "--source", there=there)
        (statements,) = stated(reading, source)
        revision = reading.revision.number
    when = changed_at(store.runs(), statements.source.name)
    written = write_case(statements, file, when, revision, overwrite=overwrite)
    ask.answer(written, lambda out: show_package(written, out))


@with_past
def export_jsonld(
    ask: CommandRun,
    file: Annotated[Path, typer.Argument(metavar="FILE.jsonld", help=help_of("option_help.document"))],
    source: Annotated[str | None, typer.Option(metavar="NAME", help=help_of("option_help.only_source"))] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help=help_of("option_help.replace_file"))] = False,
) -> None:
    """Write courses, roles, responsibilities, competencies and their links in the terms of schema.org and CTDL."""
    from api.answers.exports import kinds_of_ends, stamped, stated, write_linked
    from api.answers.stamps import stamp_of
    from api.cli.render.exports import show_exported

    if file.suffix.lower() not in {".jsonld", ".json"}:
        raise wrong_usage("export.jsonld_ending", "FILE.jsonld", name=file.name)
    store = ask.store_for_reading
    with store.reading() as reading:
        statements = stamped(stated(reading, source), stamp_of(store, reading))
        kinds = kinds_of_ends(reading, statements)
        revision = reading.revision.number
    written, left_out = write_linked(statements, kinds, file, revision, overwrite=overwrite)
    ask.answer(written, lambda out: show_exported(written, out))
    if left_out:
        ask.hint(
            say("export.left_out", left_out=left_out),
            say("export.native_writes_all"),
        )
