"""What hours and seats are missing: needed, there, and missing, by resource."""

from typing import Annotated

from pydantic import Field

from graph.model import Frozen
from graph.snapshot.snapshot import Snapshot
from queries.allocation import look
from queries.allocation_next import Supply, lack_of
from queries.allocation_shares import ResourceArrays
from queries.semantics.masks import Mask
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import EVERYTHING, Scope
from queries.semantics.tolerance import total_of

Amount = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]


class ResourceLack(Frozen):
    """One resource: what demanded competencies have, what is missing, and the sum of the two, which they need.

    What is missing opens the `unreached` competencies with the usual amount each, and brings the `starved` ones level
    with their share of demand. `undemanded` goes to what no role requires. Nothing is known where it is not `recorded`.
    """

    recorded: bool
    needed: Amount
    there: Amount
    missing: Amount
    unreached: Count
    starved: Count
    undemanded: Amount


class AllocationLack(Frozen):
    """What is missing of teaching hours, and of training seats per term."""

    hours: ResourceLack
    seats: ResourceLack


def find_lack(snapshot: Snapshot, scope: Scope = EVERYTHING) -> AllocationLack:
    """Return what is missing in the scope.

    Raises:
        NotFoundError: the scope names something that is not there.
    """
    seen = look(snapshot, resolve(snapshot, scope, focused=True))
    return AllocationLack(
        hours=_lack(seen, seen.teaching, seen.taught), seats=_lack(seen, seen.training, seen.practised)
    )


def _lack(seen: Supply, resource: ResourceArrays, reached: Mask) -> ResourceLack:
    found, demanded = lack_of(seen, resource, reached), seen.demand > 0
    there, missing = total_of(resource.amount[demanded]), total_of(found.cost)
    recorded = resource.total > 0
    return ResourceLack(
        recorded=recorded,
        needed=there + missing if recorded else 0.0,
        there=there,
        missing=missing if recorded else 0.0,
        unreached=int((found.reach > 0).sum()),
        starved=int((found.starved & demanded).sum()),
        undemanded=total_of(resource.amount[~demanded]),
    )
