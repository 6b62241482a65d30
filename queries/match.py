"""Role match: which roles come closest to what somebody holds, and what each still asks for."""

from collections.abc import Iterable
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from graph.cancellation import cancellable_rows
from graph.model import Frozen, NodeId
from graph.snapshot.snapshot import Snapshot
from queries.planning.problem import LearnerHoldings, hold
from queries.semantics.answers import Completeness, NodeName, Share, completeness, named
from queries.semantics.course_units import as_asked
from queries.semantics.masks import Mask, both
from queries.semantics.requirements import role_needs
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import EVERYTHING, Scope, ScopeNote
from queries.semantics.tolerance import lowest, settled

Lack = Literal["practice", "teaching", "both"]


class MissingCompetency(Frozen):
    """A required competency that is not held, with w(r,c).

    `lacks`: `practice` where a held unit develops it, `teaching` where a held task practises it, else `both`.
    """

    id: NodeId
    name: str
    weight: Share
    lacks: Lack


class MatchedRole(Frozen):
    """A role with shares of the summed w(r,c) of all that it requires.

    `share` is held. `begun` is held, or learnt or practised only. `missing` by weight, heaviest first, then id.
    """

    role: NodeName
    share: Share
    begun: Share
    held: Annotated[int, Field(ge=0)]
    required: Annotated[int, Field(ge=1)]
    missing: list[MissingCompetency]


class RoleMatch(Frozen):
    """The closest roles, at most `limit` of them; `total` counts all roles that ask for something held or begun.

    By `share`, then `begun`, largest first; then the weight held, largest first; then id.
    """

    items: list[MatchedRole]
    total: Annotated[int, Field(ge=0)]
    completeness: Completeness
    scope: ScopeNote
    next: str | None = None
    revision: int


def match_roles(snapshot: Snapshot, have: Iterable[str], scope: Scope = EVERYTHING, *, limit: int = 20) -> RoleMatch:
    """Return the roles that come closest to what is held: competencies, knowledge units, training tasks.

    A competency is held when it is named itself, or when a held unit develops it and a held task practises it. Of the
    scope, `discipline` narrows to the roles that it targets (where it targets some), `employer` to those that it
    employs, `role` to one; `min_weight` ignores weaker links.

    Raises:
        NotFoundError: something that is named is not there.
        InputError: it cannot be held.
    """
    snapshot = as_asked(snapshot, scope)
    resolved = resolve(snapshot, scope)
    held = hold(snapshot, have)
    learnt, practised = _held_masks(snapshot, held, scope.min_weight)
    whole, some = learnt & practised, learnt | practised
    needs = role_needs(snapshot, scope.min_weight)
    n = len(snapshot)
    total, owned, begun = (
        np.bincount(needs.role, needs.weight * mask[needs.competency], minlength=n)
        for mask in (np.ones(n, bool), whole, some)
    )
    eligible = begun > 0
    if resolved.roles is not None:
        eligible = both(resolved.roles, eligible)
    roles = np.flatnonzero(eligible)
    shares, starts = settled(owned[roles] / total[roles]), settled(begun[roles] / total[roles])
    order = np.lexsort((roles, -settled(owned[roles]), -starts, -shares))[:limit]
    items = []
    for at in cancellable_rows(order.tolist()):
        mine = np.flatnonzero(needs.role == roles[at])
        required = needs.competency[mine]
        open_ones = mine[~whole[required]]
        items.append(
            MatchedRole(
                role=named(snapshot, int(roles[at])),
                share=min(float(shares[at]), 1.0),
                begun=min(float(starts[at]), 1.0),
                held=int(whole[required].sum()),
                required=len(required),
                missing=[
                    _missing(snapshot, int(needs.competency[i]), float(needs.weight[i]), learnt, practised)
                    for i in open_ones[np.lexsort((needs.competency[open_ones], -settled(needs.weight[open_ones])))]
                ],
            )
        )
    return RoleMatch(
        items=items,
        total=len(roles),
        completeness=completeness(snapshot),
        scope=resolved.note,
        revision=snapshot.revision.number,
    )


def _held_masks(snapshot: Snapshot, held: LearnerHoldings, least: float) -> tuple[Mask, Mask]:
    """Return which nodes are learnt, and which are practised, by what is held."""
    masks = []
    for relation, nodes in (("DEVELOPS", held.units), ("PRACTISES", held.tasks)):
        mask = np.zeros(len(snapshot), bool)
        mask[sorted(held.competencies)] = True
        mask[[c for node in nodes for c, w in snapshot.out(relation).pairs(node) if w >= lowest(least)]] = True
        masks.append(mask)
    return masks[0], masks[1]


def _missing(snapshot: Snapshot, competency: int, weight: float, learnt: Mask, practised: Mask) -> MissingCompetency:
    name = named(snapshot, competency)
    lacks: Lack = "practice" if learnt[competency] else "teaching" if practised[competency] else "both"
    return MissingCompetency(id=name.id, name=name.name, weight=weight, lacks=lacks)
