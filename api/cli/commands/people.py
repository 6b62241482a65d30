"""The commands about people whose names the state keeps: who they are, and removing a name."""

# ruff: noqa: PLC0415

from typing import Annotated

import typer

from api.cli.context import CommandRun
from graph.messages.reader_language import say
from queries.parameters.description import help_of


def list_people(ask: CommandRun) -> None:
    """List whose names the service's state keeps, and where; docs/privacy.md says for how long."""
    from api.cli.render.people import show_people
    from api.state.database import State
    from api.state.people import list_people

    found = list_people(State(ask.settings.state_path))
    ask.answer(found, lambda out: show_people(found, out))


def forget_person(
    ask: CommandRun,
    name: Annotated[str, typer.Argument(metavar="NAME", help=help_of("option_follow_up.person"))],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=help_of("option_follow_up.forget_dry_run"))] = False,
) -> None:
    """Remove a name from all that the state keeps, the audit log too: a pseudonym stands in its place.

    It cannot be taken back. What was done stays; by whom is no longer said.
    """
    from api.cli.render.people import show_forgotten
    from api.state.audit import person_at_terminal
    from api.state.database import State
    from api.state.people import forget_person

    found = forget_person(State(ask.settings.state_path), name, person_at_terminal(), dry_run=dry_run)
    ask.answer(found, lambda out: show_forgotten(found, out))
    if not dry_run:
        ask.hint(say("person.copies"), *(say("person.key_holds", key=key) for key in found.keys))
