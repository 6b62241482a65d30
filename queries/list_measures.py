"""Measures of lists: for every node of a kind one number, as arrays, that a column shows and sorts by."""

from collections.abc import Callable

import numpy as np

from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import Snapshot
from queries.role_shares import RoleSums
from queries.semantics.array_joins import closure, expand
from queries.semantics.chain_arrays import chain_arrays
from queries.semantics.chain_stages import StageLinks, chain_stages
from queries.semantics.demand import demand_of
from queries.semantics.requirements import counted_needs, link_openings, openings
from queries.semantics.resolved_scope import ResolvedScope

Measure = Callable[[Snapshot, ResolvedScope], Floats]
"""A number for each of the n nodes of a snapshot; NaN where there is none."""


def prop(name: str) -> Measure:
    """Return the measure of what a number property states."""
    return lambda snapshot, _: snapshot.number(name)


def degree(direction: str, relation: str) -> Measure:
    """Return the measure of how many links there are: `out` of a node, or `into` it."""
    return lambda snapshot, _: _degree(snapshot, direction, relation)


def _degree(snapshot: Snapshot, direction: str, relation: str) -> Floats:
    links = snapshot.out(relation) if direction == "out" else snapshot.into(relation)
    return links.degree.astype(np.float64)


def referred_by(name: str) -> Measure:
    """Return the measure of how many nodes refer to one by the property."""
    return lambda snapshot, _: _referred_by(snapshot, name)


def _referred_by(snapshot: Snapshot, name: str) -> Floats:
    at = snapshot.reference(name)
    return _counted(snapshot, snapshot.class_of[at[at >= 0]])


def course_hours(snapshot: Snapshot, _: ResolvedScope) -> Floats:
    """Return the theory and practice hours of courses; NaN where neither is stated."""
    theory, practice = snapshot.number("theory_hours"), snapshot.number("practice_hours")
    return np.where(np.isnan(theory) & np.isnan(practice), np.nan, np.nan_to_num(theory) + np.nan_to_num(practice))


def course_competencies(snapshot: Snapshot, scope: ResolvedScope) -> Floats:
    """Return how many competencies the units of each course develop, each counted once."""
    return scope.derived(_course_competencies, snapshot)


def _course_competencies(snapshot: Snapshot, _: ResolvedScope) -> Floats:
    covers, develops = snapshot.out("COVERS"), snapshot.out("DEVELOPS")
    link, end = expand(develops.indptr, covers.indices)
    return _distinct(snapshot, covers.rows[link], develops.indices[end])


def with_below(relation: str) -> Measure:
    """Return the measure of what disciplines, and those below them, lead to by the relation, each counted once."""
    return lambda snapshot, _: _with_below(snapshot, relation)


def _with_below(snapshot: Snapshot, relation: str) -> Floats:
    links, parent = snapshot.out(relation), snapshot.reference("parent_id")
    is_own = np.isin(links.rows, snapshot.of_kind("Discipline"))
    rows, ends = links.rows[is_own].astype(np.int64), links.indices[is_own]
    child = np.flatnonzero(parent >= 0)
    low, high = closure(child, snapshot.class_of[parent[child]].astype(np.int64), len(snapshot))
    starts = np.searchsorted(low, np.arange(len(snapshot) + 1))
    link, at = expand(starts, rows)
    return _distinct(snapshot, np.concatenate((rows, high[at])), np.concatenate((ends, ends[link])))


def institution_courses(snapshot: Snapshot, _: ResolvedScope) -> Floats:
    """Return how many courses the disciplines that each institution runs offer, each counted once."""
    runs, offers = snapshot.out("RUNS"), snapshot.out("OFFERS")
    link, end = expand(offers.indptr, runs.indices)
    return _distinct(snapshot, runs.rows[link], offers.indices[end])


def role_openings(snapshot: Snapshot, _: ResolvedScope) -> Floats:
    """Return the openings of each role, as demand counts them."""
    return openings(snapshot)


def enterprise_openings(snapshot: Snapshot, _: ResolvedScope) -> Floats:
    """Return the openings of each enterprise over its roles, as demand counts them."""
    found = np.bincount(snapshot.out("EMPLOYS").rows, link_openings(snapshot), minlength=len(snapshot))
    return found.astype(np.float64)


def role_requirements(snapshot: Snapshot, scope: ResolvedScope) -> Floats:
    """Return how many competencies each role requires, itself or by its responsibilities."""
    return _counted(snapshot, counted_needs(snapshot, scope.counted, scope.min_weight).role)


def role_coverage(snapshot: Snapshot, scope: ResolvedScope) -> Floats:
    """Return the share of its weights that is taught and practised in scope; NaN where a role requires nothing."""
    return scope.derived(_role_coverage, snapshot)


def _role_coverage(snapshot: Snapshot, scope: ResolvedScope) -> Floats:
    weights = RoleSums(snapshot, scope).weights
    total = weights.sum(axis=1)
    return np.where(total > 0, np.minimum(weights[:, 0] / np.where(total > 0, total, 1.0), 1.0), np.nan)


def demand(snapshot: Snapshot, scope: ResolvedScope) -> Floats:
    """Return the demand behind each competency: openings times weight over the roles in scope that require it."""
    return scope.derived(demand_of, snapshot)


def units(snapshot: Snapshot, scope: ResolvedScope) -> Floats:
    """Return how many units in scope develop each competency."""
    return _sizes(chain_stages(snapshot, scope).units)


def tasks(snapshot: Snapshot, scope: ResolvedScope) -> Floats:
    """Return how many tasks in scope practise each competency."""
    return _sizes(chain_stages(snapshot, scope).tasks)


def roles(snapshot: Snapshot, scope: ResolvedScope) -> Floats:
    """Return how many roles in scope require each competency."""
    return _sizes(chain_stages(snapshot, scope).roles)


def status(snapshot: Snapshot, scope: ResolvedScope) -> Floats:
    """Return the position in STATUSES of each competency in focus; NaN of everything else."""
    chains, found = chain_arrays(snapshot, scope), np.full(len(snapshot), np.nan)
    found[chains.competencies] = chains.status
    return found


def _sizes(links: StageLinks) -> Floats:
    return links.rows.sizes.astype(np.float64)


def _counted(snapshot: Snapshot, nodes: Ints) -> Floats:
    return np.bincount(nodes, minlength=len(snapshot)).astype(np.float64)


def _distinct(snapshot: Snapshot, rows: Ints, ends: Ints) -> Floats:
    """Return how many different ends each row has."""
    width = np.int64(len(snapshot))
    return _counted(snapshot, np.unique(rows.astype(np.int64) * width + ends) // width)
