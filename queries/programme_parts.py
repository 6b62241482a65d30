"""Parts of a programme's answer: its gaps with who needs each, its aims that nothing teaches, and what is below it."""

from typing import Annotated

import numpy as np
from pydantic import Field

from graph.model import Frozen
from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import Snapshot
from queries.gaps import Gap, find_gaps
from queries.parameters.gaps import GapFilter
from queries.semantics.answers import Count, NodeName, Share, named
from queries.semantics.chain_stages import taught_and_practised
from queries.semantics.chain_status import BY_EMPTINESS, ChainStatus
from queries.semantics.connected_share import ConnectedShare, connected_share
from queries.semantics.discipline_tree import descendants
from queries.semantics.focus import STANDING_STANDARD, teaching_disciplines
from queries.semantics.focus_note import aimed, aims_at
from queries.semantics.masks import reached
from queries.semantics.neighbourhood import Neighbourhood
from queries.semantics.requirements import openings
from queries.semantics.resolved_scope import ResolvedScope, resolve
from queries.semantics.scope import Scope
from queries.semantics.tolerance import settle
from queries.semantics.windows import Part, Window, part_of


class NeedingRole(Frozen):
    """A role that requires a competency: its openings, and the weight with which it does."""

    role: NodeName
    openings: Annotated[float, Field(ge=0)]
    weight: Share


class NeededGap(Frozen):
    """A gap, and the roles in scope that need the competency: by openings times weight, most first, then by id."""

    gap: Gap
    needed_by: list[NeedingRole]


class AimNotTaught(Frozen):
    """A competency that a discipline or course of the scope states as an aim, and no unit of it develops."""

    competency: NodeName
    status: ChainStatus
    aimed_by: list[NodeName]


class DisciplineShare(Frozen):
    """A discipline, whether it is taught as such, and how much of what its roles require is connected.

    `roles` is how many it targets, with all below; where that is 0, its share says nothing and is left out. `aims` is
    how many competencies it aims at, of which it teaches all but `aims_not_taught`.
    """

    discipline: NodeName
    is_standard: bool
    teaches: bool
    roles: Count
    share: ConnectedShare | None
    aims: Count
    aims_not_taught: Count


def gravest_gaps(snapshot: Snapshot, scope: Scope, resolved: ResolvedScope, count: int) -> tuple[list[NeededGap], int]:
    """Return the gravest gaps of a scope with who needs each, and how many there are, those not required left out."""
    found = find_gaps(snapshot, scope, GapFilter(severity=2), limit=count)
    gaps = [NeededGap(gap=gap, needed_by=_needing(snapshot, resolved, gap)) for gap in found.items]
    return gaps, found.total


def _needing(snapshot: Snapshot, scope: ResolvedScope, gap: Gap) -> list[NeedingRole]:
    near = Neighbourhood(snapshot, scope, snapshot.require(gap.competency.id))
    count = openings(snapshot)
    order = sorted(near.roles.items(), key=lambda pair: (-settle(float(count[pair[0]]) * pair[1]), pair[0]))
    return [NeedingRole(role=named(snapshot, r), openings=float(count[r]), weight=weight) for r, weight in order]


def aims_not_taught(snapshot: Snapshot, scope: ResolvedScope, window: Window) -> tuple[Part[AimNotTaught], int]:
    """Return what the scope aims at and nothing in it develops, in id order; and how much it aims at in all."""
    competencies = snapshot.of_kind("Competency")
    aims = competencies[aimed(snapshot, scope)[competencies]]
    taught, practised = taught_and_practised(snapshot, scope)

    def tell(c: int) -> AimNotTaught:
        near = Neighbourhood(snapshot, scope, c)
        return AimNotTaught(
            competency=named(snapshot, c),
            status=BY_EMPTINESS[False, bool(practised[c]), bool(near.roles)],
            aimed_by=[named(snapshot, node) for node in aims_at(snapshot, scope, c)],
        )

    return part_of(aims[~taught[aims]], window, tell), len(aims)


def discipline_shares(snapshot: Snapshot, disciplines: Ints, window: Window) -> Part[DisciplineShare]:
    """Return how the disciplines stand, each in its own scope, in the order in which they are given."""

    def tell(discipline: int) -> DisciplineShare:
        targets = reached(snapshot, "TARGETS", descendants(snapshot, discipline))
        roles = int(np.count_nonzero(targets))
        resolved = resolve(snapshot, Scope(discipline=snapshot.ids[discipline]), focused=True)
        untaught, aims = aims_not_taught(snapshot, resolved, Window(0, 0))
        return DisciplineShare(
            discipline=named(snapshot, discipline),
            is_standard=bool(snapshot.word_codes("standing")[discipline] == STANDING_STANDARD),
            teaches=bool(teaching_disciplines(snapshot)[discipline]),
            roles=roles,
            share=connected_share(snapshot, resolved) if roles else None,
            aims=aims,
            aims_not_taught=untaught.total,
        )

    return part_of(disciplines, window, tell)


def disciplines_below(snapshot: Snapshot, discipline: int) -> Ints:
    """Return the disciplines that name this one as their parent, in id order."""
    below: Ints = np.flatnonzero(snapshot.reference("parent_id") == discipline)
    found: Ints = below[below != discipline]
    return found
