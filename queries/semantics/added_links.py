"""Links added to a chain on request: inferred ones, those of close competencies, and of narrower ones rolled up."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from graph.snapshot.arrays import Adjacency, Floats, Ints
from graph.snapshot.snapshot import KIND_CODES, Snapshot
from queries.semantics.array_joins import closure, expand
from queries.semantics.counted_links import WAYS, ChainLinks, CountedLinks, OriginColumns, RollUp, ViaKind
from queries.semantics.masks import Mask
from queries.semantics.tolerance import settled


def count_links(snapshot: Snapshot, *, infer: bool = False, close: bool = False) -> ChainLinks:
    """Return what counts, computed once for the snapshot: what is stated, then inferred, then close.

    `infer`: a task practises what the responsibilities that it PREPARES_FOR require, by w(t,j) * w(j,c) of the best.
    `close`: what is close to c counts for it, by its own weight times that of CLOSE_TO, followed once, either way.
    A later step never replaces a link of an earlier one; of several new ones the strongest counts.
    """
    return snapshot.derived(_COUNTS[infer, close])


def _stated(snapshot: Snapshot) -> ChainLinks:
    develops, practises = _stated_links(snapshot, "DEVELOPS"), _stated_links(snapshot, "PRACTISES")
    return ChainLinks(_of_course_units(snapshot, develops), practises, _stated_links(snapshot, "REQUIRES"))


def _of_course_units(snapshot: Snapshot, develops: CountedLinks) -> CountedLinks:
    """Return the links with those marked that are of courses which count as units: nobody states them."""
    into = develops.into
    inferred = snapshot.kind[into.indices] == KIND_CODES["Course"]
    if not inferred.any():
        return develops
    return replace(develops, origins=OriginColumns(inferred, into.rows, np.zeros(len(inferred), np.int8)))


def _stated_links(snapshot: Snapshot, relation: str) -> CountedLinks:
    into, stated = snapshot.into(relation), snapshot.link_values(relation, "level")
    if stated is None:
        return CountedLinks(into, np.full(len(into.indices), -1, np.int32))
    return CountedLinks(into, stated[snapshot.out_positions(relation)])


def _inferred(snapshot: Snapshot) -> ChainLinks:
    stated = snapshot.derived(_stated)
    requires, prepares = stated.requires.into, snapshot.into("PREPARES_FOR")
    # every (REQUIRES link of a responsibility, PREPARES_FOR link to that responsibility)
    by_duty = np.flatnonzero(snapshot.kind[requires.indices] == KIND_CODES["JobResponsibility"])
    link, at = expand(prepares.indptr, requires.indices[by_duty])
    weight = prepares.weight[at] * requires.weight[by_duty[link]]
    competency = requires.rows[by_duty[link]]
    more = _AddedLinks(
        competency, prepares.indices[at], weight, np.full(len(at), -1), competency, np.ones(len(at), bool), 0
    )
    return ChainLinks(stated.develops, _with_added(snapshot, stated.practises, more), stated.requires)


def _close(snapshot: Snapshot) -> ChainLinks:
    return _with_close(snapshot, snapshot.derived(_stated))


def _inferred_and_close(snapshot: Snapshot) -> ChainLinks:
    return _with_close(snapshot, snapshot.derived(_inferred))


_COUNTS = {
    (False, False): _stated,
    (True, False): _inferred,
    (False, True): _close,
    (True, True): _inferred_and_close,
}


def _with_close(snapshot: Snapshot, counted: ChainLinks) -> ChainLinks:
    links = snapshot.out("CLOSE_TO")
    between = snapshot.kind[links.rows] == KIND_CODES["Competency"]
    if not between.any():
        return counted
    # pairs of close competencies, each both ways round
    ends = links.rows[between], links.indices[between]
    competency, other = np.concatenate(ends), np.concatenate(ends[::-1])
    closeness = np.tile(links.weight[between], 2)

    def widened(of: CountedLinks) -> CountedLinks:
        return _with_added(snapshot, of, _links_of_others(of, competency, other, closeness, ViaKind.CLOSE))

    return ChainLinks(widened(counted.develops), widened(counted.practises), widened(counted.requires))


def roll_up(snapshot: Snapshot, counted: ChainLinks, covered: Mask, share: float) -> ChainLinks:
    """Return what counts when what is narrower counts for the broader.

    Where at least `share` of all that is narrower than a competency, at any depth, is covered (taught and practised),
    what teaches and practises those covered counts for it. What requires them does not: demand is stated of one.
    """
    n = len(snapshot)
    # over the n nodes: how many are narrower, how many of these are covered, and whether that is share enough
    broader, narrower = snapshot.derived(_narrower)
    total, served = np.bincount(broader, minlength=n), np.bincount(broader[covered[narrower]], minlength=n)
    raised = (total > 0) & (served / np.maximum(total, 1) >= share)
    # the pairs of a raised competency and a covered one that is narrower
    counts = raised[broader] & covered[narrower]
    pairs = broader[counts], narrower[counts], np.ones(counts.sum())

    def widened(of: CountedLinks) -> CountedLinks:
        return _with_added(snapshot, of, _links_of_others(of, *pairs, ViaKind.NARROWER))

    rolled_up = RollUp(served, total, raised & (served > 0))
    if not counts.any():  # what was derived from the links still holds
        return replace(counted, rolled_up=rolled_up)
    return ChainLinks(widened(counted.develops), widened(counted.practises), counted.requires, rolled_up)


def _narrower(snapshot: Snapshot) -> tuple[Ints, Ints]:
    """Return every pair of a competency and one that is narrower, at any depth; in a circle each is, but not itself."""
    links = snapshot.out("BROADER")
    between = snapshot.kind[links.rows] == KIND_CODES["Competency"]
    return closure(links.indices[between], links.rows[between], len(snapshot))


class _AddedLinks(NamedTuple):
    """Links that may be added, with their origins."""

    competency: Ints
    other: Ints
    weight: Floats
    level: Ints
    via: Ints
    inferred: Mask
    way: int


def _links_of_others(of: CountedLinks, competency: Ints, via: Ints, factor: Floats, way: ViaKind) -> _AddedLinks:
    """Return for each pair of competencies the links of the second as if they were of the first."""
    pair, at = expand(of.into.indptr, via)
    inferred = np.zeros(len(at), bool) if of.origins is None else of.origins.inferred[at]
    weight = of.into.weight[at] * factor[pair]
    return _AddedLinks(
        competency[pair], of.into.indices[at], weight, of.level[at], via[pair], inferred, WAYS.index(way)
    )


def _with_added(snapshot: Snapshot, known: CountedLinks, more: _AddedLinks) -> CountedLinks:
    """Return the links with those added that are between others: the strongest, then that by the smallest id."""
    n, size = np.int64(len(snapshot)), len(known.into.indices)
    if not len(more.other):
        return known
    origins = known.origins or OriginColumns(np.zeros(size, bool), known.into.rows, np.zeros(size, np.int8))
    added = len(more.other)
    # over the known links, then those added: one key for each pair of ends
    keys = np.concatenate((known.into.rows * n + known.into.indices, more.competency * n + more.other))
    weight = np.concatenate((known.into.weight, more.weight))
    via = np.concatenate((origins.via, more.via))
    # of each pair of ends the first stands: a known link, else the strongest, else that by the smallest id
    is_new = np.arange(size + added) >= size
    order = np.lexsort((via, -settled(weight), is_new, keys))
    first = order[np.diff(keys[order], prepend=-1) != 0]
    # back to sparse rows of competencies
    rows, indices = (keys[first] // n).astype(np.int32), (keys[first] % n).astype(np.int32)
    indptr = np.zeros(len(snapshot) + 1, np.int32)
    np.cumsum(np.bincount(rows, minlength=len(snapshot)), out=indptr[1:])
    inferred = np.concatenate((origins.inferred, more.inferred))
    way = np.concatenate((origins.way, np.full(added, more.way, np.int8)))
    level = np.concatenate((known.level, more.level)).astype(np.int32)
    return CountedLinks(
        Adjacency(indptr, indices, weight[first]), level[first], OriginColumns(inferred[first], via[first], way[first])
    )
