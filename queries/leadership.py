"""Leadership: how much of what its roles require an enterprise hosts, leads, mentors and teaches the teachers."""

from collections.abc import Iterable
from typing import Annotated

import numpy as np
from pydantic import Field
from scipy import sparse

from graph.model import Frozen, NodeId
from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import Snapshot
from queries.leadership_arrays import enterprise_arrays, openings_by_link
from queries.semantics.answers import Completeness, NodeName, Share, completeness, named
from queries.semantics.chain_stages import taught_and_practised
from queries.semantics.chain_status import ChainStatus
from queries.semantics.course_units import of_institution
from queries.semantics.demand import share_of
from queries.semantics.masks import Mask
from queries.semantics.needs_matrix import needs_matrix
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import Scope
from queries.semantics.tolerance import total_of


class LedCompetency(Frozen):
    """A competency that the enterprise's roles require, and what the enterprise does for it.

    `demand` is the sum over its roles of its own openings times w(r,c). `status` is over all that is
    taught and practised.
    """

    id: NodeId
    name: str
    demand: Annotated[float, Field(ge=0)]
    status: ChainStatus
    hosted: bool
    led: bool
    co_led: bool
    mentored: bool
    taught_teachers: bool


class RoleOpenings(Frozen):
    """A role of the enterprise, and its openings there."""

    role: NodeName
    openings: Annotated[float, Field(ge=0)]
    stated: bool


class Leadership(Frozen):
    """How far an enterprise leads: shares of the demand of its roles, None where they require nothing.

    `hosted`: practised by a task that it hosts. `led`: by one of these that is led by the enterprise; `co_led`: or
    jointly. `mentored`: practised by a task, or developed in a course, that somebody employed by it guides.
    `taught_teachers`: likewise where a teacher guides beside that person, or guides a task that the enterprise hosts:
    the teacher learns there. `roles`, `tasks`, `mentors` in id order; `competencies` (of those with openings behind
    them) by demand, largest first, then by id.
    """

    enterprise: NodeName
    kind: str | None
    hosted: Share | None
    led: Share | None
    co_led: Share | None
    mentored: Share | None
    taught_teachers: Share | None
    roles: list[RoleOpenings]
    tasks: list[NodeName]
    mentors: list[NodeName]
    competencies: list[LedCompetency]
    completeness: Completeness
    revision: int


class HostingCounts(Frozen):
    """How many enterprises have positions that require something, and how many of these host training for any of it.

    `hosted`: the share of the demand of all of them that is practised by a task which the same enterprise hosts.
    """

    employing: Annotated[int, Field(ge=0)]
    hosting: Annotated[int, Field(ge=0)]
    hosted: Share | None


def measure_leadership(snapshot: Snapshot, enterprise_id: str, *, institution: str | None = None) -> Leadership:
    """Return how far the enterprise leads the training for its roles: all of it, or that of one institution.

    Raises:
        NotFoundError: there is no such enterprise or institution.
    """
    scope = Scope(institution=institution)
    snapshot = of_institution(snapshot, scope)
    resolved = resolve(snapshot, scope)
    here = enterprise_arrays(snapshot, enterprise_id, resolved)
    total = total_of(here.demand)
    required = np.flatnonzero(here.demand > 0)
    taught, practised = taught_and_practised(snapshot, resolved)

    def share(done: Mask) -> float | None:
        return share_of(total_of(here.demand[done]), total)

    return Leadership(
        enterprise=named(snapshot, here.enterprise),
        kind=snapshot.word("kind", here.enterprise),
        hosted=share(here.hosted),
        led=share(here.led),
        co_led=share(here.co_led),
        mentored=share(here.mentored),
        taught_teachers=share(here.taught_teachers),
        roles=[
            RoleOpenings(role=named(snapshot, r), openings=number, stated=stated)
            for r, number, stated in zip(
                here.roles.tolist(), here.openings.tolist(), here.openings_stated.tolist(), strict=True
            )
        ],
        tasks=_named(snapshot, np.flatnonzero(here.tasks).tolist()),
        mentors=_named(snapshot, np.flatnonzero(here.mentors).tolist()),
        competencies=[
            LedCompetency(
                id=NodeId(snapshot.ids[c]),
                name=snapshot.name(c),
                demand=float(here.demand[c]),
                status=_STATUS[bool(taught[c]), bool(practised[c])],
                hosted=bool(here.hosted[c]),
                led=bool(here.led[c]),
                co_led=bool(here.co_led[c]),
                mentored=bool(here.mentored[c]),
                taught_teachers=bool(here.taught_teachers[c]),
            )
            for c in required[np.lexsort((required, -here.demand[required]))].tolist()
        ],
        completeness=completeness(snapshot),
        revision=snapshot.revision.number,
    )


_STATUS = {
    (True, True): ChainStatus.CONNECTED,
    (True, False): ChainStatus.UNPRACTISED,
    (False, True): ChainStatus.UNTAUGHT,
    (False, False): ChainStatus.UNSERVED,
}


def count_leading(snapshot: Snapshot, enterprises: Ints | None = None) -> HostingCounts:
    """Return of how many enterprises the share `hosted` is known, of how many it is above 0, and that of all.

    Of these enterprises alone, where some are named.
    """
    employs = snapshot.out("EMPLOYS")
    openings, _ = openings_by_link(snapshot)
    offered = sparse.csr_array((openings, employs.indices, employs.indptr), shape=(len(snapshot), len(snapshot)))
    required = offered @ needs_matrix(snapshot)
    practised = snapshot.out("HOSTS").pattern @ snapshot.out("PRACTISES").pattern
    wanted, hosted = required.sum(axis=1), required.multiply(practised > 0).sum(axis=1)
    if enterprises is not None:
        wanted, hosted = wanted[enterprises], hosted[enterprises]
    return HostingCounts(
        employing=int((wanted > 0).sum()),
        hosting=int((hosted > 0).sum()),
        hosted=share_of(total_of(hosted), total_of(wanted)),
    )


def _named(snapshot: Snapshot, nodes: Iterable[int]) -> list[NodeName]:
    return [named(snapshot, node) for node in nodes]
