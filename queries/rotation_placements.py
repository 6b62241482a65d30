"""Placements of a rotation: turns by host, as sequences of groups, and what is left over."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from graph.messages import message
from graph.model import Frozen, NodeId
from graph.snapshot.snapshot import Snapshot
from queries.plan import Plan
from queries.planning.problem import PlanGoals
from queries.planning.term_assignment import SeatLimits, Turn, groups, takes_part
from queries.semantics.answers import NodeName, Share, named
from queries.semantics.reasons import ExplainedResult
from queries.semantics.resolved_scope import ResolvedScope

Learners = Annotated[int, Field(ge=1)]
Why = Literal["seats", "term", "prerequisite"]


class Placement(Frozen):
    """Learners who do a task in a term, by the numbers of their groups. `is_late`: after its due term."""

    task: NodeName
    term: Annotated[int, Field(ge=1)]
    is_late: bool
    learners: Learners
    groups: list[int]


class HostPlacements(Frozen):
    """The placements at a host, by term, then in the plan's order; None where no host is recorded.

    `busiest` is the largest number of learners that it has in any one term, a learner counted once for each placement.
    """

    host: NodeName | None
    placements: list[Placement]
    busiest: Learners


class GroupStep(Frozen):
    """What a group does, and when."""

    term: Annotated[int, Field(ge=1)]
    task: NodeName


class LearnerGroup(Frozen):
    """Learners with the same sequence, by term, then in the plan's order; and the coverage that they reach with it."""

    number: Annotated[int, Field(ge=1)]
    learners: Learners
    steps: list[GroupStep]
    coverage: Share | None


class UnplacedLearners(ExplainedResult):
    """How many learners never get to a planned task, and why.

    `term`: it begins after the last term. `prerequisite`: no more learners have done one of the tasks `waits_for`.
    `seats`: there are no more. `reason` says it in words, with the numbers.
    """

    task: NodeName
    learners: Learners
    why: Why
    waits_for: list[NodeName]
    reason: str


class RotationBuilder:
    """Builder of a rotation's placements: turns by host, as sequences of groups, and what is left over."""

    def __init__(self, snapshot: Snapshot, plan: Plan, tasks: Sequence[int], turns: Sequence[Turn], size: int) -> None:
        self._snapshot, self._plan, self._tasks, self._turns, self._size = snapshot, plan, tasks, turns, size
        self._rank = {t: at for at, t in enumerate(tasks)}
        self._runs = groups(turns, size)

    def hosts(self, resolved: ResolvedScope) -> list[HostPlacements]:
        """Return the placements by the host that the plan names for each task."""
        at_host: dict[NodeId | None, list[Turn]] = {}
        for turn in sorted(self._turns, key=lambda turn: (turn.term, self._rank[turn.task])):
            host = self._plan.steps[self._rank[turn.task]].host
            at_host.setdefault(None if host is None else host.id, []).append(turn)
        hosts = {step.host.id: step.host for step in self._plan.steps if step.host is not None}
        first = resolved.task_terms.first
        return [
            HostPlacements(
                host=None if host_id is None else hosts[host_id],
                placements=[self._placement(turn, is_late=turn.term > first[turn.task]) for turn in turns],
                busiest=max(
                    sum(turn.learners for turn in turns if turn.term == term) for term in {t.term for t in turns}
                ),
            )
            for host_id, turns in sorted(at_host.items(), key=lambda item: (item[0] is None, item[0]))
        ]

    def _placement(self, turn: Turn, *, is_late: bool) -> Placement:
        numbers = [at for at, (start, _) in enumerate(self._runs, 1) if takes_part(turn, start, self._size)]
        return Placement(
            task=named(self._snapshot, turn.task),
            term=turn.term,
            is_late=is_late,
            learners=turn.learners,
            groups=numbers,
        )

    def groups(self, goals: PlanGoals) -> list[LearnerGroup]:
        """Return each group with its sequence."""
        learner_groups = []
        for number, (start, count) in enumerate(self._runs, 1):
            own = [turn for turn in self._turns if takes_part(turn, start, self._size)]
            own.sort(key=lambda turn: (turn.term, self._rank[turn.task]))
            practised = goals.practised_with({turn.task for turn in own})
            learner_groups.append(
                LearnerGroup(
                    number=number,
                    learners=count,
                    steps=[GroupStep(term=turn.term, task=named(self._snapshot, turn.task)) for turn in own],
                    coverage=goals.share(practised & goals.taught),
                )
            )
        return learner_groups

    def unplaced(self, seatings: dict[int, SeatLimits], last: int) -> list[UnplacedLearners]:
        """Return what remains of each task, with the bound that holds it back."""
        done = dict.fromkeys(self._tasks, 0)
        for turn in self._turns:
            done[turn.task] += turn.learners
        return [self._unplaced(t, seatings, done, last) for t in self._tasks if done[t] < self._size]

    def _unplaced(
        self, task: int, seatings: dict[int, SeatLimits], done: dict[int, int], last: int
    ) -> UnplacedLearners:
        circle = {t for t in _presupposed(seatings, task) if task in _presupposed(seatings, t)} | {task}
        waits = [p for p in sorted(seatings[task].needs - circle) if done[p] == done[task]]
        seats = [stated for t in circle if (stated := seatings[t].seats) is not None]
        first = max(seatings[t].first_term for t in circle)
        why: Why = "seats"
        reason = message("rotation.seats", seats=min(seats, default=0), first=first, last=last, size=self._size)
        if first > last:
            why, waits = "term", []
            reason = message("rotation.after_last_term", first=first, last=last)
        elif waits:
            why = "prerequisite"
            reason = message("rotation.must_come_before", done=done[task], size=self._size)
        return UnplacedLearners(
            task=named(self._snapshot, task),
            learners=self._size - done[task],
            why=why,
            waits_for=[named(self._snapshot, p) for p in waits],
            reason=str(reason),
        ).explain(reason)


def _presupposed(seatings: dict[int, SeatLimits], task: int) -> set[int]:
    """Return all that must be done before the task; the task itself if it is in a circle."""
    required, todo = set[int](), [task]
    while todo:
        new = seatings[todo.pop()].needs - required
        required |= new
        todo += new
    return required
