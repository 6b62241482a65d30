"""Marginal benefit: where more hours or seats would add most to coverage."""

from typing import Annotated, NamedTuple

import numpy as np
from pydantic import Field

from graph.cancellation import cancellable_rows
from graph.model import Frozen
from graph.snapshot.arrays import Floats
from graph.snapshot.snapshot import Snapshot
from queries.allocation_shares import BALANCES, Balance, ResourceArrays
from queries.semantics.answers import CompetencyName, Share, competency_name
from queries.semantics.education_kind import EDUCATIONS, Education, educations_of
from queries.semantics.masks import Mask
from queries.semantics.tolerance import at_least, settled, total_of

Amount = Annotated[float, Field(ge=0)]


class Supply(NamedTuple):
    """Both resources of a scope beside the demand, and what is taught and practised at all; over all nodes."""

    snapshot: Snapshot
    demand: Floats
    teaching: ResourceArrays
    training: ResourceArrays
    taught: Mask
    practised: Mask


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


class Lack(NamedTuple):
    """What is missing of a resource, over all nodes: how much of it each one's next use costs, and what that is for.

    `reach` is the share of demand that is not reached at all; what is `starved` is reached, and lacks `lack`.
    """

    dose: float
    reach: Floats
    starved: Mask
    lack: Floats
    cost: Floats


def lack_of(seen: Supply, resource: ResourceArrays, own: Mask) -> Lack:
    """Return what is missing of the resource, which reaches `own` now; 0 where nothing is demanded."""
    total, demand = total_of(seen.demand), seen.demand
    amounts = resource.amount[(resource.amount > 0) & (demand > 0)]
    dose = float(np.median(amounts)) if len(amounts) else 1.0
    share = demand / total if total else demand
    reach = np.where(own, 0.0, share)
    starved = own & (resource.balance == BALANCES.index(Balance.STARVED))
    lack = np.where(starved, share * resource.total - resource.amount, 0.0)
    cost = np.where(demand > 0, np.where(reach > 0, dose, lack), 0.0)
    return Lack(dose, reach, starved, lack, cost)


def next_uses(
    seen: Supply, resource: ResourceArrays, reached: tuple[Mask, Mask], asked: float | None, limit: int
) -> NextUses:
    """Return the best uses. `reached`: what the resource reaches now, and what the other one does.

    All that is to be opened costs one dose, so taking the largest gain first covers as much as any choice could.
    """
    own, other = reached
    dose, reach, starved, lack, cost = lack_of(seen, resource, own)
    coverage = np.where(other, reach, 0.0)
    useful = np.flatnonzero(cost > 0)
    items: list[NextUse] = []
    left = float("inf") if asked is None else asked
    order = np.lexsort((useful, *(-settled(amounts[useful]) for amounts in (lack, reach, coverage))))
    for c in cancellable_rows(useful[order].tolist()):
        amount = min(float(cost[c]), left) if starved[c] else float(cost[c])
        if len(items) == limit or (asked is not None and at_least(0.0, left)):
            break
        if at_least(left, amount):
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


def _next_use(seen: Supply, c: int, amount: float, coverage: float, reach: float) -> NextUse:
    return NextUse(
        competency=competency_name(seen.snapshot, c),
        education=EDUCATIONS[educations_of(seen.snapshot)[c]],
        amount=amount,
        coverage_added=min(coverage, 1.0),
        reach_added=min(reach, 1.0),
        starved=reach == 0,
    )
