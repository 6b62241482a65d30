"""The commands that copy an embedded store as a whole, and put a copy back."""

# ruff: noqa: PLC0415

from pathlib import Path
from typing import Annotated

import typer

from api.cli.context import CommandRun
from graph.messages import text

BackupFile = Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")]
WithState = Annotated[bool, typer.Option("--with-state", help=text("option_help.with_state"))]
WithKeys = Annotated[bool, typer.Option("--with-keys", help=text("option_help.with_keys"))]
Overwrite = Annotated[bool, typer.Option("--overwrite", help=text("option_help.replace_store"))]


def backup(
    ask: CommandRun,
    file: BackupFile,
    overwrite: Overwrite = False,
    with_state: WithState = False,
    with_keys: WithKeys = False,
) -> None:
    """Copy the whole SQLite store into a file, whoever reads or writes it meanwhile."""
    from api.cli.render.migration import Backup, show_backup
    from api.state.backup import back_up_state, require_free, state_file_of
    from api.state.database import State
    from graph.stores.sqlite.backup import back_up

    if with_keys and not with_state:
        raise typer.BadParameter(text("state_backup.keys_alone"), param_hint="--with-keys")
    beside = state_file_of(file) if with_state else None
    if beside is not None:
        require_free(beside, overwrite=overwrite)
    store = _file_of(ask)
    done = Backup(file=str(file), store=ask.store.url, revision=back_up(store, file, overwrite=overwrite))
    if beside is not None:
        copied = back_up_state(State(ask.settings.state_path), beside, with_keys=with_keys)
        done = done.model_copy(update={"state": str(beside), "keys": copied.keys})
    ask.answer(done, lambda out: show_backup(done, out))


def restore(ask: CommandRun, file: BackupFile, overwrite: Overwrite = False, with_state: WithState = False) -> None:
    """Put a backup in the place of the SQLite store; end the imports that run before."""
    from api.cli.render.migration import Backup, show_restored
    from api.state.backup import read_state_copy, restore_state, state_file_of
    from api.state.database import State
    from graph.stores.sqlite import backup as sqlite_backup

    beside = state_file_of(file) if with_state else None
    rows = None if beside is None else read_state_copy(beside)  # before the store is touched
    revision = sqlite_backup.restore(file, _file_of(ask), overwrite=overwrite)
    done = Backup(file=str(file), store=ask.store.url, revision=revision)
    if rows is not None:
        added = restore_state(rows, State(ask.settings.state_path))
        done = done.model_copy(update={"state": str(beside), "keys": added.keys})
    _note(ask, text("backup.restored_from", url=ask.store.url, file=file, revision=revision))
    ask.answer(done, lambda out: show_restored(done, out))


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
