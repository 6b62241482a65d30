"""Capacitated assignment of a cohort to tasks and terms: who does what when, so that nobody could place more.

Learners are alike. For each task let done(t, term) be how many have done it by the end of a term. Whatever the
schedule, done(t, term) is at most the cohort, at most done(t, term before) + seats, and at most done(p, term) of each
prerequisite p. Filling up to the least of these, in the order of prerequisites, reaches the bound for every task in
every term at once: let those who come first in one queue go first everywhere, and whoever did the task has done its
prerequisites. So no other schedule places more learners in any task, by any term. Tasks that no prerequisite ties to
one another may begin at different places of the queue (a circle): then it is not always the same who go without.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import networkx as nx


@dataclass(frozen=True, slots=True)
class SeatLimits:
    """What a task allows: how many learners a term (None: any number), from which term on, and after which tasks."""

    seats: int | None
    first_term: int
    needs: frozenset[int]


class Turn(NamedTuple):
    """Learners who do a task in a term: so many of the circle, from `start` on."""

    task: int
    term: int
    start: int
    learners: int


def spread(tasks: Mapping[int, SeatLimits], learners: int, last_term: int) -> list[Turn]:
    """Return the turns, by term, then in the order of prerequisites, then by task.

    Prerequisites are done in an earlier term, or earlier in the same one. Tasks that are each other's prerequisite are
    done together.
    """
    g: nx.DiGraph[int] = nx.DiGraph()
    g.add_nodes_from(sorted(tasks))
    g.add_edges_from((p, t) for t in sorted(tasks) for p in sorted(tasks[t].needs))
    knots = nx.condensation(g)
    members: dict[int, list[int]] = {knot: sorted(about["members"]) for knot, about in knots.nodes(data=True)}
    order = list(nx.lexicographical_topological_sort(knots, lambda knot: members[knot][0]))
    turns: list[Turn] = []
    start = 0
    for tied in sorted(nx.weakly_connected_components(knots), key=lambda some: min(members[k][0] for k in some)):
        own = [knot for knot in order if knot in tied]
        before = {knot: list(knots.predecessors(knot)) for knot in own}
        placed = _spread_tied({knot: [tasks[t] for t in members[knot]] for knot in own}, before, learners, last_term)
        turns += [
            Turn(t, term, (start + place) % learners, count)
            for knot, term, place, count in placed
            for t in members[knot]
        ]
        start += max((place + count for *_, place, count in placed), default=0)
    rank = {t: (at, t) for at, knot in enumerate(order) for t in members[knot]}
    return sorted(turns, key=lambda turn: (turn.term, rank[turn.task]))


def _spread_tied(
    knots: Mapping[int, Sequence[SeatLimits]], before: Mapping[int, Sequence[int]], learners: int, last_term: int
) -> list[tuple[int, int, int, int]]:
    """Return (knot, term, place of the first learner, how many) of knots in the order of prerequisites."""
    done = dict.fromkeys(knots, 0)
    turns = []
    for term in range(1, last_term + 1):
        for knot, seatings in knots.items():
            if term < max(seating.first_term for seating in seatings):
                continue
            seats = min(math.inf if seating.seats is None else seating.seats for seating in seatings)
            upto = int(min(learners, done[knot] + seats, *(done[p] for p in before[knot])))
            if upto > done[knot]:
                turns.append((knot, term, done[knot], upto - done[knot]))
                done[knot] = upto
    return turns


def groups(turns: Sequence[Turn], learners: int) -> list[tuple[int, int]]:
    """Return the largest runs of learners (start, count) who do the same in the same terms, in the circle's order."""
    cuts = {0, learners}
    for turn in turns:
        if turn.learners < learners:
            cuts |= {turn.start, (turn.start + turn.learners) % learners}
    edges = sorted(cuts)
    return [(start, end - start) for start, end in pairwise(edges)]


def takes_part(turn: Turn, learner: int, learners: int) -> bool:
    """Say whether the learner, by place in the circle, has this turn."""
    return (learner - turn.start) % learners < turn.learners
