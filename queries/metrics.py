"""Research metrics: what depends on what, what a loss would break, how the graph hangs together. docs/metrics.md."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import cast

import networkx as nx
import numpy as np
from pydantic import Field

from graph.model import Frozen, NodeId
from graph.snapshot.snapshot import WORD_CODES, Snapshot
from queries.metrics_networkx import chain_graph, course_graph, kept_nodes, prerequisite_graph
from queries.parameters.metrics import WHATS, What
from queries.semantics.chain_arrays import ChainArrays, chain_arrays
from queries.semantics.chain_status import STATUSES, ChainStatus
from queries.semantics.neighbourhood import Neighbourhood
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import EVERYTHING, Scope

SEED = 20180101
"""What the sample for betweenness is drawn with."""
SAMPLE_ABOVE = 1_000
"""From how many nodes betweenness is estimated from a sample of them."""
SAMPLE_LINKS = 2_000_000
"""How many links the sample walks over: the more links there are, the fewer nodes are drawn; at least FEWEST_DRAWN."""
FEWEST_DRAWN = 10
_REQUIRED = (ChainStatus.CONNECTED, ChainStatus.UNPRACTISED, ChainStatus.UNTAUGHT, ChainStatus.UNSERVED)


class Measure(Frozen):
    """One value of one metric; `id` is None where it is of the whole graph, `name` then says of what."""

    metric: str
    id: NodeId | None
    name: str
    kind: str | None
    value: float


class Metrics(Frozen):
    """Measures in the order of the metrics, each by value, largest first, then by id; at most `limit` of a metric.

    `total` counts all. `parameters` say how they were taken.
    """

    items: list[Measure]
    total: int = Field(ge=0)
    parameters: dict[str, str | int | float]
    scope: Scope
    revision: int


def measure(
    snapshot: Snapshot,
    what: Sequence[What] = WHATS,
    scope: Scope = EVERYTHING,
    *,
    past: Iterable[Snapshot] = (),
    limit: int | None = 20,
) -> Metrics:
    """Return the metrics of these groups; `past` are earlier revisions, for the linkage index over time.

    Raises:
        NotFoundError: the scope names something that is not there.
    """
    parameters: dict[str, str | int | float] = {"what": " ".join(what)}
    found: list[Measure] = []
    for group in WHATS:
        if group not in what:
            continue
        if group == "betweenness":
            found += _betweenness(snapshot, scope, parameters)
        elif group == "linkage":
            found += _linkage([*past, snapshot], scope)
        else:
            found += _GROUPS[group](snapshot, scope)
    by_metric: defaultdict[str, list[Measure]] = defaultdict(list)
    for one in found:
        by_metric[one.metric].append(one)
    items = []
    for metric, measures in by_metric.items():
        if metric != "linkage_index":  # in the order of the revisions
            measures.sort(key=lambda one: (-one.value, one.id or ""))
        items += measures if limit is None else measures[:limit]
    return Metrics(items=items, total=len(found), parameters=parameters, scope=scope, revision=snapshot.revision.number)


def _told(snapshot: Snapshot, metric: str, node: int, value: float) -> Measure:
    kind, name = snapshot.kind_of(node), snapshot.name(node)
    return Measure(metric=metric, id=NodeId(snapshot.ids[node]), name=name, kind=kind, value=value)


def _whole(metric: str, name: str, value: float) -> Measure:
    return Measure(metric=metric, id=None, name=name, kind=None, value=value)


def linkage_index(chains: ChainArrays) -> float:
    """Return the share, 0 to 1, of the required competencies that are connected; 0 where none is required."""
    counts = np.bincount(chains.status, minlength=len(STATUSES)).tolist()
    required = sum(counts[STATUSES.index(status)] for status in _REQUIRED)
    return counts[STATUSES.index(ChainStatus.CONNECTED)] / required if required else 0.0


def _linkage(snapshots: Sequence[Snapshot], scope: Scope) -> Iterator[Measure]:
    for snapshot in snapshots:
        chains = chain_arrays(snapshot, resolve(snapshot, scope, to_targets=True))
        yield _whole("linkage_index", f"revision {snapshot.revision.number}", linkage_index(chains))


def _disciplines(snapshot: Snapshot, scope: Scope) -> Iterator[Measure]:
    innovation = snapshot.word_codes("kind") == WORD_CODES["innovation"]
    units = snapshot.of_kind("KnowledgeUnit")
    for d in snapshot.of_kind("Discipline").tolist():
        resolved = resolve(snapshot, scope.model_copy(update={"discipline": snapshot.ids[d]}), to_targets=True)
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
            yield _told(snapshot, metric, d, value)


def _prerequisites(snapshot: Snapshot, scope: Scope) -> Iterator[Measure]:
    for what, g in (("", prerequisite_graph(snapshot, scope)), ("course_", course_graph(snapshot, scope))):
        factors = factors_of(g)
        for node, (blocking, delay) in factors.items():
            yield _told(snapshot, f"{what}blocking_factor", node, blocking)
            yield _told(snapshot, f"{what}delay_factor", node, delay)
            yield _told(snapshot, f"{what}cruciality", node, blocking + delay)
        if factors:
            name = "courses" if what else "units and tasks"
            yield _whole(f"{what}structural_complexity", name, sum(b + d for b, d in factors.values()))


def factors_of(g: "nx.DiGraph[int]") -> dict[int, tuple[int, int]]:
    """Return (blocking factor, delay factor) of each node of a prerequisite graph, by node.

    Blocking: how many nodes can be reached from it. Delay: how many nodes the longest path through it has. Nodes that
    go round in a circle count as one that has them all.

    Source: Heileman et al. (2018), Curricular Analytics, arXiv:1811.09676, sections 3.1 and 3.2.

    >>> factors_of(nx.DiGraph([(1, 2), (2, 3), (2, 4)]))
    {1: (3, 3), 2: (2, 3), 3: (0, 3), 4: (0, 3)}
    """
    knots = nx.condensation(g)
    order = list(nx.topological_sort(knots))
    members: dict[int, set[int]] = nx.get_node_attributes(knots, "members")
    reach, down, up = dict[int, int](), dict[int, int](), dict[int, int]()
    for knot in reversed(order):
        following = list(knots.successors(knot))
        bits = 0
        for other in following:
            bits |= reach[other] | 1 << other
        reach[knot] = bits
        down[knot] = len(members[knot]) + max((down[other] for other in following), default=0)
    for knot in order:
        before = (up[other] for other in knots.predecessors(knot))
        up[knot] = len(members[knot]) + max(before, default=0)
    found = {}
    for knot, nodes in members.items():
        reached = sum(len(members[other]) for other in _ones(reach[knot]))
        for node in nodes:
            found[node] = (reached + len(nodes) - 1, up[knot] + down[knot] - len(nodes))
    return dict(sorted(found.items()))


def _ones(bits: int) -> Iterator[int]:
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def _bottlenecks(snapshot: Snapshot, scope: Scope) -> Iterator[Measure]:
    resolved = resolve(snapshot, scope, to_targets=True)
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
        yield _told(snapshot, "bottleneck_competencies", node, lost[node])
        yield _told(snapshot, "bottleneck_demand", node, demand[node])


def _sole(near: Neighbourhood) -> Iterator[int]:
    """Yield the one task, and the one course, without which the competency's chain breaks."""
    if len(near.tasks) == 1:
        yield from near.tasks
    if len(near.courses) == 1 and all(near.snapshot.into("COVERS").row(k) for k in near.units):
        yield from near.courses


