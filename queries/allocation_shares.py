"""Resource shares beside shares of demand: hours or seats, split over what they serve."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import numpy as np
from pydantic import Field

from graph.model import Frozen
from graph.snapshot.arrays import Adjacency, Floats, Ints
from graph.snapshot.snapshot import Snapshot
from queries.semantics.answers import Share
from queries.semantics.demand import share_of
from queries.semantics.masks import Mask
from queries.semantics.tolerance import lowest, total_of

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
"""So that a factor of exactly two does not depend on the last digit."""


class Allotment(Frozen):
    """What something gets of one resource: learner hours of teaching, or training seats (learners per term).

    `ratio` is `share` over the share of demand, None without demand. `balance` is None where the resource is not
    recorded at all, or neither demanded nor given.
    """

    amount: Amount
    share: Share | None
    ratio: Amount | None
    balance: Balance | None


@dataclass(frozen=True, slots=True)
class ResourceArrays:
    """One resource over all nodes; `balance` are positions in BALANCES, -1 where nothing is to be said."""

    amount: Floats
    total: float
    balance: Ints

    @property
    def out_of_proportion(self) -> Mask:
        """What is starved or overlapping."""
        is_out: Mask = np.isin(self.balance, (BALANCES.index(Balance.STARVED), BALANCES.index(Balance.OVERLAPPING)))
        return is_out


def spread(snapshot: Snapshot, relation: str, resource: str, in_scope: Mask | None, least: float) -> Floats:
    """Return what reaches each competency of a resource of units or tasks, each split by weight over all it serves.

    What is not stated counts 0. A unit of 10 hours that develops two competencies by 0.6 and 0.2 gives 7.5 and 2.5.
    """
    links: Adjacency = snapshot.out(relation)
    amount, n = np.nan_to_num(snapshot.number(resource)), len(snapshot)
    # over the n nodes: the weight of all that each unit or task serves; over the links: the part of each
    total = np.bincount(links.rows, links.weight, minlength=n)
    counts = links.weight >= lowest(least)
    if in_scope is not None:
        counts &= in_scope[links.rows]
    parts = np.where(counts, amount[links.rows] * links.weight / total[links.rows], 0.0)
    amounts = np.zeros(n)
    amounts += np.bincount(links.indices, parts, minlength=n)
    return amounts


def weighed(amount: Floats, demand: Floats) -> ResourceArrays:
    """Return the amounts, one for each node, with how each stands to the demand there."""
    total, demand_total = total_of(amount), total_of(demand)
    balance = np.full(len(amount), -1, np.int8)
    if total > 0:
        balance[amount > 0] = BALANCES.index(Balance.UNDEMANDED)
    if total > 0 and demand_total > 0:
        # Multiplied out, so that nothing is divided: share < demand share / 2, share > demand share * 2.
        given_part, wanted, demanded = amount * demand_total, demand * total, demand > 0
        balance[demanded] = BALANCES.index(Balance.BALANCED)
        balance[demanded & (given_part * FACTOR < lowest(wanted))] = BALANCES.index(Balance.STARVED)
        balance[demanded & (lowest(given_part) > wanted * FACTOR)] = BALANCES.index(Balance.OVERLAPPING)
    return ResourceArrays(amount, total, balance)


def allotment(amount: float, total: float, demand_share: float | None, balance: Balance | None) -> Allotment:
    """Return an amount as it is told, beside the share of demand."""
    share = share_of(amount, total)
    ratio = share / demand_share if share is not None and demand_share else None
    return Allotment(amount=amount, share=share, ratio=ratio, balance=balance)


def balance_of(code: int) -> Balance | None:
    """Return the balance at a position in BALANCES; None for -1."""
    return None if code < 0 else BALANCES[code]


def count_balances(balance: Ints) -> dict[Balance, int]:
    """Return how often each balance occurs."""
    return {word: int((balance == at).sum()) for at, word in enumerate(BALANCES)}
