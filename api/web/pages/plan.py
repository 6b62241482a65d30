"""The page of training plans: choose a role, tick what is held, set limits; the address keeps the plan."""

from collections.abc import Sequence
from itertools import accumulate, groupby
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Request, Response

from api.web.pages.node import scope_names
from api.web.parameters import ScopeForm
from api.web.role_picker import picked_role
from api.web.view import PageRoute, View
from graph.snapshot.snapshot import Snapshot
from queries.coverage import role_coverage
from queries.lists import names_of_kind
from queries.parameters.plan import PlanWish, SpendingLimits
from queries.plan import Plan, plan_training
from queries.planning.steps import PlanStep
from queries.semantics.answers import NodeName, named
from queries.semantics.chain_status import ChainStatus
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import Scope

router = APIRouter(route_class=PageRoute, include_in_schema=False)

_ROLES_SHOWN = 60
LINE_WIDTH = 1000.0
"""How wide the time line is, in SVG user units."""


class PlanForm(SpendingLimits, ScopeForm):
    """The role, what is held, and the limits."""


class Stretch(NamedTuple):
    """A step on the time line, in SVG user units; the first of a term tells the width of the whole term."""

    number: int
    x: float
    width: float
    term_width: float | None
    step: PlanStep


def stretches(steps: Sequence[PlanStep]) -> list[Stretch]:
    """Return the steps side by side, each as wide as it takes hours; the whole is LINE_WIDTH wide."""
    per_hour = LINE_WIDTH / (sum(step.hours for step in steps) or 1.0)
    found, spent, number = [], 0.0, 0
    for _, of_term in groupby(steps, lambda step: step.term):
        together = list(of_term)
        term_width: float | None = per_hour * sum(step.hours for step in together)
        for step in together:
            number += 1
            found.append(Stretch(number, round(per_hour * spent, 1), round(per_hour * step.hours, 1), term_width, step))
            spent, term_width = spent + step.hours, None
    return found


def practised_so_far(plan: Plan, weight: float) -> list[float]:
    """Return the practised share of the role after each step; `weight` is the sum over all that it requires."""
    newly = (sum(item.weight for item in step.covers) / (weight or 1.0) for step in plan.steps)
    return list(accumulate(newly, initial=plan.practised_before or 0.0))[1:]


def teaching_courses(snapshot: Snapshot, steps: Sequence[PlanStep], scope: Scope) -> dict[str, list[NodeName]]:
    """Return for each unit that a step applies, by id, the courses in scope that teach it, in id order; none may."""
    courses, covers = resolve(snapshot, scope).courses, snapshot.into("COVERS")
    units = {unit.id: snapshot.require(unit.id) for step in steps for unit in step.applies}
    return {
        unit_id: [named(snapshot, c) for c in covers.row(unit) if courses is None or courses[c]]
        for unit_id, unit in units.items()
    }


@router.get("/plan")
def show_plan(request: Request, asked: Annotated[PlanForm, Query()]) -> Response:
    """Show the form, and the plan once a role is chosen."""
    view = View(request)
    snapshot = view.snapshot
    role = picked_role(snapshot, asked.role)
    if role is None:
        roles = names_of_kind(snapshot, "Role", asked.role_q or "", limit=_ROLES_SHOWN)
        return view.render("plan_role.html", asked=asked, roles=roles, topic="plan")
    wish = PlanWish(max_hours=asked.max_hours, max_tasks=asked.max_tasks, have=asked.have)
    scope = asked.scope().model_copy(update={"role": None, "roles": "targeted"})
    plan = plan_training(snapshot, role.id, scope, wish)
    required = role_coverage(snapshot, role.id, scope).competencies
    names = [name for name in scope_names(view, asked) if name[1] != role.name]
    return view.render(
        "plan.html",
        measures=("coverage",),
        asked=asked,
        role=role,
        printed_scope=[(view.words("kind.Role"), role.name), *names],
        plan=plan,
        courses=teaching_courses(snapshot, plan.steps, scope),
        spent=list(accumulate(step.hours for step in plan.steps)),
        practised=practised_so_far(plan, sum(item.weight for item in required)),
        stretches=stretches(plan.steps),
        line_width=LINE_WIDTH,
        required=required,
        untaught=[item for item in required if item.status is ChainStatus.UNTAUGHT and item.id not in asked.have],
        # Held things that the role does not require stand in no list of ticks, and must not be lost.
        also_held=sorted(set(asked.have) - {item.id for item in required}),
        names=names,
    )
