"""The brief of an enterprise: the gaps of its roles, what to host next, and who could mentor, for one printed page."""

from typing import Annotated

import numpy as np
from pydantic import Field

from graph.model import Frozen
from graph.snapshot.arrays import Floats
from graph.snapshot.snapshot import Snapshot
from queries.leadership import RoleOpenings, measure_leadership
from queries.leadership_arrays import EnterpriseArrays, enterprise_arrays
from queries.semantics.answers import Completeness, Count, NodeName, Share, completeness, named
from queries.semantics.chain_arrays import ChainArrays, chain_arrays
from queries.semantics.chain_status import STATUSES, ChainStatus
from queries.semantics.course_units import of_institution
from queries.semantics.demand import required_by, share_of
from queries.semantics.fusion import kinds_of
from queries.semantics.masks import Mask, both
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import Scope
from queries.semantics.tolerance import settle, settled, total_of
from queries.semantics.weakness import WEAKNESSES, Weakness


class BriefGap(Frozen):
    """A gap of the enterprise's roles: which of them need the competency, and its share of their demand."""

    competency: NodeName
    status: ChainStatus
    flaws: list[Weakness]
    severity: Annotated[int, Field(ge=0, le=5)]
    demand_share: Share | None
    roles: list[NodeName]


class NextHosting(Frozen):
    """A task that no enterprise hosts yet, and that this one could take in: what it would newly host by that.

    `adds` is the share of its demand that no task above in the list brings either.
    """

    task: NodeName
    hosts: list[NodeName]
    seats: float | None
    adds: Share
    covers: list[NodeName]


class NewTraining(Frozen):
    """A competency that no task anywhere practises: training for it is still to be made.

    `responsibilities`: those of its roles that require it. `qualified`: who could guide it, own people first, then by
    how well they are qualified, then by id.
    """

    competency: NodeName
    taught: bool
    demand_share: Share | None
    responsibilities: list[NodeName]
    qualified: list[NodeName]


class PossibleMentor(Frozen):
    """Somebody qualified for what the enterprise's roles require and none of its people mentor yet.

    `own` says that the enterprise employs the person. `adds` is the share of its demand.
    """

    instructor: NodeName
    own: bool
    adds: Share
    competencies: list[NodeName]


class Brief(Frozen):
    """What an enterprise can do next for the training of the people it needs.

    The shares are those of `Leadership`; `served` is the share of its demand taught and practised at all. `gaps`: by
    severity, demand, id. `host_next`: the best first, each chosen for what those before it leave (then by id).
    `new_training` by demand, `mentors` own people first, then by `adds`; then by id. Lists are cut short at `limit`,
    with the whole number in `..._total`.
    """

    enterprise: NodeName
    roles: list[RoleOpenings]
    required: Count
    connected: Count
    served: Share | None
    hosted: Share | None
    led: Share | None
    co_led: Share | None
    mentored: Share | None
    taught_teachers: Share | None
    gaps_total: Count
    gaps: list[BriefGap]
    host_next: list[NextHosting]
    new_training_total: Count
    new_training: list[NewTraining]
    mentors_total: Count
    mentors: list[PossibleMentor]
    completeness: Completeness
    next: str | None = None
    revision: int


def write_brief(
    snapshot: Snapshot,
    enterprise_id: str,
    *,
    institution: str | None = None,
    limit: int = 6,
    most_mentors: int | None = None,
) -> Brief:
    """Return the brief of the enterprise: from all that is taught and practised, or by one institution.

    Of mentors at most so many are listed (None: `limit`).

    Raises:
        NotFoundError: there is no such enterprise or institution.
    """
    scope = Scope(institution=institution, employer=enterprise_id, roles="all")
    snapshot = of_institution(snapshot, scope)
    resolved = resolve(snapshot, scope)
    led = measure_leadership(snapshot, enterprise_id, institution=institution)
    here, chains = enterprise_arrays(snapshot, enterprise_id, resolved), chain_arrays(snapshot, resolved)
    listed = _gaps(here, chains, _required(snapshot, here))
    mentors = _mentors(snapshot, here)
    missing = _unpractised(here, chains)
    served = [one for one in led.competencies if one.status is ChainStatus.CONNECTED]
    return Brief(
        enterprise=led.enterprise,
        roles=led.roles,
        required=len(led.competencies),
        connected=len(served),
        served=share_of(sum(one.demand for one in served), total_of(here.demand)),
        hosted=led.hosted,
        led=led.led,
        co_led=led.co_led,
        mentored=led.mentored,
        taught_teachers=led.taught_teachers,
        gaps_total=len(listed),
        gaps=[_gap(snapshot, here, chains, at) for at in listed[:limit]],
        host_next=_host_next(snapshot, here, resolved.tasks, limit),
        new_training_total=len(missing),
        new_training=[_new_training(snapshot, here, chains, at) for at in missing[:limit]],
        mentors_total=len(mentors),
        mentors=mentors[: limit if most_mentors is None else most_mentors],
        completeness=completeness(snapshot),
        revision=snapshot.revision.number,
    )


def _required(snapshot: Snapshot, here: EnterpriseArrays) -> Mask:
    roles = np.zeros(len(snapshot), bool)
    roles[here.roles] = True
    return required_by(snapshot, roles)


