"""Gaps: where chains break or are weak, the gravest first."""

from collections.abc import Collection, Iterator
from typing import Annotated, NamedTuple, TypeVar

import numpy as np
from pydantic import Field

from graph.model import Frozen, NodeId, fold
from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import Snapshot
from queries.gap_closers import GapClosers, close_gap
from queries.gap_needs import GapNeeds, needs_near
from queries.parameters.gaps import GapFilter, GapOrder
from queries.semantics.answers import (
    CompetencyName,
    Completeness,
    NarrowerCoverage,
    competency_name,
    completeness,
    narrower_covered,
)
from queries.semantics.chain_arrays import ChainArrays, chain_arrays
from queries.semantics.chain_status import LINKS, STATUSES, ChainLink, ChainStatus
from queries.semantics.course_units import as_asked, of_institution
from queries.semantics.cursors import next_cursor, read_cursor
from queries.semantics.flaws.flaw import Flaw
from queries.semantics.flaws.registry import find_flaws
from queries.semantics.focus_note import Focus, focus_of
from queries.semantics.masks import Mask
from queries.semantics.neighbourhood import Neighbourhood
from queries.semantics.resolved_scope import ResolvedScope, resolve
from queries.semantics.scope import EVERYTHING, Scope, ScopeNote
from queries.semantics.tolerance import settled
from queries.semantics.weakness import WEAKNESSES


class Gap(Frozen):
    """A competency whose chain is broken or weak.

    `severity`: 5 unserved, 4 untaught or unpractised, 3 campus_only, out_of_order or indirect, 2 another flaw, 1 not
    required, 0 isolated; the largest counts. `demand` is the sum, over roles that require it, of openings times weight.
    `narrower_covered` is None unless the scope rolls up and something is narrower.
    """

    competency: CompetencyName
    status: ChainStatus
    link: ChainLink | None
    flaws: list[Flaw]
    severity: Annotated[int, Field(ge=0, le=5)]
    demand: Annotated[float, Field(ge=0)]
    narrower_covered: NarrowerCoverage | None
    closed_by: GapClosers


class Gaps(Frozen):
    """A page of gaps: broken ones first, of severity 5 and 4 together; by demand (without: hours spent), then id.

    `counts` (by status) and `links` (of what is connected) are over every competency in focus, chains in the scope,
    whatever the page and the filters. `total` is the number of gaps that pass the filters.
    """

    items: list[Gap]
    total: int
    counts: dict[ChainStatus, int]
    links: dict[ChainLink, int]
    focus: Focus
    scope: ScopeNote
    next: str | None
    completeness: Completeness
    revision: int


class GapSelection(NamedTuple):
    """Gaps chosen by the ids of their competencies, any of a class: those of `ids`, or all but those of `left_out`."""

    ids: Collection[NodeId] | None = None
    left_out: Collection[NodeId] = ()


ANY_GAP = GapFilter()
EVERY_GAP = GapSelection()
W = TypeVar("W")


def find_gaps(
    snapshot: Snapshot,
    scope: Scope = EVERYTHING,
    wanted: GapFilter = ANY_GAP,
    *,
    order: GapOrder = "broken",
    limit: int = 20,
    cursor: str | None = None,
    among: GapSelection = EVERY_GAP,
) -> Gaps:
    """Return a page of at most `limit` gaps, beginning at the cursor; what is equal in the order is by id.

    In the scope of a discipline that targets roles, only those count, unless the scope says `roles="all"`.
    Only gaps that are `among` those chosen by id are listed.

    Raises:
        NotFoundError: the scope names something that is not there.
        ExpiredError: the cursor is of another revision.
    """
    offset = read_cursor(cursor, snapshot.revision)
    whole, snapshot = of_institution(snapshot, scope), as_asked(snapshot, scope)
    resolved = resolve(snapshot, scope, focused=True)
    chains = chain_arrays(snapshot, resolved)
    listed = np.flatnonzero(_passing(chains, wanted) & _chosen(snapshot, chains, among))
    page = _first(snapshot, chains, listed, order, offset + limit)[offset:]
    status_counts = np.bincount(chains.status, minlength=len(STATUSES))
    link_counts = np.bincount(chains.link[chains.link >= 0], minlength=len(LINKS))
    return Gaps(
        items=[_gap(snapshot, resolved, chains, int(at)) for at in page],
        total=len(listed),
        counts=_counted(STATUSES, status_counts),
        links=_counted(LINKS, link_counts),
        focus=focus_of(snapshot, resolved),
        scope=resolved.note,
        next=next_cursor(snapshot.revision, offset + limit, len(listed)),
        completeness=completeness(whole),
        revision=snapshot.revision.number,
    )


def list_gaps(
    snapshot: Snapshot, scope: Scope, wanted: GapFilter, *, order: GapOrder, limit: int | None
) -> tuple[ChainArrays, Ints]:
    """Return what holds of every competency in focus, and the positions in it of the gaps, as `find_gaps` lists them.

    Raises:
        NotFoundError: the scope names something that is not there.
    """
    snapshot = as_asked(snapshot, scope)
    chains = chain_arrays(snapshot, resolve(snapshot, scope, focused=True))
    listed = np.flatnonzero(_passing(chains, wanted))
    return chains, _first(snapshot, chains, listed, order, len(listed) if limit is None else limit)


