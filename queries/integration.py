"""Integration: how far innovation knowledge and disciplinary knowledge meet in training that leads to a position.

A *fusion task* applies a disciplinary and an innovation unit, and prepares for a responsibility.
"""

from collections.abc import Iterable
from itertools import repeat
from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from scipy import sparse

from graph.model import Frozen
from graph.snapshot import Floats, Ints, Snapshot
from queries.answers import Completeness, Named, completeness, named
from queries.curricula import Curricula, curricula_of, narrowed
from queries.demand import demand_for, needs_matrix, required_by, share_of
from queries.fusion import Kinds, kinds_of
from queries.needs import openings
from queries.scope import Mask, Resolved, Scope, ScopeNote, descendants, reached, resolve

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
UnitKind = Literal["disciplinary", "innovation"]
_MOST_FITTING = 3


class FusionTask(Frozen):
    """A fusion task: what it joins, and the share of all demand in scope that it practises."""

    task: Named
    hosts: list[Named]
    disciplinary: list[Named]
    innovation: list[Named]
    responsibilities: list[Named]
    demand_share: Share | None


class FittingUnit(Frozen):
    """A unit that a task could apply: it develops a competency that a role needs for which the task rehearses work.

    `unused`: it is applied in no fusion task of the scope yet.
    """

    unit: Named
    competency: Named
    role: Named
    unused: bool


class Candidate(Frozen):
    """A task that lacks one kind of unit only; `adds` is the share of demand that it would bring as a fusion task.

    `fitting`: units of the kind that it lacks, unused ones first, then by how much they fit.
    """

    task: Named
    hosts: list[Named]
    at_enterprise: bool
    lacks: UnitKind
    adds: Share
    fitting: list[FittingUnit]


class EnterpriseTask(Frozen):
    """A task hosted by an enterprise that applies no innovation unit, and the disciplinary units that it applies."""

    task: Named
    hosts: list[Named]
    disciplinary: list[Named]


class CourseApart(Frozen):
    """A course, and how many of its units could meet the other side but do so in no task."""

    course: Named
    units: Count


class Direction(Frozen):
    """One side's way to the other: how many units (and courses that hold some) meet the other side in a task.

    `share` is `met` of `units`. `courses_apart`: by number of units, then id.
    """

    units: Count
    met: Count
    share: Share | None
    courses: Count
    courses_apart_total: Count
    courses_apart: list[CourseApart]


class DisciplineIntegration(Frozen):
    """A discipline with all below it: the share of its demand practised by fusion tasks, and both directions."""

    discipline: Named
    share: Share | None
    fusion_tasks: Count
    innovation_into_discipline: Share | None
    discipline_into_innovation: Share | None
    training_unrecorded: bool


class RoleIntegration(Frozen):
    """A role: the share, by weight, of its requirements that fusion tasks practise. `demand`: openings times weight."""

    role: Named
    share: Share | None
    demand: Annotated[float, Field(ge=0)]


class Integration(Frozen):
    """How far the two kinds of knowledge are integrated in a scope.

    `share` is the share of demand practised by fusion tasks. Lists are cut short at `limit`, with the whole number in
    `..._total`; `by_discipline` is whole, in id order. `fusion_tasks` and `candidates` are by demand, largest first;
    `by_role` by demand; `unused_innovation` and `enterprise_tasks_apart` in id order.
    """

    discipline: Named | None
    role: Named | None
    share: Share | None
    fusion_tasks_total: Count
    fusion_tasks: list[FusionTask]
    innovation_units: Count
    unused_innovation_total: Count
    unused_innovation: list[Named]
    enterprise_tasks: Count
    enterprise_tasks_apart_total: Count
    enterprise_tasks_apart: list[EnterpriseTask]
    innovation_into_discipline: Direction
    discipline_into_innovation: Direction
    candidates_total: Count
    candidates: list[Candidate]
    by_discipline: list[DisciplineIntegration]
    by_role_total: Count
    by_role: list[RoleIntegration]
    completeness: Completeness
    scope: ScopeNote
    revision: int