def _structure(snapshot: Snapshot, scope: Scope) -> Iterator[Measure]:
    g = chain_graph(snapshot, scope)
    alone = int(kept_nodes(snapshot, scope).sum()) - len(g)
    parts = list(nx.connected_components(g))
    yield _whole("components", "of linked nodes", len(parts))
    yield _whole("unlinked_nodes", "nodes without a link of a chain", alone)
    for part in parts:
        yield _told(snapshot, "component_nodes", min(part), len(part))
    bridges = cast(list[tuple[int, int]], list(nx.bridges(g))) if len(g) else []
    yield _whole("bridges", "links without which a part falls off", len(bridges))
    for (a, b), size in _cut_off(g, bridges).items():
        name = f"{snapshot.name(a)} - {snapshot.name(b)}"
        if size > 1:
            first = _told(snapshot, "bridge_cuts_off", a, size)
            yield first.model_copy(update={"name": name, "kind": f"{first.kind} - {snapshot.kind_of(b)}"})


def _cut_off(g: "nx.Graph[int]", bridges: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Return of each bridge how many nodes the smaller of its two sides has."""
    rest = g.copy()
    rest.remove_edges_from(bridges)
    block_of: dict[int, int] = {}
    sizes: list[int] = []
    for number, block in enumerate(nx.connected_components(rest)):
        block_of.update(dict.fromkeys(block, number))
        sizes.append(len(block))
    tree: nx.Graph[int] = nx.Graph()
    tree.add_nodes_from(range(len(sizes)))
    tree.add_edges_from((block_of[a], block_of[b]) for a, b in bridges)
    below, parent, whole = list(sizes), dict[int, int](), dict[int, int]()
    for part in nx.connected_components(tree):
        root = min(part)
        order = [root, *(child for _, child in nx.bfs_edges(tree, root))]
        parent.update((child, above) for above, child in nx.bfs_edges(tree, root))
        for block_number in reversed(order[1:]):
            below[parent[block_number]] += below[block_number]
        whole.update(dict.fromkeys(part, below[root]))
    found = {}
    for a, b in bridges:
        x, y = block_of[a], block_of[b]
        child = x if parent.get(x) == y else y
        found[min(a, b), max(a, b)] = min(below[child], whole[child] - below[child])
    return found


def _betweenness(snapshot: Snapshot, scope: Scope, parameters: dict[str, str | int | float]) -> Iterator[Measure]:
    g = chain_graph(snapshot, scope)
    drawn = None
    if len(g) > SAMPLE_ABOVE:
        drawn = min(len(g), max(FEWEST_DRAWN, SAMPLE_LINKS // (len(g) + g.number_of_edges())))
    parameters["betweenness_nodes_drawn"] = "all" if drawn is None else drawn
    if drawn is not None:
        parameters["betweenness_seed"] = SEED
    for node, value in nx.betweenness_centrality(g, k=drawn, seed=SEED).items():
        if value > 0:
            yield _told(snapshot, "betweenness", node, value)


_GROUPS: dict[What, Callable[[Snapshot, Scope], Iterator[Measure]]] = {
    "disciplines": _disciplines,
    "prerequisites": _prerequisites,
    "bottlenecks": _bottlenecks,
    "structure": _structure,
}
