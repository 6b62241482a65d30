"""Effects of a benchmark's differences on chains: the status of each competency after adopting one, or dropping it.

Adopting adds to what counts in the scope now, dropping takes from it. A programme that schedules no training counts the
tasks that apply one of its units (`training_unrecorded`); a supposition neither begins nor ends that.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from graph.snapshot.arrays import Adjacency, Ints
from graph.snapshot.snapshot import Snapshot
from queries.benchmark_parts import ProgrammeParts
from queries.semantics.chain_stages import ChainStages, chain_stages
from queries.semantics.chain_status import BY_EMPTINESS, ChainStatus
from queries.semantics.masks import Mask, reached
from queries.semantics.resolved_scope import ResolvedScope


class StatusMove(NamedTuple):
    """A competency, as a node, that stands otherwise afterwards."""

    competency: int
    before: ChainStatus
    after: ChainStatus


class ChainEffects:
    """How the chains in a programme's scope would change."""

    def __init__(self, snapshot: Snapshot, parts: ProgrammeParts) -> None:
        """Count how many ways lead to each unit, task and competency that is in scope."""
        self._snapshot, self._parts = snapshot, parts
        self.now: ChainStages = chain_stages(snapshot, parts.resolved)
        self._is_recorded = not parts.resolved.note.training_unrecorded
        self._covered = _ways(snapshot.out("COVERS"), parts.courses)
        self._sent = (
            _ways(snapshot.out("SCHEDULES"), parts.senders)
            if self._is_recorded
            else _ways(snapshot.into("APPLIES"), parts.units)
        )
        self._taught = _ways(snapshot.out("DEVELOPS"), parts.units)
        self._practised = _ways(snapshot.out("PRACTISES"), parts.tasks)

    def of_adopting(self, kind: str, node: int) -> list[StatusMove]:
        """Return what the course or task would change, in id order; things of other kinds change nothing."""
        units = [u for u in self._units(kind, node) if not self._parts.units[u]]
        tasks = {*self._own_tasks(kind, node), *self._tasks(kind, node, units)}
        taught = self._counted("DEVELOPS", units)
        practised = self._counted("PRACTISES", (t for t in tasks if not self._parts.tasks[t]))
        return self._moves(
            {c: (c in taught or bool(self._taught[c]), c in practised or bool(self._practised[c]))
             for c in {*taught, *practised}}
        )  # fmt: skip

    def of_dropping(self, kind: str, node: int) -> list[StatusMove]:
        """Return what would change without the course or task, in id order."""
        units = [u for u in self._units(kind, node) if self._covered[u] == 1]
        ways = Counter(self._tasks(kind, node, units))
        tasks = [t for t, n in ways.items() if self._parts.tasks[t] and (kind == "TrainingTask" or n == self._sent[t])]
        taught, practised = self._counted("DEVELOPS", units), self._counted("PRACTISES", tasks)
        return self._moves(
            {c: (self._taught[c] > taught[c], self._practised[c] > practised[c]) for c in {*taught, *practised}}
        )

    def scope_with(self, courses: Ints, tasks: Ints) -> ResolvedScope:
        """Return the scope with these courses and tasks besides."""
        more = self._marked(courses)
        units = self._parts.units | reached(self._snapshot, "COVERS", more)
        sent = self._parts.tasks | self._marked(tasks) | reached(self._snapshot, "SCHEDULES", more)
        return self._scope(units, sent if self._is_recorded else sent | self._applying(units))

    def scope_without(self, courses: Ints, tasks: Ints) -> ResolvedScope:
        """Return the scope less these courses and tasks."""
        gone = self._marked(courses)
        units = self._parts.units & reached(self._snapshot, "COVERS", self._parts.courses & ~gone)
        sent = reached(self._snapshot, "SCHEDULES", self._parts.senders & ~gone)
        left = sent if self._is_recorded else self._applying(units)
        return self._scope(units, self._parts.tasks & left & ~self._marked(tasks))

    def move_to(self, scope: ResolvedScope, competency: int) -> list[StatusMove]:
        """Return how the competency stands in one of these scopes, if not as it does now."""
        then = chain_stages(self._snapshot, scope)
        return self._moves({competency: (bool(then.units.rows.any[competency]), bool(then.tasks.rows.any[competency]))})

    def status(self, competency: int) -> ChainStatus:
        """Return how the competency stands now."""
        return self._status(
            competency, bool(self.now.units.rows.any[competency]), bool(self.now.tasks.rows.any[competency])
        )

    def _status(self, competency: int, taught: bool, practised: bool) -> ChainStatus:
        return BY_EMPTINESS[bool(taught), bool(practised), bool(self.now.roles.rows.any[competency])]

    def _moves(self, then: dict[int, tuple[bool, bool]]) -> list[StatusMove]:
        moves = [StatusMove(c, self.status(c), self._status(c, *then[c])) for c in sorted(then)]
        return [move for move in moves if move.before != move.after]

    def _units(self, kind: str, node: int) -> list[int]:
        return self._snapshot.out("COVERS").row(node) if kind == "Course" else []

    def _tasks(self, kind: str, node: int, units: Iterable[int]) -> list[int]:
        """Return the tasks that count by the node, each as often as a way leads to it."""
        if kind != "Course" or self._is_recorded:
            return self._own_tasks(kind, node)
        return [t for u in units for t in self._snapshot.into("APPLIES").row(u)]

    def _own_tasks(self, kind: str, node: int) -> list[int]:
        if kind == "Course":
            return self._snapshot.out("SCHEDULES").row(node)
        return [node] if kind == "TrainingTask" else []

    def _counted(self, relation: str, nodes: Iterable[int]) -> Counter[int]:
        links = self._snapshot.out(relation)
        return Counter(c for node in nodes for c in links.row(node))

    def _applying(self, units: Mask) -> Mask:
        """Return the tasks that apply one of the units."""
        return _ways(self._snapshot.into("APPLIES"), units) > 0

    def _marked(self, nodes: Ints) -> Mask:
        mask = np.zeros(len(self._snapshot), bool)
        mask[nodes] = True
        return mask

    def _scope(self, units: Mask, tasks: Mask) -> ResolvedScope:
        return replace(self._parts.resolved, units=units, tasks=tasks, _derived={})


def _ways(links: Adjacency, start: Mask) -> Ints:
    """Return for each node how many of the links lead to it from a marked one."""
    return np.bincount(links.indices[start[links.rows]], minlength=len(start))
