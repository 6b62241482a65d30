"""`rolepath plan`: the training that leads to a role, or to several."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from typing import Annotated

import typer

from api.cli.context import CommandRun
from api.cli.options import Language
from api.cli.query_options import option
from api.cli.table_options import TableOptions
from api.cli.wrong_usage import wrong_usage
from queries.parameters.description import describe
from queries.parameters.plan import PlanQuery, PlansParameters


def plan(
    ask: CommandRun,
    role_ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="ROLE...", show_default=False, help=describe("command_roles")),
    ] = None,
    *,
    query: PlanQuery,
    roles_of: Annotated[str | None, option(PlansParameters, "roles_of")] = None,
    table: TableOptions,
    lang: Language = "en",
) -> None:
    """Plan the training that leads to a role, each step with its reasons; or to several roles at once."""
    from api.cli.render.plan import show_plan, show_plans
    from queries.plan import plan_training
    from queries.plan_several import plan_roles
    from queries.plan_several import roles_of as find_roles

    named = role_ids or []
    if bool(named) == (roles_of is not None):
        raise wrong_usage("command.name_roles", "ROLE")
    wish, snapshot = query.wish(), ask.snapshot(lang)
    if len(named) == 1:
        answer = plan_training(snapshot, named[0], scope=query.scope(), wish=wish)
        ask.answer(answer, lambda out: show_plan(answer, out), table)
    else:
        roles = named if roles_of is None else find_roles(snapshot, roles_of)
        plans = plan_roles(snapshot, roles, scope=query.scope(), wish=wish)
        ask.answer(plans, lambda out: show_plans(plans, out), table)
