"""The chain's semantics over all competencies at once: status, link, flaws, demand, as arrays.

It says what `chain.py` says of one competency, by joins of sorted arrays instead of loops; tests hold the two together.
"""

from dataclasses import dataclass

import numpy as np

from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import WORD_CODES, Snapshot
from queries.semantics.array_joins import RowIndex, expand, look_up
from queries.semantics.assessed_arrays import below_threshold, unassessed
from queries.semantics.chain import BY_EMPTINESS, LINKS, STATUSES
from queries.semantics.chain_status import ChainLink, ChainStatus
from queries.semantics.counted_links import ChainLinks, CountedLinks
from queries.semantics.overlap import demand_of, find_overlaps
from queries.semantics.requirements import counted_needs
from queries.semantics.resolved_scope import Mask, ResolvedScope, served
from queries.semantics.weakness import Weakness

WEAKNESSES: tuple[Weakness, ...] = tuple(Weakness)
_STATUS_CODE = np.zeros((2, 2, 2), np.int8)
for _emptiness, _status in BY_EMPTINESS.items():
    _STATUS_CODE[tuple(int(some) for some in _emptiness)] = STATUSES.index(_status)
_SEVERITY_OF_STATUS = {
    ChainStatus.CONNECTED: -1,
    ChainStatus.UNPRACTISED: 4,
    ChainStatus.UNTAUGHT: 4,
    ChainStatus.UNSERVED: 5,
    ChainStatus.UNDEMANDED: 1,
    ChainStatus.TAUGHT_ONLY: 1,
    ChainStatus.PRACTISED_ONLY: 1,
    ChainStatus.ISOLATED: 0,
}
_GRAVE = (Weakness.CAMPUS_ONLY, Weakness.OUT_OF_ORDER, Weakness.INDIRECT)
NO_GAP = -1


@dataclass(frozen=True, slots=True)
class ChainArrays:
    """What holds of every competency in a scope; all arrays in the order of `competencies` (id order).

    `status` are positions in STATUSES; `link` in LINKS, -1 unless connected; `flaws` has a column for each Weakness.
    `severity` is 5 to 0, NO_GAP for what is connected without a flaw. `demand` is the openings behind it, weighted.
    """

    competencies: Ints
    status: Ints
    link: Ints
    flaws: Mask
    severity: Ints
    demand: Floats


@dataclass(frozen=True, slots=True)
class _ScopedLinks:
    """Links into competencies that count in a scope: which of all, their rows by competency, and the other ends."""

    kept: Mask
    rows: RowIndex
    other: Ints
    level: Ints


@dataclass(frozen=True, slots=True)
class _ChainStages:
    """What K, T and R are of every competency in a scope."""

    units: _ScopedLinks
    tasks: _ScopedLinks
    roles: _ScopedLinks


def judge(snapshot: Snapshot, scope: ResolvedScope) -> ChainArrays:
    """Return the judgement of every competency (of a class, once); for the whole graph, worked out once."""
    return scope.derived(_judge, snapshot)


def _judge(snapshot: Snapshot, scope: ResolvedScope) -> ChainArrays:
    parts = scope.derived(_parts, snapshot)
    taught, practised, required = parts.units.rows.any, parts.tasks.rows.any, parts.roles.rows.any
    chosen = snapshot.of_kind("Competency")
    status = _STATUS_CODE[taught[chosen].view(np.int8), practised[chosen].view(np.int8), required[chosen].view(np.int8)]
    connected = taught & practised & required
    link, bad = np.full(len(chosen), -1, np.int8), np.zeros((len(chosen), len(WEAKNESSES)), bool)
    if connected.any():
        links = _links(snapshot, scope, parts)
        link = np.where(connected, links, -1).astype(np.int8)[chosen]
        for flaw, found in _flaws(snapshot, scope, parts, connected).items():
            bad[:, _at(flaw)] = (found & connected)[chosen]
        bad[:, _at(Weakness.INDIRECT)] = link == LINKS.index(ChainLink.INDIRECT)
    grave = bad[:, [_at(flaw) for flaw in _GRAVE]].any(axis=1)
    severity = np.where(grave, 3, np.where(bad.any(axis=1), 2, _SEVERITIES[status])).astype(np.int8)
    return ChainArrays(chosen, status, link, bad, severity, scope.derived(demand_of, snapshot)[chosen])


def _flaws(snapshot: Snapshot, scope: ResolvedScope, parts: _ChainStages, connected: Mask) -> dict[Weakness, Mask]:
    """Return of each flaw but `indirect` which nodes have it, if they are connected."""
    kept = parts.tasks.kept
    single_host, campus_only = _hosts(snapshot, parts.tasks)
    return {
        Weakness.FRAGILE: _fragile(snapshot, scope, parts),
        Weakness.SINGLE_HOST: single_host,
        Weakness.CAMPUS_ONLY: campus_only,
        Weakness.NO_EMPLOYER: _no_employer(snapshot, parts.roles),
        Weakness.OUT_OF_ORDER: _out_of_order(scope, parts),
        Weakness.BELOW_LEVEL: _below_level(parts),
        Weakness.UNASSESSED: unassessed(snapshot, scope.counted, kept),
        Weakness.BELOW_THRESHOLD: below_threshold(snapshot, scope.counted, kept),
        Weakness.OVERLAP: find_overlaps(snapshot, scope, connected),
    }


