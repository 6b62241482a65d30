"""The commands that ask what the field asks: integration, allocation, feedback, leadership, briefs and signals."""

# ruff: noqa: PLC0415

from datetime import datetime
from typing import Annotated, Literal

import typer

from api.cli.context import Ask
from api.cli.options import Language, Limit, Roles, ScopeOptions

EnterpriseId = Annotated[str, typer.Argument(metavar="ENTERPRISE", help="The enterprise, campus base or incubator.")]
DisciplineId = Annotated[str | None, typer.Option("--discipline", metavar="ID", help="Only this, and all below it.")]


def integration(
    ask: Ask,
    *,
    discipline: DisciplineId = None,
    role: Annotated[str | None, typer.Option(metavar="ID", help="Only for what this role requires.")] = None,
    limit: Limit = 20,
    lang: Language = "en",
) -> None:
    """Show how far innovation and the disciplines meet in training, and what would bring most."""
    from api.cli.render.print_pages import show_integration
    from queries.integration import integrate

    found = integrate(ask.snapshot(lang), discipline=discipline, role=role, limit=limit)
    ask.answer(found, lambda out: show_integration(found, lang, out))


def allocation(
    ask: Ask,
    *,
    narrowed: ScopeOptions,
    hours: Annotated[
        float | None, typer.Option(min=0, metavar="N", help="Where so many more hours of teaching bring most.")
    ] = None,
    seats: Annotated[
        float | None, typer.Option(min=0, metavar="N", help="Where so many more training seats bring most.")
    ] = None,
    limit: Limit = 20,
    roles: Roles = "targeted",
    lang: Language = "en",
) -> None:
    """Show where hours and seats go beside where demand is, and the next best use of more."""
    from api.cli.render.field import show_allocation
    from queries.allocation import allocate

    found = allocate(ask.snapshot(lang), narrowed.scope(roles), hours=hours, seats=seats, limit=limit)
    ask.answer(found, lambda out: show_allocation(found, out))


def feedback(
    ask: Ask,
    *,
    cohort: Annotated[
        str | None, typer.Option(metavar="ID", help="Only this cohort; else the latest ones assessed.")
    ] = None,
    discipline: DisciplineId = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="How many competencies are listed.")] = 100,
    lang: Language = "en",
) -> None:
    """Show what assessments say learners lack, where to follow it up, and whether that helped."""
    from api.cli.render.field import show_feedback
    from queries.feedback import give_feedback

    found = give_feedback(ask.snapshot(lang), cohort=cohort, discipline=discipline, limit=limit)
    ask.answer(found, lambda out: show_feedback(found, out))


def leadership(ask: Ask, enterprise_id: EnterpriseId, lang: Language = "en") -> None:
    """Show how much of what its roles require an enterprise hosts, leads and mentors."""
    from api.cli.render.field import show_leadership
    from queries.leadership import measure_leadership

    found = measure_leadership(ask.snapshot(lang), enterprise_id)
    ask.answer(found, lambda out: show_leadership(found, out))


def brief(
    ask: Ask,
    enterprise_id: EnterpriseId,
    limit: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="How long each list is.")] = 6,
    lang: Language = "en",
) -> None:
    """Write one page for an enterprise: gaps of its roles, what to host next, who could mentor."""
    from api.cli.render.print_pages import show_brief
    from queries.brief import write_brief

    found = write_brief(ask.snapshot(lang), enterprise_id, limit=limit)
    ask.answer(found, lambda out: show_brief(found, lang, out))


def signals(
    ask: Ask,
    *,
    region: Annotated[str | None, typer.Option(metavar="NAME", help="Only of this region.")] = None,
    kind: Annotated[Literal["policy", "trend", "demand"] | None, typer.Option(help="Only of this kind.")] = None,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Only what holds on that day.")
    ] = None,
    revisions: Annotated[
        int, typer.Option(min=1, metavar="N", help="Look back over so many revisions: since when is it connected?")
    ] = 1,
    lang: Language = "en",
) -> None:
    """Show which competencies and roles policies, trends and demand call for, and how they stand."""
    from api.answers.measures import ask_signals
    from api.cli.render.field import show_signals

    day = None if on is None else on.date()
    snapshot = ask.snapshot(lang)
    found = ask_signals(ask.store_for_reading, snapshot, region=region, kind=kind, on=day, revisions=revisions)
    ask.answer(found, lambda out: show_signals(found, out))
