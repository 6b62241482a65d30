"""Flaw `overlap`: two courses of one discipline teach it to the same level, in more hours than its demand deserves."""

from itertools import combinations
from typing import NamedTuple

import numpy as np

from graph.messages import Message, message
from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import KIND_CODES, Snapshot
from queries.semantics.array_joins import closure, expand
from queries.semantics.flaws.rule import AllChains, FlawRule, OneChain
from queries.semantics.hour_shares import shares_of
from queries.semantics.masks import Mask
from queries.semantics.neighbourhood import Neighbourhood
from queries.semantics.resolved_scope import ResolvedScope
from queries.semantics.tolerance import lowest
from queries.semantics.weakness import Weakness


def _reason(chain: OneChain) -> Message | None:
    snapshot, near = chain.near.snapshot, chain.near
    repetition = find_repetition(near)
    if repetition is None:
        return None
    shares = shares_of(snapshot, near.scope)
    if not shares.is_excessive[near.competency]:
        return None
    return message(
        "reason.taught_twice",
        first=snapshot.name(repetition.first),
        second=snapshot.name(repetition.second),
        discipline=snapshot.name(repetition.discipline),
        level=repetition.level,
        hours=float(shares.hours[near.competency]),
        demand=float(shares.demand[near.competency]),
    )


class Repetition(NamedTuple):
    """Two courses of a discipline that develop a competency to the same level, as nodes."""

    discipline: int
    first: int
    second: int
    level: int


def find_repetition(near: Neighbourhood) -> Repetition | None:
    """Return the first repetition by discipline, level and courses, whatever the hours; None where there is none.

    Two units that state the level (or one unit in both courses) repeat it, unless one is a prerequisite of the other.
    """
    snapshot, scope = near.snapshot, near.scope
    in_scope = scope.courses
    covers, offers = snapshot.into("COVERS"), snapshot.into("OFFERS")
    placed: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for k, level in _stated_levels(near):
        for course in covers.row(k):
            if in_scope is None or in_scope[course]:
                for d in offers.row(course):
                    if scope.disciplines is None or scope.disciplines[d]:
                        placed.setdefault((d, level), []).append((course, k))
    repeated = (
        Repetition(d, first, second, level)
        for (d, level), entries in sorted(placed.items())
        for (first, k), (second, other) in combinations(sorted(entries), 2)
        if first != second and not _depend(snapshot, k, other)
    )
    return next(repeated, None)


def _stated_levels(near: Neighbourhood) -> list[tuple[int, int]]:
    """Return the units that are stated to develop the competency itself to a level, each with the level."""
    links = near.scope.counted.develops
    row = links.into.positions(near.competency)
    marked = links.marks(near.competency)
    pairs = zip(links.into.row(near.competency), links.level[row.start : row.stop].tolist(), strict=True)
    return [(k, level) for k, level in pairs if level >= 0 and k in near.units and k not in marked]


def _depend(snapshot: Snapshot, one: int, other: int) -> bool:
    known = snapshot.derived(_dependent)
    row = known.indices[known.indptr[min(one, other)] : known.indptr[min(one, other) + 1]]
    at = int(row.searchsorted(max(one, other)))
    return at < len(row) and bool(row[at] == max(one, other))


class _Dependent(NamedTuple):
    """Every two units of which one is a prerequisite of the other, at any depth: in row a each b > a."""

    indptr: Ints
    indices: Ints


