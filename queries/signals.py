"""Signals: what policies, trends and demand figures call for, and whether that is connected."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

import numpy as np
from pydantic import Field

from graph.cancellation import check_cancelled
from graph.model import Frozen, NodeId, fold
from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import WORD_CODES, Snapshot
from queries.semantics.answers import Completeness, Count, Share, completeness
from queries.semantics.chain_arrays import ChainArrays, chain_arrays
from queries.semantics.chain_stages import taught_and_practised
from queries.semantics.chain_status import LINKS, STATUSES, ChainLink, ChainStatus
from queries.semantics.course_units import of_institution
from queries.semantics.demand import share_of
from queries.semantics.focus_note import Focus, focus_of
from queries.semantics.needs_matrix import needs_matrix
from queries.semantics.resolved_scope import ResolvedScope, resolve
from queries.semantics.scope import FocusWish, Scope

_REGIONS = ("region", "region_zh")
"""The properties that name a signal's region."""


class FirstRevision(Frozen):
    """The first revision since which something holds without a break; `or_earlier`: nobody looked further back."""

    revision: Annotated[int, Field(ge=1)]
    or_earlier: bool


class CalledCompetency(Frozen):
    """A competency that a signal calls for, with the weight of the call, and how it stands over all that is in focus.

    What is in no focus is isolated: nobody teaches or practises it, or hires for it. `connected_since` is None unless
    it is connected, and the past was asked for.
    """

    id: NodeId
    name: str
    weight: Share
    status: ChainStatus
    link: ChainLink | None
    connected_since: FirstRevision | None
    severity: Annotated[int, Field(ge=-1, le=5)]


class CalledRole(Frozen):
    """A role that a signal calls for; `coverage` is the share of what it requires that is taught and practised."""

    id: NodeId
    name: str
    weight: Share
    coverage: Share | None
    employed: bool


class CalledSignal(Frozen):
    """A signal with what it calls for, by weight, then by id; `connected` counts its connected competencies.

    `valid_from` and `valid_to` are as stated: from when on the call holds; `connected_since` tells when it is answered.
    """

    id: NodeId
    name: str
    kind: str | None
    region: str | None
    valid_from: str | None
    valid_to: str | None
    connected: Count
    competencies: list[CalledCompetency]
    roles: list[CalledRole]


class Signals(Frozen):
    """Signals, the latest first (by `valid_from`; those without it last), then by id.

    `called` counts the competencies that they call for, each once, and `connected` those of them that are connected.
    """

    signals: list[CalledSignal]
    total: Count
    called: Count
    connected: Count
    completeness: Completeness
    focus: Focus
    revision: int


def read_signals(
    snapshot: Snapshot,
    *,
    region: str | None = None,
    kind: str | None = None,
    on: date | None = None,
    institution: str | None = None,
    focus: FocusWish = "auto",
    past: Iterable[Snapshot] | None = None,
) -> Signals:
    """Return the signals of a region (named in any case or width) and of a kind that hold on a day; None lets all pass.

    A signal without a first or last day holds without that limit. Of an institution, signals, and how what they call
    for stands, are as it states them, in the disciplines that it runs. `past` are earlier revisions, as the institution
    sees them, the latest first; no more of them are taken than it needs to say since when each competency has been
    connected.

    Raises:
        NotFoundError: there is no such institution.
    """
    scope = Scope(institution=institution, focus=focus)
    snapshot = of_institution(snapshot, scope)
    wanted = [
        s
        for s in snapshot.of_kind("Signal").tolist()
        if (region is None or fold(region.strip()) in {fold(snapshot.text(name)[s]) for name in _REGIONS})
        and (kind is None or snapshot.word_codes("kind")[s] == WORD_CODES[kind])
        and (on is None or _holds(snapshot, s, on.isoformat()))
    ]
    dates = snapshot.text("valid_from")
    wanted.sort(key=lambda s: dates[s], reverse=True)  # stable: equals stay in id order, what has no date comes last
    resolved = resolve(snapshot, scope, focused=True)
    chains = chain_arrays(snapshot, resolved)
    coverage = _coverage(snapshot, resolved)
    since = _connected_since(snapshot, chains, wanted, past, scope)
    called_signals = [_signal(snapshot, chains, coverage, since, s) for s in wanted]
    called = {one.id: one.status for signal in called_signals for one in signal.competencies}
    return Signals(
        signals=called_signals,
        total=len(called_signals),
        called=len(called),
        connected=sum(status is ChainStatus.CONNECTED for status in called.values()),
        completeness=completeness(snapshot),
        focus=focus_of(snapshot, resolved),
        revision=snapshot.revision.number,
    )


