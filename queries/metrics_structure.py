"""Connected components, bridges and betweenness centrality of the chain as an undirected graph."""

from collections.abc import Iterator, Sequence
from typing import cast

import networkx as nx
import numpy as np
from scipy import sparse

from graph.cancellation import cancellable_rows
from graph.messages import text
from graph.snapshot.snapshot import Snapshot
from queries.metrics_betweenness import SEED, betweenness, draw_pivots, pivots_for
from queries.metrics_measures import Measure, graph_measure, node_measure
from queries.metrics_networkx import chain_graph, kept_nodes
from queries.semantics.scope import Scope


def measure_structure(snapshot: Snapshot, scope: Scope) -> Iterator[Measure]:
    """Yield the sizes of connected components, and the bridges with what each cuts off."""
    g = chain_graph(snapshot, scope)
    alone = int(kept_nodes(snapshot, scope).sum()) - len(g)
    parts = list(nx.connected_components(g))
    yield graph_measure("components", text("measure.of_linked_nodes"), len(parts))
    yield graph_measure("unlinked_nodes", text("measure.unlinked"), alone)
    for part in cancellable_rows(parts):
        yield node_measure(snapshot, "component_nodes", min(part), len(part))
    bridges = cast(list[tuple[int, int]], list(nx.bridges(g))) if len(g) else []
    yield graph_measure("bridges", text("measure.bridges"), len(bridges))
    for (a, b), size in cancellable_rows(_cut_off(g, bridges).items()):
        name = f"{snapshot.name(a)} - {snapshot.name(b)}"
        if size > 1:
            first = node_measure(snapshot, "bridge_cuts_off", a, size)
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
    smaller_side = {}
    for a, b in bridges:
        x, y = block_of[a], block_of[b]
        child = x if parent.get(x) == y else y
        smaller_side[min(a, b), max(a, b)] = min(below[child], whole[child] - below[child])
    return smaller_side


def measure_betweenness(
    snapshot: Snapshot, scope: Scope, parameters: dict[str, str | int | float], max_error: float
) -> Iterator[Measure]:
    """Yield the betweenness centrality of nodes; `parameters` gain how it was estimated, where it was."""
    g = chain_graph(snapshot, scope)
    nodes = list(g)
    drawn = pivots_for(len(g), max_error) if len(g) else 0
    parameters["betweenness_nodes_drawn"] = "all" if drawn == len(g) else drawn
    if drawn < len(g):
        parameters["betweenness_max_error"] = max_error
        parameters["betweenness_seed"] = SEED
    if not nodes:
        return
    links = sparse.csr_array(nx.to_scipy_sparse_array(g, weight=None, dtype=np.dtype(np.float64)))
    for node, value in zip(nodes, betweenness(links, draw_pivots(len(g), drawn)).tolist(), strict=True):
        if value > 0:
            yield node_measure(snapshot, "betweenness", node, value)
