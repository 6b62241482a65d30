"""The commands about access: keys to the service, and who changed what."""

# ruff: noqa: PLC0415

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.cli.context import CommandRun
from api.cli.table_options import TableOptions
from api.cli.wrong_usage import wrong_usage
from graph.errors import RolepathError
from graph.messages.reader_language import say
from queries.parameters.description import help_of

if TYPE_CHECKING:
    from api.auth.keys import Key
    from api.cli.terminal import Terminal

KeyId = Annotated[str, typer.Argument(metavar="ID", help=help_of("option_help.key_id"))]


def create_key(
    ask: CommandRun,
    name: Annotated[str, typer.Argument(metavar="NAME", help=help_of("option_help.key_name"))],
    scope: Annotated[
        Literal["read", "ingest", "admin"],
        typer.Option(help=help_of("option_help.key_scope")),
    ] = "read",
    days: Annotated[
        int | None, typer.Option(min=1, max=36500, metavar="N", help=help_of("option_help.key_days"))
    ] = None,
) -> None:
    """Make a key to the service. It is shown this once.

    The first key ends local mode: from then on nobody is let in without one.
    """
    from api.auth.keys import KeyStore
    from api.state.audit import person_at_terminal
    from api.state.database import State

    state = State(ask.settings.state_path)
    made = KeyStore(state).create(name, scope, timedelta(days=days) if days else None, by=person_at_terminal())
    with suppress(RolepathError):  # a store that cannot be written now is marked by the service, at its first look
        ask.store.note_keys(needed=True)
    ask.answer(made, lambda out: _show_new(made.key, made.token, out))
    ask.hint(say("key.keep_it") + made.token[:17] + "_...")


def list_keys(ask: CommandRun, *, table: TableOptions) -> None:
    """List the keys: by whom, for what, used when. Their secrets are kept nowhere."""
    from api.answers.answer_columns import answer_columns
    from api.answers.table_columns import TableLayout
    from api.auth.keys import KeyStore
    from api.state.database import State

    found = KeyStore(State(ask.settings.state_path)).all()
    if table.chosen:
        ask.write_table(table, answer_columns(found, TableLayout("items")) or {})
        return
    ask.answer(found, lambda out: _show_all(found.items, out))


def revoke_key(ask: CommandRun, key_id: KeyId) -> None:
    """Make a key open nothing any more; a running service knows within a second."""
    from api.auth.keys import KeyStore
    from api.cli.terminal import line
    from api.state.audit import person_at_terminal
    from api.state.database import State

    state = State(ask.settings.state_path)
    key = KeyStore(state).revoke(key_id, by=person_at_terminal())
    ask.answer(key, lambda out: out.show(line(("✓ ", "green"), say("key.revoked", id=key.id, name=key.name))))


def open_to_this_machine(
    ask: CommandRun,
    *,
    yes: Annotated[bool, typer.Option("--yes", help=help_of("command.local_yes"))] = False,
) -> None:
    """Give up access keys: whoever is on this machine may then do everything again, and nobody else anything.

    Every key must be revoked or expired. It is the only way back to local mode once a key was made.
    """
    from api.auth.keys import KeyStore
    from api.cli.terminal import line
    from api.state.audit import person_at_terminal
    from api.state.database import State

    if not yes:
        raise wrong_usage("command.local_needs_yes", "--yes")
    state = State(ask.settings.state_path)
    KeyStore(state).give_up(by=person_at_terminal())
    ask.store.note_keys(needed=False)
    ask.out.show(line(("✓ ", "green"), say("command.local_mode")))


def audit(
    ask: CommandRun,
    limit: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help=help_of("option_help.limit"))] = 20,
    before: Annotated[int | None, typer.Option(metavar="ID", help=help_of("option_help.before"))] = None,
    *,
    table: TableOptions,
) -> None:
    """List who changed what over the service, and who made or revoked keys, the latest first."""
    from api.cli.terminal import line, local_time
    from api.state.audit import Audit
    from api.state.database import State

    found = Audit(State(ask.settings.state_path)).latest(limit=limit, before=before)

    def show(out: "Terminal") -> None:
        for deed in found.items:
            when = local_time(deed.at)
            out.show(line((f"{deed.id:>6}  ", "dim"), f"{when}  {deed.who}  ", (deed.what, "bold"), f"  {deed.detail}"))

    ask.answer(found, show, table)


def _show_new(key: "Key", token: str, out: "Terminal") -> None:
    from api.cli.terminal import line

    until = say("key.until", day=f"{key.expires_at:%Y-%m-%d}") if key.expires_at else say("key.until_revoked")
    out.show(
        line(("✓ ", "green"), say("key.created", id=key.id, name=key.name, scope=key.scope, until=until)),
        line((token, "bold")),
    )


def _show_all(keys: "list[Key]", out: "Terminal") -> None:
    from datetime import UTC, datetime

    from api.cli.terminal import line, local_time, padded

    for key in keys:
        used = say("key.used", at=local_time(key.last_used_at)) if key.last_used_at else say("key.never_used")
        state = "holds" if key.is_valid(datetime.now(UTC)) else "revoked" if key.revoked_at else "expired"
        told = padded(say(f"key_state.{state}"), 8)
        out.show(line((f"rolepath_{key.id}  ", "cyan"), f"{key.scope:<7} {told} {used}  {key.name}"))
    if not keys:
        out.show(line(say("key.none")))
