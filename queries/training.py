"""Training for a role, the quick answer: its tasks ranked by what each newly covers, without a search for the best."""

import heapq
import math
from collections.abc import Collection, Iterable
from typing import Annotated, NamedTuple

import numpy as np
from pydantic import Field

from graph.cancellation import cancellable_rows
from graph.model import Frozen, NodeId
from graph.snapshot.snapshot import Snapshot
from queries.parameters.plan import Mode
from queries.parameters.training import TrainingOrder
from queries.planning.problem import LearnerHoldings, NodeHours, PlanGoals, find_goals, hold, prerequisites
from queries.planning.steps import Hours, mode_of
from queries.semantics.answers import (
    CompetencyName,
    Completeness,
    NodeName,
    Share,
    competency_name,
    completeness,
    named,
)
from queries.semantics.course_units import as_asked
from queries.semantics.cursors import next_cursor, read_cursor
from queries.semantics.resolved_scope import ResolvedScope, resolve
from queries.semantics.scope import EVERYTHING, Scope, ScopeNote
from queries.semantics.tolerance import settle


class PractisedCompetency(Frozen):
    """A required competency that a task practises. `taught` says whether it is: only then it counts as covered."""

    id: NodeId
    name: str
    weight: Share
    taught: bool


class RankedTask(Frozen):
    """A training task in scope that practises something that the role requires and the learner does not hold.

    `covers`: what no task ranked before practises, heaviest first, then id; `covered_share` and `practised_share` are
    its part of all that the role requires, taught and practised, and practised. `repeats` counts what else it practises
    of what is still to be practised. `seats` per term and `hours` are None if not stated; `term` is the first one in
    which it is due; `hosts`, `applies` (units) and `rehearses` (responsibilities of the role) by id. `needs`: tasks to
    do before, held ones left out, by id, each also ranked only if it practises something itself.
    """

    rank: Annotated[int, Field(ge=1)]
    task: NodeName
    kind: str | None
    covers: list[PractisedCompetency]
    covered_share: Share
    practised_share: Share
    repeats: Annotated[int, Field(ge=0)]
    hours: Hours | None
    seats: Annotated[int, Field(ge=1)] | None
    term: int | None
    mode: Mode | None
    hosts: list[NodeName]
    applies: list[NodeName]
    rehearses: list[NodeName]
    needs: list[NodeName]


class RoleTraining(Frozen):
    """A page of the ranked tasks; `total` counts them all.

    `unreachable`: what the role requires, is not held, and no task in scope practises; heaviest first, then id.
    """

    role: NodeName
    items: list[RankedTask]
    total: Annotated[int, Field(ge=0)]
    unreachable: list[CompetencyName]
    completeness: Completeness
    scope: ScopeNote
    next: str | None
    revision: int


def role_training(
    snapshot: Snapshot,
    role_id: str,
    scope: Scope = EVERYTHING,
    *,
    have: tuple[str, ...] = (),
    order: TrainingOrder = "rank",
    limit: int = 20,
    cursor: str | None = None,
) -> RoleTraining:
    """Return the tasks that lead to the role, ranked, the one that newly covers most first; or in another order.

    Always next is the task with the most weight newly taught and practised; of equals the one with the most newly
    practised, then the fewest hours (not stated: the median, else 1), then the smallest id. Tasks that only repeat what
    those before practise follow by the weight that they practise, hours and id. By hours or term, what states none is
    last, and what is equal is by rank.

    Raises:
        NotFoundError: the role, or something that the scope or `have` names, is not there.
        InputError: `have` names something that cannot be held.
        ExpiredError: the cursor is of another revision.
    """
    snapshot = as_asked(snapshot, scope)
    offset = read_cursor(cursor, snapshot.revision)
    role = snapshot.require(role_id, "Role")
    resolved = resolve(snapshot, scope.model_copy(update={"role": role_id}))
    held = hold(snapshot, have)
    goals = find_goals(snapshot, resolved, held, role)
    ranked = list(enumerate(_ranked(snapshot, goals), 1))
    if order != "rank":
        terms = resolved.task_terms.first
        amounts = np.nan_to_num(snapshot.number("hours"), nan=math.inf) if order == "hours" else terms
        ranked.sort(key=lambda one: float(amounts[one[1].task]))
    builder = _TrainingBuilder(snapshot, resolved, goals, held, role)
    missing = sorted((c for c in goals.open if not goals.near[c].tasks), key=lambda c: (-settle(goals.weight[c]), c))
    return RoleTraining(
        role=named(snapshot, role),
        items=[builder.task(rank, task) for rank, task in ranked[offset : offset + limit]],
        total=len(ranked),
        unreachable=[competency_name(snapshot, c) for c in missing],
        completeness=completeness(snapshot),
        scope=resolved.note,
        next=next_cursor(snapshot.revision, offset + limit, len(ranked)),
        revision=snapshot.revision.number,
    )


