"""When a competency is connected, and how well: the semantics of the chain, for one competency at a time.

For a competency c: K are the units that DEVELOP it, T the tasks that PRACTISE it, J the responsibilities that REQUIRE
it, R the roles that require it themselves or have a responsibility in J. A chain is any (k, t, r) of K x T x R. Chains
are never enumerated: counts are products, and the best are found best first.

`judgement.py` answers the same over all competencies at once; the tests hold the two, and a brute force, together.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from graph.model import Frozen
from graph.snapshot.snapshot import KIND_CODES, Snapshot
from queries.semantics.chain_status import ChainLink, ChainStatus
from queries.semantics.counted_links import CountedLinks, Mask
from queries.semantics.resolved_scope import ResolvedScope

STATUSES: tuple[ChainStatus, ...] = tuple(ChainStatus)
BY_EMPTINESS: dict[tuple[bool, bool, bool], ChainStatus] = {
    (True, True, True): ChainStatus.CONNECTED,
    (True, False, True): ChainStatus.UNPRACTISED,
    (False, True, True): ChainStatus.UNTAUGHT,
    (False, False, True): ChainStatus.UNSERVED,
    (True, True, False): ChainStatus.UNDEMANDED,
    (True, False, False): ChainStatus.TAUGHT_ONLY,
    (False, True, False): ChainStatus.PRACTISED_ONLY,
    (False, False, False): ChainStatus.ISOLATED,
}
"""The status by whether K, T and R have members."""


LINKS: tuple[ChainLink, ...] = tuple(ChainLink)


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
        return (LINKS.index(self.link), -self.supply, self.unit, self.task, self.role)


class Neighbourhood:
    """K, T, J and R of one competency in a scope, each in id order, with weights.

    `own` are the roles that require it themselves; `need_level` the highest level at which a role in scope requires it,
    `have_level` the highest to which it is taught or practised: -1 where none is stated.
    """

    def __init__(self, snapshot: Snapshot, scope: ResolvedScope, competency: int) -> None:
        """Gather them; nothing is judged yet."""
        self.snapshot, self.scope, self.competency = snapshot, scope, competency
        counted = scope.counted
        self.units = _strong(counted.develops, competency, scope.min_weight, scope.units)
        self.tasks = _strong(counted.practises, competency, scope.min_weight, scope.tasks)
        self.duties: dict[int, float] = {}
        self.own: dict[int, float] = {}
        self.roles: dict[int, float] = {}
        self._find_roles(counted.requires)

    def _find_roles(self, requires: CountedLinks) -> None:
        snapshot, masked, least = self.snapshot, self.scope.roles, self.scope.min_weight
        kind_of, role_code, holders = snapshot.kind_codes, KIND_CODES["Role"], snapshot.into("HAS_RESPONSIBILITY")
        roles = self.roles
        for node, weight in requires.into.pairs(self.competency):
            if weight < least:
                continue
            if kind_of[node] != role_code:
                held = [(r, w) for r, w in holders.pairs(node) if masked is None or masked[r]]
                if held or masked is None:
                    self.duties[node] = weight
                for r, w in held:
                    if w * weight > roles.get(r, 0.0):
                        roles[r] = w * weight
            elif masked is None or masked[node]:
                self.own[node] = weight
                if weight > roles.get(node, 0.0):
                    roles[node] = weight
        if self.duties:
            self.roles = dict(sorted(roles.items()))

    @property
    def need_level(self) -> int:
        """The highest level at which a role of R, or a responsibility of one, requires it; -1 where none is stated."""
        links, levels = self.scope.counted.requires, [-1]
        holders = self.snapshot.into("HAS_RESPONSIBILITY")
        for at in links.into.positions(self.competency):
            node, level = int(links.into.indices[at]), int(links.level[at])
            is_held = node in self.duties and any(r in self.roles for r in holders.row(node))
            if level > levels[-1] and (node in self.own or is_held):
                levels.append(level)
        return levels[-1]

    @property
    def have_level(self) -> int:
        """The highest level to which a unit develops or a task practises it; -1 where none is stated."""
        counted = self.scope.counted
        found = -1
        for links, nodes in ((counted.develops, self.units), (counted.practises, self.tasks)):
            for at in links.into.positions(self.competency):
                if links.into.indices[at] in nodes:
                    found = max(found, int(links.level[at]))
        return found

    @property
    def status(self) -> ChainStatus:
        """Which of K, T and R have members."""
        return BY_EMPTINESS[bool(self.units), bool(self.tasks), bool(self.roles)]

    @property
    def courses(self) -> set[int]:
        """The courses, in scope, that hold K."""
        into, kept = self.snapshot.into("COVERS"), self.scope.courses
        return {c for k in self.units for c in into.row(k) if kept is None or kept[c]}

    @property
    def teachers(self) -> int:
        """How many courses, in scope, hold K; a unit in no course counts as a course of its own."""
        return len(self.courses) + sum(not self.snapshot.into("COVERS").row(k) for k in self.units)

    @property
    def resilience(self) -> int:
        """What can be lost before the chain breaks: the lesser of the courses that hold K and the tasks in T."""
        return min(self.teachers, len(self.tasks))


def _strong(links: CountedLinks, competency: int, least: float, mask: Mask | None) -> dict[int, float]:
    """Return the neighbours in the mask whose link is strong enough, with weights, in id order."""
    pairs = links.into.pairs(competency)
    if least > 0 or mask is not None:
        pairs = [(node, w) for node, w in pairs if w >= least and (mask is None or mask[node])]
    return dict(pairs)


class _Rehearsal(NamedTuple):
    """What a task prepares for, seen from one role: the strongest responsibility, and with what weight."""

    duty: int
    weight: float


@dataclass(frozen=True, slots=True)
class ChainJoints:
    """Where the training of one competency touches its two ends: by task, the units applied and the roles rehearsed.

    A role stands in `direct` or in `role_direct` of a task, never in both.
    """

    applied: dict[int, dict[int, float]]
    direct: dict[int, dict[int, _Rehearsal]]
    role_direct: dict[int, dict[int, _Rehearsal]]

    @property
    def link(self) -> ChainLink:
        """The best link of any chain; of a competency that is connected."""
        if any(self.direct.values()):
            return ChainLink.DIRECT
        return ChainLink.ROLE_DIRECT if any(self.role_direct.values()) else ChainLink.INDIRECT


def find_joints(near: Neighbourhood) -> ChainJoints:
    """Return the joints of a competency's tasks; tasks that apply none of its units have none."""
    snapshot, units = near.snapshot, near.units
    applies, prepares, holders = (
        snapshot.out("APPLIES"),
        snapshot.out("PREPARES_FOR"),
        snapshot.into("HAS_RESPONSIBILITY"),
    )
    joints = ChainJoints({}, {}, {})
    for t in near.tasks:
        applied = {k: w for k, w in applies.pairs(t) if k in units}
        if not applied:
            continue
        direct: dict[int, _Rehearsal] = {}
        by_role: dict[int, _Rehearsal] = {}
        for j, weight in prepares.pairs(t):  # ascending, so that of equals the smallest id stays
            for r in holders.row(j):
                if r in near.roles:
                    if j in near.duties and (r not in direct or weight > direct[r].weight):
                        direct[r] = _Rehearsal(j, weight)
                    if r in near.own and (r not in by_role or weight > by_role[r].weight):
                        by_role[r] = _Rehearsal(j, weight)
        if direct or by_role:
            joints.applied[t] = applied
            joints.direct[t] = direct
            joints.role_direct[t] = {r: found for r, found in by_role.items() if r not in direct}
    return joints


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
    rehearsed: dict[int, dict[int, _Rehearsal]],
    link: ChainLink,
    limit: int,
) -> Iterator[ChainNodes]:
    """Yield of each task the chains of a link that may be among the best: each pair of ranks that `limit` can reach."""
    for t, roles in rehearsed.items():
        if not roles:
            continue
        units = sorted((-near.units[k] * w, k) for k, w in applied[t].items())[:limit]
        ends = sorted((-found.weight, r) for r, found in roles.items())[:limit]
        for rank, (unit_weight, k) in enumerate(units, 1):
            for role_weight, r in ends[: limit // rank]:
                supply = unit_weight * role_weight * near.tasks[t]
                yield ChainNodes(link, supply, k, t, r, roles[r].duty, near.roles[r])


def _indirect(near: Neighbourhood, joints: ChainJoints) -> Iterator[ChainNodes]:
    """Yield the indirect chains, best first: pairs of unit and task off a heap, each with its roles in id order."""
    units = sorted((-w, k) for k, w in near.units.items())
    tasks = sorted((-w, t) for t, w in near.tasks.items())
    if not (units and tasks and near.roles):
        return

    def entry(i: int, j: int) -> tuple[float, int, int, int, int]:
        return (-units[i][0] * tasks[j][0], units[i][1], tasks[j][1], i, j)

    queue, seen = [entry(0, 0)], {(0, 0)}
    while queue:
        strength, k, t, i, j = heapq.heappop(queue)
        tied: set[int] = set()
        if k in joints.applied.get(t, ()):
            tied = joints.direct[t].keys() | joints.role_direct[t].keys()
        for r, demand in near.roles.items():
            if r not in tied:
                yield ChainNodes(ChainLink.INDIRECT, -strength, k, t, r, _strongest_duty(near, r), demand)
        for following in ((i + 1, j), (i, j + 1)):
            if following not in seen and following[0] < len(units) and following[1] < len(tasks):
                seen.add(following)
                heapq.heappush(queue, entry(*following))


def _strongest_duty(near: Neighbourhood, role: int) -> int | None:
    """Return the responsibility through which the role requires the competency most, or None."""
    found = [
        (-w * near.duties[j], j) for j, w in near.snapshot.out("HAS_RESPONSIBILITY").pairs(role) if j in near.duties
    ]
    return min(found)[1] if found else None