def _gaps(here: EnterpriseArrays, chains: ChainArrays, required: Mask) -> list[int]:
    """Return positions in the chain arrays, by severity, the enterprise's own demand, and id."""
    listed = np.flatnonzero((chains.severity > 0) & required[chains.competencies])
    demand = here.demand[chains.competencies[listed]]
    positions: list[int] = listed[np.lexsort((listed, -settled(demand), -chains.severity[listed]))].tolist()
    return positions


def _share(here: EnterpriseArrays, c: int) -> float | None:
    return share_of(float(here.demand[c]), total_of(here.demand))


def _gap(snapshot: Snapshot, here: EnterpriseArrays, chains: ChainArrays, at: int) -> BriefGap:
    c = int(chains.competencies[at])
    return BriefGap(
        competency=named(snapshot, c),
        status=STATUSES[chains.status[at]],
        flaws=[flaw for flaw, has in zip(WEAKNESSES, chains.flaws[at].tolist(), strict=True) if has],
        severity=int(chains.severity[at]),
        demand_share=_share(here, c),
        roles=[named(snapshot, r) for r in _needing(snapshot, here, c)],
    )


def _needing(snapshot: Snapshot, here: EnterpriseArrays, c: int) -> list[int]:
    """Return the enterprise's roles that require the competency, in id order."""
    direct = set(snapshot.into("REQUIRES").row(c))
    duties = snapshot.out("HAS_RESPONSIBILITY")
    return [r for r in here.roles.tolist() if r in direct or direct.intersection(duties.row(r))]


def _host_next(snapshot: Snapshot, here: EnterpriseArrays, tasks: Mask | None, limit: int) -> list[NextHosting]:
    """Choose one task after the other by what it adds to the demand hosted; tasks at any enterprise stay there."""
    practises, free = snapshot.out("PRACTISES"), ~(kinds_of(snapshot).at_enterprise | here.tasks)
    free = both(tasks, free)
    total, open_demand = total_of(here.demand), np.where(here.hosted, 0.0, here.demand)
    capacity, next_hostings = snapshot.number("capacity"), list[NextHosting]()
    while len(next_hostings) < limit:
        adds: Floats = np.where(free, practises.pattern @ open_demand, 0.0)
        task = int(settled(adds).argmax()) if len(adds) else -1  # of equals the first, which has the smallest id
        if task < 0 or adds[task] <= 0:
            break
        covers = _by_demand(practises.row(task), open_demand)
        next_hostings.append(
            NextHosting(
                task=named(snapshot, task),
                hosts=[named(snapshot, host) for host in snapshot.into("HOSTS").row(task)],
                seats=None if np.isnan(capacity[task]) else float(capacity[task]),
                adds=min(float(adds[task]) / total, 1.0),
                covers=[named(snapshot, c) for c in covers],
            )
        )
        open_demand[covers] = 0.0
    return next_hostings


def _by_demand(competencies: list[int], demand: Floats) -> list[int]:
    """Return those in demand, the largest first, then by id."""
    return sorted((c for c in competencies if demand[c] > 0), key=lambda c: (-settle(float(demand[c])), c))


def _unpractised(here: EnterpriseArrays, chains: ChainArrays) -> list[int]:
    """Return positions of what is required and practised nowhere, by demand and id."""
    demand = here.demand[chains.competencies]
    codes = [STATUSES.index(ChainStatus.UNPRACTISED), STATUSES.index(ChainStatus.UNSERVED)]
    listed = np.flatnonzero(np.isin(chains.status, codes) & (demand > 0))
    positions: list[int] = listed[np.lexsort((listed, -settled(demand[listed])))].tolist()
    return positions


def _new_training(snapshot: Snapshot, here: EnterpriseArrays, chains: ChainArrays, at: int) -> NewTraining:
    c = int(chains.competencies[at])
    people = snapshot.into("QUALIFIED_FOR").pairs(c)
    people.sort(key=lambda pair: (not here.mentors[pair[0]], -pair[1], pair[0]))
    held = {j for r in here.roles.tolist() for j in snapshot.out("HAS_RESPONSIBILITY").row(r)}
    return NewTraining(
        competency=named(snapshot, c),
        taught=STATUSES[chains.status[at]] is ChainStatus.UNPRACTISED,
        demand_share=_share(here, c),
        responsibilities=[named(snapshot, j) for j in snapshot.into("REQUIRES").row(c) if j in held],
        qualified=[named(snapshot, i) for i, _ in people],
    )


def _mentors(snapshot: Snapshot, here: EnterpriseArrays) -> list[PossibleMentor]:
    """Return everybody qualified for something that is required and that none of its people mentor."""
    total, open_demand = total_of(here.demand), np.where(here.mentored, 0.0, here.demand)
    if total <= 0:
        return []
    qualified = snapshot.out("QUALIFIED_FOR")
    adds: Floats = qualified.pattern @ open_demand
    people = np.flatnonzero(adds > 0)
    order = people[np.lexsort((people, -settled(adds[people]), ~here.mentors[people]))]
    mentors = []
    for i in order.tolist():
        known = _by_demand(qualified.row(i), open_demand)
        mentors.append(
            PossibleMentor(
                instructor=named(snapshot, i),
                own=bool(here.mentors[i]),
                adds=min(float(adds[i]) / total, 1.0),
                competencies=[named(snapshot, c) for c in known],
            )
        )
    return mentors
