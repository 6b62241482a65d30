"""Research metrics: what depends on what, what a loss would break, how the graph hangs together. docs/metrics.md."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from pydantic import Field

from graph.model import Frozen
from graph.snapshot.snapshot import WORD_CODES, Snapshot
from queries.metrics_measures import Measure, graph_measure, node_measure
from queries.metrics_prerequisites import measure_prerequisites
from queries.metrics_structure import measure_betweenness, measure_structure
from queries.parameters.metrics import MAX_ERROR, WHATS, What
from queries.semantics.chain_arrays import ChainArrays, chain_arrays
from queries.semantics.chain_status import STATUSES, ChainStatus
from queries.semantics.course_units import of_institution
from queries.semantics.employment import require_employment
from queries.semantics.focus import focus_mode
from queries.semantics.focus_note import Focus, focus_of
from queries.semantics.focus_rows import discipline_rows
from queries.semantics.neighbourhood import Neighbourhood
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import EVERYTHING, Scope
from queries.semantics.tolerance import settle

_REQUIRED = (ChainStatus.CONNECTED, ChainStatus.UNPRACTISED, ChainStatus.UNTAUGHT, ChainStatus.UNSERVED)


class Metrics(Frozen):
    """Measures in the order of the metrics, each by value, largest first, then by id; at most `limit` of a metric.

    `total` counts all. `parameters` say how they were taken.
    """

    items: list[Measure]
    total: int = Field(ge=0)
    parameters: dict[str, str | int | float]
    focus: Focus
    scope: Scope
    next: str | None = None
    revision: int


def measure(
    snapshot: Snapshot,
    what: Sequence[What] = WHATS,
    scope: Scope = EVERYTHING,
    *,
    past: Iterable[Snapshot] = (),
    max_error: float = MAX_ERROR,
    limit: int | None = 20,
) -> Metrics:
    """Return the metrics of these groups; `past` are earlier revisions, for the linkage index over time.

    Betweenness is estimated to within `max_error` where that takes fewer pivots than there are nodes.

    Raises:
        NotFoundError: the scope names something that is not there.
        InputError: its employer does not employ its role.
    """
    snapshot = of_institution(snapshot, scope)
    require_employment(snapshot, scope)
    parameters: dict[str, str | int | float] = {"what": " ".join(what)}
    measures_taken: list[Measure] = []
    for group in WHATS:
        if group not in what:
            continue
        if group == "betweenness":
            measures_taken += measure_betweenness(snapshot, scope, parameters, max_error)
        elif group == "linkage":
            measures_taken += _linkage([*past, snapshot], scope)
        else:
            measures_taken += _GROUPS[group](snapshot, scope)
    by_metric: defaultdict[str, list[Measure]] = defaultdict(list)
    for one in measures_taken:
        by_metric[one.metric].append(one)
    items = []
    for metric, measures in by_metric.items():
        if metric != "linkage_index":  # in the order of the revisions
            measures.sort(key=lambda one: (-settle(one.value), one.id or ""))
        items += measures if limit is None else measures[:limit]
    return Metrics(
        items=items,
        total=len(measures_taken),
        parameters=parameters,
        focus=focus_of(snapshot, resolve(snapshot, scope, focused=True)),
        scope=scope,
        revision=snapshot.revision.number,
    )


def linkage_index(chains: ChainArrays) -> float:
    """Return the share, 0 to 1, of the required competencies that are connected; 0 where none is required."""
    counts = np.bincount(chains.status, minlength=len(STATUSES)).tolist()
    required = sum(counts[STATUSES.index(status)] for status in _REQUIRED)
    return counts[STATUSES.index(ChainStatus.CONNECTED)] / required if required else 0.0


def _linkage(snapshots: Sequence[Snapshot], scope: Scope) -> Iterator[Measure]:
    for snapshot in snapshots:
        chains = chain_arrays(snapshot, resolve(snapshot, scope, employed=False, focused=True))
        yield graph_measure("linkage_index", f"revision {snapshot.revision.number}", linkage_index(chains))


def _disciplines(snapshot: Snapshot, scope: Scope) -> Iterator[Measure]:
    innovation = snapshot.word_codes("kind") == WORD_CODES["innovation"]
    units = snapshot.of_kind("KnowledgeUnit")
    for d in discipline_rows(snapshot, scope, focus_mode(snapshot, scope)).tolist():
        resolved = resolve(snapshot, scope.model_copy(update={"discipline": snapshot.ids[d]}), focused=True)
        chains = chain_arrays(snapshot, resolved)
        counts = dict(zip(STATUSES, np.bincount(chains.status, minlength=len(STATUSES)).tolist(), strict=True))
        taught = units if resolved.units is None else units[resolved.units[units]]
        taught_too = (ChainStatus.CONNECTED, ChainStatus.UNPRACTISED, ChainStatus.UNDEMANDED, ChainStatus.TAUGHT_ONLY)
        practised = (ChainStatus.CONNECTED, ChainStatus.UNTAUGHT, ChainStatus.UNDEMANDED, ChainStatus.PRACTISED_ONLY)
        values = {
            "discipline_courses": 0 if resolved.courses is None else int(resolved.courses.sum()),
            "discipline_units": len(taught),
            "discipline_innovation_units": int(innovation[taught].sum()),
            "discipline_tasks": 0 if resolved.tasks is None else int(resolved.tasks.sum()),
            "discipline_taught": sum(counts[status] for status in taught_too),
            "discipline_practised": sum(counts[status] for status in practised),
            "discipline_connected": counts[ChainStatus.CONNECTED],
            "discipline_linkage_index": linkage_index(chains),
        }
        for metric, value in values.items():
            yield node_measure(snapshot, metric, d, value)


def _bottlenecks(snapshot: Snapshot, scope: Scope) -> Iterator[Measure]:
    resolved = resolve(snapshot, scope, focused=True)
    chains = chain_arrays(snapshot, resolved)
    lost: defaultdict[int, int] = defaultdict(int)
    demand: defaultdict[int, float] = defaultdict(float)
    for at in np.flatnonzero(chains.status == STATUSES.index(ChainStatus.CONNECTED)).tolist():
        near = Neighbourhood(snapshot, resolved, int(chains.competencies[at]))
        if near.resilience == 1:
            for node in _sole(near):
                lost[node] += 1
                demand[node] += float(chains.demand[at])
    for node in lost:
        yield node_measure(snapshot, "bottleneck_competencies", node, lost[node])
        yield node_measure(snapshot, "bottleneck_demand", node, demand[node])


def _sole(near: Neighbourhood) -> Iterator[int]:
    """Yield the one task, and the one course, without which the competency's chain breaks."""
    if len(near.tasks) == 1:
        yield from near.tasks
    if len(near.courses) == 1 and all(near.snapshot.into("COVERS").row(k) for k in near.units):
        yield from near.courses


_GROUPS: dict[What, Callable[[Snapshot, Scope], Iterator[Measure]]] = {
    "disciplines": _disciplines,
    "prerequisites": measure_prerequisites,
    "bottlenecks": _bottlenecks,
    "structure": measure_structure,
}
