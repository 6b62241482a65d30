"""The neighbourhood of one competency in a scope: its units, tasks, responsibilities and roles."""

from graph.cancellation import check_cancelled
from graph.snapshot.snapshot import KIND_CODES, Snapshot
from queries.semantics.chain_status import BY_EMPTINESS, ChainStatus
from queries.semantics.counted_links import CountedLinks
from queries.semantics.masks import Mask
from queries.semantics.resolved_scope import ResolvedScope
from queries.semantics.tolerance import lowest


class Neighbourhood:
    """K, T, J and R of one competency in a scope, each in id order, with weights.

    `own` are the roles that require it themselves; `need_level` the highest level at which a role in scope requires it,
    `have_level` the highest to which it is taught or practised: -1 where none is stated.
    """

    def __init__(self, snapshot: Snapshot, scope: ResolvedScope, competency: int) -> None:
        """Gather them; nothing is judged yet."""
        check_cancelled()
        self.snapshot, self.scope, self.competency = snapshot, scope, competency
        chain_links = scope.counted
        self.units = _strong(chain_links.develops, competency, scope.min_weight, scope.units)
        self.tasks = _strong(chain_links.practises, competency, scope.min_weight, scope.tasks)
        self.duties: dict[int, float] = {}
        self.own: dict[int, float] = {}
        self.roles: dict[int, float] = {}
        self._find_roles(chain_links.requires)

    def _find_roles(self, requires: CountedLinks) -> None:
        snapshot, masked, least = self.snapshot, self.scope.roles, lowest(self.scope.min_weight)
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
        highest = -1
        for links, nodes in ((counted.develops, self.units), (counted.practises, self.tasks)):
            for at in links.into.positions(self.competency):
                if links.into.indices[at] in nodes:
                    highest = max(highest, int(links.level[at]))
        return highest

    @property
    def status(self) -> ChainStatus:
        """Which of K, T and R have members."""
        return BY_EMPTINESS[bool(self.units), bool(self.tasks), bool(self.roles)]

    @property
    def courses(self) -> set[int]:
        """The courses, in scope, that hold K."""
        into, in_scope = self.snapshot.into("COVERS"), self.scope.courses
        return {c for k in self.units for c in into.row(k) if in_scope is None or in_scope[c]}

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
    pairs, threshold = links.into.pairs(competency), lowest(least)
    if least > 0 or mask is not None:
        pairs = [(node, w) for node, w in pairs if w >= threshold and (mask is None or mask[node])]
    return dict(pairs)
