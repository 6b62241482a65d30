"""The commands about follow-ups of gaps: who sees to which gap, by when, and whether it still stands."""

# ruff: noqa: PLC0415

from typing import Annotated

import typer

from api.cli.context import CommandRun
from api.cli.options import Cursor, Language
from queries.parameters.description import help_of
from queries.parameters.follow_ups import FollowUpFilter, FollowUpState


def list_follow_ups(
    ask: CommandRun, *, query: FollowUpFilter, limit: int = 100, cursor: Cursor = None, lang: Language = "en"
) -> None:
    """List who sees to which gap, by when; what is said to be done is checked against the graph."""
    from api.answers.follow_ups import find_follow_ups, follow_ups_of
    from api.cli.render.follow_ups import show_follow_ups
    from api.state.database import State

    snapshot = ask.snapshot(lang)
    kept = follow_ups_of(State(ask.settings.state_path), snapshot, ask.store_for_reading.url)
    found = find_follow_ups(kept, snapshot, query, limit=limit, cursor=cursor)
    ask.answer(found, lambda out: show_follow_ups(found, out))


def set_follow_up(
    ask: CommandRun,
    competency: Annotated[str, typer.Argument(metavar="COMPETENCY", help=help_of("option_follow_up.competency"))],
    *,
    discipline: Annotated[str | None, typer.Option(metavar="ID", help=help_of("option_follow_up.discipline"))] = None,
    institution: Annotated[str | None, typer.Option(metavar="ID", help=help_of("option_follow_up.institution"))] = None,
    owner: Annotated[str | None, typer.Option(metavar="NAME", help=help_of("option_follow_up.owner"))] = None,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help=help_of("option_follow_up.note"))] = None,
    due: Annotated[str | None, typer.Option(metavar="DAY", help=help_of("option_follow_up.due"))] = None,
    state: Annotated[FollowUpState | None, typer.Option(help=help_of("option_follow_up.state"))] = None,
    version: Annotated[int | None, typer.Option(min=0, metavar="N", help=help_of("option_follow_up.version"))] = None,
) -> None:
    """Say who sees to a gap, by when, and how far it is; what is not named stays as it is."""
    from api.answers.follow_ups import change_follow_up, follow_ups_of, known_gap
    from api.cli.context import made
    from api.cli.render.follow_ups import show_follow_up
    from api.state.audit import person_at_terminal
    from api.state.claim import require_same_state
    from api.state.database import State
    from api.state.follow_ups import FollowUpContent, GapKey
    from graph.messages.reader_language import reader_language

    require_same_state(ask.store_for_reading, State(ask.settings.state_path))
    snapshot = ask.snapshot(reader_language())
    kept = follow_ups_of(State(ask.settings.state_path), snapshot, ask.store_for_reading.url)
    gap = known_gap(kept, snapshot, made(GapKey, competency=competency, discipline=discipline, institution=institution))
    before = kept.of(gap)
    told = {"owner": owner, "note": note, "due": due, "state": state}
    stands = dict(before.latest.content) if before else {}
    changed = {name: value or None if name == "due" else value for name, value in told.items() if value is not None}
    seen = version if version is not None else before.latest.version if before else 0
    content = made(FollowUpContent, **(stands | changed))
    found = change_follow_up(kept, snapshot, gap, content, by=person_at_terminal(), seen=seen)
    ask.answer(found, lambda out: show_follow_up(found, out))
