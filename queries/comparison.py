"""Comparison: how chains differ between two scopes, or two revisions, and how much of the demand each side connects."""

from typing import Annotated, NamedTuple

import numpy as np
from pydantic import Field

from graph.cancellation import cancellable_rows
from graph.model import Frozen
from graph.snapshot.snapshot import Snapshot
from queries.parameters.comparison import DIFFERENCES, Difference
from queries.semantics.answers import CompetencyName, Share, competency_name
from queries.semantics.chain_arrays import ChainArrays, chain_arrays
from queries.semantics.chain_status import BY_EMPTINESS, STATUSES, ChainStatus
from queries.semantics.demand import share_of
from queries.semantics.focus_note import Focus, focus_of
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import Scope, ScopeNote
from queries.semantics.tolerance import settle, total_of

Amount = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]
_CONNECTED = STATUSES.index(ChainStatus.CONNECTED)
_REQUIRED = [STATUSES.index(status) for (_, _, is_required), status in BY_EMPTINESS.items() if is_required]
_ISOLATED = STATUSES.index(ChainStatus.ISOLATED)


class ComparedState(NamedTuple):
    """One side of a comparison: a revision of the graph, and what it is narrowed to."""

    snapshot: Snapshot
    scope: Scope


class ComparedSide(Frozen):
    """A side as a whole: competencies in focus by status, and the share of its demand that stands at each status.

    `required` are the competencies that some role in scope requires; shares are None where nothing is demanded.
    """

    counts: dict[ChainStatus, Count]
    required: Count
    demand: Amount
    demand_shares: dict[ChainStatus, Share | None]
    focus: Focus
    scope: ScopeNote
    revision: int


class ComparedCompetency(Frozen):
    """A competency that stands otherwise on the other side; status and demand are None where it is not in focus."""

    competency: CompetencyName
    difference: Difference
    first: ChainStatus | None
    second: ChainStatus | None
    first_demand: Amount | None
    second_demand: Amount | None


class Comparison(Frozen):
    """What differs between two sides.

    `items` is the page from `offset`: connected on the first side only, then on the second only, then what differs
    otherwise; each by the larger demand of the two, then by id. `totals` counts all of them by difference, `total`
    those that are listed, `alike` the competencies of the same status on both sides.
    """

    first: ComparedSide
    second: ComparedSide
    totals: dict[Difference, Count]
    alike: Count
    total: Count
    items: list[ComparedCompetency]


class _Stand(NamedTuple):
    status: int
    demand: float


class _Row(NamedTuple):
    """A competency by its id, how it stands on both sides, and a position in DIFFERENCES."""

    id: str
    first: _Stand | None
    second: _Stand | None
    difference: int


def compare_chains(
    first: ComparedState, second: ComparedState, wanted: Difference | None = None, *, limit: int = 20, offset: int = 0
) -> Comparison:
    """Return what differs from the first side to the second; `wanted` lists one kind of difference alone.

    Raises:
        NotFoundError: a scope names something that its side does not hold.
    """
    sides = tuple(_judged(state) for state in (first, second))
    rows, alike = _rows(first.snapshot, second.snapshot, *(chains for _, chains in sides))
    listed = rows if wanted is None else [row for row in rows if DIFFERENCES[row.difference] == wanted]
    listed.sort(key=lambda row: (row.difference, -settle(max(_demand(row.first), _demand(row.second))), row.id))
    return Comparison(
        first=sides[0][0],
        second=sides[1][0],
        totals={word: sum(row.difference == at for row in rows) for at, word in enumerate(DIFFERENCES)},
        alike=alike,
        total=len(listed),
        items=[_told(row, first.snapshot, second.snapshot) for row in listed[offset : offset + limit]],
    )


def _judged(state: ComparedState) -> tuple[ComparedSide, ChainArrays]:
    snapshot, resolved = state.snapshot, resolve(state.snapshot, state.scope, focused=True)
    chains = chain_arrays(snapshot, resolved)
    counts, total = np.bincount(chains.status, minlength=len(STATUSES)).tolist(), total_of(chains.demand)
    shares = [share_of(total_of(chains.demand[chains.status == at]), total) for at in range(len(STATUSES))]
    side = ComparedSide(
        counts=dict(zip(STATUSES, counts, strict=True)),
        required=int(np.isin(chains.status, _REQUIRED).sum()),
        demand=total,
        demand_shares=dict(zip(STATUSES, shares, strict=True)),
        focus=focus_of(snapshot, resolved),
        scope=resolved.note,
        revision=snapshot.revision.number,
    )
    return side, chains


def _rows(before: Snapshot, after: Snapshot, first: ChainArrays, second: ChainArrays) -> tuple[list[_Row], int]:
    """Return what differs, and how many competencies do not; what is isolated is as if it were not there."""
    stands = [_stands(first), _stands(second)]
    ids = {before.ids[c] for c in stands[0]} | {after.ids[c] for c in stands[1]}
    rows, alike = list[_Row](), 0
    for name in cancellable_rows(sorted(ids)):
        at, then = before.find(name), after.find(name)
        one = None if at is None else stands[0].get(at)
        other = None if then is None else stands[1].get(then)
        if _position(one) == _position(other):
            alike += 1
            continue
        is_first, is_second = (stand is not None and stand.status == _CONNECTED for stand in (one, other))
        rows.append(_Row(name, one, other, 0 if is_first else 1 if is_second else 2))
    return rows, alike


def _stands(chains: ChainArrays) -> dict[int, _Stand]:
    columns = (chains.competencies.tolist(), chains.status.tolist(), chains.demand.tolist())
    return {c: _Stand(status, demand) for c, status, demand in zip(*columns, strict=True)}


def _position(stand: _Stand | None) -> int:
    return _ISOLATED if stand is None else stand.status


def _demand(stand: _Stand | None) -> float:
    return 0.0 if stand is None else stand.demand


def _told(row: _Row, before: Snapshot, after: Snapshot) -> ComparedCompetency:
    snapshot = after if after.find(row.id) is not None else before
    name = competency_name(snapshot, snapshot.require(row.id))
    first, second = (None if stand is None else STATUSES[stand.status] for stand in (row.first, row.second))
    return ComparedCompetency(
        competency=name.model_copy(update={"id": row.id}),
        difference=DIFFERENCES[row.difference],
        first=first,
        second=second,
        first_demand=None if row.first is None else row.first.demand,
        second_demand=None if row.second is None else row.second.demand,
    )