def supplied(snapshot: Snapshot, scope: ResolvedScope) -> tuple[Mask, Mask]:
    """Return which nodes are taught, and which are practised, in a scope: masks over all nodes."""
    units = served(snapshot, scope.counted.develops, scope.units, scope.min_weight)
    return units, served(snapshot, scope.counted.practises, scope.tasks, scope.min_weight)


_SEVERITIES = np.array([_SEVERITY_OF_STATUS[status] for status in STATUSES], np.int8)


def _at(flaw: Weakness) -> int:
    return WEAKNESSES.index(flaw)


def _parts(snapshot: Snapshot, scope: ResolvedScope) -> _ChainStages:
    units = _kept(scope.counted.develops, scope.units, scope.min_weight)
    tasks = _kept(scope.counted.practises, scope.tasks, scope.min_weight)
    needs = counted_needs(snapshot, scope.counted, scope.min_weight)
    kept = np.ones(len(needs.role), bool) if scope.roles is None else scope.roles[needs.role]
    return _ChainStages(units, tasks, _pairs(kept, needs.competency, needs.role, needs.level, len(snapshot)))


def _kept(links: CountedLinks, mask: Mask | None, least: float) -> _ScopedLinks:
    into = links.into
    kept = np.ones(len(into.indices), bool)
    if least > 0:
        kept &= into.weight >= least
    if mask is not None:
        kept &= mask[into.indices]
    return _pairs(kept, into.rows, into.indices, links.level, len(into.indptr) - 1)


def _pairs(kept: Mask, competency: Ints, other: Ints, level: Ints, n: int) -> _ScopedLinks:
    if kept.all():
        return _ScopedLinks(kept, RowIndex(competency, n), other, level)
    return _ScopedLinks(kept, RowIndex(competency[kept], n), other[kept], level[kept])


def _any(nodes: Ints, n: int) -> Mask:
    found = np.zeros(n, bool)
    found[nodes] = True
    return found


@dataclass(frozen=True, slots=True)
class _JointArrays:
    """Where training touches the two ends of chains, of the whole graph; `pair` is a position in PRACTISES.

    `applied_*`: the task of the pair applies a unit that develops the competency; `develops` is that link's position.
    `rehearsed_*`: the task prepares for a responsibility of `role`, and the role needs the competency: directly where
    that responsibility requires it, else because the role itself does; `weight` is the weight of that requirement.
    """

    applied_pair: Ints
    develops: Ints
    rehearsed_pair: Ints
    role: Ints
    is_direct: Mask
    weight: Floats


def _ties(snapshot: Snapshot, counted: ChainLinks) -> _JointArrays:
    practises, develops, requires = counted.practises.into, counted.develops.into, counted.requires.into
    competency, task = practises.rows, practises.indices
    pair, link = expand(snapshot.out("APPLIES").indptr, task)
    unit = snapshot.out("APPLIES").indices[link]
    found, at = look_up(develops, competency[pair], unit)
    applied_pair, at = pair[found], at[found]
    tied = np.unique(applied_pair)
    pair, link = expand(snapshot.out("PREPARES_FOR").indptr, task[tied])
    pair, duty = tied[pair], snapshot.out("PREPARES_FOR").indices[link]
    holders = snapshot.into("HAS_RESPONSIBILITY")
    duty_pair, holder = expand(holders.indptr, duty)
    role = holders.indices[holder]
    by_duty, duty_at = look_up(requires, competency[pair], duty)
    by_role, role_at = look_up(requires, competency[pair][duty_pair], role)
    direct = by_duty[duty_pair]
    weights = requires.weight
    return _JointArrays(
        applied_pair,
        at,
        np.concatenate((pair[duty_pair[direct]], pair[duty_pair[by_role]])),
        np.concatenate((role[direct], role[by_role])),
        np.concatenate((np.ones(direct.sum(), bool), np.zeros(by_role.sum(), bool))),
        np.concatenate((weights[duty_at[duty_pair[direct]]], weights[role_at[by_role]])),
    )


def _links(snapshot: Snapshot, scope: ResolvedScope, parts: _ChainStages) -> Ints:
    """Return the best link of each node, as if it were connected."""
    ties = scope.counted.derived(_ties, snapshot)
    competency = scope.counted.practises.into.rows
    kept = parts.tasks.kept
    applied = _any(ties.applied_pair[parts.units.kept[ties.develops]], len(kept)) & kept
    counts = applied[ties.rehearsed_pair] & (ties.weight >= scope.min_weight)
    if scope.roles is not None:
        counts &= scope.roles[ties.role]
    link = np.full(len(snapshot), LINKS.index(ChainLink.INDIRECT), np.int8)
    link[competency[ties.rehearsed_pair[counts]]] = LINKS.index(ChainLink.ROLE_DIRECT)
    link[competency[ties.rehearsed_pair[counts & ties.is_direct]]] = LINKS.index(ChainLink.DIRECT)
    return link