def integrate(
    snapshot: Snapshot, *, discipline: str | None = None, role: str | None = None, limit: int = 20
) -> Integration:
    """Return how far innovation and disciplines are integrated: everywhere, or in a discipline, or for a role.

    A discipline is looked at with all below it, its own training, and the roles that it targets. A role narrows the
    demand, and the tasks that are listed to those that practise something it requires or rehearse its work.

    Raises:
        NotFoundError: there is no such discipline or role.
    """
    scope = resolve(snapshot, Scope(discipline=discipline, role=role), to_targets=True)
    seen = _Seen(snapshot, scope, limit)
    shown = seen.tasks if role is None else seen.tasks & _about(snapshot, scope.roles)
    fusion, hosted = np.flatnonzero(shown & seen.kinds.fuses), shown & seen.kinds.at_enterprise
    unused = np.flatnonzero(seen.units & seen.kinds.innovation & ~seen.used)
    apart = np.flatnonzero(hosted & ~seen.kinds.applies_innovation)
    candidates, candidates_total = _candidates(seen, shown)
    by_role, by_role_total = _by_role(seen)
    return Integration(
        discipline=None if discipline is None else named(snapshot, snapshot.require(discipline)),
        role=None if role is None else named(snapshot, snapshot.require(role)),
        share=share_of(float(seen.demand[seen.fused].sum()), seen.total),
        fusion_tasks_total=len(fusion),
        fusion_tasks=[_fusion_task(seen, t) for t in _by_amount(fusion, seen.practised_demand)[:limit]],
        innovation_units=int((seen.units & seen.kinds.innovation).sum()),
        unused_innovation_total=len(unused),
        unused_innovation=_names(snapshot, unused.tolist()[:limit]),
        enterprise_tasks=int(hosted.sum()),
        enterprise_tasks_apart_total=len(apart),
        enterprise_tasks_apart=[_enterprise_task(seen, t) for t in apart.tolist()[:limit]],
        innovation_into_discipline=_direction(seen, seen.kinds.disciplinary, seen.kinds.applies_innovation),
        discipline_into_innovation=_direction(seen, seen.kinds.innovation, seen.kinds.applies_disciplinary),
        candidates_total=candidates_total,
        candidates=candidates,
        by_discipline=_by_discipline(snapshot, discipline, scope if role is not None else None),
        by_role_total=by_role_total,
        by_role=by_role,
        completeness=completeness(snapshot),
        scope=scope.note,
        revision=snapshot.revision.number,
    )


class _Seen:
    """What one scope leaves, and what holds in it: masks and amounts over all nodes.

    `fused`: competencies that a fusion task practises; `used`: units that one applies. `practised_demand`: of a task,
    the demand of all that it practises.
    """

    def __init__(self, snapshot: Snapshot, scope: Resolved, limit: int) -> None:
        self.snapshot, self.scope, self.limit, self.kinds = snapshot, scope, limit, kinds_of(snapshot)
        everything = np.ones(len(snapshot), bool)
        self.tasks = everything if scope.tasks is None else scope.tasks
        self.units = everything if scope.units is None else scope.units
        self.courses = everything if scope.courses is None else scope.courses
        self.demand = demand_for(snapshot, scope.roles)
        self.total = float(self.demand.sum())
        fusion = self.tasks & self.kinds.fuses
        self.fused, self.used = reached(snapshot, "PRACTISES", fusion), reached(snapshot, "APPLIES", fusion)
        self.practised_demand: Floats = snapshot.out("PRACTISES").pattern @ self.demand


def _about(snapshot: Snapshot, roles: Mask | None) -> Mask:
    """Return the tasks that practise something the roles require, or prepare for one of their responsibilities."""
    wanted = required_by(snapshot, roles)
    duties = np.ones(len(snapshot), bool) if roles is None else reached(snapshot, "HAS_RESPONSIBILITY", roles)
    practises, prepares = snapshot.out("PRACTISES"), snapshot.out("PREPARES_FOR")
    found = np.zeros(len(snapshot), bool)
    found[practises.rows[wanted[practises.indices]]] = True
    found[prepares.rows[duties[prepares.indices]]] = True
    return found


