"""Follow-ups beside the gaps of a page: those of the same competency, the page's own scope first."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from api.answers.follow_ups import FollowUpView, follow_ups_of, view_follow_ups
from api.state.follow_ups import FollowUpStore, GapFollowUp
from api.web.view import View
from graph.model import NodeId, fold
from graph.snapshot.snapshot import Snapshot
from queries.follow_ups import GapScope, ScopeRelation, scope_relation
from queries.gaps import EVERY_GAP, GapSelection

_NEAREST: tuple[ScopeRelation, ...] = ("here", "wider", "narrower", "elsewhere")


class SeenFollowUp(NamedTuple):
    """A follow-up, and how the scope that it was recorded for lies to that of the page."""

    view: FollowUpView
    relation: ScopeRelation


class PageFollowUps:
    """The follow-ups that concern a page: recorded for its scope, a wider or a narrower one."""

    def __init__(self, view: View, scope: GapScope) -> None:
        """Read them."""
        self._snapshot, self.scope = view.snapshot, scope
        found = kept_for(view).all()
        scopes = {one: scope_relation(self._snapshot, one, scope) for one in {_scope(one) for one in found}}
        self._relations: Mapping[GapScope, ScopeRelation] = scopes
        self._all = found
        self._found = [one for one in found if scopes[_scope(one)] != "elsewhere"]

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self._found)

    @property
    def owners(self) -> list[str]:
        """Whoever sees to one of them, by name."""
        return owners_of(self._found)

    def selection(self, state: str | None, owner: str | None) -> GapSelection:
        """Return the gaps whose follow-up is in the state (`any`, `none`: any or no follow-up) and has the owner."""
        if state is None and owner is None:
            return EVERY_GAP
        if state == "none":
            return GapSelection(None, _ids(self._found))
        passing = (
            one
            for one in self._found
            if state in {None, "any", one.latest.state} and (owner is None or fold(owner) == fold(one.latest.owner))
        )
        return GapSelection(_ids(passing))

    def of(self, ids: Collection[NodeId], *, everywhere: bool = False) -> list[SeenFollowUp]:
        """Return those of the competency of these ids, the page's own first; of other scopes only `everywhere`."""
        found = [one for one in (self._all if everywhere else self._found) if one.gap.competency in ids]
        views = view_follow_ups(self._snapshot, found)
        seen = [SeenFollowUp(view, self._relations[view.scope]) for view in views]
        return sorted(seen, key=lambda one: _NEAREST.index(one.relation))


def kept_for(view: View) -> FollowUpStore:
    """Return what keeps the follow-ups of the graph that the page is of."""
    return follow_ups_of(view.service.state, view.snapshot, view.service.store.url)


def owners_of(found: Iterable[GapFollowUp]) -> list[str]:
    """Return every owner once, by name."""
    return sorted({one.latest.owner for one in found if one.latest.owner}, key=fold)


def scope_words(view: View, scope: GapScope) -> str:
    """Return whose gaps these are, by name."""
    return view.words("follow_ups.everywhere") if scope == GapScope() else ", ".join(_names(view.snapshot, scope))


def _names(snapshot: Snapshot, scope: GapScope) -> Sequence[str]:
    nodes = ((one, snapshot.find(one)) for one in scope if one is not None)
    return [one if node is None else snapshot.name(node) for one, node in nodes]


def _scope(found: GapFollowUp) -> GapScope:
    return GapScope(found.gap.discipline, found.gap.institution)


def _ids(found: Iterable[GapFollowUp]) -> frozenset[NodeId]:
    return frozenset(NodeId(one.gap.competency) for one in found)
