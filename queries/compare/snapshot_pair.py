"""Chain status and coverage in a pair of snapshots, in one scope: of all, or one by one."""

from collections.abc import Iterable, Mapping
from typing import Annotated, NamedTuple

import numpy as np
from pydantic import Field

from graph.cancellation import cancellable_rows
from graph.model import Frozen, NodeId
from graph.snapshot.snapshot import KIND_CODES, Snapshot
from queries.compare.change_candidates import ChangeCandidates
from queries.compare.impact import roles_reached
from queries.semantics.answers import CompetencyName, NodeName, Share, competency_name
from queries.semantics.chain_arrays import ChainArrays, chain_arrays
from queries.semantics.chain_joints import find_joints
from queries.semantics.chain_stages import taught_and_practised
from queries.semantics.chain_status import LINKS, STATUSES, ChainLink, ChainStatus
from queries.semantics.course_units import as_asked
from queries.semantics.employment import is_employed, require_employment
from queries.semantics.flaws.flaw import Flaw
from queries.semantics.flaws.registry import find_flaws
from queries.semantics.focus import whole_roles
from queries.semantics.focus_note import aimed
from queries.semantics.neighbourhood import Neighbourhood
from queries.semantics.requirements import role_needs
from queries.semantics.resolved_scope import ResolvedScope, resolve
from queries.semantics.scope import Scope
from queries.semantics.weakness import WEAKNESSES

MOST_ROLES_ONE_BY_ONE = 100
"""Up to so many roles, their coverage is computed one by one."""


class ChainState(Frozen):
    """How a competency stands in the scope; `link` is None unless it is connected."""

    status: ChainStatus
    link: ChainLink | None
    flaws: list[Flaw]


class CompetencyChange(Frozen):
    """A competency that stands otherwise; None where it is not in the graph."""

    competency: CompetencyName
    before: ChainState | None
    after: ChainState | None


class RoleChange(Frozen):
    """A role that is covered otherwise; None where it is not in the graph, or requires nothing."""

    role: NodeName
    before: Share | None
    after: Share | None
    change: Annotated[float, Field(ge=-1, le=1)]


class StatePositions(NamedTuple):
    """Status, link (-1: none) and flaws of a competency, as positions."""

    status: int
    link: int
    flaws: tuple[int, ...]


_NOWHERE = StatePositions(-1, -1, ())
_OUT_OF_FOCUS = StatePositions(-2, -1, ())
_ISOLATED = StatePositions(STATUSES.index(ChainStatus.ISOLATED), -1, ())


def is_change(before: StatePositions, after: StatePositions) -> bool:
    """Say whether a competency stands otherwise; what is isolated in no focus is as if it were not there."""
    if _OUT_OF_FOCUS in (before, after):
        return not {before, after} <= {_OUT_OF_FOCUS, _NOWHERE, _ISOLATED}
    return before != after


