"""Allocation: where teaching hours and training seats go, beside where demand is; and where more of them bring most."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from graph.model import Frozen, fold
from graph.snapshot.snapshot import Snapshot
from queries.allocation_next import NextUses, Supply, next_uses
from queries.allocation_shares import (
    BALANCES,
    Allotment,
    Balance,
    allotment,
    balance_of,
    count_balances,
    spread,
    weighed,
)
from queries.parameters.allocation import AllocationOrder
from queries.semantics.answers import CompetencyName, Completeness, Share, competency_name, completeness
from queries.semantics.chain_stages import taught_and_practised
from queries.semantics.course_units import as_asked
from queries.semantics.demand import demand_for, share_of
from queries.semantics.education_kind import EDUCATIONS, Education, educations_of
from queries.semantics.focus_note import Focus, focus_of
from queries.semantics.masks import Mask
from queries.semantics.resolved_scope import ResolvedScope, resolve
from queries.semantics.scope import EVERYTHING, Scope, ScopeNote
from queries.semantics.tolerance import settled, total_of

Amount = Annotated[float, Field(ge=0)]


class CompetencyAllocation(Frozen):
    """A competency: its kind of education, its demand, and what it gets."""

    competency: CompetencyName
    education: Education
    demand: Amount
    demand_share: Share | None
    teaching: Allotment
    training: Allotment


class EducationAllocation(Frozen):
    """A kind of education: the sums over its competencies."""

    education: Education
    competencies: int
    demand: Amount
    demand_share: Share | None
    teaching: Allotment
    training: Allotment


class AllocationFilter(Frozen):
    """Which competencies are listed; None lets all pass. `balance` is that of the `resource`, or of either."""

    education: Education | None = None
    balance: Balance | None = None
    resource: Literal["hours", "seats"] | None = None


EVERY = AllocationFilter()


class Allocation(Frozen):
    """Shares of teaching hours, training seats and demand.

    `competencies`: those out of proportion in either first, by demand, then by id, unless asked otherwise; cut short at
    `limit`, with `total` for all that get or are asked for something. `by_education` in the order of Education.
    `counts` are over all of these, by balance. `coverage` is the share of demand taught and practised now.
    """

    teaching_hours: Amount
    training_seats: Amount
    demand: Amount
    coverage: Share | None
    by_education: list[EducationAllocation]
    teaching_counts: dict[Balance, int]
    training_counts: dict[Balance, int]
    total: int
    competencies: list[CompetencyAllocation]
    next_hours: NextUses
    next_seats: NextUses
    units_without_hours: int
    tasks_without_capacity: int
    completeness: Completeness
    focus: Focus
    scope: ScopeNote
    next: str | None = None
    revision: int


def allocate(
    snapshot: Snapshot,
    scope: Scope = EVERYTHING,
    *,
    hours: float | None = None,
    seats: float | None = None,
    order: AllocationOrder = "balance",
    limit: int = 20,
    wanted: AllocationFilter = EVERY,
    offset: int = 0,
    uses: int | None = None,
) -> Allocation:
    """Return where hours and seats go beside where demand is, and the best uses of so many more of each.

    The list of competencies, and its `total`, have what is `wanted`; it begins at `offset`. At most `uses` of each
    resource are told (None: `limit`).

    In the scope of a discipline that targets roles, their demand counts, unless the scope says `roles="all"`.

    Raises:
        NotFoundError: the scope names something that is not there.
    """
    snapshot = as_asked(snapshot, scope)
    resolved = resolve(snapshot, scope, focused=True)
    seen = look(snapshot, resolved)
    everywhere = snapshot.of_kind("Competency")
    total = total_of(seen.demand)
    listed = everywhere[(seen.demand + seen.teaching.amount + seen.training.amount)[everywhere] > 0]
    out = seen.teaching.out_of_proportion | seen.training.out_of_proportion
    passing = listed[_passes(seen, wanted)[listed]]
    ordered = passing[np.lexsort((passing, -settled(seen.demand[passing]), ~out[passing] & (order == "balance")))]
    if order == "name":
        ordered = np.array(sorted(passing.tolist(), key=lambda c: fold(snapshot.name(c))), passing.dtype)
    most = limit if uses is None else uses
    return Allocation(
        teaching_hours=seen.teaching.total,
        training_seats=seen.training.total,
        demand=total,
        coverage=share_of(total_of(seen.demand[seen.taught & seen.practised]), total),
        by_education=[_kind(seen, education) for education in EDUCATIONS],
        teaching_counts=count_balances(seen.teaching.balance[listed]),
        training_counts=count_balances(seen.training.balance[listed]),
        total=len(ordered),
        competencies=[_allocated(seen, c) for c in ordered[offset : offset + limit].tolist()],
        next_hours=next_uses(seen, seen.teaching, (seen.taught, seen.practised), hours, most),
        next_seats=next_uses(seen, seen.training, (seen.practised, seen.taught), seats, most),
        units_without_hours=_silent(snapshot, "KnowledgeUnit", "hours", resolved.units),
        tasks_without_capacity=_silent(snapshot, "TrainingTask", "capacity", resolved.tasks),
        completeness=completeness(snapshot),
        focus=focus_of(snapshot, resolved),
        scope=resolved.note,
        revision=snapshot.revision.number,
    )


def look(snapshot: Snapshot, scope: ResolvedScope) -> Supply:
    """Return both resources of the scope beside the demand."""
    demand = demand_for(snapshot, scope.roles, scope.min_weight)
    taught, practised = taught_and_practised(snapshot, scope)
    hours = spread(snapshot, "DEVELOPS", "hours", scope.units, scope.min_weight)
    seats = spread(snapshot, "PRACTISES", "capacity", scope.tasks, scope.min_weight)
    return Supply(snapshot, demand, weighed(hours, demand), weighed(seats, demand), taught, practised)


def _passes(seen: Supply, wanted: AllocationFilter) -> Mask:
    """Return which nodes the filter lets pass."""
    passing: Mask = np.ones(len(seen.demand), bool)
    if wanted.education is not None:
        passing &= educations_of(seen.snapshot) == EDUCATIONS.index(wanted.education)
    if wanted.balance is not None:
        code = BALANCES.index(wanted.balance)
        hours, seats = seen.teaching.balance == code, seen.training.balance == code
        passing &= {"hours": hours, "seats": seats}.get(wanted.resource or "", hours | seats)
    return passing


def _allocated(seen: Supply, c: int) -> CompetencyAllocation:
    share = share_of(float(seen.demand[c]), total_of(seen.demand))
    teaching, training = (
        allotment(float(one.amount[c]), one.total, share, balance_of(int(one.balance[c])))
        for one in (seen.teaching, seen.training)
    )
    return CompetencyAllocation(
        competency=competency_name(seen.snapshot, c),
        education=EDUCATIONS[educations_of(seen.snapshot)[c]],
        demand=float(seen.demand[c]),
        demand_share=share,
        teaching=teaching,
        training=training,
    )


def _kind(seen: Supply, education: Education) -> EducationAllocation:
    mine = educations_of(seen.snapshot) == EDUCATIONS.index(education)
    some = mine & (seen.demand + seen.teaching.amount + seen.training.amount > 0)
    demand, demand_total = total_of(seen.demand[mine]), total_of(seen.demand)
    share = share_of(demand, demand_total)
    allotments = []
    for one in (seen.teaching, seen.training):
        amount = total_of(one.amount[mine])
        # The rule for one competency, on the sums: the other kinds are the second entry.
        sums = weighed(np.array([amount, one.total - amount]), np.array([demand, demand_total - demand]))
        allotments.append(allotment(amount, one.total, share, balance_of(int(sums.balance[0]))))
    return EducationAllocation(
        education=education,
        competencies=int(some.sum()),
        demand=demand,
        demand_share=share,
        teaching=allotments[0],
        training=allotments[1],
    )


def _silent(snapshot: Snapshot, kind: str, resource: str, in_scope: Mask | None) -> int:
    nodes = snapshot.of_kind(kind)
    nodes = nodes if in_scope is None else nodes[in_scope[nodes]]
    return int(np.isnan(snapshot.number(resource)[nodes]).sum())
