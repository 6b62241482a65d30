"""Benchmark (对标): a programme against a published standard or another discipline, and what each difference does.

What the other has and the programme lacks, what the programme has besides, and what both have: by courses,
competencies, training tasks and certificates.
"""

import numpy as np

from graph.cancellation import cancellable_rows
from graph.errors import InputError, Problem
from graph.messages import message
from graph.model import Frozen
from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import Snapshot
from queries.benchmark_effects import ChainEffects
from queries.benchmark_items import BenchmarkItem, ItemTeller
from queries.benchmark_offers import StandardOffer, offer_standards
from queries.benchmark_parts import ProgrammeParts, parts_of_programme
from queries.benchmark_rows import compare_parts, count_rows, nodes_of_rows, row_order
from queries.parameters.benchmark import BenchmarkDifference, BenchmarkFilter, BenchmarkKind
from queries.semantics.answers import Completeness, Count, NodeName, Share, completeness, named
from queries.semantics.chain_stages import chain_stages
from queries.semantics.chain_status import BY_EMPTINESS, ChainStatus
from queries.semantics.connected_share import connected_share
from queries.semantics.course_units import as_asked, of_institution
from queries.semantics.cursors import next_cursor, read_cursor
from queries.semantics.demand import demand_of
from queries.semantics.resolved_scope import ResolvedScope
from queries.semantics.scope import EVERYTHING, Scope, ScopeNote

ANY_DIFFERENCE = BenchmarkFilter()


class BenchmarkStand(Frozen):
    """The connected share of the demand of roles in scope (None: none), and competencies compared or required."""

    share: Share | None
    counts: dict[ChainStatus, Count]


class Benchmark(Frozen):
    """A programme against another discipline: a page of differences, and how chains stand now and otherwise.

    `items` by kind, then what is lacking, extra, shared; competencies by the demand of the programme's roles, largest
    first; then by name and id. `total` counts what passes the filters, `totals` everything. `adopted`: with all
    courses and tasks that are lacking; `reduced`: without those that are extra. `offered`: likely standards.
    """

    discipline: NodeName
    against: NodeName
    items: list[BenchmarkItem]
    total: Count
    totals: dict[BenchmarkKind, dict[BenchmarkDifference, Count]]
    now: BenchmarkStand
    adopted: BenchmarkStand
    reduced: BenchmarkStand
    offered: list[StandardOffer]
    scope: ScopeNote
    completeness: Completeness
    next: str | None
    revision: int


def benchmark_programme(
    snapshot: Snapshot,
    discipline_id: str,
    against_id: str | None = None,
    scope: Scope = EVERYTHING,
    wanted: BenchmarkFilter = ANY_DIFFERENCE,
    *,
    limit: int = 20,
    cursor: str | None = None,
) -> Benchmark:
    """Return a page of at most `limit` differences; against the standard of the same code or name if none is named.

    Of the scope, `institution` and `infer_aims` count. Both disciplines are taken with all that is below them.

    Raises:
        NotFoundError: one of them, or the institution, is not there.
        InputError: none is named, and no standard has the programme's code or name.
        ExpiredError: the cursor is of another revision.
    """
    offset = read_cursor(cursor, snapshot.revision)
    whole, snapshot = of_institution(snapshot, scope), as_asked(snapshot, scope)
    discipline = snapshot.require(discipline_id, "Discipline")
    offered = offer_standards(snapshot, discipline)
    against = snapshot.require(against_id or _likeliest(discipline_id, offered), "Discipline")
    ours = parts_of_programme(snapshot, scope.model_copy(update={"discipline": discipline_id}))
    theirs = parts_of_programme(snapshot, Scope(discipline=snapshot.ids[against], infer_aims=scope.infer_aims))
    rows, effects = compare_parts(snapshot, ours, theirs), ChainEffects(snapshot, ours)
    changed = {one: [nodes_of_rows(rows, kind, one) for kind in _CHANGING] for one in ("lacking", "extra")}
    adopted, reduced = effects.scope_with(*changed["lacking"]), effects.scope_without(*changed["extra"])
    listed = [row for row in rows if wanted.kind in {None, row.kind} and wanted.difference in {None, row.difference}]
    listed.sort(key=row_order(snapshot, ours.resolved.derived(demand_of, snapshot)))
    teller, among = (
        ItemTeller(snapshot, rows, effects, {"lacking": adopted, "extra": reduced}),
        _among(snapshot, ours, theirs),
    )
    return Benchmark(
        discipline=named(snapshot, discipline),
        against=named(snapshot, against),
        items=[teller.item(row) for row in cancellable_rows(listed[offset : offset + limit])],
        total=len(listed),
        totals=count_rows(rows),
        now=_stand(snapshot, ours.resolved, among),
        adopted=_stand(snapshot, adopted, among),
        reduced=_stand(snapshot, reduced, among),
        offered=offered,
        scope=ours.resolved.note,
        completeness=completeness(whole),
        next=next_cursor(snapshot.revision, offset + limit, len(listed)),
        revision=snapshot.revision.number,
    )


_CHANGING: tuple[BenchmarkKind, ...] = ("Course", "TrainingTask")
"""What chains change by."""


def _likeliest(discipline_id: str, offered: list[StandardOffer]) -> str:
    for one in offered:
        if one.by != "alike":
            return one.id
    near = [one.id for one in offered[:3]]
    reason = message("benchmark.which_near", ids=", ".join(near)) if near else message("benchmark.which")
    raise InputError(Problem(reason, column="against", value=discipline_id))


def _among(snapshot: Snapshot, ours: ProgrammeParts, theirs: ProgrammeParts) -> Ints:
    """Return the competencies of either programme, and those that a role in scope requires."""
    required = chain_stages(snapshot, ours.resolved).roles.rows.filled
    return np.unique(np.concatenate((required, ours.nodes["Competency"], theirs.nodes["Competency"])))


def _stand(snapshot: Snapshot, scope: ResolvedScope, among: Ints) -> BenchmarkStand:
    stages = chain_stages(snapshot, scope)
    taught, practised, required = (
        stage.rows.any[among].astype(np.int64) for stage in (stages.units, stages.tasks, stages.roles)
    )
    counts = np.bincount(4 * taught + 2 * practised + required, minlength=8).tolist()
    by_status = {status: counts[4 * k + 2 * t + r] for (k, t, r), status in BY_EMPTINESS.items()}
    return BenchmarkStand(share=connected_share(snapshot, scope).of_demand, counts=by_status)
