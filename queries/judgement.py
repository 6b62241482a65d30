"""The chain's semantics over all competencies at once: status, link, flaws, demand, as arrays.

It says what `chain.py` says of one competency, by joins of sorted arrays instead of loops; tests hold the two together.
"""

from dataclasses import dataclass

import numpy as np

from graph.snapshot import WORD_CODES, Floats, Ints, Snapshot
from queries.chain import BY_EMPTINESS, LINKS, STATUSES, Link, Status
from queries.counted import Counted, CountedLinks
from queries.evidence import below_threshold, unassessed
from queries.flaws import Weakness
from queries.joins import expand, look_up, reduced
from queries.needs import Needs, counted_needs
from queries.overlap import demand_of, find_overlaps
from queries.scope import Mask, Resolved, served

WEAKNESSES: tuple[Weakness, ...] = tuple(Weakness)
_STATUS_CODE = np.zeros((2, 2, 2), np.int8)
for _emptiness, _status in BY_EMPTINESS.items():
    _STATUS_CODE[tuple(int(some) for some in _emptiness)] = STATUSES.index(_status)
_SEVERITY_OF_STATUS = {
    Status.CONNECTED: -1,
    Status.UNPRACTISED: 4,
    Status.UNTAUGHT: 4,
    Status.UNSERVED: 5,
    Status.UNDEMANDED: 1,
    Status.TAUGHT_ONLY: 1,
    Status.PRACTISED_ONLY: 1,
    Status.ISOLATED: 0,
}
_GRAVE = (Weakness.CAMPUS_ONLY, Weakness.OUT_OF_ORDER, Weakness.INDIRECT)
NO_GAP = -1


@dataclass(frozen=True, slots=True)
class Judgement:
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
class _Pairs:
    """Links into competencies that count in a scope: which of all, and both ends."""

    kept: Mask
    competency: Ints
    other: Ints


def judge(snapshot: Snapshot, scope: Resolved) -> Judgement:
    """Return the judgement of every competency (of a class, once)."""
    n = len(snapshot)
    units = _kept(scope.counted.develops, scope.units, scope.min_weight)
    tasks = _kept(scope.counted.practises, scope.tasks, scope.min_weight)
    needs, needed = _kept_needs(snapshot, scope)
    taught, practised, required = (
        _any(pairs, n) for pairs in (units.competency, tasks.competency, needs.competency[needed])
    )
    chosen = snapshot.of_kind("Competency")
    status = _STATUS_CODE[taught[chosen].astype(int), practised[chosen].astype(int), required[chosen].astype(int)]
    connected = taught & practised & required
    link = _links(snapshot, scope, units, tasks)
    demand = scope.derived(demand_of, snapshot)
    flaws = np.zeros((n, len(WEAKNESSES)), bool)
    if connected.any():
        flaws[:, _at(Weakness.INDIRECT)] = link == LINKS.index(Link.INDIRECT)
        flaws[:, _at(Weakness.FRAGILE)] = _fragile(snapshot, scope, units, tasks)
        flaws[:, _at(Weakness.SINGLE_HOST)], flaws[:, _at(Weakness.CAMPUS_ONLY)] = _hosts(snapshot, tasks)
        flaws[:, _at(Weakness.NO_EMPLOYER)] = _no_employer(snapshot, needs, needed)
        flaws[:, _at(Weakness.OUT_OF_ORDER)] = _out_of_order(scope, units, tasks, n)
        flaws[:, _at(Weakness.BELOW_LEVEL)] = _below_level(scope, units, tasks, _levels(needs, needed, n))
        flaws[:, _at(Weakness.UNASSESSED)] = unassessed(snapshot, scope.counted, tasks.kept)
        flaws[:, _at(Weakness.BELOW_THRESHOLD)] = below_threshold(snapshot, scope.counted, tasks.kept)
        flaws[:, _at(Weakness.OVERLAP)] = find_overlaps(snapshot, scope, connected)
        flaws &= connected[:, None]
    severity = _SEVERITIES[status]
    bad = flaws[chosen]
    grave = bad[:, [_at(flaw) for flaw in _GRAVE]].any(axis=1)
    severity = np.where(grave, 3, np.where(bad.any(axis=1), 2, severity)).astype(np.int8)
    link = np.where(connected, link, -1).astype(np.int8)
    return Judgement(chosen, status, link[chosen], bad, severity, demand[chosen])


def supplied(snapshot: Snapshot, scope: Resolved) -> tuple[Mask, Mask]:
    """Return which nodes are taught, and which are practised, in a scope: masks over all nodes."""
    units = served(snapshot, scope.counted.develops, scope.units, scope.min_weight)
    return units, served(snapshot, scope.counted.practises, scope.tasks, scope.min_weight)


_SEVERITIES = np.array([_SEVERITY_OF_STATUS[status] for status in STATUSES], np.int8)


def _at(flaw: Weakness) -> int:
    return WEAKNESSES.index(flaw)


def _kept(links: CountedLinks, mask: Mask | None, least: float) -> _Pairs:
    into = links.into
    kept = np.ones(len(into.indices), bool)
    if least > 0:
        kept &= into.weight >= least
    if mask is not None:
        kept &= mask[into.indices]
    if kept.all():
        return _Pairs(kept, into.rows, into.indices)
    return _Pairs(kept, into.rows[kept], into.indices[kept])


def _kept_needs(snapshot: Snapshot, scope: Resolved) -> tuple[Needs, Mask | slice]:
    needs = counted_needs(snapshot, scope.counted, scope.min_weight)
    return needs, slice(None) if scope.roles is None else scope.roles[needs.role]


