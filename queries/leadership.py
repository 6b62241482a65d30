"""Leadership: how much of what its roles require an enterprise hosts, leads, mentors and teaches the teachers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import Field
from scipy import sparse

from graph.model import Frozen, NodeId
from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import WORD_CODES, Snapshot
from queries.semantics.answers import Completeness, NodeName, Share, completeness, named
from queries.semantics.chain_stages import taught_and_practised
from queries.semantics.chain_status import ChainStatus
from queries.semantics.demand import needs_matrix, share_of
from queries.semantics.resolved_scope import Mask, resolve
from queries.semantics.scope import Scope


class LedCompetency(Frozen):
    """A competency that the enterprise's roles require, and what the enterprise does for it.

    `demand` is the sum over its roles of its own openings times w(r,c). `status` is over the whole graph.
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


@dataclass(frozen=True, slots=True)
class EnterpriseArrays:
    """An enterprise as it stands in the graph: its roles with openings, and over all nodes its demand and deeds."""

    enterprise: int
    roles: Ints
    openings: Floats
    openings_stated: Mask
    demand: Floats
    tasks: Mask
    mentors: Mask
    hosted: Mask
    led: Mask
    co_led: Mask
    mentored: Mask
    taught_teachers: Mask


def measure_leadership(snapshot: Snapshot, enterprise_id: str) -> Leadership:
    """Return how far the enterprise leads the training for its roles.

    Raises:
        NotFoundError: there is no such enterprise.
    """
    here = position_of(snapshot, enterprise_id)
    total = float(here.demand.sum())
    required = np.flatnonzero(here.demand > 0)
    taught, practised = taught_and_practised(snapshot, resolve(snapshot, Scope()))

    def share(done: Mask) -> float | None:
        return share_of(float(here.demand[done].sum()), total)

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


def count_leading(snapshot: Snapshot) -> HostingCounts:
    """Return of how many enterprises the share `hosted` is known, of how many it is above 0, and that of all."""
    employs = snapshot.out("EMPLOYS")
    openings, _ = _openings(snapshot)
    offered = sparse.csr_array((openings, employs.indices, employs.indptr), shape=(len(snapshot), len(snapshot)))
    required = offered @ needs_matrix(snapshot)
    practised = snapshot.out("HOSTS").pattern @ snapshot.out("PRACTISES").pattern
    wanted, hosted = required.sum(axis=1), required.multiply(practised > 0).sum(axis=1)
    return HostingCounts(
        employing=int((wanted > 0).sum()),
        hosting=int((hosted > 0).sum()),
        hosted=share_of(float(hosted.sum()), float(wanted.sum())),
    )


def position_of(snapshot: Snapshot, enterprise_id: str) -> EnterpriseArrays:
    """Return the enterprise's place in the graph.

    Raises:
        NotFoundError: there is no such enterprise.
    """
    enterprise = snapshot.require(enterprise_id, "Enterprise")
    n, words, led_by = len(snapshot), snapshot.word_codes("kind"), snapshot.word_codes("led_by")
    roles, openings, stated = _positions(snapshot, enterprise)
    demand: Floats = np.asarray(needs_matrix(snapshot)[roles].T @ openings) if len(roles) else np.zeros(n)
    tasks = _marked(snapshot.out("HOSTS").row(enterprise), n)
    by_enterprise, jointly = led_by == WORD_CODES["enterprise"], led_by == WORD_CODES["joint"]
    mentors = snapshot.reference("employer_id") == enterprise
    mentors &= snapshot.class_of == np.arange(n)
    guides = snapshot.out("GUIDES")
    mentored = _marked(guides.indices[mentors[guides.rows]], n)
    teachers = words == WORD_CODES["teacher"]
    with_teacher = _marked(guides.indices[teachers[guides.rows] & ~mentors[guides.rows]], n)
    return EnterpriseArrays(
        enterprise=enterprise,
        roles=roles,
        openings=openings,
        openings_stated=stated,
        demand=demand,
        tasks=tasks,
        mentors=mentors,
        hosted=serving(snapshot, tasks),
        led=serving(snapshot, tasks & by_enterprise),
        co_led=serving(snapshot, tasks & (by_enterprise | jointly)),
        mentored=serving(snapshot, mentored),
        taught_teachers=serving(snapshot, with_teacher & (mentored | tasks)),
    )


def serving(snapshot: Snapshot, competencies: Mask) -> Mask:
    """Return the competencies that the tasks among these practise, and the units of the courses among these develop."""
    n, covers, develops = len(snapshot), snapshot.out("COVERS"), snapshot.out("DEVELOPS")
    practises = snapshot.out("PRACTISES")
    units = _marked(covers.indices[competencies[covers.rows]], n)
    is_serving = _marked(practises.indices[competencies[practises.rows]], n)
    is_serving[develops.indices[units[develops.rows]]] = True
    return is_serving


def _positions(snapshot: Snapshot, enterprise: int) -> tuple[Ints, Floats, Mask]:
    """Return the roles, the openings of each here, and if they are stated."""
    places = snapshot.out("EMPLOYS").positions(enterprise)
    at = slice(places.start, places.stop)
    openings, stated = _openings(snapshot)
    return np.asarray(snapshot.out("EMPLOYS").indices[at]), openings[at], stated[at]


def _openings(snapshot: Snapshot) -> tuple[Floats, Mask]:
    """Return the openings of each EMPLOYS link (not stated: the median of all that are, else 1), and if stated."""
    links, stated = snapshot.out("EMPLOYS"), snapshot.link_values("EMPLOYS", "openings")
    if stated is None:
        return np.ones(len(links.indices)), np.zeros(len(links.indices), bool)
    usual = float(np.median(stated[stated >= 0]))
    return np.where(stated >= 0, stated, usual).astype(np.float64), stated >= 0


def _marked(nodes: Ints | list[int], n: int) -> Mask:
    mask = np.zeros(n, bool)
    mask[nodes] = True
    return mask


def _named(snapshot: Snapshot, nodes: Iterable[int]) -> list[NodeName]:
    return [named(snapshot, node) for node in nodes]
