"""Integration by discipline and by role: all disciplines at once, and the roles of a scope."""

from collections.abc import Iterable
from functools import partial
from itertools import repeat
from typing import Annotated

import numpy as np
from pydantic import Field
from scipy import sparse

from graph.model import Frozen
from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import Snapshot
from queries.integration_scope import IntegrationMasks, by_amount
from queries.semantics.answers import Count, NodeName, Share, named
from queries.semantics.curricula import Curricula, curricula_of, narrowed
from queries.semantics.demand import demand_for, share_of
from queries.semantics.discipline_tree import descendants
from queries.semantics.focus import FocusMode, own_curriculum, whole_roles
from queries.semantics.fusion import KnowledgeKinds, kinds_of
from queries.semantics.masks import Mask
from queries.semantics.needs_matrix import needs_matrix
from queries.semantics.requirements import openings
from queries.semantics.resolved_scope import ResolvedScope
from queries.semantics.tolerance import total_of


class DisciplineIntegration(Frozen):
    """A discipline with all below it: the share of its demand practised by fusion tasks, and both directions."""

    discipline: NodeName
    share: Share | None
    fusion_tasks: Count
    innovation_into_discipline: Share | None
    discipline_into_innovation: Share | None
    training_unrecorded: bool


class RoleIntegration(Frozen):
    """A role: the share, by weight, of its requirements that fusion tasks practise. `demand`: openings times weight."""

    role: NodeName
    share: Share | None
    demand: Annotated[float, Field(ge=0)]


def by_role(seen: IntegrationMasks) -> tuple[list[RoleIntegration], int]:
    """Return the roles of the scope that require something, by demand, and how many they are."""
    snapshot, needs = seen.snapshot, needs_matrix(seen.snapshot)
    required: Floats = needs @ np.ones(len(snapshot))
    fused: Floats = needs @ seen.fused.astype(float)
    listed = required > 0 if seen.scope.roles is None else (required > 0) & seen.scope.roles
    demand = required * openings(snapshot)
    roles = by_amount(np.flatnonzero(listed), demand)
    return [
        RoleIntegration(
            role=named(snapshot, r), share=share_of(float(fused[r]), float(required[r])), demand=float(demand[r])
        )
        for r in roles[: seen.limit]
    ], len(roles)


def by_discipline(
    snapshot: Snapshot, discipline: str | None, scope: ResolvedScope, *, has_role: bool
) -> list[DisciplineIntegration]:
    """Return every discipline in focus, or the one and all below it; with a role, the demand is its alone."""
    kinds, curricula = kinds_of(snapshot), curricula_of(snapshot)
    if has_role:
        fixed = repeat(demand_for(snapshot, scope.roles), len(curricula.disciplines))
        fusion, share = _shares(snapshot, curricula, kinds, fixed)
    else:
        fusion, share = snapshot.derived(_KEPT[scope.mode])
    is_listed = np.ones(len(snapshot), bool)
    own = own_curriculum(snapshot, scope.mode)
    if own is not None:
        is_listed = own.disciplines
    if discipline is not None:
        is_listed = descendants(snapshot, snapshot.require(discipline, "Discipline"))
    if scope.disciplines is not None:
        is_listed = is_listed & scope.disciplines
    into_discipline, into_innovation = snapshot.derived(_directions)
    return [
        DisciplineIntegration(
            discipline=named(snapshot, d),
            share=share[at],
            fusion_tasks=int(fusion[at]),
            innovation_into_discipline=into_discipline[at],
            discipline_into_innovation=into_innovation[at],
            training_unrecorded=bool(curricula.training_unrecorded[at]),
        )
        for at, d in enumerate(curricula.disciplines.tolist())
        if is_listed[d]
    ]


def _directions(snapshot: Snapshot) -> tuple[list[float | None], list[float | None]]:
    """Return of each discipline both directions."""
    kinds, curricula = kinds_of(snapshot), curricula_of(snapshot)
    return (
        _met(snapshot, curricula, kinds.disciplinary, kinds.applies_innovation),
        _met(snapshot, curricula, kinds.innovation, kinds.applies_disciplinary),
    )


def _whole_shares(mode: FocusMode, snapshot: Snapshot) -> tuple[Ints, list[float | None]]:
    kinds, curricula = kinds_of(snapshot), curricula_of(snapshot)
    return _shares(snapshot, curricula, kinds, curricula.demand(snapshot, whole_roles(snapshot, mode)))


_MODES: tuple[FocusMode, ...] = ("ours", "all")
_KEPT = {mode: partial(_whole_shares, mode) for mode in _MODES}
"""How the shares of all disciplines are worked out where no role narrows them; done once for a snapshot."""


def _shares(
    snapshot: Snapshot, curricula: Curricula, kinds: KnowledgeKinds, demand: Iterable[Floats]
) -> tuple[Ints, list[float | None]]:
    """Return for each discipline how many fusion tasks it sends to, and the share of demand that these practise."""
    # d disciplines by n nodes: the fusion tasks that each sends to, and how often these practise a competency
    fusing = narrowed(curricula.tasks, kinds.fuses)
    practised = sparse.csr_array(fusing @ snapshot.out("PRACTISES").pattern)
    shares = []
    for at, wanted in enumerate(demand):
        columns = np.sort(practised.indices[practised.indptr[at] : practised.indptr[at + 1]])
        shares.append(share_of(total_of(wanted[columns]), total_of(wanted)))
    return np.diff(fusing.indptr), shares


def _met(snapshot: Snapshot, curricula: Curricula, own: Mask, applies_other: Mask) -> list[float | None]:
    """Return for each discipline the share of its own-kind units that meet the other kind in its training."""
    # d by n: the units that a task of the other kind applies, and the discipline's own units of this kind
    applied = sparse.csr_array(narrowed(curricula.tasks, applies_other) @ snapshot.out("APPLIES").pattern)
    mine = narrowed(curricula.units, own)
    units, met = np.diff(mine.indptr), mine.multiply(applied).count_nonzero(axis=1)
    return [share_of(float(some), float(every)) for some, every in zip(met, units, strict=True)]
