"""Programme: how a discipline stands, its gravest gaps, the roles that it targets, and what in it serves none."""

import numpy as np

from graph.model import Frozen
from graph.snapshot.snapshot import Snapshot
from queries.idle_supply import UnservingPart, find_unserving
from queries.partners import Partner, find_partners
from queries.programme_parts import (
    AimNotTaught,
    DisciplineShare,
    NeededGap,
    aims_not_taught,
    discipline_shares,
    disciplines_below,
    gravest_gaps,
)
from queries.role_shares import RoleShare, role_shares
from queries.semantics.answers import Completeness, Count, NodeName, completeness, named
from queries.semantics.connected_share import ConnectedShare, connected_share
from queries.semantics.course_units import as_asked
from queries.semantics.discipline_tree import descendants
from queries.semantics.focus import STANDING_STANDARD
from queries.semantics.masks import Mask, reached
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import EVERYTHING, Scope, ScopeNote
from queries.semantics.windows import Part, Windows

GRAVEST = 3
"""How many gaps are told of."""


class Programme(Frozen):
    """How a discipline stands, with all that is below it: in its own scope, as gaps and coverage are narrowed to it.

    `gaps` are the gravest of `gaps_total`; what no role requires is no gap here. `roles` are those that it TARGETS.
    `aims` is how many competencies it aims at, of which `aims_not_taught` are developed by nothing. `below` are the
    disciplines that name it as their parent, in id order.
    """

    discipline: NodeName
    is_standard: bool
    courses: Count
    tasks: Count
    share: ConnectedShare
    gaps: list[NeededGap]
    gaps_total: Count
    roles: Part[RoleShare]
    aims: Count
    aims_not_taught: Part[AimNotTaught]
    unserving: Part[UnservingPart]
    partners: Part[Partner]
    below: Part[DisciplineShare]
    completeness: Completeness
    scope: ScopeNote
    revision: int


def describe_programme(
    snapshot: Snapshot, discipline_id: str, scope: Scope = EVERYTHING, *, windows: Windows | None = None
) -> Programme:
    """Return how the discipline stands; a window may be named for each list, by its field.

    Raises:
        NotFoundError: there is no such discipline, or the scope names something that is not there.
        InputError: the scope's employer does not employ its role.
    """
    snapshot = as_asked(snapshot, scope)
    node, part = snapshot.require(discipline_id, "Discipline"), windows or Windows()
    scope = scope.model_copy(update={"discipline": discipline_id})
    resolved = resolve(snapshot, scope, focused=True)
    targets = reached(snapshot, "TARGETS", descendants(snapshot, node))
    gaps, gaps_total = gravest_gaps(snapshot, scope, resolved, GRAVEST)
    untaught, aims = aims_not_taught(snapshot, resolved, part.of("aims_not_taught"))
    return Programme(
        discipline=named(snapshot, node),
        is_standard=bool(snapshot.word_codes("standing")[node] == STANDING_STANDARD),
        courses=_counted(resolved.courses),
        tasks=_counted(resolved.tasks),
        share=connected_share(snapshot, resolved),
        gaps=gaps,
        gaps_total=gaps_total,
        roles=role_shares(snapshot, resolved, targets, part.of("roles")),
        aims=aims,
        aims_not_taught=untaught,
        unserving=find_unserving(snapshot, resolved, part.of("unserving")),
        partners=find_partners(snapshot, resolved, targets, resolved.tasks, part.of("partners")),
        below=discipline_shares(snapshot, disciplines_below(snapshot, node), part.of("below")),
        completeness=completeness(snapshot),
        scope=resolved.note,
        revision=snapshot.revision.number,
    )


def _counted(mask: Mask | None) -> int:
    return 0 if mask is None else int(np.count_nonzero(mask))
