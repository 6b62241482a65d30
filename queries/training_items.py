"""Items of ranked training: what is said of each task, and why it stands there."""

import math
from collections.abc import Collection, Iterable
from typing import Annotated

from pydantic import Field

from graph.model import Frozen, NodeId
from queries.parameters.plan import Mode
from queries.planning.problem import LearnerHoldings, prerequisites
from queries.planning.steps import Hours, mode_of
from queries.planning.task_status import TaskStatus, status_of
from queries.planning.unreachable import heaviest_first
from queries.semantics.answers import Count, NodeName, Share, named
from queries.semantics.resolved_scope import ResolvedScope
from queries.training_ranks import RankedCover, TaskMerits


class PractisedCompetency(Frozen):
    """A required competency that a task practises. `taught` says whether it is: only then it counts as covered."""

    id: NodeId
    name: str
    weight: Share
    taught: bool


class RankedTask(Frozen):
    """A training task in scope that practises something that the role requires and the learner does not hold.

    `share`: the part of all that the role requires which it practises and is not held, `practises` what that is.
    `covers`: what of it no task ranked before practises; `covered_share` and `practised_share` are the parts of that,
    taught and practised, and practised. Both lists heaviest first, then by name. `adds_nothing`: `covers` is empty.
    `repeats` counts what else it practises. `direct`: how much of what it practises it joins directly to the role.
    `seats` per term and `hours` are None if not stated, `status` if not known; `term` is the first one in which it is
    due. `certificates` certify something that it practises, those that the role accepts first. `hosts`, `applies`
    (units), `rehearses` (responsibilities of the role) and `needs` (tasks to do before, held ones left out) by name.
    """

    rank: Annotated[int, Field(ge=1)]
    task: NodeName
    kind: str | None
    status: TaskStatus | None
    description: str | None
    url: str | None
    share: Share
    practises: list[PractisedCompetency]
    covers: list[PractisedCompetency]
    covered_share: Share
    practised_share: Share
    adds_nothing: bool
    repeats: Count
    direct: Count
    hours: Hours | None
    seats: Annotated[int, Field(ge=1)] | None
    term: int | None
    mode: Mode | None
    hosts: list[NodeName]
    applies: list[NodeName]
    rehearses: list[NodeName]
    needs: list[NodeName]
    certificates: list[NodeName]


class TaskBuilder:
    """Ranked tasks in the form of the answer."""

    def __init__(self, merits: TaskMerits, resolved: ResolvedScope, held: LearnerHoldings) -> None:
        """Take what the tasks were ranked by, in which scope, and what is held."""
        self._merits, self._resolved, self._held = merits, resolved, held
        self._snapshot, self._goals = merits.snapshot, merits.goals
        self._duties = frozenset(self._snapshot.out("HAS_RESPONSIBILITY").row(merits.role))
        self._accepted = frozenset(self._snapshot.into("ACCEPTED_BY").row(merits.role))

    def task(self, rank: int, ranked: RankedCover) -> RankedTask:
        """Return the task with its reasons."""
        snapshot, goals, task = self._snapshot, self._goals, ranked.task
        term = self._resolved.task_terms.first[task]
        seats, hours = snapshot.number("capacity")[task], snapshot.number("hours")[task]
        return RankedTask(
            rank=rank,
            task=named(snapshot, task),
            kind=snapshot.word("kind", task),
            status=status_of(snapshot, task),
            description=self._description(task),
            url=snapshot.text("url")[task] or None,
            share=goals.share(ranked.practises) or 0.0,
            practises=self._competencies(ranked.practises),
            covers=self._competencies(ranked.newly),
            covered_share=goals.share(ranked.newly & goals.taught) or 0.0,
            practised_share=goals.share(ranked.newly) or 0.0,
            adds_nothing=not ranked.newly,
            repeats=len(ranked.practises) - len(ranked.newly),
            direct=len(self._merits.direct(task)),
            hours=None if math.isnan(hours) else float(hours),
            seats=None if math.isnan(seats) else int(seats),
            term=int(term) if math.isfinite(term) else None,
            mode=mode_of(snapshot, task),
            hosts=self._by_name(snapshot.into("HOSTS").row(task)),
            applies=self._by_name(snapshot.out("APPLIES").row(task)),
            rehearses=self._by_name(j for j in snapshot.out("PREPARES_FOR").row(task) if j in self._duties),
            needs=self._by_name(self._needs(task)),
            certificates=self._certificates(ranked.practises),
        )

    def _description(self, task: int) -> str | None:
        return self._snapshot.text_of("description", task) or None

    def _competencies(self, competencies: Collection[int]) -> list[PractisedCompetency]:
        weight, taught = self._goals.weight, self._goals.taught
        heaviest = heaviest_first(self._snapshot, self._goals, competencies)
        return [
            PractisedCompetency(id=name.id, name=name.name, weight=weight[c], taught=c in taught)
            for c, name in ((c, named(self._snapshot, c)) for c in heaviest)
        ]

    def _certificates(self, competencies: Collection[int]) -> list[NodeName]:
        certifying = {x for c in competencies for x in self._snapshot.into("CERTIFIES").row(c)}
        accepted = self._by_name(certifying & self._accepted)
        return accepted + self._by_name(certifying - self._accepted)

    def _needs(self, task: int) -> set[int]:
        needed, todo = set[int](), [task]
        while todo:
            new = set(prerequisites(self._snapshot, todo.pop(), "TrainingTask")) - needed - self._held.tasks
            needed |= new
            todo += new
        return needed - {task}

    def _by_name(self, nodes: Iterable[int]) -> list[NodeName]:
        names = self._snapshot.names
        return [named(self._snapshot, node) for node in sorted(nodes, key=lambda i: (names[i], i))]
