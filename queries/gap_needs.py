"""Gap needs: which roles require a competency, how its demand comes about, and which courses teach it."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from graph.model import Frozen, NodeId
from graph.snapshot.snapshot import Snapshot
from queries.semantics.answers import Count, NodeName, Share, named
from queries.semantics.course_units import as_asked
from queries.semantics.neighbourhood import Neighbourhood
from queries.semantics.requirements import assumed_openings, openings
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import Scope
from queries.semantics.tolerance import settle

MOST_NAMED = 3
"""How many roles, and how many courses, are named of each."""


class GapNeeds(Frozen):
    """Who needs a competency in a scope, and who teaches it.

    `roles`: at most MOST_NAMED of `roles_total`, by openings times weight, largest first, then id. `openings` are those
    of all these roles, `assumed` of them stated nowhere (a median, or 1), `demand` each role's times its weight;
    `weight` is the one that all these roles weigh it by, None where they differ. `courses`, and units in no course:
    at most MOST_NAMED of `courses_total`, by the largest weight of a unit that develops it, then id.
    """

    roles: list[NodeName]
    roles_total: Count
    openings: Annotated[float, Field(ge=0)]
    assumed: Annotated[float, Field(ge=0)]
    demand: Annotated[float, Field(ge=0)]
    weight: Share | None
    courses: list[NodeName]
    courses_total: Count


def find_needs(snapshot: Snapshot, scope: Scope, competencies: Iterable[NodeId]) -> dict[NodeId, GapNeeds]:
    """Return for each competency who needs and who teaches it, in the scope and focus of a list of gaps.

    Raises:
        NotFoundError: there is no such competency, or the scope names something that is not there.
    """
    snapshot = as_asked(snapshot, scope)
    resolved = resolve(snapshot, scope, focused=True)
    return {c: needs_near(Neighbourhood(snapshot, resolved, snapshot.require(c))) for c in competencies}


def needs_near(near: Neighbourhood) -> GapNeeds:
    """Return who needs and who teaches the competency whose neighbourhood it is."""
    snapshot = near.snapshot
    count, assumed = openings(snapshot), assumed_openings(snapshot)
    demand = {r: float(count[r]) * weight for r, weight in near.roles.items()}
    weights = {settle(weight) for weight in near.roles.values()}
    roles = sorted(demand, key=lambda r: (-settle(demand[r]), r))[:MOST_NAMED]
    courses = _teachers(near)
    return GapNeeds(
        roles=[named(snapshot, r) for r in roles],
        roles_total=len(demand),
        openings=settle(sum(float(count[r]) for r in demand)),
        assumed=settle(sum(float(assumed[r]) for r in demand)),
        demand=settle(sum(demand.values())),
        weight=weights.pop() if len(weights) == 1 else None,
        courses=[named(snapshot, node) for node in courses[:MOST_NAMED]],
        courses_total=len(courses),
    )


def _teachers(near: Neighbourhood) -> list[int]:
    """Return the courses in scope that hold a unit that develops the competency, and such units in no course."""
    into, in_scope = near.snapshot.into("COVERS"), near.scope.courses
    strongest: dict[int, float] = {}
    for unit, weight in near.units.items():
        holders = into.row(unit)
        for node in [c for c in holders if in_scope is None or in_scope[c]] or ([] if len(holders) else [unit]):
            strongest[node] = max(strongest.get(node, 0.0), weight)
    return sorted(strongest, key=lambda node: (-settle(strongest[node]), node))
