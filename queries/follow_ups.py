"""Follow-up of gaps, the graph's side: whether a gap that somebody sees to still stands, and whose gap it is."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from pydantic import Field

from graph.model import Frozen
from graph.snapshot.snapshot import Snapshot
from queries.semantics.chain_joints import find_joints
from queries.semantics.chain_status import ChainStatus
from queries.semantics.course_units import as_asked
from queries.semantics.discipline_tree import descendants, disciplines_run
from queries.semantics.flaws.registry import find_flaws
from queries.semantics.masks import Mask, both
from queries.semantics.neighbourhood import Neighbourhood
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import Scope
from queries.semantics.weakness import Weakness

Standing = Literal["gap", "closed", "out_of_scope", "gone"]
"""What the graph says of a gap that was recorded: it still stands; it is closed; nothing in its scope teaches,
practises, aims at or requires the competency any more; the competency, or what its scope names, is not there."""
ScopeRelation = Literal["here", "wider", "narrower", "elsewhere"]
"""How the scope in which a gap was recorded lies to the one in which it is seen."""


class RecordedGap(Frozen):
    """What was wrong with a competency when its gap was recorded; no status where the graph did not hold it."""

    status: ChainStatus | None
    flaws: list[Weakness] = Field(default_factory=list)

    @property
    def is_gap(self) -> bool:
        """Whether anything was wrong."""
        return self.status is not None and (self.status is not ChainStatus.CONNECTED or bool(self.flaws))


class GapScope(NamedTuple):
    """Whose gap it is: a discipline's, an institution's, or with neither that of the whole graph."""

    discipline: str | None = None
    institution: str | None = None

    def as_scope(self) -> Scope:
        """Return it as questions are narrowed."""
        return Scope(discipline=self.discipline, institution=self.institution)


class FollowedGap(NamedTuple):
    """A gap that somebody sees to: of which competency, in which scope, and what was wrong then."""

    competency: str
    scope: GapScope
    then: RecordedGap


class JudgedGap(NamedTuple):
    """What the graph says of a gap: whether it stands, and what is wrong now."""

    standing: Standing
    now: RecordedGap


def judge_gaps(snapshot: Snapshot, gaps: Sequence[FollowedGap]) -> list[JudgedGap]:
    """Return what the graph says of each gap, in their order."""
    scopes = {gap.scope: _judge(snapshot, gap.scope) for gap in gaps}
    return [_judged(gap, scopes[gap.scope]) for gap in gaps]


def record_gap(snapshot: Snapshot, competency: str, scope: GapScope) -> RecordedGap:
    """Return what is wrong with a competency.

    Raises:
        NotFoundError: there is no such competency, discipline or institution.
    """
    snapshot.require(competency, "Competency")
    for node, kind in ((scope.discipline, "Discipline"), (scope.institution, "Institution")):
        if node is not None:
            snapshot.require(node, kind)
    return _ScopeJudge(snapshot, scope).now(competency)


def class_ids(snapshot: Snapshot, competency: str) -> Sequence[str]:
    """Return every id that the competency answers under, its class's own first; that alone where it is gone."""
    node = snapshot.find(competency)
    return [competency] if node is None else [snapshot.ids[i] for i in snapshot.members(node)]


def scope_relation(snapshot: Snapshot, recorded: GapScope, seen: GapScope) -> ScopeRelation:
    """Return how the scope in which a gap was recorded lies to the one in which it is seen, by their disciplines."""
    if recorded == seen:
        return "here"
    ours, theirs = _disciplines(snapshot, recorded), _disciplines(snapshot, seen)
    if ours is None or (theirs is not None and theirs.any() and not (theirs & ~ours).any()):
        return "wider"
    if theirs is None or (ours.any() and not (ours & ~theirs).any()):
        return "narrower"
    return "elsewhere"


def _disciplines(snapshot: Snapshot, scope: GapScope) -> Mask | None:
    """Return the disciplines of a scope; None where it names nothing, no discipline where what it names is gone."""
    found = None if scope.institution is None else disciplines_run(snapshot, scope.institution)
    if scope.discipline is None:
        return found
    node = snapshot.find(scope.discipline)
    below = np.zeros(len(snapshot), bool) if node is None else descendants(snapshot, node)
    return both(found, below)


class _ScopeJudge:
    """What holds of competencies in one scope."""

    def __init__(self, snapshot: Snapshot, scope: GapScope) -> None:
        asked = scope.as_scope()
        self.snapshot = as_asked(snapshot, asked)
        self._resolved = resolve(self.snapshot, asked, focused=True)

    def now(self, competency: str) -> RecordedGap:
        """Return what is wrong with the competency; without a status where it is not there."""
        node = self.snapshot.find(competency)
        if node is None or self.snapshot.kind_of(node) != "Competency":
            return RecordedGap(status=None)
        near = Neighbourhood(self.snapshot, self._resolved, node)
        link = find_joints(near).link if near.status is ChainStatus.CONNECTED else None
        return RecordedGap(status=near.status, flaws=[flaw.flaw for flaw in find_flaws(near, link)])


def _judge(snapshot: Snapshot, scope: GapScope) -> _ScopeJudge | None:
    """Return what judges in a scope; None where what it names is not there any more."""
    for named, kind in ((scope.discipline, "Discipline"), (scope.institution, "Institution")):
        node = None if named is None else snapshot.find(named)
        if named is not None and (node is None or snapshot.kind_of(node) != kind):
            return None
    return _ScopeJudge(snapshot, scope)


def _judged(gap: FollowedGap, judge: _ScopeJudge | None) -> JudgedGap:
    if judge is None:
        return JudgedGap("gone", RecordedGap(status=None))
    now = judge.now(gap.competency)
    return JudgedGap(_standing(gap.then, now), now)


def _standing(then: RecordedGap, now: RecordedGap) -> Standing:
    """Return whether what was wrong then still is; a chain that was broken and is connected is closed, even if weak."""
    if now.status is None:
        return "gone"
    if now.status is ChainStatus.ISOLATED and not now.flaws:
        return "out_of_scope"
    if now.status is not ChainStatus.CONNECTED:
        return "gap"
    remaining = set(now.flaws) & set(then.flaws) if then.is_gap else set(now.flaws)
    return "gap" if remaining else "closed"
