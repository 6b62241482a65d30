"""Courses and tasks that serve no role of a scope: what they state instead, and what else they are there for."""

from typing import Literal

import numpy as np

from graph.model import Frozen
from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import KIND_CODES, Snapshot
from queries.semantics.answers import Count, NodeName, named
from queries.semantics.array_joins import expand
from queries.semantics.chain_stages import StageLinks, chain_stages
from queries.semantics.focus import focus_roles
from queries.semantics.masks import Mask
from queries.semantics.requirements import counted_needs
from queries.semantics.resolved_scope import ResolvedScope
from queries.semantics.windows import Part, Window, part_of

UnservingReason = Literal["no_units", "nothing_stated", "not_required"]
_NAMED = 3


class UnservingPart(Frozen):
    """A course or task of which no role in scope requires anything.

    `reason`: the course covers no unit; nothing is stated that it develops or practises; or no role in scope requires
    the `competencies` that are. `needed_for`: the courses and tasks that build on it as a prerequisite and do serve, in
    id order; `other_roles`: how many roles outside the scope, which somebody teaches or hires for, require some of it.
    """

    node: NodeName
    kind: Literal["Course", "TrainingTask"]
    reason: UnservingReason
    competencies: Count
    needed_for: list[NodeName]
    other_roles: Count


class _Supply:
    """What the courses and tasks of a scope serve, as masks over all n nodes."""

    def __init__(self, snapshot: Snapshot, scope: ResolvedScope) -> None:
        self.snapshot, self.scope = snapshot, scope
        stages, covers = chain_stages(snapshot, scope), snapshot.out("COVERS")
        self._stages = stages
        required = stages.roles.rows.any
        self.units = _serving(stages.units, required, len(snapshot))
        self.tasks = _serving(stages.tasks, required, len(snapshot))
        self.tasks |= self._rehearsing()
        self.courses = np.zeros(len(snapshot), bool)
        self.courses[covers.rows[self.units[covers.indices]]] = True

    def _rehearsing(self) -> Mask:
        """Return the tasks that prepare for a responsibility of a role in scope."""
        snapshot, roles = self.snapshot, self.scope.roles
        held, prepares = snapshot.out("HAS_RESPONSIBILITY"), snapshot.out("PREPARES_FOR")
        duties, found = np.zeros(len(snapshot), bool), np.zeros(len(snapshot), bool)
        duties[held.indices if roles is None else held.indices[roles[held.rows]]] = True
        found[prepares.rows[duties[prepares.indices]]] = True
        return found

    def unserving(self) -> Ints:
        """Return the courses, then the tasks, that serve nothing, each in id order."""
        snapshot, scope = self.snapshot, self.scope
        found = []
        for kind, wanted, serving in (
            ("Course", scope.courses, self.courses),
            ("TrainingTask", scope.tasks, self.tasks),
        ):
            nodes = snapshot.of_kind(kind)
            found.append(nodes[(True if wanted is None else wanted[nodes]) & ~serving[nodes]])
        return np.concatenate(found)

    def tell(self, node: int) -> UnservingPart:
        """Return what is known of one that serves nothing."""
        snapshot = self.snapshot
        is_course = snapshot.kind_codes[node] == KIND_CODES["Course"]
        parts = snapshot.out("COVERS").row(node) if is_course else [node]
        links = snapshot.out("DEVELOPS" if is_course else "PRACTISES")
        competencies = np.unique(links.indices[expand(links.indptr, np.array(parts, np.int64))[1]])
        reason: UnservingReason = "not_required" if len(competencies) else "nothing_stated" if parts else "no_units"
        return UnservingPart(
            node=named(snapshot, node),
            kind="Course" if is_course else "TrainingTask",
            reason=reason,
            competencies=len(competencies),
            needed_for=[named(snapshot, other) for other in self._builders(parts)[:_NAMED]],
            other_roles=self._others(competencies),
        )

    def _builders(self, parts: list[int]) -> list[int]:
        """Return the serving courses and tasks to which a part is a prerequisite, itself or by others."""
        snapshot, leads = self.snapshot, self.snapshot.out("PREREQUISITE_OF")
        seen, fresh = set(parts), list(parts)
        while fresh:
            fresh = [other for one in fresh for other in leads.row(one) if other not in seen]
            seen.update(fresh)
        found = {task for task in seen if self.tasks[task]}
        within = self.scope.courses
        for unit in seen:
            if self.units[unit]:
                found.update(c for c in snapshot.into("COVERS").row(unit) if within is None or within[c])
        return sorted(found - set(parts))

    def _others(self, competencies: Ints) -> int:
        if self.scope.roles is None or not len(competencies):
            return 0
        needs = counted_needs(self.snapshot, self.scope.counted, self.scope.min_weight)
        first, last = needs.competency.searchsorted(competencies), needs.competency.searchsorted(competencies, "right")
        roles = np.unique(np.concatenate([needs.role[a:b] for a, b in zip(first, last, strict=True)]))
        return int((focus_roles(self.snapshot)[roles] & ~self.scope.roles[roles]).sum())


def _serving(stage: StageLinks, required: Mask, n: int) -> Mask:
    """Return the units or tasks of which a link in scope leads to something required."""
    found = np.zeros(n, bool)
    found[stage.other[np.repeat(required[stage.rows.filled], stage.rows.sizes[stage.rows.filled])]] = True
    return found


def find_unserving(snapshot: Snapshot, scope: ResolvedScope, window: Window) -> Part[UnservingPart]:
    """Return the courses and tasks of the scope that serve no role in it: courses first, each in id order."""
    supply = _Supply(snapshot, scope)
    return part_of(supply.unserving(), window, supply.tell)
