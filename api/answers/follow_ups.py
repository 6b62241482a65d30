"""Follow-ups as answers: what people keep of gaps, beside what the graph says of them now."""

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import Field

from api.principal import Principal
from api.state.database import State
from api.state.follow_ups import (
    FollowUpChange,
    FollowUpContent,
    FollowUpContext,
    FollowUpStore,
    GapFollowUp,
    GapKey,
)
from api.state.table_register import StoreName
from graph.errors import NotFoundError
from graph.model import Frozen, NodeId, fold
from graph.snapshot.snapshot import Snapshot
from queries.follow_ups import (
    FollowedGap,
    GapScope,
    JudgedGap,
    RecordedGap,
    Standing,
    class_ids,
    judge_gaps,
    record_gap,
)
from queries.parameters.follow_ups import FollowUpCheck, FollowUpFilter, FollowUpState
from queries.semantics.answers import NodeName
from queries.semantics.chain_status import ChainStatus
from queries.semantics.cursors import read_number
from queries.semantics.weakness import Weakness

_ENDS = ("competency", "discipline", "institution")


class FollowUpVersion(Frozen):
    """A change of a follow-up: to what, by whom, when (UTC), at which revision of the graph."""

    version: int
    state: FollowUpState
    owner: str
    due: date | None
    note: str
    by: str
    at: datetime
    at_revision: int


class FollowUpView(Frozen):
    """A follow-up, and its gap in the graph: whether it stands, and what is wrong; `history` is of one competency."""

    competency: NodeName
    discipline: NodeName | None
    institution: NodeName | None
    latest: FollowUpVersion
    history: list[FollowUpVersion]
    standing: Standing
    checks: list[FollowUpCheck]
    status: ChainStatus | None
    flaws: list[Weakness]

    @property
    def gap(self) -> GapKey:
        """Which gap it is of."""
        ends = (self.discipline, self.institution)
        discipline, institution = (None if end is None else end.id for end in ends)
        return GapKey(competency=self.competency.id, discipline=discipline, institution=institution)

    @property
    def scope(self) -> GapScope:
        """Whose gap it is."""
        return GapScope(self.gap.discipline, self.gap.institution)

    @property
    def narrowing(self) -> dict[str, str]:
        """Whose gap it is, as the parameters of a page."""
        return {name: value for name, value in self.scope._asdict().items() if value is not None}


class FollowUps(Frozen):
    """A page of follow-ups: what is not done first, by its day, then by competency."""

    items: list[FollowUpView]
    total: int
    next: str | None = Field(json_schema_extra={"pattern": "^[0-9]+$"})
    revision: int


def follow_ups_of(state: State, snapshot: Snapshot, store_url: str) -> FollowUpStore:
    """Return what keeps the follow-ups of a store, of which this is a snapshot."""
    return FollowUpStore(state, StoreName(snapshot.store_id, store_url))


def find_follow_ups(
    kept: FollowUpStore,
    snapshot: Snapshot,
    wanted: FollowUpFilter,
    *,
    limit: int = 100,
    cursor: str | None = None,
) -> FollowUps:
    """Return a page of follow-ups.

    Raises:
        InputError: the cursor is none.
    """
    first = 0 if cursor is None else read_number(cursor)
    found = [one for one in kept.all() if _passes(snapshot, one, wanted)]
    views = view_follow_ups(snapshot, found, with_history=wanted.competency is not None)
    passing = sorted((view for view in views if wanted.check in {None, *view.checks}), key=_order)
    return FollowUps(
        items=passing[first : first + limit],
        total=len(passing),
        next=str(first + limit) if first + limit < len(passing) else None,
        revision=snapshot.revision.number,
    )


def view_follow_ups(
    snapshot: Snapshot, found: Sequence[GapFollowUp], *, with_history: bool = False
) -> list[FollowUpView]:
    """Return follow-ups with what the graph says of their gaps, in their order."""
    gaps = [FollowedGap(one.gap.competency, _scope(one.gap), _recorded(one)) for one in found]
    return [
        _view(snapshot, one, judged, with_history=with_history)
        for one, judged in zip(found, judge_gaps(snapshot, gaps), strict=True)
    ]


