"""Allocation: where teaching hours and training seats go, beside where demand is; and where more of them bring most."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, NamedTuple

import numpy as np
from pydantic import Field

from graph.model import Frozen
from graph.snapshot import Adjacency, Floats, Ints, Snapshot
from queries.answers import CompetencyName, Completeness, competency_name, completeness
from queries.demand import demand_for, share_of
from queries.judgement import supplied
from queries.kinds import EDUCATIONS, Education, educations_of
from queries.scope import EVERYTHING, Mask, Resolved, Scope, ScopeNote, resolve

Share = Annotated[float, Field(ge=0, le=1)]
Amount = Annotated[float, Field(ge=0)]
FACTOR = 2.0
"""How many times a share may be larger, or smaller, than that of demand before it is called out of proportion."""


class Balance(StrEnum):
    """A share of resources beside the share of demand; a factor of exactly two is still balanced."""

    STARVED = "starved"
    BALANCED = "balanced"
    OVERLAPPING = "overlapping"
    UNDEMANDED = "undemanded"


BALANCES: tuple[Balance, ...] = tuple(Balance)


class Allotment(Frozen):
    """What something gets of one resource: learner hours of teaching, or training seats (learners per term).

    `ratio` is `share` over the share of demand, None without demand. `balance` is None where the resource is not
    recorded at all, or neither demanded nor given.
    """

    amount: Amount
    share: Share | None
    ratio: Amount | None
    balance: Balance | None


class Allocated(Frozen):
    """A competency: its kind of education, its demand, and what it gets."""

    competency: CompetencyName
    education: Education
    demand: Amount
    demand_share: Share | None
    teaching: Allotment
    training: Allotment


class AllocatedKind(Frozen):
    """A kind of education: the sums over its competencies."""

    education: Education
    competencies: int
    demand: Amount
    demand_share: Share | None
    teaching: Allotment
    training: Allotment


class NextUse(Frozen):
    """Where more of a resource would go: how much, and what that adds.

    `coverage_added` is the share of all demand that becomes both taught and practised by this use alone;
    `reach_added` the share that becomes taught (of hours) or practised (of seats). Both are 0 for what is starved only.
    """

    competency: CompetencyName
    education: Education
    amount: Amount
    coverage_added: Share
    reach_added: Share
    starved: bool


class NextUses(Frozen):
    """The best uses of a resource: by coverage added, reach added, lack against demand, largest first; then by id.

    `asked`: the amount to be spent, None for no limit. `dose`: what opens a competency to teaching or training: the
    median of what goes to those that are demanded and get some, else 1. `spent` sums the items; `total` counts the
    uses that there are, whatever the amount.
    """

    asked: Amount | None
    dose: Amount
    spent: Amount
    coverage_added: Share
    total: int
    items: list[NextUse]


class Allocation(Frozen):
    """Shares of teaching hours, training seats and demand.

    `competencies`: those out of proportion in either first, by demand, then by id; cut short at `limit`, with `total`
    for all that get or are asked for something. `by_education` in the order of Education. `counts` are over all of
    these, by balance. `coverage` is the share of demand taught and practised now.
    """

    teaching_hours: Amount
    training_seats: Amount
    demand: Amount
    coverage: Share | None
    by_education: list[AllocatedKind]
    teaching_counts: dict[Balance, int]
    training_counts: dict[Balance, int]
    total: int
    competencies: list[Allocated]
    next_hours: NextUses
    next_seats: NextUses
    units_without_hours: int
    tasks_without_capacity: int
    completeness: Completeness
    scope: ScopeNote
    revision: int


def allocate(
    snapshot: Snapshot,
    scope: Scope = EVERYTHING,
    *,
    hours: float | None = None,
    seats: float | None = None,
    limit: int = 20,
) -> Allocation:
    """Return where hours and seats go beside where demand is, and the best uses of so many more of each.

    In the scope of a discipline that targets roles, their demand counts, unless the scope says `roles="all"`.

    Raises:
        NotFoundError: the scope names something that is not there.
    """
    resolved = resolve(snapshot, scope, to_targets=True)
    seen = _look(snapshot, resolved)
    everywhere = snapshot.of_kind("Competency")
    total = float(seen.demand.sum())
    listed = everywhere[(seen.demand + seen.teaching.amount + seen.training.amount)[everywhere] > 0]
    out = seen.teaching.out_of_proportion | seen.training.out_of_proportion
    order = listed[np.lexsort((listed, -seen.demand[listed], ~out[listed]))]
    return Allocation(
        teaching_hours=seen.teaching.total,
        training_seats=seen.training.total,
        demand=total,
        coverage=share_of(float(seen.demand[seen.taught & seen.practised].sum()), total),
        by_education=[_kind(seen, education) for education in EDUCATIONS],
        teaching_counts=_counts(seen.teaching.balance[listed]),
        training_counts=_counts(seen.training.balance[listed]),
        total=len(listed),
        competencies=[_allocated(seen, c) for c in order[:limit].tolist()],
        next_hours=_next(seen, seen.teaching, (seen.taught, seen.practised), hours, limit),
        next_seats=_next(seen, seen.training, (seen.practised, seen.taught), seats, limit),
        units_without_hours=_silent(snapshot, "KnowledgeUnit", "hours", resolved.units),
        tasks_without_capacity=_silent(snapshot, "TrainingTask", "capacity", resolved.tasks),
        completeness=completeness(snapshot),
        scope=resolved.note,
        revision=snapshot.revision.number,
    )


@dataclass(frozen=True, slots=True)
class _Resource:
    """One resource over all nodes; `balance` are positions in BALANCES, -1 where nothing is to be said."""

    amount: Floats
    total: float
    balance: Ints

    @property
    def out_of_proportion(self) -> Mask:
        """What is starved or overlapping."""
        found: Mask = np.isin(self.balance, (BALANCES.index(Balance.STARVED), BALANCES.index(Balance.OVERLAPPING)))
        return found


class _Seen(NamedTuple):
    snapshot: Snapshot
    demand: Floats
    teaching: _Resource
    training: _Resource
    taught: Mask
    practised: Mask


def _look(snapshot: Snapshot, scope: Resolved) -> _Seen:
    demand = demand_for(snapshot, scope.roles, scope.min_weight)
    taught, practised = supplied(snapshot, scope)
    hours = spread(snapshot, "DEVELOPS", "hours", scope.units, scope.min_weight)
    seats = spread(snapshot, "PRACTISES", "capacity", scope.tasks, scope.min_weight)
    return _Seen(snapshot, demand, _weighed(hours, demand), _weighed(seats, demand), taught, practised)


def spread(snapshot: Snapshot, relation: str, resource: str, kept: Mask | None, least: float) -> Floats:
    """Return what reaches each competency of a resource of units or tasks, each split by weight over all it serves.

    What is not stated counts 0. A unit of 10 hours that develops two competencies by 0.6 and 0.2 gives 7.5 and 2.5.
    """
    links: Adjacency = snapshot.out(relation)
    amount, n = np.nan_to_num(snapshot.number(resource)), len(snapshot)
    total = np.bincount(links.rows, links.weight, minlength=n)
    counts = links.weight >= least
    if kept is not None:
        counts &= kept[links.rows]
    parts = np.where(counts, amount[links.rows] * links.weight / total[links.rows], 0.0)
    found = np.zeros(n)
    found += np.bincount(links.indices, parts, minlength=n)
    return found


def _weighed(amount: Floats, demand: Floats) -> _Resource:
    total, asked = float(amount.sum()), float(demand.sum())
    balance = np.full(len(amount), -1, np.int8)
    if total > 0:
        balance[amount > 0] = BALANCES.index(Balance.UNDEMANDED)
    if total > 0 and asked > 0:
        # Multiplied out, so that nothing is divided: share < demand share / 2, share > demand share * 2.
        given, wanted, demanded = amount * asked, demand * total, demand > 0
        balance[demanded] = BALANCES.index(Balance.BALANCED)
        balance[demanded & (given * FACTOR < wanted * _NEARLY)] = BALANCES.index(Balance.STARVED)
        balance[demanded & (given * _NEARLY > wanted * FACTOR)] = BALANCES.index(Balance.OVERLAPPING)
    return _Resource(amount, total, balance)


_NEARLY = 1 - 1e-9
"""So that a factor of exactly two does not depend on the last digit."""


def _allotment(amount: float, total: float, demand_share: float | None, balance: Balance | None) -> Allotment:
    share = share_of(amount, total)
    ratio = share / demand_share if share is not None and demand_share else None
    return Allotment(amount=amount, share=share, ratio=ratio, balance=balance)


def _balance(code: int) -> Balance | None:
    return None if code < 0 else BALANCES[code]


def _allocated(seen: _Seen, c: int) -> Allocated:
    share = share_of(float(seen.demand[c]), float(seen.demand.sum()))
    teaching, training = (
        _allotment(float(one.amount[c]), one.total, share, _balance(int(one.balance[c])))
        for one in (seen.teaching, seen.training)
    )
    return Allocated(
        competency=competency_name(seen.snapshot, c),
        education=EDUCATIONS[educations_of(seen.snapshot)[c]],
        demand=float(seen.demand[c]),
        demand_share=share,
        teaching=teaching,
        training=training,
    )


def _kind(seen: _Seen, education: Education) -> AllocatedKind:
    mine = educations_of(seen.snapshot) == EDUCATIONS.index(education)
    some = mine & (seen.demand + seen.teaching.amount + seen.training.amount > 0)
    demand, asked = float(seen.demand[mine].sum()), float(seen.demand.sum())
    share = share_of(demand, asked)
    allotments = []
    for one in (seen.teaching, seen.training):
        amount = float(one.amount[mine].sum())
        # The rule for one competency, on the sums: the other kinds are the second entry.
        weighed = _weighed(np.array([amount, one.total - amount]), np.array([demand, asked - demand]))
        allotments.append(_allotment(amount, one.total, share, _balance(int(weighed.balance[0]))))
    return AllocatedKind(
        education=education,
        competencies=int(some.sum()),
        demand=demand,
        demand_share=share,
        teaching=allotments[0],
        training=allotments[1],
    )


def _counts(balance: Ints) -> dict[Balance, int]:
    return {word: int((balance == at).sum()) for at, word in enumerate(BALANCES)}


def _next(seen: _Seen, resource: _Resource, reached: tuple[Mask, Mask], asked: float | None, limit: int) -> NextUses:
    """Return the best uses. `reached`: what the resource reaches now, and what the other one does.

    All that is to be opened costs one dose, so taking the largest gain first covers as much as any choice could.
    """
    own, other = reached
    total, demand = float(seen.demand.sum()), seen.demand
    given = resource.amount[(resource.amount > 0) & (demand > 0)]
    dose = float(np.median(given)) if len(given) else 1.0
    share = demand / total if total else demand
    reach = np.where(own, 0.0, share)
    coverage = np.where(other, reach, 0.0)
    starved = own & (resource.balance == BALANCES.index(Balance.STARVED))
    lack = np.where(starved, share * resource.total - resource.amount, 0.0)
    cost = np.where(reach > 0, dose, lack)
    useful = np.flatnonzero(cost * (demand > 0) > 0)
    items: list[NextUse] = []
    left = float("inf") if asked is None else asked
    for c in useful[np.lexsort((useful, -lack[useful], -reach[useful], -coverage[useful]))].tolist():
        amount = min(float(cost[c]), left) if starved[c] else float(cost[c])
        if len(items) == limit or left <= 0:
            break
        if amount <= left:
            left -= amount
            items.append(_next_use(seen, c, amount, float(coverage[c]), float(reach[c])))
    return NextUses(
        asked=asked,
        dose=dose,
        spent=sum(item.amount for item in items),
        coverage_added=min(sum(item.coverage_added for item in items), 1.0),
        total=len(useful),
        items=items,
    )


def _next_use(seen: _Seen, c: int, amount: float, coverage: float, reach: float) -> NextUse:
    return NextUse(
        competency=competency_name(seen.snapshot, c),
        education=EDUCATIONS[educations_of(seen.snapshot)[c]],
        amount=amount,
        coverage_added=min(coverage, 1.0),
        reach_added=min(reach, 1.0),
        starved=reach == 0,
    )


def _silent(snapshot: Snapshot, kind: str, resource: str, kept: Mask | None) -> int:
    nodes = snapshot.of_kind(kind)
    nodes = nodes if kept is None else nodes[kept[nodes]]
    return int(np.isnan(snapshot.number(resource)[nodes]).sum())
