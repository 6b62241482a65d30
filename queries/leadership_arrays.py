"""Leadership of one enterprise as arrays: its roles with openings, its demand, and what it does for each competency."""

from dataclasses import dataclass

import numpy as np

from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import WORD_CODES, Snapshot
from queries.semantics.masks import Mask
from queries.semantics.needs_matrix import needs_matrix
from queries.semantics.requirements import link_openings
from queries.semantics.resolved_scope import ResolvedScope
from queries.semantics.tolerance import settled


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


def enterprise_arrays(snapshot: Snapshot, enterprise_id: str, scope: ResolvedScope) -> EnterpriseArrays:
    """Return the enterprise's place in the graph, and what it does in the courses and tasks of the scope.

    Raises:
        NotFoundError: there is no such enterprise.
    """
    enterprise = snapshot.require(enterprise_id, "Enterprise")
    n, words, led_by = len(snapshot), snapshot.word_codes("kind"), snapshot.word_codes("led_by")
    roles, openings, stated = _positions(snapshot, enterprise)
    demand = settled(np.asarray(needs_matrix(snapshot)[roles].T @ openings)) if len(roles) else np.zeros(n)
    tasks = _marked(snapshot.out("HOSTS").row(enterprise), n)
    guided = np.ones(n, bool)
    if scope.tasks is not None and scope.courses is not None:
        tasks &= scope.tasks
        guided = scope.tasks | scope.courses
    by_enterprise, jointly = led_by == WORD_CODES["enterprise"], led_by == WORD_CODES["joint"]
    mentors = snapshot.reference("employer_id") == enterprise
    mentors &= snapshot.class_of == np.arange(n)
    guides = snapshot.out("GUIDES")
    mentored = _marked(guides.indices[mentors[guides.rows]], n) & guided
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
    openings, stated = openings_by_link(snapshot)
    return np.asarray(snapshot.out("EMPLOYS").indices[at]), openings[at], stated[at]


def openings_by_link(snapshot: Snapshot) -> tuple[Floats, Mask]:
    """Return the openings of each EMPLOYS link (not stated: the median of all that are, else 1), and if stated."""
    openings, stated = link_openings(snapshot), snapshot.link_values("EMPLOYS", "openings")
    return openings, np.zeros(len(openings), bool) if stated is None else stated >= 0


def _marked(nodes: Ints | list[int], n: int) -> Mask:
    mask = np.zeros(n, bool)
    mask[nodes] = True
    return mask
