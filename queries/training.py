"""Training for a role, the quick answer: its tasks ranked by what they practise, without a search for the best."""

import math

import numpy as np
from pydantic import Field

from graph.cancellation import cancellable_rows
from graph.model import Frozen
from graph.snapshot.snapshot import Snapshot
from queries.nearby_roles import NearbyWay, nearby_roles
from queries.parameters.training import ANY_TRAINING, HeldTraining, TrainingSort, TrainingWish
from queries.planning.problem import find_goals, hold
from queries.planning.task_status import is_active
from queries.planning.unreachable import UnreachableCompetency, heaviest_first, unreachable
from queries.semantics.answers import CompetencyName, Completeness, Count, NodeName, Share, competency_name, named
from queries.semantics.answers import completeness as complete
from queries.semantics.course_units import as_asked
from queries.semantics.cursors import next_cursor, read_cursor
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import EVERYTHING, Scope, ScopeNote
from queries.training_items import RankedTask, TaskBuilder
from queries.training_ranks import RankedCover, TaskMerits, rank_tasks

_NEARBY_ROLES, _NEARBY_TASKS, _MOST_LOOKED_AT = 3, 3, 12


class NearbyTraining(Frozen):
    """What a nearby role uses: its first tasks, ranked for that role, and how many there are.

    `way`: how it is near. `shared`: the part of what the role asked for requires that it requires too.
    """

    role: NodeName
    way: NearbyWay
    shared: Share
    items: list[RankedTask]
    total: Count


class RoleTraining(Frozen):
    """A page of the ranked tasks; `total` counts them all, `adds_nothing` those that add nothing to those before.

    `inactive` counts tasks that are deprecated or past: left out of the list, or marked in it. `unreachable`: what the
    role requires, is not held, and no listed task practises; heaviest first, then by name. `nearby`: where no task
    practises anything of the role, what up to three nearby roles use, the nearest first; these are not for the role.
    """

    role: NodeName
    items: list[RankedTask]
    total: Count
    adds_nothing: Count
    inactive: Count
    unreachable: list[CompetencyName] = Field(json_schema_extra={"deprecated": True})
    nearby: list[NearbyTraining]
    completeness: Completeness
    scope: ScopeNote
    next: str | None
    revision: int


class Unreachable(Frozen):
    """A page of what a role requires, is not held, and no task in scope practises: heaviest first, then by name."""

    role: NodeName
    items: list[UnreachableCompetency]
    total: Count
    scope: ScopeNote
    next: str | None
    revision: int


def role_training(
    snapshot: Snapshot,
    role_id: str,
    scope: Scope = EVERYTHING,
    wish: TrainingWish = ANY_TRAINING,
    *,
    limit: int = 20,
    cursor: str | None = None,
) -> RoleTraining:
    """Return the tasks that lead to the role, ranked, the one that practises most of its requirement first.

    In the order `covers`: by the weight that is practised and not held; of equals always next the one that newly
    practises most. In the order `marginal`: always next the one with the most weight newly taught and practised, then
    newly practised, then the fewest hours; those that add nothing last, by all that they practise. Further ties are
    settled by demand, applied units, direct links, the fewest hours (not stated: the median, else 1), name, and id. By
    hours or term, what states none is last, and what is equal is by rank.

    Raises:
        NotFoundError: the role, or something that the scope or the wish names, is not there.
        InputError: the wish names something that cannot be held.
        ExpiredError: the cursor is of another revision.
    """
    snapshot = as_asked(snapshot, scope)
    offset = read_cursor(cursor, snapshot.revision)
    asked = _AskedTraining(snapshot, snapshot.require(role_id, "Role"), scope, wish)
    everything = rank_tasks(asked.merits, wish.order)
    listed = [one for one in everything if one.newly or wish.adds_nothing == "include"]
    return RoleTraining(
        role=named(snapshot, asked.role),
        items=asked.items(_sorted(asked, listed, wish.sort)[offset : offset + limit]),
        total=len(listed),
        adds_nothing=sum(not one.newly for one in everything),
        inactive=asked.inactive,
        unreachable=[competency_name(snapshot, c) for c in asked.missing],
        nearby=_nearby(asked, scope, wish) if asked.has_none else [],
        completeness=complete(snapshot),
        scope=asked.resolved.note,
        next=next_cursor(snapshot.revision, offset + limit, len(listed)),
        revision=snapshot.revision.number,
    )


