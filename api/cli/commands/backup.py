"""The commands that copy a store as a whole, with what the service keeps beside it, and put a copy back."""

# ruff: noqa: PLC0415

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.context import CommandRun
from api.cli.wrong_usage import wrong_usage
from graph.messages import text
from graph.messages.reader_language import say
from queries.parameters.description import help_of

if TYPE_CHECKING:  # loaded by the commands that copy
    from graph.stores.sqlite.store import SqliteStore

BackupFile = Annotated[Path, typer.Argument(metavar="FILE", help=help_of("option_help.backup_file"))]
WithState = Annotated[bool | None, typer.Option("--with-state/--without-state", help=help_of("option_help.with_state"))]
WithKeys = Annotated[bool, typer.Option("--with-keys", help=help_of("option_help.with_keys"))]
Overwrite = Annotated[bool, typer.Option("--overwrite", help=help_of("option_help.replace_store"))]


def backup(
    ask: CommandRun,
    file: BackupFile,
    overwrite: Overwrite = False,
    with_state: WithState = None,
    with_keys: WithKeys = False,
) -> None:
    """Copy the whole store into a file, and what people decided beside it, whoever reads or writes it meanwhile."""
    from api.cli.render.migration import Backup, show_backup
    from api.state.backup import back_up_state, require_free, state_file_of, store_name
    from api.state.database import State

    if with_keys and with_state is False:
        raise wrong_usage("state_backup.keys_alone", "--with-keys")
    beside = None if with_state is False else state_file_of(file)
    if beside is not None:
        require_free(beside, overwrite=overwrite)
    require_free(file, overwrite=overwrite)
    done = Backup(file=str(file), store=ask.store.url, revision=_copied(ask, file, overwrite=overwrite))
    if beside is not None:
        copied = back_up_state(State(ask.settings.state_path), beside, store_name(ask.store), with_keys=with_keys)
        done = done.model_copy(update={"state": str(beside), "keys": copied.keys, "decisions": copied.decisions})
    ask.answer(done, lambda out: show_backup(done, out))


def restore(ask: CommandRun, file: BackupFile, overwrite: Overwrite = False, with_state: WithState = None) -> None:
    """Put a backup in the place of a SQLite store, or into an empty Neo4j database; end imports before.

    With it comes what people decided, from the copy of the state beside it.
    """
    from api.cli.render.migration import Backup, show_restored
    from api.state.backup import read_state_copy, restore_state, state_file_of, store_name
    from api.state.database import State

    beside = state_file_of(file)
    is_wanted = with_state or (with_state is None and beside.exists())
    rows = read_state_copy(beside) if is_wanted else None  # before the store is touched
    revision = _restored(ask, file, overwrite=overwrite)
    done = Backup(file=str(file), store=ask.store.url, revision=revision)
    if rows is not None:
        added = restore_state(rows, State(ask.settings.state_path), store_name(ask.store))
        done = done.model_copy(update={"state": str(beside), "keys": added.keys, "decisions": added.decisions})
    elif with_state is None:
        ask.hint(say("state_backup.none_beside", file=beside))
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
        ask.hint(say("command.not_in_audit", error=error))


def _copied(ask: CommandRun, file: Path, *, overwrite: bool) -> int:
    """Copy the store into a file, and return its revision; that of a server by replay of its log into a store aside."""
    from graph.migrate import migrate
    from graph.stores.sqlite.backup import back_up
    from graph.stores.sqlite.store import SqliteStore

    if isinstance(ask.store, SqliteStore):
        return back_up(ask.store.path, file, overwrite=overwrite)
    with _store_beside(file) as aside:
        migrate(ask.store, aside)
        return back_up(aside.path, file, overwrite=overwrite)


def _restored(ask: CommandRun, file: Path, *, overwrite: bool) -> int:
    """Put a copy in the store's place, and return its revision; a server must be empty, whatever may be replaced."""
    from graph.migrate import migrate
    from graph.stores.sqlite import backup as sqlite_backup
    from graph.stores.sqlite.store import SqliteStore

    if isinstance(ask.store, SqliteStore):
        return sqlite_backup.restore(file, ask.store.path, overwrite=overwrite)
    with _store_beside(ask.settings.state_path) as aside:  # a backup may stand where nothing can be written
        revision = sqlite_backup.restore(file, aside.path)
        migrate(aside, ask.store)
    return revision


@contextmanager
def _store_beside(target: Path) -> Iterator["SqliteStore"]:
    """Give a store beside a file, which is gone at the end; after a kill, whoever writes there next removes it.

    Raises:
        StoreUnavailableError: nothing can be written there.
    """
    from graph.disk import unwritable
    from graph.draft_files import draft_beside
    from graph.stores.sqlite.store import SqliteStore

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with draft_beside(target) as draft, closing(SqliteStore(draft)) as aside:
            yield aside
    except OSError as error:
        raise unwritable(target, error) from error
