"""The commands that copy an embedded store as a whole, and put a copy back."""

# ruff: noqa: PLC0415

from pathlib import Path
from typing import Annotated

import typer

from api.cli.context import CommandRun
from graph.messages import text

BackupFile = Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help=text("option_help.replace_store"))]


def backup(ask: CommandRun, file: BackupFile, overwrite: Overwrite = False) -> None:
    """Copy the whole SQLite store into a file, whoever reads or writes it meanwhile."""
    from api.cli.render.migration import Backup
    from api.cli.terminal import line
    from graph.stores.sqlite.backup import back_up

    done = Backup(file=str(file), store=ask.store.url, revision=back_up(_file_of(ask), file, overwrite=overwrite))
    ask.answer(
        done, lambda out: out.show(line(("✓ ", "green"), text("backup.done", file=file, revision=done.revision)))
    )


def restore(ask: CommandRun, file: BackupFile, overwrite: Overwrite = False) -> None:
    """Put a backup in the place of the SQLite store; end the imports that run before."""
    from api.cli.render.migration import Backup
    from api.cli.terminal import line
    from graph.stores.sqlite import backup as sqlite_backup

    revision = sqlite_backup.restore(file, _file_of(ask), overwrite=overwrite)
    _note(ask, text("backup.restored_from", url=ask.store.url, file=file, revision=revision))
    done = Backup(file=str(file), store=ask.store.url, revision=revision)
    ask.answer(
        done,
        lambda out: out.show(line(("✓ ", "green"), text("backup.at_revision", store=done.store, revision=revision))),
    )


def _note(ask: CommandRun, detail: str) -> None:
    """Add a line to the audit log; that it cannot be added undoes nothing."""
    from api.state.audit import Audit, person_at_terminal
    from api.state.database import State
    from graph.errors import StoreUnavailableError

    try:
        Audit(State(ask.settings.state_path)).note(person_at_terminal(), "restored", detail)
    except StoreUnavailableError as error:
        ask.hint(text("command.not_in_audit", error=error))


def _file_of(ask: CommandRun) -> Path:
    """Return the store's file.

    Raises:
        BadParameter: it is a server, which has its own means.
    """
    from graph.stores.sqlite.store import SqliteStore

    if not isinstance(ask.store, SqliteStore):
        way = text("backup.neo4j")
        raise typer.BadParameter(way, param_hint="--store")
    return ask.store.path
