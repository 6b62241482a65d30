"""Chains of one competency: how many there are, and the best of them.

For a competency c: K are the units that DEVELOP it, T the tasks that PRACTISE it, J the responsibilities that REQUIRE
it, R the roles that require it themselves or have a responsibility in J. A chain is any (k, t, r) of K x T x R. Chains
are never enumerated: counts are products, and the best are found best first.
"""

import heapq
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from graph.model import Frozen
from queries.semantics.chain_joints import ChainJoints, Rehearsal
from queries.semantics.chain_status import LINKS, ChainLink
from queries.semantics.neighbourhood import Neighbourhood
from queries.semantics.tolerance import settle


class ChainCounts(Frozen):
    """How many chains there are of each link."""

    direct: int
    role_direct: int
    indirect: int


class ChainNodes(NamedTuple):
    """One chain, as nodes; `responsibility` is None where the role requires the competency only itself.

    `supply` is w(k,c) * w(t,c), times w(t,k) * w(t,j) unless the link is indirect; `demand` is w(r,c). Both 0 to 1.
    """

    link: ChainLink
    supply: float
    unit: int
    task: int
    role: int
    responsibility: int | None
    demand: float

    @property
    def rank(self) -> tuple[int, float, int, int, int]:
        """What chains are ordered by: link, supply strength, ids."""
        return (LINKS.index(self.link), -settle(self.supply), self.unit, self.task, self.role)


def count_chains(near: Neighbourhood, joints: ChainJoints) -> ChainCounts:
    """Return the number of chains of each link, as sums of products."""
    direct = sum(len(applied) * len(joints.direct[t]) for t, applied in joints.applied.items())
    role_direct = sum(len(applied) * len(joints.role_direct[t]) for t, applied in joints.applied.items())
    every = len(near.units) * len(near.tasks) * len(near.roles)
    return ChainCounts(direct=direct, role_direct=role_direct, indirect=every - direct - role_direct)


def best_chains(near: Neighbourhood, joints: ChainJoints, limit: int) -> list[ChainNodes]:
    """Return at most `limit` chains, best first: by link, supply strength, ids."""
    tied = [
        *_tied(near, joints.applied, joints.direct, ChainLink.DIRECT, limit),
        *_tied(near, joints.applied, joints.role_direct, ChainLink.ROLE_DIRECT, limit),
    ]
    best = heapq.nsmallest(limit, tied, key=lambda chain: chain.rank) if tied else []
    return best + list(islice(_indirect(near, joints), limit - len(best)))


def _tied(
    near: Neighbourhood,
    applied: dict[int, dict[int, float]],
    rehearsed: dict[int, dict[int, Rehearsal]],
    link: ChainLink,
    limit: int,
) -> Iterator[ChainNodes]:
    """Yield of each task the chains of a link that may be among the best: each pair of ranks that `limit` can reach."""
    for t, roles in rehearsed.items():
        if not roles:
            continue
        units = sorted((-settle(near.units[k] * w), k) for k, w in applied[t].items())[:limit]
        ends = sorted((-rehearsal.weight, r) for r, rehearsal in roles.items())[:limit]
        for rank, (_, k) in enumerate(units, 1):
            for _, r in ends[: limit // rank]:
                supply = near.units[k] * applied[t][k] * roles[r].weight * near.tasks[t]
                yield ChainNodes(link, supply, k, t, r, roles[r].duty, near.roles[r])


def _indirect(near: Neighbourhood, joints: ChainJoints) -> Iterator[ChainNodes]:
    """Yield the indirect chains, best first: pairs of unit and task off a heap, each with its roles in id order."""
    units = sorted((-settle(w), k) for k, w in near.units.items())
    tasks = sorted((-settle(w), t) for t, w in near.tasks.items())
    if not (units and tasks and near.roles):
        return

    def entry(i: int, j: int) -> tuple[float, int, int, int, int]:
        return (-settle(units[i][0] * tasks[j][0]), units[i][1], tasks[j][1], i, j)

    queue, seen = [entry(0, 0)], {(0, 0)}
    while queue:
        _, k, t, i, j = heapq.heappop(queue)
        tied: set[int] = set()
        if k in joints.applied.get(t, ()):
            tied = joints.direct[t].keys() | joints.role_direct[t].keys()
        for r, demand in near.roles.items():
            if r not in tied:
                yield ChainNodes(
                    ChainLink.INDIRECT, near.units[k] * near.tasks[t], k, t, r, strongest_duty(near, r), demand
                )
        for following in ((i + 1, j), (i, j + 1)):
            if following not in seen and following[0] < len(units) and following[1] < len(tasks):
                seen.add(following)
                heapq.heappush(queue, entry(*following))


def strongest_duty(near: Neighbourhood, role: int) -> int | None:
    """Return the responsibility through which the role requires the competency most, or None."""
    weights = [
        (-settle(w * near.duties[j]), j)
        for j, w in near.snapshot.out("HAS_RESPONSIBILITY").pairs(role)
        if j in near.duties
    ]
    return min(weights)[1] if weights else None