def _by_amount(nodes: Ints, amount: Floats | Ints) -> list[int]:
    """Return the nodes by the amount, largest first, then by id."""
    found: list[int] = nodes[np.lexsort((nodes, -amount[nodes]))].tolist()
    return found


def _names(snapshot: Snapshot, nodes: list[int]) -> list[Named]:
    return [named(snapshot, node) for node in nodes]


def _hosts(snapshot: Snapshot, task: int) -> list[Named]:
    return _names(snapshot, snapshot.into("HOSTS").row(task))


def _applied(seen: _Seen, task: int, kind: Mask) -> list[Named]:
    return _names(seen.snapshot, [k for k in seen.snapshot.out("APPLIES").row(task) if kind[k]])


def _fusion_task(seen: _Seen, task: int) -> FusionTask:
    snapshot = seen.snapshot
    return FusionTask(
        task=named(snapshot, task),
        hosts=_hosts(snapshot, task),
        disciplinary=_applied(seen, task, seen.kinds.disciplinary),
        innovation=_applied(seen, task, seen.kinds.innovation),
        responsibilities=_names(snapshot, snapshot.out("PREPARES_FOR").row(task)),
        demand_share=share_of(float(seen.practised_demand[task]), seen.total),
    )


def _enterprise_task(seen: _Seen, task: int) -> EnterpriseTask:
    return EnterpriseTask(
        task=named(seen.snapshot, task),
        hosts=_hosts(seen.snapshot, task),
        disciplinary=_applied(seen, task, seen.kinds.disciplinary),
    )


def _direction(seen: _Seen, own: Mask, applies_other: Mask) -> Direction:
    """Return how units of one kind meet the other kind: by tasks of the scope that apply both."""
    snapshot, units = seen.snapshot, seen.units & own
    met = units & reached(snapshot, "APPLIES", seen.tasks & applies_other)
    covers = snapshot.out("COVERS")
    kept = seen.courses[covers.rows]
    held = np.bincount(covers.rows[kept], units[covers.indices[kept]], minlength=len(snapshot))
    meeting = np.bincount(covers.rows[kept], met[covers.indices[kept]], minlength=len(snapshot))
    apart = np.flatnonzero((held > 0) & (meeting == 0))
    return Direction(
        units=int(units.sum()),
        met=int(met.sum()),
        share=share_of(int(met.sum()), int(units.sum())),
        courses=int((held > 0).sum()),
        courses_apart_total=len(apart),
        courses_apart=[
            CourseApart(course=named(snapshot, course), units=int(held[course]))
            for course in _by_amount(apart, held)[: seen.limit]
        ],
    )


def _candidates(seen: _Seen, shown: Mask) -> tuple[list[Candidate], int]:
    """Return the tasks that lack one kind of unit only, by the demand that they would bring; and how many they are."""
    snapshot, kinds = seen.snapshot, seen.kinds
    adds: Floats = snapshot.out("PRACTISES").pattern @ np.where(seen.fused, 0.0, seen.demand)
    lacking = shown & kinds.prepares & (kinds.applies_disciplinary ^ kinds.applies_innovation) & (adds > 0)
    tasks = _by_amount(np.flatnonzero(lacking), adds)
    found = []
    for t in tasks[: seen.limit]:
        lacks: UnitKind = "innovation" if kinds.applies_disciplinary[t] else "disciplinary"
        wanted = kinds.innovation if lacks == "innovation" else kinds.disciplinary
        found.append(
            Candidate(
                task=named(snapshot, t),
                hosts=_hosts(snapshot, t),
                at_enterprise=bool(kinds.at_enterprise[t]),
                lacks=lacks,
                adds=min(float(adds[t]) / seen.total, 1.0),
                fitting=_fitting(seen, t, wanted),
            )
        )
    return found, len(tasks)