class SnapshotPair:
    """Pair of snapshots in one scope."""

    def __init__(self, before: Snapshot, after: Snapshot, scope: Scope) -> None:
        self._snapshots = (as_asked(before, scope), as_asked(after, scope))
        # The later one first: ids like a wrong one are looked for in it.
        resolved = [resolve(snapshot, scope, employed=False, focused=True) for snapshot in reversed(self._snapshots)]
        if not is_employed(before, scope):  # the employment itself may be what came or went
            require_employment(after, scope)
        self._resolved = tuple(reversed(resolved))

    def all_stands(self) -> dict[NodeId, tuple[StatePositions, StatePositions]]:
        """Return how every competency of either stands, by the id of its class."""
        positions: list[dict[int, StatePositions]] = []
        for snapshot, resolved in zip(self._snapshots, self._resolved, strict=True):
            chains = chain_arrays(snapshot, resolved)
            positions.append(_state_positions(chains))
        stand = {snapshot.ids[c] for snapshot, by in zip(self._snapshots, positions, strict=True) for c in by}
        ids = sorted(stand | self._merged())
        before, after = (self._by_id(at, ids, positions[at]) for at in (0, 1))
        return {NodeId(c): (before[c], after[c]) for c in ids}

    def _merged(self) -> set[str]:
        """Return competencies that are a class of their own in one snapshot, and in the other the member of another."""
        before, after = self._snapshots
        return {
            one.ids[c]
            for one, other in ((before, after), (after, before))
            for c in _others_of_classes(one)
            if (node := other.position(one.ids[c])) is not None and other.members(node)[0] == node
        }

    def _by_id(self, at: int, ids: Iterable[str], stands: dict[int, StatePositions]) -> dict[str, StatePositions]:
        snapshot = self._snapshots[at]
        node_of = {c: snapshot.find(c) for c in cancellable_rows(ids)}
        return {c: _NOWHERE if node is None else stands.get(node, _OUT_OF_FOCUS) for c, node in node_of.items()}

    def stands_of(self, reached: Iterable[NodeId]) -> dict[NodeId, tuple[StatePositions, StatePositions]]:
        """Return how these competencies stand, each by itself."""
        return {c: (self._stand(0, c), self._stand(1, c)) for c in reached}

    def _stand(self, at: int, competency: NodeId) -> StatePositions:
        state = self._chain_state(at, competency)
        if state is None:
            return _NOWHERE
        if state.status is ChainStatus.ISOLATED and not self._is_in_focus(at, competency):
            return _OUT_OF_FOCUS
        weaknesses = tuple(sorted(WEAKNESSES.index(flaw.flaw) for flaw in state.flaws))
        link = -1 if state.link is None else LINKS.index(state.link)
        return StatePositions(STATUSES.index(state.status), link, weaknesses)

    def _chain_state(self, at: int, competency: NodeId) -> ChainState | None:
        snapshot, resolved = self._snapshots[at], self._resolved[at]
        node = snapshot.find(competency)
        return None if node is None else _chain_state(snapshot, resolved, node)

    def _is_in_focus(self, at: int, competency: NodeId) -> bool:
        """Say whether an isolated competency is in focus: because it is aimed at, or because everything is."""
        snapshot, resolved = self._snapshots[at], self._resolved[at]
        return resolved.mode == "all" or bool(aimed(snapshot, resolved)[snapshot.require(competency)])

    def all_roles(self) -> dict[NodeId, tuple[float | None, float | None]]:
        """Return the coverage that every role of either answers, in the scope; one that was merged, under its class.

        Without roles that are in focus neither before nor after.
        """
        before, after = (
            _coverages(snapshot, resolved) for snapshot, resolved in zip(self._snapshots, self._resolved, strict=True)
        )
        roles = sorted(r for r in {*before, *after} if self._is_about(r))
        return {r: (self._answered(0, before, r), self._answered(1, after, r)) for r in roles}

    def _is_about(self, role: NodeId) -> bool:
        """Say whether the role is in focus before or after."""
        for snapshot, resolved in zip(self._snapshots, self._resolved, strict=True):
            node, roles = snapshot.find(role), whole_roles(snapshot, resolved.mode)
            if node is not None and (roles is None or roles[node]):
                return True
        return False

    def _answered(self, at: int, coverages: Mapping[NodeId, float | None], role: NodeId) -> float | None:
        snapshot = self._snapshots[at]
        node = snapshot.find(role)
        return None if node is None else coverages.get(NodeId(snapshot.ids[node]))

    def roles_of(
        self, touched: ChangeCandidates, reached: Iterable[NodeId]
    ) -> dict[NodeId, tuple[float | None, float | None]]:
        """Return the coverage of the roles that the change reaches, without a scope."""
        before, after = self._snapshots
        scopes = self._resolved
        turned = [c for c in reached if _is_supplied(before, scopes[0], c) != _is_supplied(after, scopes[1], c)]
        roles = {r for r in roles_reached(before, after, touched, turned) if self._is_about(r)}
        if len(roles) > MOST_ROLES_ONE_BY_ONE:
            return self.all_roles()
        return {
            r: (_coverage(before, scopes[0], r), _coverage(after, scopes[1], r))
            for r in cancellable_rows(sorted(roles))
        }

    def counts(
        self, changed: Iterable[tuple[StatePositions, StatePositions]] | None
    ) -> tuple[list[list[int]], list[list[int]]]:
        """Return the counts by status, and by link, before and after.

        `changed` are all changes of how a competency stands; None counts both graphs, each by its own classes: a class
        that a change splits or merges is one competency on one side, and several on the other.
        """
        statuses, links = self._counted(0)
        if changed is None:
            later = self._counted(1)
            return [statuses, later[0]], [links, later[1]]
        statuses_after, links_after = list(statuses), list(links)
        for old, new in changed:
            for state, sign in ((old, -1), (new, 1)):
                if state.status >= 0:
                    statuses_after[state.status] += sign
                if state.link >= 0:
                    links_after[state.link] += sign
        return [statuses, statuses_after], [links, links_after]

    def _counted(self, at: int) -> tuple[list[int], list[int]]:
        chains = chain_arrays(self._snapshots[at], self._resolved[at])
        status = np.bincount(chains.status, minlength=len(STATUSES)).tolist()
        return status, np.bincount(chains.link[chains.link >= 0], minlength=len(LINKS)).tolist()

    def tell(self, competency: NodeId) -> CompetencyChange:
        """Return the change with its reasons, under the id that it had; where classes merged, they share a name."""
        before, after = self._snapshots
        node = after.find(competency)
        name = competency_name(after, node) if node is not None else competency_name(before, before.require(competency))
        return CompetencyChange(
            competency=name.model_copy(update={"id": competency}),
            before=self._chain_state(0, competency),
            after=self._chain_state(1, competency),
        )

    def tell_role(self, role: NodeId, before: float | None, after: float | None) -> RoleChange:
        """Return the change of a role."""
        snapshot = self._snapshots[1] if self._snapshots[1].find(role) is not None else self._snapshots[0]
        change = min(max((after or 0.0) - (before or 0.0), -1.0), 1.0)
        name = snapshot.name(snapshot.require(role))
        return RoleChange(role=NodeName(id=role, name=name), before=before, after=after, change=change)


