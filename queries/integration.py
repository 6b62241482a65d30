"""Integration: how far innovation knowledge and disciplinary knowledge meet in training that leads to a position.

A *fusion task* applies a disciplinary and an innovation unit, and prepares for a responsibility.
"""

import numpy as np

from graph.model import Frozen
from graph.snapshot.snapshot import Snapshot
from queries.integration_candidates import FusionCandidate, find_candidates
from queries.integration_rows import DisciplineIntegration, RoleIntegration, by_discipline, by_role
from queries.integration_scope import IntegrationMasks, about, by_amount, hosts_of, names_of
from queries.semantics.answers import Completeness, Count, NodeName, Share, completeness, named
from queries.semantics.course_units import of_institution
from queries.semantics.demand import share_of
from queries.semantics.focus_note import Focus, focus_of
from queries.semantics.masks import Mask, reached
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import FocusWish, Scope, ScopeNote
from queries.semantics.tolerance import total_of


class FusionTask(Frozen):
    """A fusion task: what it joins, and the share of all demand in scope that it practises."""

    task: NodeName
    hosts: list[NodeName]
    disciplinary: list[NodeName]
    innovation: list[NodeName]
    responsibilities: list[NodeName]
    demand_share: Share | None


class EnterpriseTask(Frozen):
    """A task hosted by an enterprise that applies no innovation unit, and the disciplinary units that it applies."""

    task: NodeName
    hosts: list[NodeName]
    disciplinary: list[NodeName]


class CourseApart(Frozen):
    """A course, and how many of its units could meet the other side but do so in no task."""

    course: NodeName
    units: Count


class IntegrationDirection(Frozen):
    """One side's way to the other: how many units (and courses that hold some) meet the other side in a task.

    `share` is `met` of `units`. `courses_apart`: by number of units, then id.
    """

    units: Count
    met: Count
    share: Share | None
    courses: Count
    courses_apart_total: Count
    courses_apart: list[CourseApart]


class Integration(Frozen):
    """How far the two kinds of knowledge are integrated in a scope.

    `share` is the share of demand practised by fusion tasks. Lists are cut short at `limit`, with the whole number in
    `..._total`; `by_discipline` is whole, in id order. `fusion_tasks` and `candidates` are by demand, largest first;
    `by_role` by demand; `unused_innovation` and `enterprise_tasks_apart` in id order.
    """

    discipline: NodeName | None
    role: NodeName | None
    share: Share | None
    fusion_tasks_total: Count
    fusion_tasks: list[FusionTask]
    innovation_units: Count
    unused_innovation_total: Count
    unused_innovation: list[NodeName]
    enterprise_tasks: Count
    enterprise_tasks_apart_total: Count
    enterprise_tasks_apart: list[EnterpriseTask]
    innovation_into_discipline: IntegrationDirection
    discipline_into_innovation: IntegrationDirection
    candidates_total: Count
    candidates: list[FusionCandidate]
    by_discipline: list[DisciplineIntegration]
    by_role_total: Count
    by_role: list[RoleIntegration]
    completeness: Completeness
    focus: Focus
    scope: ScopeNote
    next: str | None = None
    revision: int


