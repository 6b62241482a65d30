"""Flows (Sankey) of demand: from classroom through training to position, by programme, and where they break."""

from typing import Annotated

from pydantic import Field

from graph.model import Frozen
from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import Snapshot
from queries.flow_arrays import FlowArrays, flow_arrays
from queries.role_shares import REQUIRED
from queries.semantics.answers import Count, NodeName, Share, named
from queries.semantics.chain_status import ChainStatus
from queries.semantics.course_units import of_institution
from queries.semantics.demand import share_of
from queries.semantics.focus import FocusMode, focus_mode
from queries.semantics.scope import FocusWish, Scope
from queries.semantics.tolerance import settle

MOST_PROGRAMMES = 11
"""How many programmes have a flow of their own where there are more than one further."""

Demand = Annotated[float, Field(ge=0)]


class FlowBand(Frozen):
    """The competencies of one status that roles of a programme require, and the demand for them."""

    status: ChainStatus
    count: Count
    demand: Demand


class Flow(Frozen):
    """What a programme's roles require, by how it stands in the programme's own scope.

    `bands` are in the order of REQUIRED, each there; `share` is the part of the demand that is connected, `taught` and
    `practised` are such parts, None without demand. `elsewhere` counts what is broken here, and both taught and
    practised by programmes together. `role` is the one of `roles` with the most openings.
    """

    programme: NodeName
    courses: Count
    roles: Count
    role: NodeName
    openings: Demand
    demand: Demand
    bands: list[FlowBand]
    share: Share | None
    taught: Share | None
    practised: Share | None
    elsewhere: Count
    training_unrecorded: bool


class FlowSum(Frozen):
    """The sum of several flows."""

    programmes: Count
    demand: Demand
    bands: list[FlowBand]
    share: Share | None


class Flows(Frozen):
    """The flows of the programmes in a scope that TARGET roles and teach something: by demand, most first, then by id.

    `others` are those that are not in `programmes`, None where all are; `every` counts a role, and a competency, once
    for each programme. `untargeted` counts the disciplines that teach something, and of which neither they nor one
    above or below them TARGETS a role; `gathering` those that TARGET roles and teach by programmes below them alone.
    """

    programmes: list[Flow]
    others: FlowSum | None
    every: FlowSum
    taught: Share | None
    practised: Share | None
    untargeted: Count
    gathering: Count
    mode: FocusMode
    revision: int


def find_flows(
    snapshot: Snapshot,
    *,
    institution: str | None = None,
    discipline: str | None = None,
    focus: FocusWish = "auto",
    most: int = MOST_PROGRAMMES,
) -> Flows:
    """Return the flows of the `most` programmes with the largest demand, one more if that is all, and the others' sum.

    Each programme is judged in its own scope, with all below it; so its figures are those of its page and its gaps.

    Raises:
        NotFoundError: there is no such institution or discipline.
    """
    asked = Scope(institution=institution, discipline=discipline, focus=focus)
    seen = of_institution(snapshot, asked)
    found = flow_arrays(seen, asked)
    order = found.order
    shown = len(order) if len(order) <= most + 1 else most
    every = _sum(found, order)
    return Flows(
        programmes=[_flow(seen, found, at) for at in order[:shown].tolist()],
        others=_sum(found, order[shown:]) if shown < len(order) else None,
        every=every,
        taught=_share(every.bands, _TAUGHT),
        practised=_share(every.bands, _PRACTISED),
        untargeted=found.untargeted,
        gathering=found.gathering,
        mode=focus_mode(seen, asked),
        revision=snapshot.revision.number,
    )


_CONNECTED = (ChainStatus.CONNECTED,)
_TAUGHT = (ChainStatus.CONNECTED, ChainStatus.UNPRACTISED)
_PRACTISED = (ChainStatus.CONNECTED, ChainStatus.UNTAUGHT)


def _flow(snapshot: Snapshot, found: FlowArrays, at: int) -> Flow:
    bands = _bands(found, [at])
    return Flow(
        programme=named(snapshot, int(found.programmes[at])),
        courses=int(found.courses[at]),
        roles=int(found.roles[at]),
        role=named(snapshot, int(found.lead[at])),
        openings=settle(float(found.openings[at])),
        demand=_total(bands),
        bands=bands,
        share=_share(bands, _CONNECTED),
        taught=_share(bands, _TAUGHT),
        practised=_share(bands, _PRACTISED),
        elsewhere=int(found.elsewhere[at]),
        training_unrecorded=bool(found.unrecorded[at]),
    )


def _sum(found: FlowArrays, rows: Ints) -> FlowSum:
    bands = _bands(found, rows.tolist())
    return FlowSum(programmes=len(rows), demand=_total(bands), bands=bands, share=_share(bands, _CONNECTED))


def _bands(found: FlowArrays, rows: list[int]) -> list[FlowBand]:
    counts, demand = found.counts[rows].sum(axis=0), found.demand[rows].sum(axis=0)
    return [
        FlowBand(status=status, count=count, demand=settle(amount))
        for status, count, amount in zip(REQUIRED, counts.tolist(), demand.tolist(), strict=True)
    ]


def _total(bands: list[FlowBand]) -> float:
    return settle(sum(band.demand for band in bands))


def _share(bands: list[FlowBand], statuses: tuple[ChainStatus, ...]) -> float | None:
    return share_of(sum(band.demand for band in bands if band.status in statuses), _total(bands))