def _state_positions(chains: ChainArrays) -> dict[int, StatePositions]:
    flaws: dict[int, tuple[int, ...]] = {}
    for at, flaw in zip(*(axis.tolist() for axis in np.nonzero(chains.flaws)), strict=True):
        flaws[at] = (*flaws.get(at, ()), flaw)
    columns = (chains.competencies.tolist(), chains.status.tolist(), chains.link.tolist())
    rows = enumerate(zip(*columns, strict=True))
    return {c: StatePositions(status, link, flaws.get(at, ())) for at, (c, status, link) in rows}


def _others_of_classes(snapshot: Snapshot) -> list[int]:
    """Return the competencies that answer by another of their class."""
    is_other = (snapshot.kind == KIND_CODES["Competency"]) & (snapshot.class_of != np.arange(len(snapshot)))
    return np.flatnonzero(is_other).tolist()


def _chain_state(snapshot: Snapshot, resolved: ResolvedScope, competency: int) -> ChainState:
    near = Neighbourhood(snapshot, resolved, competency)
    link = find_joints(near).link if near.status is ChainStatus.CONNECTED else None
    return ChainState(status=near.status, link=link, flaws=find_flaws(near, link))


def _is_supplied(snapshot: Snapshot, scope: ResolvedScope, competency: NodeId) -> bool:
    node = snapshot.find(competency)
    return node is not None and _is_served(snapshot, scope, node)


def _is_served(snapshot: Snapshot, scope: ResolvedScope, competency: int) -> bool:
    """Say whether a unit and a task of the scope serve the competency, by links of any weight."""
    for relation, kept in (("DEVELOPS", scope.units), ("PRACTISES", scope.tasks)):
        if not any(kept is None or kept[node] for node in snapshot.into(relation).row(competency)):
            return False
    return True


def _coverage(snapshot: Snapshot, scope: ResolvedScope, role_id: NodeId) -> float | None:
    """Return the coverage of one role, without a scope but for its focus."""
    role = snapshot.find(role_id)
    if role is None:
        return None
    requires, needs = snapshot.out("REQUIRES"), dict[int, float]()
    for c, weight in requires.pairs(role):
        needs[c] = weight
    for duty, importance in snapshot.out("HAS_RESPONSIBILITY").pairs(role):
        for c, weight in requires.pairs(duty):
            needs[c] = max(needs.get(c, 0.0), importance * weight)
    total = sum(needs.values())
    served = sum(needs[c] for c in needs if _is_served(snapshot, scope, c))
    return min(served / total, 1.0) if total else None


def _coverages(snapshot: Snapshot, resolved: ResolvedScope) -> dict[NodeId, float | None]:
    taught, practised = taught_and_practised(snapshot, resolved)
    needs, n = role_needs(snapshot, resolved.min_weight), len(snapshot)
    total = np.bincount(needs.role, needs.weight, minlength=n)
    served = np.bincount(needs.role, needs.weight * (taught & practised)[needs.competency], minlength=n)
    roles = snapshot.of_kind("Role")
    if resolved.roles is not None and resolved.roles is not whole_roles(snapshot, resolved.mode):
        roles = roles[resolved.roles[roles]]
    return {NodeId(snapshot.ids[r]): min(served[r] / total[r], 1.0) if total[r] else None for r in roles.tolist()}