def _any(nodes: Ints, n: int) -> Mask:
    found = np.zeros(n, bool)
    found[nodes] = True
    return found


@dataclass(frozen=True, slots=True)
class _Ties:
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


def _ties(snapshot: Snapshot, counted: Counted) -> _Ties:
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
    return _Ties(
        applied_pair,
        at,
        np.concatenate((pair[duty_pair[direct]], pair[duty_pair[by_role]])),
        np.concatenate((role[direct], role[by_role])),
        np.concatenate((np.ones(direct.sum(), bool), np.zeros(by_role.sum(), bool))),
        np.concatenate((weights[duty_at[duty_pair[direct]]], weights[role_at[by_role]])),
    )


def _links(snapshot: Snapshot, scope: Resolved, units: _Pairs, tasks: _Pairs) -> Ints:
    """Return the best link of each node, as if it were connected."""
    ties = scope.counted.derived(_ties, snapshot)
    competency = scope.counted.practises.into.rows
    applied = _any(ties.applied_pair[units.kept[ties.develops]], len(tasks.kept)) & tasks.kept
    counts = applied[ties.rehearsed_pair] & (ties.weight >= scope.min_weight)
    if scope.roles is not None:
        counts &= scope.roles[ties.role]
    link = np.full(len(snapshot), LINKS.index(Link.INDIRECT), np.int8)
    link[competency[ties.rehearsed_pair[counts]]] = LINKS.index(Link.ROLE_DIRECT)
    link[competency[ties.rehearsed_pair[counts & ties.is_direct]]] = LINKS.index(Link.DIRECT)
    return link


def _fragile(snapshot: Snapshot, scope: Resolved, units: _Pairs, tasks: _Pairs) -> Mask:
    """Whether one course or one task is all there is; a unit in no course counts as a course of its own."""
    n = len(snapshot)
    covers = snapshot.into("COVERS")
    kept = slice(None) if scope.courses is None else scope.courses[covers.indices]
    low, high = _extremes(covers.rows[kept], covers.indices[kept], n)
    alone = covers.degree == 0
    low[alone] = high[alone] = n + np.flatnonzero(alone)
    lowest = reduced(np.minimum, units.competency, low[units.other], n, 3 * n)
    highest = reduced(np.maximum, units.competency, high[units.other], n, -1)
    found: Mask = (lowest == highest) | np.equal(np.bincount(tasks.competency, minlength=n), 1)
    return found


def _extremes(rows: Ints, values: Ints, n: int) -> tuple[Ints, Ints]:
    """Return the smallest and the largest value of each row, which ascend; 3n and -1 where there is none."""
    return reduced(np.minimum, rows, values, n, 3 * n), reduced(np.maximum, rows, values, n, -1)


def _hosts(snapshot: Snapshot, tasks: _Pairs) -> tuple[Mask, Mask]:
    """Whether the recorded hosts of T are one and the same; whether none of those recorded is an enterprise."""
    n = len(snapshot)
    hosts = snapshot.into("HOSTS")
    low, high = _extremes(hosts.rows, hosts.indices, n)
    lowest = reduced(np.minimum, tasks.competency, low[tasks.other], n, 3 * n)
    highest = reduced(np.maximum, tasks.competency, high[tasks.other], n, -1)
    is_enterprise = snapshot.word_codes("kind")[hosts.indices] == WORD_CODES["enterprise"]
    at_enterprise = _any(hosts.rows[is_enterprise], n)
    outside = _any(tasks.competency[at_enterprise[tasks.other]], n)
    return (lowest == highest), (highest >= 0) & ~outside


def _no_employer(snapshot: Snapshot, needs: Needs, needed: Mask | slice) -> Mask:
    n = len(snapshot)
    employers = snapshot.into("EMPLOYS")
    if not len(employers.indices):
        return np.zeros(n, bool)
    competency, role = needs.competency[needed], needs.role[needed]
    employed = snapshot.word_codes("kind")[role] != WORD_CODES["founder"]
    return _any(competency[employed], n) & ~_any(competency[employed & (employers.degree[role] > 0)], n)


def _out_of_order(scope: Resolved, units: _Pairs, tasks: _Pairs, n: int) -> Mask:
    """Whether everything is dated, and taught in a later term than it is practised."""
    first, last = scope.unit_terms.first[units.other], scope.task_terms.last[tasks.other]
    # an undated unit is due from the first, an undated task until the last: such a pair is in order
    taught = reduced(np.minimum, units.competency, np.where(np.isinf(first), -np.inf, first), n, np.inf)
    practised = reduced(np.maximum, tasks.competency, np.where(np.isinf(last), np.inf, last), n, -np.inf)
    found: Mask = taught > practised
    return found


def _levels(needs: Needs, needed: Mask | slice, n: int) -> Ints:
    """Return the highest level at which each node is required; -1 where none is stated."""
    return reduced(np.maximum, needs.competency[needed], needs.level[needed], n, -1)


def _below_level(scope: Resolved, units: _Pairs, tasks: _Pairs, need: Ints) -> Mask:
    """Whether the highest level required is above the highest taught or practised, where both are stated."""
    have = np.full(len(need), -1, np.int32)
    for links, pairs in ((scope.counted.develops, units), (scope.counted.practises, tasks)):
        level = reduced(np.maximum, pairs.competency, links.level[pairs.kept], len(need), -1)
        have = np.maximum(have, level)
    found: Mask = (need > have) & (have >= 0)
    return found
