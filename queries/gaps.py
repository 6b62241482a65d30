"""Gaps: where chains break or are weak, the gravest first."""

from typing import Annotated, Literal, TypeVar

import numpy as np
from pydantic import Field

from graph.model import Frozen, fold
from graph.snapshot import Floats, Ints, Snapshot
from queries.answers import CompetencyName, competency_name
from queries.chain import LINKS, STATUSES, Link, Neighbourhood, Status
from queries.flaws import Flaw, Weakness, find_flaws
from queries.judgement import WEAKNESSES, Judgement, judge
from queries.paging import next_cursor, read_cursor
from queries.scope import EVERYTHING, Mask, Resolved, Scope, ScopeNote, resolve


class Gap(Frozen):
    """A competency whose chain is broken or weak.

    `severity`: 5 unserved, 4 untaught or unpractised, 3 campus_only, out_of_order or indirect, 2 another flaw, 1 not
    required, 0 isolated. `demand` is the sum, over the roles that require it, of openings times weight.
    """

    competency: CompetencyName
    status: Status
    link: Link | None
    flaws: list[Flaw]
    severity: Annotated[int, Field(ge=0, le=5)]
    demand: Annotated[float, Field(ge=0)]


class Gaps(Frozen):
    """A page of gaps: by severity, demand (without demand: hours spent), largest first; then by id.

    `counts` (by status) and `links` (of what is connected) are over every competency of the graph, judged in the scope,
    whatever the page and the filters. `total` is the number of gaps that pass the filters.
    """

    items: list[Gap]
    total: int
    counts: dict[Status, int]
    links: dict[Link, int]
    scope: ScopeNote
    next: str | None
    revision: int


class GapFilter(Frozen):
    """Which gaps are listed: those of a status, with a flaw, and at least as severe; None lets all pass."""

    status: Status | None = None
    flaw: Weakness | None = None
    severity: Annotated[int, Field(ge=0, le=5)] = 0


ANY_GAP = GapFilter()
Order = Literal["severity", "demand", "name"]
"""What gaps are listed by: severity, then demand; demand alone; or the name."""
W = TypeVar("W")


def find_gaps(
    snapshot: Snapshot,
    scope: Scope = EVERYTHING,
    wanted: GapFilter = ANY_GAP,
    *,
    order: Order = "severity",
    limit: int = 20,
    cursor: str | None = None,
) -> Gaps:
    """Return a page of at most `limit` gaps, beginning at the cursor; what is equal in the order is by id.

    In the scope of a discipline that targets roles, only those count, unless the scope says `roles="all"`.

    Raises:
        NotFoundError: the scope names something that is not there.
        ExpiredError: the cursor is of another revision.
    """
    offset = read_cursor(cursor, snapshot.revision)
    resolved = resolve(snapshot, scope, to_targets=True)
    judged = judge(snapshot, resolved)
    listed = np.flatnonzero(_passing(judged, wanted))
    page = listed[_ordered(snapshot, judged, listed, order)[offset : offset + limit]]
    status_counts = np.bincount(judged.status, minlength=len(STATUSES))
    link_counts = np.bincount(judged.link[judged.link >= 0], minlength=len(LINKS))
    return Gaps(
        items=[_gap(snapshot, resolved, judged, int(at)) for at in page],
        total=len(listed),
        counts=_counted(STATUSES, status_counts),
        links=_counted(LINKS, link_counts),
        scope=resolved.note,
        next=next_cursor(snapshot.revision, offset + limit, len(listed)),
        revision=snapshot.revision.number,
    )


def hours_spent(snapshot: Snapshot) -> Floats:
    """Return the learner hours that go into each node of the kind competency; not stated counts 0.

    The hours of a unit are split over what it develops by weight, those of a task over what it practises.
    """
    return snapshot.derived(_hours_spent)


def _hours_spent(snapshot: Snapshot) -> Floats:
    hours, found = np.nan_to_num(snapshot.number("hours")), np.zeros(len(snapshot))
    for relation in ("DEVELOPS", "PRACTISES"):
        links = snapshot.out(relation)
        total = np.bincount(links.rows, links.weight, minlength=len(snapshot))
        found += np.bincount(
            links.indices, hours[links.rows] * links.weight / total[links.rows], minlength=len(snapshot)
        )
    return found


def _ordered(snapshot: Snapshot, judged: Judgement, listed: Ints, order: Order) -> Ints:
    """Return the positions in `listed`, in the order."""
    if order == "name":
        names = [fold(snapshot.name(int(c))) for c in judged.competencies[listed]]
        return np.array(sorted(range(len(names)), key=names.__getitem__), np.int64)
    hours = hours_spent(snapshot)[judged.competencies]
    hours = np.where(judged.demand[listed] > 0, 0.0, hours[listed])
    by_demand = (listed, -hours, -judged.demand[listed])
    return np.lexsort(by_demand if order == "demand" else (*by_demand, -judged.severity[listed]))


def _passing(judged: Judgement, wanted: GapFilter) -> Mask:
    passing = judged.severity >= wanted.severity
    if wanted.status is not None:
        passing &= judged.status == STATUSES.index(wanted.status)
    if wanted.flaw is not None:
        passing &= judged.flaws[:, WEAKNESSES.index(wanted.flaw)]
    return passing


def _gap(snapshot: Snapshot, resolved: Resolved, judged: Judgement, at: int) -> Gap:
    competency, link = int(judged.competencies[at]), int(judged.link[at])
    flaws: list[Flaw] = []
    if link >= 0:
        flaws = find_flaws(Neighbourhood(snapshot, resolved, competency), LINKS[link])
    return Gap(
        competency=competency_name(snapshot, competency),
        status=STATUSES[judged.status[at]],
        link=LINKS[link] if link >= 0 else None,
        flaws=flaws,
        severity=int(judged.severity[at]),
        demand=float(judged.demand[at]),
    )


def _counted(words: tuple[W, ...], counts: Ints) -> dict[W, int]:
    return dict(zip(words, counts.tolist(), strict=True))
