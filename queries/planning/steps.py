"""Plan steps, one after the other: what each covers, and what has to be learnt first."""

import math
from collections.abc import Iterable
from typing import Annotated, cast

from pydantic import Field

from graph.model import Frozen, NodeId
from graph.snapshot.snapshot import Snapshot
from queries.parameters.plan import Mode
from queries.planning.problem import LearnerHoldings, NodeHours, PlanGoals, in_order, prerequisites
from queries.semantics.answers import NodeName, Share, named
from queries.semantics.resolved_scope import ResolvedScope
from queries.semantics.tolerance import settle

Hours = Annotated[float, Field(ge=0)]


class PlannedCompetency(Frozen):
    """A required competency that no earlier step practises and the learner has not practised; `weight` is w(r,c)."""

    id: NodeId
    name: str
    weight: Share


class PlanStep(Frozen):
    """One training task of the plan, and why it is there; it covers nothing where only a later step needs it.

    `hours` are the median of the stated ones (else 1) unless `hours_stated`. `term` is the first one in which it is
    due, None if undated; `host` the first by id, or the one that the scope names, or the first in the region wished
    for, with its `region`. `mode` is None if not stated. `covers` is by weight, heaviest
    first, then id; `applies` (units) and `rehearses` (responsibilities of the role) by id. `learn_first`: units that it
    applies or presupposes, are not held, taught by no course in scope, and not listed before; prerequisites first.
    """

    task: NodeName
    hours: Hours
    hours_stated: bool
    term: int | None
    host: NodeName | None
    region: str | None
    mode: Mode | None
    covers: list[PlannedCompetency]
    applies: list[NodeName]
    learn_first: list[NodeName]
    rehearses: list[NodeName]


class StepBuilder:
    """Steps told one after the other: each covers, and has the learner learn, what those before did not."""

    def __init__(
        self,
        snapshot: Snapshot,
        resolved: ResolvedScope,
        held: LearnerHoldings,
        goals: PlanGoals,
        role: int,
        *,
        region: str | None = None,
    ) -> None:
        """Begin with what is held; `region` says which of several hosts is named."""
        self._snapshot, self._resolved, self._held, self._goals = snapshot, resolved, held, goals
        self._hours, self.unit_hours = NodeHours(snapshot, "TrainingTask"), NodeHours(snapshot, "KnowledgeUnit")
        self._duties = frozenset(snapshot.out("HAS_RESPONSIBILITY").row(role))
        host_id = resolved.note.asked.host
        self._host = None if host_id is None else snapshot.find(host_id)
        self._region, self._regions = region, snapshot.text("region")
        self._practised = set(goals.practised)
        self.learnt: list[int] = []

    def step(self, task: int) -> PlanStep:
        """Return the next step."""
        snapshot, tell = self._snapshot, self._named
        host = self._host_of(task)
        term = self._resolved.task_terms.first[task]
        return PlanStep(
            task=named(snapshot, task),
            hours=self._hours.of(task),
            hours_stated=self._hours.is_stated(task),
            term=int(term) if math.isfinite(term) else None,
            host=None if host is None else named(snapshot, host),
            region=(self._regions[host] or None) if host is not None else None,
            mode=mode_of(snapshot, task),
            covers=self._covers(task),
            applies=tell(snapshot.out("APPLIES").row(task)),
            learn_first=tell(self._learn_first(task)),
            rehearses=tell(j for j in snapshot.out("PREPARES_FOR").row(task) if j in self._duties),
        )

    def _named(self, nodes: Iterable[int]) -> list[NodeName]:
        return [named(self._snapshot, node) for node in nodes]

    def _host_of(self, task: int) -> int | None:
        hosts = self._snapshot.into("HOSTS").row(task)
        if self._host in hosts:
            return self._host
        near = [host for host in hosts if self._region is not None and self._regions[host] == self._region]
        return next(iter(near or hosts), None)

    def _covers(self, task: int) -> list[PlannedCompetency]:
        weight, near = self._goals.weight, self._goals.near
        new = [c for c in weight if c not in self._practised and task in near[c].tasks]
        self._practised.update(new)
        new.sort(key=lambda c: (-settle(weight[c]), c))
        return [
            PlannedCompetency(id=name.id, name=name.name, weight=weight[c])
            for c, name in zip(new, self._named(new), strict=True)
        ]

    def _learn_first(self, task: int) -> list[int]:
        snapshot, units = self._snapshot, set[int]()
        todo = [*prerequisites(snapshot, task, "KnowledgeUnit"), *snapshot.out("APPLIES").row(task)]
        while todo:
            k = todo.pop()
            if k not in units and k not in self._held.units:
                units.add(k)
                todo += prerequisites(snapshot, k, "KnowledgeUnit")
        order = in_order(units, lambda k: prerequisites(snapshot, k, "KnowledgeUnit"), lambda k: (0.0, k))
        new = [k for k in order if not self._is_taught(k) and k not in self.learnt]
        self.learnt += new
        return new

    def _is_taught(self, unit: int) -> bool:
        """Say whether a course in scope teaches the unit."""
        units, courses = self._resolved.units, self._resolved.courses
        teaching = self._snapshot.into("COVERS").row(unit)
        return (units is None or bool(units[unit])) and any(courses is None or courses[c] for c in teaching)


def mode_of(snapshot: Snapshot, task: int) -> Mode | None:
    """Return how the task is held, or None if not stated."""
    return cast(Mode | None, snapshot.word("mode", task))