def _fragile(snapshot: Snapshot, scope: ResolvedScope, parts: _ChainStages) -> Mask:
    """Whether one course or one task is all there is; a unit in no course counts as a course of its own."""
    low, high = snapshot.derived(_all_courses) if scope.courses is None else _courses(snapshot, scope.courses)
    found: Mask = _is_one(parts.units, low, high) | np.equal(parts.tasks.rows.sizes, 1)
    return found


def _all_courses(snapshot: Snapshot) -> tuple[Ints, Ints]:
    return _courses(snapshot, None)


def _courses(snapshot: Snapshot, kept: Mask | None) -> tuple[Ints, Ints]:
    """Return of each unit the first and the last of its courses; n and its own number where it is in no course."""
    covers, n = snapshot.into("COVERS"), len(snapshot)
    inside = slice(None) if kept is None else kept[covers.indices]
    low, high = _extremes(covers.rows[inside], covers.indices[inside], n)
    alone = np.flatnonzero(covers.degree == 0)
    low[alone] = high[alone] = n + alone
    return low, high


def _extremes(rows: Ints, values: Ints, n: int) -> tuple[Ints, Ints]:
    """Return the smallest and the largest value of each row, which ascend; 3n and -1 where there is none."""
    found = RowIndex(rows, n)
    return found.reduced(np.minimum, values, 3 * n), found.reduced(np.maximum, values, -1)


def _is_one(pairs: _ScopedLinks, low: Ints, high: Ints) -> Mask:
    """Whether the other ends of each competency have, between them, one thing from low to high."""
    lowest = pairs.rows.reduced(np.minimum, low[pairs.other], 0)
    found: Mask = lowest == pairs.rows.reduced(np.maximum, high[pairs.other], -1)
    return found


_NO_HOST, _CAMPUS, _ENTERPRISE = 0, 1, 2


def _task_hosts(snapshot: Snapshot) -> tuple[Ints, Ints, Ints]:
    """Return of each task its first and last host, and the best sort of host that it has."""
    hosts, n = snapshot.into("HOSTS"), len(snapshot)
    is_enterprise = snapshot.word_codes("kind")[hosts.indices] == WORD_CODES["enterprise"]
    sort = np.where(is_enterprise, _ENTERPRISE, _CAMPUS).astype(np.int8)
    return *_extremes(hosts.rows, hosts.indices, n), RowIndex(hosts.rows, n).reduced(np.maximum, sort, _NO_HOST)


def _hosts(snapshot: Snapshot, tasks: _ScopedLinks) -> tuple[Mask, Mask]:
    """Whether the recorded hosts of T are one and the same; whether none of those recorded is an enterprise."""
    low, high, sort = snapshot.derived(_task_hosts)
    best = tasks.rows.reduced(np.maximum, sort[tasks.other], _NO_HOST)
    return _is_one(tasks, low, high), np.equal(best, _CAMPUS)


_FOUNDER, _IDLE, _EMPLOYED = 0, 1, 2


def _employment(snapshot: Snapshot) -> Ints:
    """Return of each node, as a role: whether it is a founder's, is employed by nobody, or is by somebody."""
    has_employer = snapshot.into("EMPLOYS").degree > 0
    is_founder = snapshot.word_codes("kind") == WORD_CODES["founder"]
    return np.where(is_founder, _FOUNDER, np.where(has_employer, _EMPLOYED, _IDLE)).astype(np.int8)


def _no_employer(snapshot: Snapshot, roles: _ScopedLinks) -> Mask:
    if not len(snapshot.into("EMPLOYS").indices):
        return np.zeros(len(snapshot), bool)
    found: Mask = np.equal(roles.rows.reduced(np.maximum, snapshot.derived(_employment)[roles.other], _FOUNDER), _IDLE)
    return found


def _out_of_order(scope: ResolvedScope, parts: _ChainStages) -> Mask:
    """Whether everything is dated, and taught in a later term than it is practised."""
    first, last = scope.unit_terms.first, scope.task_terms.last
    # an undated unit is due from the first, an undated task until the last: such a pair is in order
    taught, practised = np.where(np.isinf(first), -np.inf, first), np.where(np.isinf(last), np.inf, last)
    units, tasks = parts.units, parts.tasks
    earliest = units.rows.reduced(np.minimum, taught[units.other], np.inf)
    found: Mask = earliest > tasks.rows.reduced(np.maximum, practised[tasks.other], -np.inf)
    return found


def _below_level(parts: _ChainStages) -> Mask:
    """Whether the highest level required is above the highest taught or practised, where both are stated."""
    if (parts.roles.level < 0).all():
        return np.zeros(len(parts.roles.rows.any), bool)
    need, *have = (part.rows.reduced(np.maximum, part.level, -1) for part in (parts.roles, parts.units, parts.tasks))
    highest = np.maximum(*have)
    found: Mask = (need > highest) & (highest >= 0)
    return found
