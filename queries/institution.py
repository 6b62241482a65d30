"""Institution: the programmes that it runs, how each stands, and the enterprises that they work with."""

import numpy as np

from graph.model import Frozen
from graph.snapshot.snapshot import Snapshot
from queries.partners import Partner, find_partners
from queries.programme_parts import DisciplineShare, discipline_shares
from queries.semantics.answers import Completeness, Count, NodeName, completeness, named
from queries.semantics.discipline_tree import descendants
from queries.semantics.masks import Mask, reached
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import Scope
from queries.semantics.windows import Part, Windows


class Institution(Frozen):
    """What an institution runs: its disciplines with all below, in id order; the roles they target; its partners.

    `courses` are those that its disciplines offer, `tasks` those that count in the scope of one of them.
    """

    institution: NodeName
    courses: Count
    tasks: Count
    roles: Count
    programmes: Part[DisciplineShare]
    partners: Part[Partner]
    completeness: Completeness
    revision: int


def describe_institution(snapshot: Snapshot, institution_id: str, *, windows: Windows | None = None) -> Institution:
    """Return how the institution's programmes stand, by its own statements and shared ones.

    A window may be named for each list, by its field.

    Raises:
        NotFoundError: there is no such institution.
    """
    snapshot = snapshot.seen_by(institution_id)
    node, part = snapshot.require(institution_id, "Institution"), windows or Windows()
    run: Mask = np.zeros(len(snapshot), bool)
    for discipline in snapshot.out("RUNS").row(node):
        run |= descendants(snapshot, discipline)
    courses, targets = reached(snapshot, "OFFERS", run), reached(snapshot, "TARGETS", run)
    tasks: Mask = np.zeros(len(snapshot), bool)
    for discipline in np.flatnonzero(run).tolist():
        own = resolve(snapshot, Scope(discipline=snapshot.ids[discipline])).tasks
        tasks |= own if own is not None else False
    return Institution(
        institution=named(snapshot, node),
        courses=int(np.count_nonzero(courses)),
        tasks=int(np.count_nonzero(tasks)),
        roles=int(np.count_nonzero(targets)),
        programmes=discipline_shares(snapshot, np.flatnonzero(run), part.of("programmes")),
        partners=find_partners(snapshot, resolve(snapshot), targets, tasks, part.of("partners")),
        completeness=completeness(snapshot),
        revision=snapshot.revision.number,
    )