class _RankedCover(NamedTuple):
    """A task, what it practises of what is open, and what of that no task before it does."""

    task: int
    practises: frozenset[int]
    newly: frozenset[int]


def _ranked(snapshot: Snapshot, goals: PlanGoals) -> list[_RankedCover]:
    """Return all tasks that practise something open, in their order.

    A task's worth only falls as others are taken. So the top of a heap of former worths, once it is recounted and still
    on top, is the best: most tasks are counted once.
    """
    hours = NodeHours(snapshot, "TrainingTask")
    practises: dict[int, set[int]] = {}
    for c in cancellable_rows(goals.open):
        for t in goals.near[c].tasks:
            practises.setdefault(t, set()).add(c)

    def worth(t: int, competencies: Collection[int]) -> tuple[float, float, float, int]:
        whole = settle(math.fsum(goals.weight[c] for c in competencies))
        first = settle(math.fsum(goals.weight[c] for c in competencies if c in goals.taught))
        return (-first, -whole, hours.of(t), t)

    queue = [worth(t, all_of_it) for t, all_of_it in practises.items()]
    heapq.heapify(queue)
    ranked, done, rest = list[_RankedCover](), set[int](), list[int]()
    while queue:
        t = queue[0][-1]
        newly = practises[t] - done
        now = worth(t, newly)
        if not newly:
            rest.append(t)
            heapq.heappop(queue)
        elif now == queue[0]:
            ranked.append(_RankedCover(t, frozenset(practises[t]), frozenset(newly)))
            done |= newly
            heapq.heappop(queue)
        else:
            heapq.heapreplace(queue, now)
    rest.sort(key=lambda t: worth(t, practises[t]))
    return ranked + [_RankedCover(t, frozenset(practises[t]), frozenset()) for t in rest]


class _TrainingBuilder:
    """Ranked tasks in the form of the answer."""

    def __init__(
        self, snapshot: Snapshot, resolved: ResolvedScope, goals: PlanGoals, held: LearnerHoldings, role: int
    ) -> None:
        self._snapshot, self._resolved, self._goals, self._held = snapshot, resolved, goals, held
        self._duties = frozenset(snapshot.out("HAS_RESPONSIBILITY").row(role))
        self._hours, self._seats = snapshot.number("hours"), snapshot.number("capacity")

    def task(self, rank: int, ranked: _RankedCover) -> RankedTask:
        """Return the task with its reasons."""
        snapshot, goals, task = self._snapshot, self._goals, ranked.task
        term, seats, hours = self._resolved.task_terms.first[task], self._seats[task], self._hours[task]
        return RankedTask(
            rank=rank,
            task=named(snapshot, task),
            kind=snapshot.word("kind", task),
            covers=self._covers(ranked.newly),
            covered_share=goals.share(ranked.newly & goals.taught) or 0.0,
            practised_share=goals.share(ranked.newly) or 0.0,
            repeats=len(ranked.practises) - len(ranked.newly),
            hours=None if math.isnan(hours) else float(hours),
            seats=None if math.isnan(seats) else int(seats),
            term=int(term) if math.isfinite(term) else None,
            mode=mode_of(snapshot, task),
            hosts=self._named(snapshot.into("HOSTS").row(task)),
            applies=self._named(snapshot.out("APPLIES").row(task)),
            rehearses=self._named(j for j in snapshot.out("PREPARES_FOR").row(task) if j in self._duties),
            needs=self._named(self._needs(task)),
        )

    def _covers(self, competencies: Collection[int]) -> list[PractisedCompetency]:
        weight, taught = self._goals.weight, self._goals.taught
        heaviest = sorted(competencies, key=lambda c: (-settle(weight[c]), c))
        return [
            PractisedCompetency(id=name.id, name=name.name, weight=weight[c], taught=c in taught)
            for c, name in zip(heaviest, self._named(heaviest), strict=True)
        ]

    def _needs(self, task: int) -> list[int]:
        needed, todo = set[int](), [task]
        while todo:
            new = set(prerequisites(self._snapshot, todo.pop(), "TrainingTask")) - needed - self._held.tasks
            needed |= new
            todo += new
        return sorted(needed - {task})

    def _named(self, nodes: Iterable[int]) -> list[NodeName]:
        return [named(self._snapshot, node) for node in nodes]