def change_follow_up(
    kept: FollowUpStore, snapshot: Snapshot, gap: GapKey, wanted: FollowUpContent, *, by: Principal, seen: int
) -> FollowUpView:
    """Change the follow-up of a gap from the version that was seen, and return it.

    What was merged with the competency since has the same follow-up. One of what is gone can be changed still.

    Raises:
        NotFoundError: there is no such competency, discipline or institution, and no follow-up of it either.
        ChangedSinceError: somebody has changed it since.
    """
    gap = known_gap(kept, snapshot, gap)
    try:
        now = record_gap(snapshot, gap.competency, _scope(gap))
    except NotFoundError:
        if kept.of(gap) is None:
            raise
        now = RecordedGap(status=None)
    context = FollowUpContext(snapshot.revision.number, now, _named(kept, snapshot, gap))
    changed = kept.put(gap, wanted, context, by, seen=seen)
    return view_follow_ups(snapshot, [changed])[0]


def known_gap(kept: FollowUpStore, snapshot: Snapshot, gap: GapKey) -> GapKey:
    """Return under which of its ids the competency has a follow-up in this scope; the gap as named where none."""
    known = {one.gap for one in kept.all()}
    ids = (gap.competency, *class_ids(snapshot, gap.competency))
    named = (gap.model_copy(update={"competency": one}) for one in ids)
    return next((one for one in named if one in known), gap)


def _scope(gap: GapKey) -> GapScope:
    return GapScope(gap.discipline, gap.institution)


def _recorded(found: GapFollowUp) -> RecordedGap:
    """Return what was wrong when it was last taken up: of what was said to be done, before that."""
    open_gaps = [change.gap for change in found.changes if change.state != "done" and change.gap.is_gap]
    return (open_gaps or [found.changes[0].gap])[-1]


def _named(kept: FollowUpStore, snapshot: Snapshot, gap: GapKey) -> dict[str, str]:
    """Return how the ends of a gap are called in both languages; what is gone, as it was called."""
    before = kept.of(gap)
    found = dict(before.latest.named) if before else {}
    for end in _ENDS:
        node_id = getattr(gap, end)
        node = None if node_id is None else snapshot.find(node_id)
        if node is not None:
            found[end] = snapshot.in_language("en").name(node)
            found[f"{end}_zh"] = snapshot.in_language("zh").name(node)
    return found


def _view(snapshot: Snapshot, found: GapFollowUp, judged: JudgedGap, *, with_history: bool) -> FollowUpView:
    named = found.latest.named
    ends = {end: _end(snapshot, getattr(found.gap, end), end, named) for end in _ENDS}
    return FollowUpView(
        competency=ends["competency"] or NodeName(id=NodeId(found.gap.competency), name=found.gap.competency),
        discipline=ends["discipline"],
        institution=ends["institution"],
        latest=_version(found.latest),
        history=[_version(change) for change in found.changes] if with_history else [],
        standing=judged.standing,
        checks=_checks(found.latest, judged.standing),
        status=judged.now.status,
        flaws=judged.now.flaws,
    )


def _end(snapshot: Snapshot, node_id: str | None, end: str, named: dict[str, str]) -> NodeName | None:
    if node_id is None:
        return None
    node = snapshot.find(node_id)
    kept = named.get(f"{end}_zh" if snapshot.language == "zh" else end, node_id)
    return NodeName(id=NodeId(node_id), name=kept if node is None else snapshot.name(node))


def _version(change: FollowUpChange) -> FollowUpVersion:
    told = {"version": change.version, "by": change.who, "at": change.at, "at_revision": change.revision}
    return FollowUpVersion.model_validate({**dict(change.content), **told})


def _checks(change: FollowUpChange, standing: Standing) -> list[FollowUpCheck]:
    is_done = change.state == "done"
    found: dict[FollowUpCheck, bool] = {
        "said_done": is_done and standing == "gap",
        "not_said_done": not is_done and standing == "closed",
        "gone": standing in {"gone", "out_of_scope"},
        "overdue": not is_done and change.due is not None and change.due < date.today(),  # noqa: DTZ011 - the reader's
    }
    return [check for check, holds in found.items() if holds]


def _passes(snapshot: Snapshot, found: GapFollowUp, wanted: FollowUpFilter) -> bool:
    latest = found.latest
    return (
        wanted.state in {None, latest.state}
        and (wanted.owner is None or fold(wanted.owner) == fold(latest.owner))
        and (wanted.competency is None or wanted.competency in class_ids(snapshot, found.gap.competency))
    )


def _order(view: FollowUpView) -> tuple[object, ...]:
    return (view.latest.state == "done", view.latest.due or date.max, fold(view.competency.name), str(view.gap))