def _dependent(snapshot: Snapshot) -> _Dependent:
    links, n = snapshot.out("PREREQUISITE_OF"), len(snapshot)
    between = snapshot.kind[links.indices] == KIND_CODES["KnowledgeUnit"]
    start, end = closure(links.rows[between], links.indices[between], n)
    pairs = np.unique(np.minimum(start, end) * np.int64(n) + np.maximum(start, end))
    indptr = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(pairs // n, minlength=n), out=indptr[1:])
    return _Dependent(indptr, pairs % n)


def _mask(chains: AllChains) -> Mask:
    """Return which of the nodes that are connected have excessive hours, and a repetition (see find_repetition)."""
    snapshot, scope, n = chains.snapshot, chains.scope, len(chains.snapshot)
    overlaps, at = np.zeros(n, bool), _levelled(snapshot, scope, chains.connected)
    if not len(at):
        return overlaps
    # over (DEVELOPS link that states a level, course that covers its unit, discipline that offers the course)
    into, levels = scope.counted.develops.into, scope.counted.develops.level
    entry, place = expand(snapshot.into("COVERS").indptr, into.indices[at])
    at, course = at[entry], snapshot.into("COVERS").indices[place]
    if scope.courses is not None:
        at, course = at[scope.courses[course]], course[scope.courses[course]]
    entry, place = expand(snapshot.into("OFFERS").indptr, course)
    at, course, discipline = at[entry], course[entry], snapshot.into("OFFERS").indices[place]
    if scope.disciplines is not None:
        inside = scope.disciplines[discipline]
        at, course, discipline = at[inside], course[inside], discipline[inside]
    # groups of (competency, discipline, level): how many pairs of entries are of two courses and of independent units
    columns = np.stack((into.rows[at], discipline, levels[at]))
    groups, group = np.unique(columns, axis=1, return_inverse=True)
    group = group.reshape(-1).astype(np.int64)
    pairs = _pairs(group, groups.shape[1]) - _pairs_within(group, course, groups.shape[1], n)
    pairs -= _dependent_pairs(snapshot, group, course.astype(np.int64), into.indices[at], groups.shape[1])
    overlaps[groups[0][pairs > 0]] = True
    return overlaps


def _levelled(snapshot: Snapshot, scope: ResolvedScope, connected: Mask) -> Ints:
    """Return the DEVELOPS links of the scope that state a level, of competencies with excessive hours."""
    links = scope.counted.develops
    chosen = links.level >= 0
    if not chosen.any():
        return np.zeros(0, np.int64)
    chosen &= (connected & shares_of(snapshot, scope).is_excessive)[links.into.rows]
    chosen &= links.into.weight >= lowest(scope.min_weight)
    chosen &= links.stated
    if scope.units is not None:
        chosen &= scope.units[links.into.indices]
    return np.flatnonzero(chosen)


def _pairs(group: Ints, size: int) -> Ints:
    counts = np.bincount(group, minlength=size)
    return counts * (counts - 1) // 2


def _pairs_within(group: Ints, course: Ints, size: int, n: int) -> Ints:
    """Return of each group how many pairs are of one course."""
    keys, counts = np.unique(group * n + course, return_counts=True)
    within: Ints = np.bincount(keys // n, counts * (counts - 1) // 2, minlength=size).astype(np.int64)
    return within


def _dependent_pairs(snapshot: Snapshot, group: Ints, course: Ints, unit: Ints, size: int) -> Ints:
    """Return of each group how many pairs, of two courses, are of a unit and a prerequisite of it."""
    n, known = np.int64(len(snapshot)), snapshot.derived(_dependent)
    # entries are (group, course, unit); of each entry every unit that depends on its unit, or the other way round
    entry, place = expand(known.indptr, unit)
    # how many courses of a group hold a unit
    keys, place_of = np.unique(group * n + unit, return_inverse=True)
    held = np.bincount(place_of.reshape(-1), minlength=len(keys))
    wanted = group[entry] * n + known.indices[place]
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    there = keys[at] == wanted
    entry, wanted, others = entry[there], wanted[there], held[at[there]]
    # a unit stands once in each course: one pair less where both are in the same
    mine = np.unique(place_of.reshape(-1) * n + course)
    beside = np.isin(at[there] * n + course[entry], mine)
    dependent: Ints = np.bincount(group[entry], others - beside, minlength=size).astype(np.int64)
    return dependent


RULE = FlawRule(Weakness.OVERLAP, _reason, _mask)
