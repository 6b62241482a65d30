"""Betweenness: exact against NetworkX, estimated within its bound, and told with how it was drawn."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from queries.metrics import measure
from queries.metrics_betweenness import betweenness, draw_pivots, pivots_for
from tests.support.factory import graph_of


def matrix_of(g: "nx.Graph[int]") -> sparse.csr_array:
    """Return the graph as a matrix, in the order of its nodes."""
    return sparse.csr_array(
        nx.to_scipy_sparse_array(g, nodelist=range(len(g)), weight=None, dtype=np.dtype(np.float64))
    )


@given(st.integers(3, 14), st.floats(0.05, 0.9), st.integers(0, 10**6))
def test_it_is_networkx_s(n: int, density: float, seed: int) -> None:
    """On random graphs, in one part or several."""
    g: nx.Graph[int] = nx.gnp_random_graph(n, density, seed=seed)
    found = betweenness(matrix_of(g), draw_pivots(n, n))
    assert found.tolist() == pytest.approx(list(nx.betweenness_centrality(g).values()))


def test_estimate_keeps_its_bound() -> None:
    """On a graph of 2,000 nodes no node is off by more than the bound; most of the first ten are the same."""
    g: nx.Graph[int] = nx.barabasi_albert_graph(2000, 2, seed=1)
    links = matrix_of(g)
    exact, drawn = betweenness(links, draw_pivots(2000, 2000)), pivots_for(2000, 0.1)
    estimated = betweenness(links, draw_pivots(2000, drawn))
    assert drawn == 530
    assert np.abs(estimated - exact).max() <= 0.1
    assert len({*np.argsort(-exact)[:10].tolist()} & {*np.argsort(-estimated)[:10].tolist()}) >= 9


def test_answer_says_how_it_was_estimated() -> None:
    """With a bound that needs fewer pivots than there are nodes: how many, the bound, and what they were drawn with."""
    graph = graph_of(*(f"k{i} DEVELOPS c{i % 7}" for i in range(60)), *(f"r{i % 3} REQUIRES c{i}" for i in range(7)))
    exact = measure(graph, ["betweenness"])
    assert exact.parameters["betweenness_nodes_drawn"] == "all"
    found = measure(graph, ["betweenness"], max_error=0.5)
    assert found.parameters["betweenness_nodes_drawn"] == pivots_for(70, 0.5) < 70
    assert found.parameters["betweenness_max_error"] == 0.5
    assert found.parameters["betweenness_seed"] == 20180101
    assert found == measure(graph, ["betweenness"], max_error=0.5)