def integrate(
    snapshot: Snapshot,
    *,
    institution: str | None = None,
    discipline: str | None = None,
    role: str | None = None,
    focus: FocusWish = "auto",
    limit: int = 20,
) -> Integration:
    """Return how far innovation and disciplines are integrated: everywhere, or in a discipline, or for a role.

    A discipline is looked at with all below it, its own training, and the roles that it targets. A role narrows the
    demand, and the tasks that are listed to those that practise something it requires or rehearse its work. In focus,
    disciplines that are standards are not listed, but for the one that is named and what is below it.

    Raises:
        NotFoundError: there is no such discipline or role.
    """
    asked = Scope(institution=institution, discipline=discipline, role=role, focus=focus)
    snapshot = of_institution(snapshot, asked)
    scope = resolve(snapshot, asked, focused=True)
    seen = IntegrationMasks(snapshot, scope, limit)
    shown = seen.tasks if role is None else seen.tasks & about(snapshot, scope.roles)
    fusion, hosted = np.flatnonzero(shown & seen.kinds.fuses), shown & seen.kinds.at_enterprise
    unused = np.flatnonzero(seen.units & seen.kinds.innovation & ~seen.used)
    apart = np.flatnonzero(hosted & ~seen.kinds.applies_innovation)
    candidates, candidates_total = find_candidates(seen, shown)
    roles, roles_total = by_role(seen)
    return Integration(
        discipline=None if discipline is None else named(snapshot, snapshot.require(discipline)),
        role=None if role is None else named(snapshot, snapshot.require(role)),
        share=share_of(total_of(seen.demand[seen.fused]), seen.total),
        fusion_tasks_total=len(fusion),
        fusion_tasks=[_fusion_task(seen, t) for t in by_amount(fusion, seen.practised_demand)[:limit]],
        innovation_units=int((seen.units & seen.kinds.innovation).sum()),
        unused_innovation_total=len(unused),
        unused_innovation=names_of(snapshot, unused.tolist()[:limit]),
        enterprise_tasks=int(hosted.sum()),
        enterprise_tasks_apart_total=len(apart),
        enterprise_tasks_apart=[_enterprise_task(seen, t) for t in apart.tolist()[:limit]],
        innovation_into_discipline=_direction(seen, seen.kinds.disciplinary, seen.kinds.applies_innovation),
        discipline_into_innovation=_direction(seen, seen.kinds.innovation, seen.kinds.applies_disciplinary),
        candidates_total=candidates_total,
        candidates=candidates,
        by_discipline=by_discipline(snapshot, discipline, scope, has_role=role is not None),
        by_role_total=roles_total,
        by_role=roles,
        completeness=completeness(snapshot),
        focus=focus_of(snapshot, scope),
        scope=scope.note,
        revision=snapshot.revision.number,
    )


def _applied(seen: IntegrationMasks, task: int, kind: Mask) -> list[NodeName]:
    return names_of(seen.snapshot, [k for k in seen.snapshot.out("APPLIES").row(task) if kind[k]])


def _fusion_task(seen: IntegrationMasks, task: int) -> FusionTask:
    snapshot = seen.snapshot
    return FusionTask(
        task=named(snapshot, task),
        hosts=hosts_of(snapshot, task),
        disciplinary=_applied(seen, task, seen.kinds.disciplinary),
        innovation=_applied(seen, task, seen.kinds.innovation),
        responsibilities=names_of(snapshot, snapshot.out("PREPARES_FOR").row(task)),
        demand_share=share_of(float(seen.practised_demand[task]), seen.total),
    )


def _enterprise_task(seen: IntegrationMasks, task: int) -> EnterpriseTask:
    return EnterpriseTask(
        task=named(seen.snapshot, task),
        hosts=hosts_of(seen.snapshot, task),
        disciplinary=_applied(seen, task, seen.kinds.disciplinary),
    )


def _direction(seen: IntegrationMasks, own: Mask, applies_other: Mask) -> IntegrationDirection:
    """Return how units of one kind meet the other kind: by tasks of the scope that apply both."""
    snapshot, units = seen.snapshot, seen.units & own
    met = units & reached(snapshot, "APPLIES", seen.tasks & applies_other)
    covers = snapshot.out("COVERS")
    in_scope = seen.courses[covers.rows]
    held = np.bincount(covers.rows[in_scope], units[covers.indices[in_scope]], minlength=len(snapshot))
    meeting = np.bincount(covers.rows[in_scope], met[covers.indices[in_scope]], minlength=len(snapshot))
    apart = np.flatnonzero((held > 0) & (meeting == 0))
    return IntegrationDirection(
        units=int(units.sum()),
        met=int(met.sum()),
        share=share_of(int(met.sum()), int(units.sum())),
        courses=int((held > 0).sum()),
        courses_apart_total=len(apart),
        courses_apart=[
            CourseApart(course=named(snapshot, course), units=int(held[course]))
            for course in by_amount(apart, held)[: seen.limit]
        ],
    )