def _connected_since(
    snapshot: Snapshot, chains: ChainArrays, signals: list[int], past: Iterable[Snapshot] | None, scope: Scope
) -> dict[int, FirstRevision]:
    """Return since which revision the connected ones of what the signals call for are so; nothing without a past."""
    if past is None:
        return {}
    called = {c for s in signals for c, _ in snapshot.out("CALLS_FOR").pairs(s)}
    still = {c for c in called if snapshot.kind_of(c) == "Competency" and _is_connected(chains, c)}
    number, since = snapshot.revision.number, dict[int, FirstRevision]()
    for earlier in past:
        check_cancelled()
        then = chain_arrays(earlier, resolve(earlier, scope, focused=True))
        nodes = {c: earlier.find(snapshot.ids[c]) for c in still}
        lasting = {c for c, node in nodes.items() if node is not None and _is_connected(then, node)}
        since |= {c: FirstRevision(revision=number, or_earlier=False) for c in still - lasting}
        still, number = lasting, earlier.revision.number
        if not still:
            break
    return since | {c: FirstRevision(revision=number, or_earlier=number > 1) for c in still}


def _is_connected(chains: ChainArrays, competency: int) -> bool:
    at = _position(chains.competencies, competency)
    return at is not None and STATUSES[chains.status[at]] is ChainStatus.CONNECTED


def _holds(snapshot: Snapshot, s: int, day: str) -> bool:
    start, end = snapshot.text("valid_from")[s], snapshot.text("valid_to")[s]
    return (not start or start <= day) and (not end or day <= end)


def _coverage(snapshot: Snapshot, scope: ResolvedScope) -> tuple[Floats, Floats]:
    """Return of each node how much weight it requires, and how much of that is taught and practised."""
    taught, practised = taught_and_practised(snapshot, scope)
    needs = needs_matrix(snapshot)
    return needs @ np.ones(len(snapshot)), needs @ (taught & practised).astype(float)


def _signal(
    snapshot: Snapshot, chains: ChainArrays, coverage: tuple[Floats, Floats], since: dict[int, FirstRevision], s: int
) -> CalledSignal:
    calls = sorted(snapshot.out("CALLS_FOR").pairs(s), key=lambda pair: (-pair[1], pair[0]))
    competencies = [
        _competency(snapshot, chains, c, weight, since.get(c))
        for c, weight in calls
        if snapshot.kind_of(c) == "Competency"
    ]
    roles = [_role(snapshot, coverage, r, weight) for r, weight in calls if snapshot.kind_of(r) == "Role"]
    return CalledSignal(
        id=NodeId(snapshot.ids[s]),
        name=snapshot.name(s),
        kind=snapshot.word("kind", s),
        region=snapshot.text_of("region", s) or None,
        valid_from=snapshot.text("valid_from")[s] or None,
        valid_to=snapshot.text("valid_to")[s] or None,
        connected=sum(one.status is ChainStatus.CONNECTED for one in competencies),
        competencies=competencies,
        roles=roles,
    )


def _competency(
    snapshot: Snapshot, chains: ChainArrays, c: int, weight: float, since: FirstRevision | None
) -> CalledCompetency:
    at = _position(chains.competencies, c)
    link = -1 if at is None else int(chains.link[at])
    return CalledCompetency(
        id=NodeId(snapshot.ids[c]),
        name=snapshot.name(c),
        weight=weight,
        status=ChainStatus.ISOLATED if at is None else STATUSES[chains.status[at]],
        link=LINKS[link] if link >= 0 else None,
        connected_since=since,
        severity=0 if at is None else int(chains.severity[at]),
    )


def _position(nodes: Ints, wanted: int) -> int | None:
    at = int(nodes.searchsorted(wanted))
    return at if at < len(nodes) and nodes[at] == wanted else None


def _role(snapshot: Snapshot, coverage: tuple[Floats, Floats], r: int, weight: float) -> CalledRole:
    required, covered = coverage
    return CalledRole(
        id=NodeId(snapshot.ids[r]),
        name=snapshot.name(r),
        weight=weight,
        coverage=share_of(float(covered[r]), float(required[r])),
        employed=bool(snapshot.into("EMPLOYS").row(r)),
    )