def role_unreachable(
    snapshot: Snapshot,
    role_id: str,
    scope: Scope = EVERYTHING,
    wish: HeldTraining = ANY_TRAINING,
    *,
    limit: int = 20,
    cursor: str | None = None,
) -> Unreachable:
    """Return what the role requires, is not held, and no task in scope practises, with how each stands.

    Raises:
        NotFoundError: the role, or something that the scope or the wish names, is not there.
        InputError: the wish names something that cannot be held.
        ExpiredError: the cursor is of another revision.
    """
    snapshot = as_asked(snapshot, scope)
    offset = read_cursor(cursor, snapshot.revision)
    asked = _AskedTraining(snapshot, snapshot.require(role_id, "Role"), scope, wish)
    return Unreachable(
        role=named(snapshot, asked.role),
        items=[unreachable(snapshot, asked.goals, c) for c in asked.missing[offset : offset + limit]],
        total=len(asked.missing),
        scope=asked.resolved.note,
        next=next_cursor(snapshot.revision, offset + limit, len(asked.missing)),
        revision=snapshot.revision.number,
    )


class _AskedTraining:
    """What a role requires of a learner, and the tasks that count."""

    def __init__(self, snapshot: Snapshot, role: int, scope: Scope, wish: HeldTraining) -> None:
        self.snapshot, self.role, self._wish = snapshot, role, wish
        self.resolved = resolve(snapshot, scope.model_copy(update={"role": snapshot.ids[role]}))
        self.held = hold(snapshot, wish.have)
        self.goals = find_goals(snapshot, self.resolved, self.held, role)
        self.merits = TaskMerits(snapshot, self.goals, role, self.resolved.min_weight)
        practises: dict[int, set[int]] = {}
        for c in cancellable_rows(self.goals.open):
            for t in self.goals.near[c].tasks:
                practises.setdefault(t, set()).add(c)
        self.inactive = sum(not is_active(snapshot, t) for t in practises)
        self.merits.practises = {t: frozenset(c) for t, c in practises.items() if self._counts(t)}

    @property
    def has_none(self) -> bool:
        """Whether no task that counts practises anything of the role, held or not."""
        return not self.merits.practises and not any(
            self._counts(t) for c in self.goals.practised for t in self.goals.near[c].tasks
        )

    def _counts(self, task: int) -> bool:
        return self._wish.inactive == "include" or is_active(self.snapshot, task)

    @property
    def missing(self) -> list[int]:
        """What is open and practised by no task that counts."""
        practised = frozenset[int]().union(*self.merits.practises.values())
        return heaviest_first(self.snapshot, self.goals, set(self.goals.open) - practised)

    def items(self, ranked: list[tuple[int, RankedCover]]) -> list[RankedTask]:
        """Return the ranked tasks with their reasons."""
        builder = TaskBuilder(self.merits, self.resolved, self.held)
        return [builder.task(rank, one) for rank, one in ranked]


def _sorted(asked: _AskedTraining, listed: list[RankedCover], sort: TrainingSort) -> list[tuple[int, RankedCover]]:
    ranked = list(enumerate(listed, 1))
    if sort != "rank":
        hours = np.nan_to_num(asked.snapshot.number("hours"), nan=math.inf)
        amounts = hours if sort == "hours" else asked.resolved.task_terms.first
        ranked.sort(key=lambda one: float(amounts[one[1].task]))
    return ranked


def _nearby(asked: _AskedTraining, scope: Scope, wish: TrainingWish) -> list[NearbyTraining]:
    snapshot, found = asked.snapshot, list[NearbyTraining]()
    anybodys = scope.model_copy(update={"employer": None})
    for near in nearby_roles(snapshot, asked.resolved, asked.role)[:_MOST_LOOKED_AT]:
        theirs = _AskedTraining(snapshot, near.role, anybodys, wish)
        ranked = rank_tasks(theirs.merits, wish.order)
        if ranked:
            items = theirs.items(list(enumerate(ranked[:_NEARBY_TASKS], 1)))
            role = named(snapshot, near.role)
            found.append(NearbyTraining(role=role, way=near.way, shared=near.shared, items=items, total=len(ranked)))
        if len(found) == _NEARBY_ROLES:
            break
    return found
