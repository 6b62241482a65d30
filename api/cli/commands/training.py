"""The commands about training: plans, the quick answer, role match, rotation. What they need is loaded late."""

# ruff: noqa: PLC0415

from typing import TYPE_CHECKING, Annotated, NamedTuple, get_args

import typer

from api.cli.context import Ask, made, wanted
from api.cli.options import Cursor, Language, Limit, ScopeOptions

if TYPE_CHECKING:
    from queries.plan import PlanWish

Have = Annotated[
    list[str] | None, typer.Option("--have", metavar="ID", help="A competency, unit or task held already; repeatable.")
]


class WishOptions(NamedTuple):
    """What a plan keeps to."""

    max_hours: Annotated[float | None, typer.Option(min=0, metavar="HOURS", help="No more hours of training.")] = None
    max_tasks: Annotated[int | None, typer.Option(min=1, metavar="N", help="No more training tasks.")] = None
    have: Have = None
    mode: Annotated[
        list[str] | None,
        typer.Option(metavar="MODE", help="Only online, onsite or blended tasks; repeatable."),
    ] = None
    region: Annotated[str | None, typer.Option(metavar="REGION", help="Only tasks hosted in this region.")] = None
    time_limit: Annotated[
        float, typer.Option(min=0.1, max=600, metavar="SECONDS", help="How long to look for each plan.")
    ] = 5.0

    def wish(self, alternatives: int = 0) -> "PlanWish":
        """Return the wish that these options make."""
        from queries.plan import PlanWish
        from queries.planning.steps import Mode

        return made(
            PlanWish,
            max_hours=self.max_hours,
            max_tasks=self.max_tasks,
            time_limit_s=self.time_limit,
            have=tuple(self.have or ()),
            modes=tuple(wanted(mode, [*get_args(Mode)], "--mode") for mode in self.mode or ()),
            region=self.region,
            alternatives=alternatives,
        )


def plan(
    ask: Ask,
    role_ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="ROLE...", show_default=False, help="The role, or roles, to train for."),
    ] = None,
    *,
    narrowed: ScopeOptions,
    wished: WishOptions,
    roles_of: Annotated[
        str | None, typer.Option(metavar="ID", help="Every role that a discipline targets, or an enterprise employs.")
    ] = None,
    alternatives: Annotated[
        int, typer.Option(min=0, max=20, metavar="N", help="Tell so many of the next best plans too.")
    ] = 0,
    lang: Language = "en",
) -> None:
    """Plan the training that leads to a role, each step with its reasons; or to several roles at once."""
    from api.cli.render.plan import show_plan, show_plans
    from queries.plan import plan_training
    from queries.plan_several import plan_roles
    from queries.plan_several import roles_of as find_roles

    named = role_ids or []
    if bool(named) == (roles_of is not None):
        ways = "name a role or several (rolepath search --kind Role TEXT finds ids), or --roles-of ID, not both"
        raise typer.BadParameter(ways, param_hint="ROLE")
    wish, snapshot = wished.wish(alternatives), ask.snapshot(lang)
    if len(named) == 1:
        found = plan_training(snapshot, named[0], scope=narrowed.scope(), wish=wish)
        ask.answer(found, lambda out: show_plan(found, out))
    else:
        roles = named if roles_of is None else find_roles(snapshot, roles_of)
        plans = plan_roles(snapshot, roles, scope=narrowed.scope(), wish=wish)
        ask.answer(plans, lambda out: show_plans(plans, out))


def training(
    ask: Ask,
    role_id: Annotated[str, typer.Argument(metavar="ROLE", help="The role to train for.")],
    *,
    narrowed: ScopeOptions,
    have: Have = None,
    limit: Limit = 20,
    cursor: Cursor = None,
    lang: Language = "en",
) -> None:
    """Rank the training tasks for a role by what each newly covers: the quick answer, without a search for the best."""
    from api.cli.render.training import show_training
    from queries.training import role_training

    snapshot, held = ask.snapshot(lang), tuple(have or ())
    found = role_training(snapshot, role_id, narrowed.scope(), have=held, limit=limit, cursor=cursor)
    ask.answer(found, lambda out: show_training(found, out))


def match(
    ask: Ask,
    *,
    narrowed: ScopeOptions,
    have: Have = None,
    limit: Limit = 20,
    lang: Language = "en",
) -> None:
    """Find the roles that come closest to what somebody holds, and what each still asks for."""
    from api.cli.render.training import show_match
    from queries.match import match_roles

    if not have:
        raise typer.BadParameter("name what is held: --have ID, once for each", param_hint="--have")
    found = match_roles(ask.snapshot(lang), have, narrowed.scope(), limit=limit)
    ask.answer(found, lambda out: show_match(found, out))


def rotation(
    ask: Ask,
    cohort_id: Annotated[str, typer.Argument(metavar="COHORT", help="The cohort.")],
    *,
    wished: WishOptions,
    role: Annotated[
        str | None, typer.Option(metavar="ID", help="For this role; else what the discipline targets most.")
    ] = None,
    terms: Annotated[
        int | None,
        typer.Option(min=1, max=100, metavar="N", help="The last term; else the last that the discipline has."),
    ] = None,
    lang: Language = "en",
) -> None:
    """Place a cohort's plan by host and term within the seats that there are, and say who cannot be placed and why."""
    from api.cli.render.rotation import show_rotation
    from queries.rotation import rotate

    found = rotate(ask.snapshot(lang), cohort_id, role, terms=terms, wish=wished.wish())
    ask.answer(found, lambda out: show_rotation(found, out))