def each_gap(
    snapshot: Snapshot,
    scope: Scope = EVERYTHING,
    wanted: GapFilter = ANY_GAP,
    *,
    order: GapOrder = "broken",
    among: GapSelection = EVERY_GAP,
) -> Iterator[tuple[Gap, GapNeeds]]:
    """Yield every gap that `find_gaps` lists, with who needs and teaches it, in the order; each when it is asked for.

    Raises:
        NotFoundError: the scope names something that is not there; at once.
    """
    snapshot = as_asked(snapshot, scope)
    resolved = resolve(snapshot, scope, focused=True)
    chains = chain_arrays(snapshot, resolved)
    listed = np.flatnonzero(_passing(chains, wanted) & _chosen(snapshot, chains, among))
    ordered = _first(snapshot, chains, listed, order, len(listed))
    return (_with_needs(snapshot, resolved, chains, at) for at in ordered.tolist())


def hours_spent(snapshot: Snapshot) -> Floats:
    """Return the learner hours that go into each node of the kind competency; not stated counts 0.

    The hours of a unit are split over what it develops by weight, those of a task over what it practises.
    """
    return snapshot.derived(_hours_spent)


def _hours_spent(snapshot: Snapshot) -> Floats:
    hours, spent = np.nan_to_num(snapshot.number("hours")), np.zeros(len(snapshot))
    for relation in ("DEVELOPS", "PRACTISES"):
        links = snapshot.out(relation)
        total = np.bincount(links.rows, links.weight, minlength=len(snapshot))
        spent += np.bincount(
            links.indices, hours[links.rows] * links.weight / total[links.rows], minlength=len(snapshot)
        )
    return spent


def _first(snapshot: Snapshot, chains: ChainArrays, listed: Ints, order: GapOrder, count: int) -> Ints:
    """Return the first of the listed, at most `count`, in the order."""
    if order in {"broken", "severity"}:
        graveness = chains.severity if order == "severity" else np.where(chains.severity == 4, 5, chains.severity)
        return _gravest(snapshot, chains, graveness, listed, count)
    if order == "name":
        names = [fold(snapshot.name(int(c))) for c in chains.competencies[listed]]
        return listed[sorted(range(len(names)), key=names.__getitem__)[:count]]
    demand = settled(chains.demand[listed])
    hours = np.where(demand > 0, 0.0, settled(hours_spent(snapshot)[chains.competencies[listed]]))
    return listed[np.lexsort((listed, -hours, -demand))[:count]]


def _gravest(snapshot: Snapshot, chains: ChainArrays, graveness: Ints, listed: Ints, count: int) -> Ints:
    """Return the first of the listed, at most `count`, by graveness, demand, hours and id; only these are sorted."""
    severity, demand = graveness[listed], settled(chains.demand[listed])
    if count < len(listed):
        least = int(np.flatnonzero(np.bincount(severity, minlength=6)[::-1].cumsum() >= count)[0])
        alike = np.flatnonzero(severity == 5 - least)
        wanted = count - int((severity > 5 - least).sum())
        smallest = np.partition(demand[alike], len(alike) - wanted)[len(alike) - wanted] if wanted else np.inf
        listed = listed[(severity > 5 - least) | ((severity == 5 - least) & (demand >= smallest))]
        severity, demand = graveness[listed], settled(chains.demand[listed])
    hours = np.where(demand > 0, 0.0, settled(hours_spent(snapshot)[chains.competencies[listed]]))
    return listed[np.lexsort((listed, -hours, -demand, -severity))[:count]]


def _passing(chains: ChainArrays, wanted: GapFilter) -> Mask:
    passing = chains.severity >= wanted.severity
    if wanted.status:
        passing &= np.isin(chains.status, [STATUSES.index(status) for status in wanted.status])
    if wanted.flaw is not None:
        passing &= chains.flaws[:, WEAKNESSES.index(wanted.flaw)]
    return passing


def _chosen(snapshot: Snapshot, chains: ChainArrays, among: GapSelection) -> Mask:
    if among == EVERY_GAP:
        return np.ones(len(chains.competencies), bool)
    chosen = _marked(snapshot, among.left_out)
    np.logical_not(chosen, out=chosen)
    if among.ids is not None:
        chosen &= _marked(snapshot, among.ids)
    return chosen[chains.competencies]


def _marked(snapshot: Snapshot, ids: Collection[NodeId]) -> Mask:
    """Return the nodes of the classes of these ids; an id that the graph does not hold marks none."""
    found = (snapshot.find(one) for one in ids)
    marked = np.zeros(len(snapshot), bool)
    marked[[node for node in found if node is not None]] = True
    return marked


def _gap(snapshot: Snapshot, resolved: ResolvedScope, chains: ChainArrays, at: int) -> Gap:
    return _gap_near(Neighbourhood(snapshot, resolved, int(chains.competencies[at])), chains, at)


def _with_needs(snapshot: Snapshot, resolved: ResolvedScope, chains: ChainArrays, at: int) -> tuple[Gap, GapNeeds]:
    near = Neighbourhood(snapshot, resolved, int(chains.competencies[at]))
    return _gap_near(near, chains, at), needs_near(near)


def _gap_near(near: Neighbourhood, chains: ChainArrays, at: int) -> Gap:
    snapshot, competency, link = near.snapshot, near.competency, int(chains.link[at])
    flaws: list[Flaw] = find_flaws(near, LINKS[link] if link >= 0 else None)
    return Gap(
        competency=competency_name(snapshot, competency),
        status=STATUSES[chains.status[at]],
        link=LINKS[link] if link >= 0 else None,
        flaws=flaws,
        severity=int(chains.severity[at]),
        demand=float(chains.demand[at]),
        narrower_covered=narrower_covered(near.scope.counted, competency),
        closed_by=close_gap(near, [one.flaw for one in flaws]),
    )


def _counted(words: tuple[W, ...], counts: Ints) -> dict[W, int]:
    return dict(zip(words, counts.tolist(), strict=True))
