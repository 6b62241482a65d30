"""Differences of answers between two snapshots: the chain status of competencies, and the coverage of roles."""

from graph.model import Frozen
from graph.snapshot.snapshot import Snapshot
from queries.compare.change_candidates import ChangeCandidates
from queries.compare.impact import competencies_reached
from queries.compare.snapshot_pair import CompetencyChange, RoleChange, SnapshotPair, StatePositions, is_change
from queries.semantics.chain_status import LINKS, STATUSES, ChainLink, ChainStatus
from queries.semantics.course_units import as_asked
from queries.semantics.focus_note import Focus, focus_of
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import EVERYTHING, Scope
from queries.semantics.tolerance import settle

LEAST_SHARE = 1e-9
"""Coverage that differs by less differs in the order of summing only."""
MOST_ONE_BY_ONE = 0.02
"""Up to this share of all competencies, judging one by one is faster than judging all at once."""


class Consequences(Frozen):
    """What became of coverage and gaps, in focus; the lists are cut short, the totals count all.

    `competencies`: those whose status, link or flaws changed: chains that broke, chains that were mended, what came,
    went or changed its status otherwise, then connected ones of which link or flaws changed; each by id.
    `roles`: those whose coverage changed, by how much, most first, then by id; no coverage counts as 0. The counts are
    of competencies by status, and of connected ones by link. Listed is what is in focus before or after.
    """

    competencies: list[CompetencyChange]
    competencies_total: int
    roles: list[RoleChange]
    roles_total: int
    counts_before: dict[ChainStatus, int]
    counts_after: dict[ChainStatus, int]
    links_before: dict[ChainLink, int]
    links_after: dict[ChainLink, int]


def focus_after(after: Snapshot, scope: Scope) -> Focus:
    """Return what the later of two states is judged on."""
    after = as_asked(after, scope)
    return focus_of(after, resolve(after, scope, employed=False, focused=True))


_CONNECTED = STATUSES.index(ChainStatus.CONNECTED)


def compare(
    before: Snapshot, after: Snapshot, touched: ChangeCandidates, scope: Scope = EVERYTHING, *, limit: int = 20
) -> Consequences:
    """Return what the second snapshot answers otherwise; `touched` is all that may differ between the two.

    Raises:
        NotFoundError: the scope names something that is not there before and after.
    """
    both = SnapshotPair(before, after, scope)
    reached = competencies_reached(before, after, touched, scope) if scope.is_everywhere else None
    if reached is not None and len(reached) > MOST_ONE_BY_ONE * (len(before.of_kind("Competency")) + 100):
        reached = None
    stands = both.all_stands() if reached is None else both.stands_of(reached)
    changed = {c: pair for c, pair in stands.items() if pair[0] != pair[1]}
    order = sorted((c for c in changed if is_change(*changed[c])), key=lambda c: (_turn(*changed[c]), c))
    roles = both.all_roles() if reached is None else both.roles_of(touched, reached)
    moved = [(r, a, b) for r, (a, b) in roles.items() if (a is None) != (b is None) or _apart(a, b) >= LEAST_SHARE]
    moved.sort(key=lambda role_move: (-settle(_apart(role_move[1], role_move[2])), role_move[0]))
    counts, links = both.counts(None if reached is None else changed.values())
    return Consequences(
        competencies=[both.tell(c) for c in order[:limit]],
        competencies_total=len(order),
        roles=[both.tell_role(*role_move) for role_move in moved[:limit]],
        roles_total=len(moved),
        counts_before=dict(zip(STATUSES, counts[0], strict=True)),
        counts_after=dict(zip(STATUSES, counts[1], strict=True)),
        links_before=dict(zip(LINKS, links[0], strict=True)),
        links_after=dict(zip(LINKS, links[1], strict=True)),
    )


def _turn(before: StatePositions, after: StatePositions) -> int:
    if before.status == after.status:
        return 3
    return 0 if before.status == _CONNECTED else 1 if after.status == _CONNECTED else 2


def _apart(a: float | None, b: float | None) -> float:
    return abs((a or 0.0) - (b or 0.0))
