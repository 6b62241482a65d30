"""Flows as arrays: what the roles of every programme require, by status in its own scope, by joins without a loop."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import numpy as np

from graph.snapshot.arrays import Adjacency, Floats, Ints
from graph.snapshot.snapshot import KIND_CODES, Snapshot
from queries.semantics.array_joins import closure, expand
from queries.semantics.chain_stages import taught_and_practised
from queries.semantics.discipline_tree import disciplines_run
from queries.semantics.focus import sending_disciplines
from queries.semantics.masks import Mask
from queries.semantics.needs_matrix import needs_matrix
from queries.semantics.requirements import openings
from queries.semantics.resolved_scope import ResolvedScope, resolve
from queries.semantics.scope import Scope
from queries.semantics.tolerance import settled

_MOST_KEPT = 64


@dataclass(frozen=True, slots=True)
class FlowArrays:
    """The t programmes of a scope in id order, and what the roles that each TARGETS require.

    `counts` and `demand` are t by 4: competencies, and openings times weight, by status in the order of REQUIRED.
    `elsewhere` counts the competencies that are broken in the programme and connected in the whole scope; `roles`,
    `courses` are counts, `lead` is the role with the most openings. `unrecorded`: it schedules no training, so the
    tasks that apply its units were taken. `untargeted` counts disciplines of which nothing says whom they teach for,
    `gathering` those that teach by programmes below them alone: they are in no flow, since these are.
    """

    programmes: Ints
    counts: Ints
    demand: Floats
    elsewhere: Ints
    roles: Ints
    courses: Ints
    lead: Ints
    openings: Floats
    unrecorded: Mask
    untargeted: int
    gathering: int

    @property
    def order(self) -> Ints:
        """The positions of the programmes: by demand, most first, then by id."""
        return np.lexsort((self.programmes, -settled(self.demand.sum(axis=1))))


class _KeptFlows:
    """The flows of the scopes of one snapshot that were last asked for."""

    def __init__(self) -> None:
        self._lock, self._found = Lock(), OrderedDict[Scope, FlowArrays]()

    def get(self, snapshot: Snapshot, scope: Scope) -> FlowArrays:
        """Return the flows in the scope, computed once while they are kept."""
        with self._lock:
            if scope not in self._found:
                self._found[scope] = _compute(snapshot, scope)
            self._found.move_to_end(scope)
            while len(self._found) > _MOST_KEPT:
                self._found.popitem(last=False)
            return self._found[scope]


def flow_arrays(snapshot: Snapshot, scope: Scope) -> FlowArrays:
    """Return the flows in a scope that names an institution, a discipline and a focus at most; kept for the snapshot.

    Raises:
        NotFoundError: there is no such institution or discipline.
    """
    kept: _KeptFlows = snapshot.derived(_kept_flows)
    return kept.get(snapshot, scope)


def _kept_flows(_: Snapshot) -> _KeptFlows:
    return _KeptFlows()


class _Pairs:
    """Pairs of a row and a node, each once, ascending, as one number each: row * n + node."""

    def __init__(self, rows: Ints, nodes: Ints, n: int) -> None:
        self.n, self.keys = n, np.unique(rows.astype(np.int64) * n + nodes)

    @property
    def rows(self) -> Ints:
        return self.keys // self.n

    @property
    def nodes(self) -> Ints:
        return self.keys % self.n

    def through(self, links: Adjacency) -> "_Pairs":
        """Return the rows with what the links lead to from their nodes."""
        owner, at = expand(links.indptr, self.nodes)
        return _Pairs(self.rows[owner], links.indices[at], self.n)

    def among(self, other: "_Pairs") -> Mask:
        """Return which of the pairs are among the others."""
        return np.isin(self.keys, other.keys, assume_unique=True)

    def and_those(self, other: "_Pairs") -> "_Pairs":
        """Return the pairs of both."""
        keys = np.concatenate((self.keys, other.keys))
        return _Pairs(keys // self.n, keys % self.n, self.n)

    def sizes(self, rows: int) -> Ints:
        """Return how many nodes each row has."""
        return np.bincount(self.rows, minlength=rows)


def _compute(snapshot: Snapshot, scope: Scope) -> FlowArrays:
    n, whole = len(snapshot), resolve(snapshot, scope, focused=True)
    above, below = _hierarchy(snapshot)
    targeting = _targeting(snapshot, whole)
    programmes = targeting[~_gathers(snapshot, targeting, above, below)]
    t = len(programmes)
    # what stands below each programme, itself among them, as far as its institution runs it
    at = np.full(n, -1, np.int64)
    at[programmes] = np.arange(t)
    is_of = at[above] >= 0
    own = _Pairs(np.concatenate((np.arange(t), at[above[is_of]])), np.concatenate((programmes, below[is_of])), n)
    if scope.institution is not None:
        run = disciplines_run(snapshot, scope.institution)[own.nodes]
        own = _Pairs(own.rows[run], own.nodes[run], n)
    courses = own.through(snapshot.out("OFFERS"))
    units = courses.through(snapshot.out("COVERS"))
    tasks = own.and_those(courses).through(snapshot.out("SCHEDULES"))
    unrecorded = tasks.sizes(t) == 0
    applying = units.through(snapshot.into("APPLIES"))
    stand_in = unrecorded[applying.rows]
    tasks = tasks.and_those(_Pairs(applying.rows[stand_in], applying.nodes[stand_in], n))
    taught = units.through(snapshot.out("DEVELOPS"))
    practised = tasks.through(snapshot.out("PRACTISES"))
    roles = own.through(snapshot.out("TARGETS"))
    required, demand = _required(snapshot, roles)
    # 0 connected, 1 unpractised, 2 untaught, 3 unserved
    has_units, has_tasks = required.among(taught), required.among(practised)
    column = np.where(has_units, np.where(has_tasks, 0, 1), np.where(has_tasks, 2, 3))
    cell = required.rows * 4 + column
    everywhere = np.logical_and(*taught_and_practised(snapshot, _widest(snapshot, scope)))
    closed = (column > 0) & everywhere[required.nodes]
    lead, count = _lead(snapshot, roles, t)
    return FlowArrays(
        programmes=programmes,
        counts=np.bincount(cell, minlength=t * 4).reshape(t, 4),
        demand=np.bincount(cell, demand, minlength=t * 4).astype(np.float64).reshape(t, 4),
        elsewhere=np.bincount(required.rows[closed], minlength=t),
        roles=roles.sizes(t),
        courses=courses.sizes(t),
        lead=lead,
        openings=count,
        unrecorded=unrecorded,
        untargeted=_untargeted(snapshot, whole, targeting, above, below),
        gathering=len(targeting) - t,
    )


def _targeting(snapshot: Snapshot, whole: ResolvedScope) -> Ints:
    """Return the disciplines in scope that TARGET a role themselves and teach something, by themselves or below."""
    disciplines = _in_scope(snapshot, whole)
    return disciplines[sending_disciplines(snapshot)[disciplines] & (snapshot.out("TARGETS").degree[disciplines] > 0)]


def _gathers(snapshot: Snapshot, targeting: Ints, above: Ints, below: Ints) -> Mask:
    """Return which of the disciplines offer and schedule nothing themselves, and have another of these below them."""
    n, is_targeting = np.int64(len(snapshot)), np.zeros(len(snapshot), bool)
    is_targeting[targeting] = True
    # in a circle of parents each is below the other, and gathers nothing
    is_circular = np.isin(above * n + below, below * n + above)
    has_any_below = np.zeros(len(snapshot), bool)
    has_any_below[above[is_targeting[below] & ~is_circular]] = True
    teaches = snapshot.out("OFFERS").degree + snapshot.out("SCHEDULES").degree > 0
    return (has_any_below & ~teaches)[targeting]


def _in_scope(snapshot: Snapshot, whole: ResolvedScope) -> Ints:
    disciplines = snapshot.of_kind("Discipline")
    return disciplines if whole.disciplines is None else disciplines[whole.disciplines[disciplines]]


def _hierarchy(snapshot: Snapshot) -> tuple[Ints, Ints]:
    """Return every pair of a discipline and one below it, at any depth."""
    parent = snapshot.reference("parent_id")
    children = np.flatnonzero((parent >= 0) & (snapshot.kind == KIND_CODES["Discipline"]))
    return closure(parent[children], children, len(snapshot))


def _required(snapshot: Snapshot, roles: _Pairs) -> tuple[_Pairs, Floats]:
    """Return what the roles of each row require, and the demand for it: openings times weight, summed."""
    needs = needs_matrix(snapshot)
    owner, at = expand(needs.indptr, roles.nodes)
    rows, competencies = roles.rows[owner], needs.indices[at]
    required = _Pairs(rows, competencies, roles.n)
    place = np.searchsorted(required.keys, rows * roles.n + competencies)
    weights = openings(snapshot)[roles.nodes[owner]] * needs.data[at]
    return required, settled(np.bincount(place, weights, minlength=len(required.keys)))


def _widest(snapshot: Snapshot, scope: Scope) -> ResolvedScope:
    """Return the scope in which another programme may close what is broken in one: that without a discipline."""
    return resolve(snapshot, scope.model_copy(update={"discipline": None}), focused=True)


def _lead(snapshot: Snapshot, roles: _Pairs, t: int) -> tuple[Ints, Floats]:
    """Return of each row its role with the most openings, the first by id, and the openings of all of its roles."""
    count = openings(snapshot)[roles.nodes]
    order = np.lexsort((roles.nodes, -settled(count), roles.rows))
    first = np.searchsorted(roles.rows, np.arange(t))
    return roles.nodes[order][first], np.bincount(roles.rows, count, minlength=t).astype(np.float64)


def _untargeted(snapshot: Snapshot, whole: ResolvedScope, programmes: Ints, above: Ints, below: Ints) -> int:
    """Return how many disciplines in scope teach something themselves while no programme is, contains or is in them."""
    told = np.zeros(len(snapshot), bool)
    told[programmes] = True
    is_programme = told.copy()
    told[below[is_programme[above]]] = True
    told[above[is_programme[below]]] = True
    disciplines = _in_scope(snapshot, whole)
    teaches = snapshot.out("OFFERS").degree[disciplines] + snapshot.out("SCHEDULES").degree[disciplines] > 0
    return int(np.count_nonzero(teaches & ~told[disciplines]))
