"""Demand as arrays: what roles need, weighted by their openings; the ground that shares of demand are taken of."""

import numpy as np

from graph.snapshot.arrays import Floats
from graph.snapshot.snapshot import Snapshot
from queries.semantics.masks import Mask
from queries.semantics.requirements import RequirementPairs, counted_needs, openings, role_needs
from queries.semantics.resolved_scope import ResolvedScope
from queries.semantics.tolerance import settled


def demand_for(snapshot: Snapshot, roles: Mask | None = None, min_weight: float = 0.0) -> Floats:
    """Return the demand for each node: the sum over the roles (None: all) of openings times w(r,c); 0 where none."""
    return _summed(snapshot, role_needs(snapshot, min_weight), roles)


def required_by(snapshot: Snapshot, roles: Mask | None) -> Mask:
    """Return what the roles (None: all) require, whatever their openings."""
    needs, is_required = role_needs(snapshot), np.zeros(len(snapshot), bool)
    is_required[needs.competency if roles is None else needs.competency[roles[needs.role]]] = True
    return is_required


def share_of(part: float, total: float) -> float | None:
    """Return the part of the total, 0 to 1; None where there is no total."""
    return min(max(part / total, 0.0), 1.0) if total > 0 else None


def demand_of(snapshot: Snapshot, scope: ResolvedScope) -> Floats:
    """Return of each node, as a competency, the sum over the roles in scope that require it of openings * w(r,c)."""
    return _summed(snapshot, counted_needs(snapshot, scope.counted, scope.min_weight), scope.roles)


def _summed(snapshot: Snapshot, needs: RequirementPairs, roles: Mask | None) -> Floats:
    opened = openings(snapshot)
    if roles is not None:
        opened = np.where(roles, opened, 0.0)
    return settled(np.bincount(needs.competency, needs.weight * opened[needs.role], minlength=len(snapshot)))
