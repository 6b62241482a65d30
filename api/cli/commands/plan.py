"""`rolepath plan`: the training that leads to a role, or to several."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from typing import TYPE_CHECKING, Annotated, NamedTuple, get_args

import typer

from api.cli.context import CommandRun, made, wanted
from api.cli.options import Have, Language, ScopeOptions

if TYPE_CHECKING:
    from queries.parameters.plan import PlanWish


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
        from queries.parameters.plan import Mode, PlanWish

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
    ask: CommandRun,
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