def _fitting(seen: _Seen, task: int, wanted: Mask) -> list[FittingUnit]:
    """Return units of the wanted kind by unused first, then w(k,c) * w(r,c) at the best, then id; at most a few."""
    snapshot, holders, develops = (
        seen.snapshot,
        seen.snapshot.into("HAS_RESPONSIBILITY"),
        seen.snapshot.into("DEVELOPS"),
    )
    allowed, needs = seen.scope.roles, needs_matrix(seen.snapshot)
    rehearsed = {r for j in snapshot.out("PREPARES_FOR").row(task) for r in holders.row(j)}
    needed: dict[int, tuple[float, int]] = {}
    for r in sorted(r for r in rehearsed if allowed is None or allowed[r]):
        for at in range(needs.indptr[r], needs.indptr[r + 1]):
            c, weight = int(needs.indices[at]), float(needs.data[at])
            if weight > needed.get(c, (0.0, r))[0]:
                needed[c] = (weight, r)
    best: dict[int, tuple[float, int, int]] = {}
    for c, (weight, r) in sorted(needed.items()):
        for k, w in develops.pairs(c):
            if wanted[k] and seen.units[k] and w * weight > best.get(k, (0.0, c, r))[0]:
                best[k] = (w * weight, c, r)
    order = sorted(best, key=lambda k: (bool(seen.used[k]), -best[k][0], k))[:_MOST_FITTING]
    return [
        FittingUnit(
            unit=named(snapshot, k),
            competency=named(snapshot, best[k][1]),
            role=named(snapshot, best[k][2]),
            unused=not seen.used[k],
        )
        for k in order
    ]


def _by_role(seen: _Seen) -> tuple[list[RoleIntegration], int]:
    """Return the roles of the scope that require something, by demand, and how many they are."""
    snapshot, needs = seen.snapshot, needs_matrix(seen.snapshot)
    required: Floats = needs @ np.ones(len(snapshot))
    fused: Floats = needs @ seen.fused.astype(float)
    kept = required > 0 if seen.scope.roles is None else (required > 0) & seen.scope.roles
    demand = required * openings(snapshot)
    roles = _by_amount(np.flatnonzero(kept), demand)
    return [
        RoleIntegration(
            role=named(snapshot, r), share=share_of(float(fused[r]), float(required[r])), demand=float(demand[r])
        )
        for r in roles[: seen.limit]
    ], len(roles)


def _by_discipline(snapshot: Snapshot, discipline: str | None, role: Resolved | None) -> list[DisciplineIntegration]:
    """Return every discipline, or the one and all below it; with a role, the demand is its alone."""
    kinds, curricula = kinds_of(snapshot), curricula_of(snapshot)
    fixed = None if role is None else demand_for(snapshot, role.roles)
    demand = curricula.demand(snapshot) if fixed is None else repeat(fixed, len(curricula.disciplines))
    fusion, share = _shares(snapshot, curricula, kinds, demand)
    kept = np.ones(len(snapshot), bool)
    if discipline is not None:
        kept = descendants(snapshot, snapshot.require(discipline, "Discipline"))
    into_discipline = _met(snapshot, curricula, kinds.disciplinary, kinds.applies_innovation)
    into_innovation = _met(snapshot, curricula, kinds.innovation, kinds.applies_disciplinary)
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
        if kept[d]
    ]


def _shares(
    snapshot: Snapshot, curricula: Curricula, kinds: Kinds, demand: Iterable[Floats]
) -> tuple[Ints, list[float | None]]:
    """Return for each discipline how many fusion tasks it sends to, and the share of demand that these practise."""
    fusing = narrowed(curricula.tasks, kinds.fuses)
    practised = sparse.csr_array(fusing @ snapshot.out("PRACTISES").pattern)
    found = []
    for at, wanted in enumerate(demand):
        columns = practised.indices[practised.indptr[at] : practised.indptr[at + 1]]
        found.append(share_of(float(wanted[columns].sum()), float(wanted.sum())))
    return np.diff(fusing.indptr), found


def _met(snapshot: Snapshot, curricula: Curricula, own: Mask, applies_other: Mask) -> list[float | None]:
    """Return for each discipline the share of its own-kind units that meet the other kind in its training."""
    applied = sparse.csr_array(narrowed(curricula.tasks, applies_other) @ snapshot.out("APPLIES").pattern)
    mine = narrowed(curricula.units, own)
    units, met = np.diff(mine.indptr), mine.multiply(applied).count_nonzero(axis=1)
    return [share_of(float(some), float(every)) for some, every in zip(met, units, strict=True)]
